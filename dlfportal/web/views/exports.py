"""Export: the page that shows what goes into a package, and the download."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url, object_url
from dlfportal.transfer.exports.delivery import package_response
from dlfportal.transfer.exports.package import export_job, export_jobs
from dlfportal.web.pages.chosen import chosen_read
from dlfportal.web.pages.export import depend_asked, export_page, job_export_page, status_asked
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.requests import actor_of, workspace_of


class JobExportView(View):
    """The package of one job."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str, name: str) -> HttpResponse:
        url = object_url(workspace_id, Kind.JOB, name)
        frame = frame_of(request, workspace_id, Kind.JOB, (name, url), (_("Export"), ""))
        page = job_export_page(actor_of(request), frame, name)
        return render(request, "transfer/export.html", {"page": page})

    def post(self, request: HttpRequest, workspace_id: str, name: str) -> HttpResponseBase:
        package = export_job(
            actor=actor_of(request),
            workspace=workspace_of(request, workspace_id),
            name=name,
            depend=depend_asked(request.POST),
            status=status_asked(request.POST),
        )
        return package_response(package)


class ExportView(View):
    """The package of several objects: those that `chosen_read` finds in the parameters."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        frame = frame_of(request, workspace_id, Kind.JOB, (_("Export"), ""))
        params = request.GET or request.POST
        chosen = chosen_read(frame.workspace, params)
        back_url, after = list_url(workspace_id, Kind.JOB), params.get("after", "")
        page = export_page(actor_of(request), frame, chosen, back_url, after)
        return render(request, "transfer/export.html", {"page": page})

    def post(self, request: HttpRequest, workspace_id: str) -> HttpResponseBase:
        """Answer the package; `preview` asks for the page instead, as long selections outgrow an address."""
        workspace = workspace_of(request, workspace_id)
        chosen = chosen_read(workspace, request.POST)
        if "preview" in request.POST or not chosen.is_ready:
            return self.get(request, workspace_id)
        package = export_jobs(
            actor=actor_of(request),
            workspace=workspace,
            jobs=chosen.jobs,
            others=chosen.others,
            selection=chosen.selection,
            depend=depend_asked(request.POST),
        )
        return package_response(package)
