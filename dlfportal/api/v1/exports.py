"""Export of one job (the seed's operation) and of several."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.request import Request

from dlfportal.api.base import WorkspaceView, json_body
from dlfportal.api.errors import WireError, invalid_parameter
from dlfportal.api.schema import operation, zip_answer
from dlfportal.transfer.download import package_response
from dlfportal.transfer.export import export_job, export_jobs, jobs_named
from dlfportal.transfer.pick import ExportStatus

JOBS_AT_MOST = 100


class ExportView(WorkspaceView):
    """`POST /v1/{project_id}/jobs/{name}/export` (the seed)."""

    @operation("ExportJob", "Export a job", body="Export", body_required=False, answers=zip_answer())
    def post(self, request: Request, project_id: str, name: str) -> StreamingHttpResponse:
        body = json_body(request)
        package = export_job(
            actor=self.actor, workspace=self.workspace, name=name, depend=depend(body), status=status(body)
        )
        return package_response(package)


class BatchExportView(WorkspaceView):
    """`POST /v1/{project_id}/jobs/batch-export` (reference: wire API, section 2.7)."""

    @operation("ExportJobList", "Export several jobs", body="BatchExport", answers=zip_answer())
    def post(self, request: Request, project_id: str) -> StreamingHttpResponse:
        body = json_body(request)
        names, with_dependencies, which = job_list(body), depend(body), status(body)
        package = export_jobs(
            actor=self.actor,
            workspace=self.workspace,
            jobs=jobs_named(self.workspace, names),
            depend=with_dependencies,
            status=which,
        )
        return package_response(package)


def depend(body: dict[str, Any]) -> bool:
    """Return `exportDepend`: true unless given. Raises DLF.3051 for anything but a JSON boolean."""
    value = body.get("exportDepend")
    if value is None:
        return True
    if not isinstance(value, bool):
        raise invalid_parameter("exportDepend must be true or false.")
    return value


def status(body: dict[str, Any]) -> ExportStatus:
    """Return `exportStatus`: DEVELOP unless given. Raises DLF.3051 for an unknown one.

    `obsPath` would send the package to an object store; there is none yet: DLF.0803.
    """
    if body.get("obsPath") is not None:
        raise WireError(400, "DLF.0803", "The OBS path is invalid.")
    value = body.get("exportStatus")
    if value is None:
        return ExportStatus.DEVELOP
    if value not in list(ExportStatus):
        raise invalid_parameter("exportStatus must be DEVELOP or SUBMIT.")
    return ExportStatus(value)


def job_list(body: dict[str, Any]) -> list[str]:
    """Return `jobList`: 1 to 100 names, repeated ones once. Raises DLF.3051 for anything else."""
    names = body.get("jobList")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise invalid_parameter("jobList must be a list of job names.")
    if not 1 <= len(names) <= JOBS_AT_MOST:
        raise invalid_parameter(f"jobList must hold 1 to {JOBS_AT_MOST} job names.")
    return list(dict.fromkeys(names))
