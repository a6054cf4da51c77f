"""Export of one job (the seed's operation) and of several."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.api.base import WorkspaceView, json_body
from dlfportal.api.errors import invalid_parameter, missing_jobs
from dlfportal.api.schema import operation, zip_or_kept
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.transfer.exports.delivery import keep_check, package_keep, package_response
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import Download, JobsMissing, export_job, export_jobs, jobs_named
from dlfportal.transfer.store.paths import ObsPath, obs_folder

JOBS_AT_MOST = 100
BATCH_KEPT = "jobs"
"""What a package of several jobs is called in the object store."""


class PackageView(WorkspaceView):
    """An endpoint that answers a package, or puts it into the object store and answers where it is."""

    def target(self, body: dict[str, Any], name: str) -> ObsPath | None:
        """Return `obsPath` of the body, checked, if the package is to be kept below it as `name`."""
        folder = target(body)
        if folder:
            keep_check(actor=self.actor, workspace=self.workspace, folder=folder, name=name)
        return folder

    def answer(self, package: Download, folder: ObsPath | None, name: str) -> HttpResponseBase:
        """Return the download, or with `obsPath` the JSON of section 2.6 of the reference."""
        if folder is None:
            return package_response(package)
        kept = package_keep(
            actor=self.actor, workspace=self.workspace, package=package, folder=folder, name=name
        )
        return Response({"obsPath": str(kept)})


class ExportView(PackageView):
    """`POST /v1/{project_id}/jobs/{name}/export` (the seed)."""

    @operation("ExportJob", "Export a job", body="Export", body_required=False, answers=zip_or_kept())
    def post(self, request: Request, project_id: str, name: str) -> HttpResponseBase:
        body = json_body(request)
        with_dependencies = depend(body)
        if body.keys() & {"exportStatus", "obsPath"}:
            # A job that is not there is told before what is wrong with these (reference: error codes, 5).
            jobs_named(self.workspace, [name])
        which, folder = status(body), self.target(body, name)
        package = export_job(
            actor=self.actor,
            workspace=self.workspace,
            name=name,
            depend=with_dependencies,
            status=which,
            target=folder,
        )
        return self.answer(package, folder, name)


class BatchExportView(PackageView):
    """`POST /v1/{project_id}/jobs/batch-export` (reference: wire API, section 2.7)."""

    @operation("ExportJobList", "Export several jobs", body="BatchExport", answers=zip_or_kept())
    def post(self, request: Request, project_id: str) -> HttpResponseBase:
        body = json_body(request)
        names, with_dependencies = job_list(body), depend(body)
        jobs = self._named(names)
        which, folder = status(body), self.target(body, BATCH_KEPT)
        package = export_jobs(
            actor=self.actor,
            workspace=self.workspace,
            jobs=jobs,
            depend=with_dependencies,
            status=which,
            target=folder,
        )
        return self.answer(package, folder, BATCH_KEPT)

    def _named(self, names: list[str]) -> QuerySet[CatalogueObject]:
        """Return these jobs. Raises DLF.0100 with the names of those that do not exist."""
        try:
            return jobs_named(self.workspace, names)
        except JobsMissing as error:
            raise missing_jobs(error.names) from error


def depend(body: dict[str, Any]) -> bool:
    """Return `exportDepend`: true unless given. Raises DLF.3051 for anything but a JSON boolean."""
    value = body.get("exportDepend")
    if value is None:
        return True
    if not isinstance(value, bool):
        raise invalid_parameter("exportDepend must be true or false.")
    return value


def status(body: dict[str, Any]) -> ExportStatus:
    """Return `exportStatus`: DEVELOP unless given. Raises DLF.3051 for an unknown one."""
    value = body.get("exportStatus")
    if value is None:
        return ExportStatus.DEVELOP
    if value not in list(ExportStatus):
        raise invalid_parameter("exportStatus must be DEVELOP or SUBMIT.")
    return ExportStatus(value)


def target(body: dict[str, Any]) -> ObsPath | None:
    """Return `obsPath`, the folder of the object store to write to, if given. Raises DLF.0803."""
    value = body.get("obsPath")
    return None if value is None else obs_folder(value)


def job_list(body: dict[str, Any]) -> list[str]:
    """Return `jobList`: 1 to 100 names, repeated ones once. Raises DLF.3051 for anything else."""
    names = body.get("jobList")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise invalid_parameter("jobList must be a list of job names.")
    if not 1 <= len(names) <= JOBS_AT_MOST:
        raise invalid_parameter(f"jobList must hold 1 to {JOBS_AT_MOST} job names.")
    return list(dict.fromkeys(names))
