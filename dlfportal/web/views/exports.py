"""Export: the page that shows what goes into a package, and the download."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_safe

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selections import Choice, selection_get, selection_store
from dlfportal.catalogue.selectors import object_get
from dlfportal.formats.kinds import Kind
from dlfportal.links import object_url, selection_export_url
from dlfportal.transfer.exports.delivery import package_response
from dlfportal.transfer.exports.package import export_job, export_jobs
from dlfportal.web.pages.chosen import Chosen, choice_asked, chosen_of, chosen_stored
from dlfportal.web.pages.export import depend_asked, export_page, single_params, status_asked
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.requests import actor_of, workspace_of
from dlfportal.web.views.former import former_followed


class JobExportView(View):
    """The package of one job, in the layout of its own; the page before it is that of a selection."""

    http_method_names = ["get", "head", "post"]

    @method_decorator(former_followed)
    def get(self, request: HttpRequest, workspace_id: str, name: str) -> HttpResponse:
        workspace = workspace_of(request, workspace_id)
        job = object_get(workspace, Kind.JOB, name)
        return _store(request, workspace, Choice({Kind.JOB: [job.name]}), **single_params(request.GET))

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
    """The package of several objects: those that `choice_asked` finds in the parameters, or a selection `s`.

    What is chosen is stored as a selection, whose page shows what goes in.
    """

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        workspace = workspace_of(request, workspace_id)
        return _store(request, workspace, choice_asked(actor_of(request), workspace, request.GET))

    def post(self, request: HttpRequest, workspace_id: str) -> HttpResponseBase:
        """Answer the package; `preview` asks for the page instead, as long selections outgrow an address."""
        workspace = workspace_of(request, workspace_id)
        if "s" in request.POST:
            return _download_shown(request, workspace)
        chosen = chosen_of(workspace, choice_asked(actor_of(request), workspace, request.POST))
        if "preview" in request.POST or not chosen.is_ready:
            return _store(request, workspace, chosen.choice)
        return _download(request, workspace, chosen)


@require_safe
def selection_export(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show what goes into the package of a selection."""
    return _page(request, workspace_of(request, workspace_id), request.GET)


def _store(request: HttpRequest, workspace: Workspace, choice: Choice, **params: str) -> HttpResponse:
    selection = selection_store(actor=actor_of(request), workspace=workspace, choice=choice)
    return redirect(selection_export_url(workspace.pk, selection.pk, **params))


def _download_shown(request: HttpRequest, workspace: Workspace) -> HttpResponseBase:
    """Answer the package of a selection if it is the set that the page showed; else the page as it is now."""
    selection = selection_get(actor=actor_of(request), workspace=workspace, pk=request.POST["s"])
    chosen = chosen_stored(selection)
    if request.POST.get("digest") != chosen.shown.digest or not chosen.shown.count:
        return _page(request, workspace, request.POST, status=409)
    return _download(request, workspace, chosen)


def _download(request: HttpRequest, workspace: Workspace, chosen: Chosen) -> HttpResponseBase:
    package = export_jobs(
        actor=actor_of(request),
        workspace=workspace,
        jobs=chosen.jobs,
        others=chosen.others,
        selection=chosen.selection,
        depend=depend_asked(request.POST),
    )
    return package_response(package)


def _page(request: HttpRequest, workspace: Workspace, params: QueryDict, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    chosen = chosen_stored(selection_get(actor=actor, workspace=workspace, pk=params.get("s", "")))
    only = chosen.only_job
    above = [(only, object_url(workspace.pk, Kind.JOB, only))] if only else []
    frame = frame_of(request, workspace.pk, chosen.choice.kind or Kind.JOB, *above, (_("Export"), ""))
    page = export_page(actor, frame, chosen, params)
    return render(request, "transfer/export.html", {"page": page}, status=status)
