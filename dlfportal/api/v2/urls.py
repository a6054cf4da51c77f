"""The paths of the newer API, below `/v2/`; all but three are unknown."""

from __future__ import annotations

from django.urls import path

from dlfportal.api.v1.urls import unknown
from dlfportal.api.v2 import jobs, scripts

app_name = "v2"

factory = "<str:project_id>/factory"

urlpatterns = [
    path(f"{factory}/scripts", scripts.ScriptsView.as_view(), name="scripts"),
    path(f"{factory}/jobs", jobs.JobsView.as_view(), name="jobs"),
    path(f"{factory}/jobs/<str:name>/rename", jobs.RenameView.as_view(), name="job-rename"),
    unknown,
]
