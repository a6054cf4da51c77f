"""The paths of the DLF v1 API, below `/v1/`: no trailing slashes, no redirects."""

from django.urls import path, re_path

from dlfportal.api.v1 import exports, imports
from dlfportal.api.v1.unknown import UnknownView

app_name = "v1"

# /v1/{project_id}/...
project = "<str:project_id>"
urlpatterns = [
    path(f"{project}/jobs/batch-export", exports.BatchExportView.as_view(), name="jobs-batch-export"),
    path(f"{project}/jobs/<str:name>/export", exports.ExportView.as_view(), name="jobs-export"),
    path(f"{project}/jobs/import", imports.ImportView.as_view(), name="jobs-import"),
    path(f"{project}/jobs/check-file", imports.CheckFileView.as_view(), name="jobs-check-file"),
    path(f"{project}/system-tasks/<str:task_id>", imports.TaskView.as_view(), name="system-task"),
    path(f"{project}/systemTasks/<str:task_id>", imports.TaskView.as_view(), name="system-task-old"),
    re_path(r"", UnknownView.as_view(), name="unknown"),
]
