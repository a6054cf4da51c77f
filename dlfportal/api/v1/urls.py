"""The paths of the DLF v1 API, below `/v1/`: no trailing slashes, no redirects."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, re_path

from dlfportal.api.v1 import exports, imports, jobs, resources, scripts, status, unsupported
from dlfportal.api.v1.not_found import UnknownView
from dlfportal.formats.kinds import Kind

app_name = "v1"


# /v1/{project_id}/...
project = "<str:project_id>"
job = f"{project}/jobs/<str:name>"
script = f"{project}/scripts/<str:name>"


View = Callable[..., HttpResponseBase]


def literal(folder: str, word: str, endpoint: View, named: View) -> URLPattern:
    """Return the path whose POST is `endpoint`; its other methods are for the object named `word`."""

    def dispatch(request: HttpRequest, project_id: str) -> HttpResponseBase:
        if request.method == "POST":
            return endpoint(request, project_id=project_id)
        return named(request, project_id=project_id, name=word)

    return path(f"{project}/{folder}/{word}", update_wrapper(dispatch, endpoint), name=f"{folder}-{word}")


def refused(view: type[unsupported.UnsupportedView], address: str, action: str, kind: Kind) -> URLPattern:
    """Return the path of an operation that would run something; `action` is its name in Huawei's SDK."""
    return path(address, view.as_view(kind=kind, action=action), name=action)


unknown = re_path(r"", UnknownView.as_view(), name="unknown")
job_view = jobs.JobView.as_view()
connection_view = unsupported.ConnectionView.as_view()
look, run = unsupported.LookView, unsupported.RunView
send_connections = run.as_view(what=unsupported.CONNECTIONS, action="ExportConnections")
take_connections = run.as_view(what=unsupported.CONNECTIONS, action="ImportConnections")

urlpatterns = [
    # words that may also be the name of a job; each line takes the word's POST away from the job
    literal("jobs", "batch-export", exports.BatchExportView.as_view(), job_view),
    literal("jobs", "import", imports.ImportView.as_view(), job_view),
    literal("jobs", "check-file", imports.CheckFileView.as_view(), job_view),
    # jobs
    path(f"{project}/jobs", jobs.JobsView.as_view(), name="jobs"),
    path(job, job_view, name="job"),
    path(f"{job}/export", exports.ExportView.as_view(), name="jobs-export"),
    # what is known of runs
    path(f"{project}/jobs/instances/detail", status.JobInstancesView.as_view(), name="ListJobInstances"),
    path(f"{job}/status", status.JobStatusView.as_view(), name="ShowJobStatus"),
    # imports
    path(f"{project}/system-tasks/<str:task_id>", imports.TaskView.as_view(), name="system-task"),
    path(
        f"{project}/systemTasks/<str:task_id>",
        imports.TaskView.as_view(action="ListSystemTasksOld"),
        name="system-task-old",
    ),
    # scripts
    path(f"{project}/scripts", scripts.ScriptsView.as_view(), name="scripts"),
    path(script, scripts.ScriptView.as_view(), name="script"),
    # resources
    path(f"{project}/resources", resources.ResourcesView.as_view(), name="resources"),
    path(f"{project}/resources/<str:resource_id>", resources.ResourceView.as_view(), name="resource"),
    # what a catalogue does not do
    refused(run, f"{job}/start", "StartJob", Kind.JOB),
    refused(run, f"{job}/stop", "StopJob", Kind.JOB),
    refused(run, f"{job}/run-immediate", "RunOnce", Kind.JOB),
    refused(look, f"{job}/instances/<str:instance_id>", "ShowJobInstance", Kind.JOB),
    refused(run, f"{job}/instances/<str:instance_id>/stop", "StopJobInstance", Kind.JOB),
    refused(run, f"{job}/instances/<str:instance_id>/restart", "RestoreJobInstance", Kind.JOB),
    refused(run, f"{script}/execute", "ExecuteScript", Kind.SCRIPT),
    refused(look, f"{script}/instances/<str:instance_id>", "ListScriptResults", Kind.SCRIPT),
    refused(run, f"{script}/instances/<str:instance_id>/stop", "CancelScript", Kind.SCRIPT),
    path(f"{project}/connections", unsupported.ConnectionsView.as_view(), name="connections"),
    literal("connections", "export", send_connections, connection_view),
    literal("connections", "import", take_connections, connection_view),
    path(f"{project}/connections/<str:name>", connection_view, name="connection"),
    unknown,
]

# the paths below `/v1.0/`
older_urlpatterns = [
    path(f"{project}/directory/tree", unsupported.DirectoryTreeView.as_view(), name="directory-tree"),
    unknown,
]
