"""Export: choosing, what goes in and why, its parts, the download and its receipt; all exports there were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.selections import Choice, selection_get, selection_store
from dlfportal.catalogue.selectors import object_get
from dlfportal.formats.kinds import Kind
from dlfportal.links import (
    export_accept_url,
    export_needs_url,
    export_split_url,
    object_url,
    receipt_url,
    selection_export_url,
)
from dlfportal.transfer.exports.again import export_again
from dlfportal.transfer.exports.delivery import content_disposition, package_response
from dlfportal.transfer.exports.package import export_job, export_jobs
from dlfportal.transfer.exports.selectors import export_last
from dlfportal.transfer.models import ExportState
from dlfportal.web.pages.chosen import Chosen, choice_asked, chosen_of, chosen_packed
from dlfportal.web.pages.exporting.accepting import accept_page
from dlfportal.web.pages.exporting.asked import Asked, asked_of
from dlfportal.web.pages.exporting.building import export_page, folder_of
from dlfportal.web.pages.exporting.lists import exports_page
from dlfportal.web.pages.exporting.needs import needs_csv, needs_page
from dlfportal.web.pages.exporting.options import (
    depend_asked,
    packing_of_job,
    packing_posted,
    status_asked,
)
from dlfportal.web.pages.exporting.page import FolderPage
from dlfportal.web.pages.exporting.receipt import receipt_page
from dlfportal.web.pages.exporting.split import split_page
from dlfportal.web.pages.exporting.start import choice_since, is_start, start_page
from dlfportal.web.pages.exporting.taking import package_of, refusal
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import actor_of, workspace_of
from dlfportal.web.views.former import former_followed


class JobExportView(View):
    """The package of one job, in the layout of its own; the page before it is that of a selection."""

    http_method_names = ["get", "head", "post"]

    @method_decorator(former_followed)
    def get(self, request: HttpRequest, workspace_id: str, name: str) -> HttpResponse:
        workspace = workspace_of(request, workspace_id)
        job = object_get(workspace, Kind.JOB, name)
        packing = packing_of_job(request.GET)
        return _store(request, workspace, Choice({Kind.JOB: [job.name]}, packing=packing))

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

    What is chosen is stored as a selection, whose page shows what goes in. Without parameters it is the form
    that chooses.
    """

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        workspace = workspace_of(request, workspace_id)
        if is_start(request.GET):
            return render(request, "exporting/start.html", {"page": start_page(request, workspace_id)})
        choice = choice_asked(actor_of(request), workspace, request.GET)
        return _store(request, workspace, choice_since(choice, workspace, request.GET))

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
    workspace = workspace_of(request, workspace_id)
    return _page(request, _selection(request, workspace, request.GET.get("s", "")))


@require_safe
def folder(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show what one job of a package brings along; `fragment=1` without the frame."""
    workspace = workspace_of(request, workspace_id)
    selection = _selection(request, workspace, request.GET.get("s", ""))
    asked = asked_of(selection)
    group = folder_of(actor_of(request), workspace, asked, request.GET.get("job", "").replace("\0", ""))
    if request.GET.get("fragment") == "1":
        return render(request, "exporting/_rows.html", {"group": group})
    frame = _frame(request, workspace.pk, asked.chosen, (request.GET["job"], ""))
    page = FolderPage(frame, group, selection.pk)
    return render(request, "exporting/folder.html", {"page": page})


@require_safe
def split(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show the parts that DataArts takes."""
    workspace = workspace_of(request, workspace_id)
    return _split(request, _selection(request, workspace, request.GET.get("s", "")))


@require_safe
def needs(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show all that the target of a package must have; of a large one piece by piece."""
    title, template = str(_("The target must have")), "exporting/needs.html"
    return _by_pieces(request, workspace_id, title, export_needs_url, needs_page, template)


@require_safe
def needs_file(request: HttpRequest, workspace_id: str) -> HttpResponseBase:
    """Answer all that the target of a package must have as a file."""
    workspace = workspace_of(request, workspace_id)
    asked = asked_of(_selection(request, workspace, request.GET.get("s", "")))
    lines = needs_csv(actor_of(request), workspace, asked)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition("needs.csv")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def accept(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show all that DataArts would say of a package; of a large one piece by piece."""
    title, template = str(_("Will DataArts accept it")), "exporting/accept.html"
    return _by_pieces(request, workspace_id, title, export_accept_url, accept_page, template)


def _by_pieces(
    request: HttpRequest,
    workspace_id: str,
    title: str,
    url_of: Callable[[str, str], str],
    page_of: Callable[[Actor, Frame, Asked, str], object],
    template: str,
) -> HttpResponse:
    """Show the piece of a package that begins after `after`."""
    workspace = workspace_of(request, workspace_id)
    asked = asked_of(_selection(request, workspace, request.GET.get("s", "")))
    above = (title, url_of(workspace.pk, asked.chosen.selection_id))
    frame = _frame(request, workspace.pk, asked.chosen, above)
    page = page_of(actor_of(request), frame, asked, request.GET.get("after", ""))
    return render(request, template, {"page": page})


@require_safe
def last(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Lead to the receipt of the reader's last download of a selection; 204 while none is after `after`."""
    workspace = workspace_of(request, workspace_id)
    selection = _selection(request, workspace, request.GET.get("s", ""))
    found = export_last(request.user.get_username(), workspace, selection.pk)
    if "after" in request.GET:
        is_new = found is not None and found.pk != request.GET["after"]
        if not is_new or found is None or found.shown_state is ExportState.RUNNING:
            return HttpResponse(status=204)
    if found is None:
        return redirect(selection_export_url(workspace.pk, selection.pk))
    return redirect(receipt_url(workspace.pk, found.pk))


@require_safe
def exports_view(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show the exports of a workspace, newest first."""
    return render(request, "exporting/list.html", {"page": exports_page(request, workspace_id)})


@require_safe
def receipt(request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
    """Show what an export was."""
    return render(request, "exporting/receipt.html", {"page": receipt_page(request, workspace_id, pk)})


@require_POST
def again(request: HttpRequest, workspace_id: str, pk: str) -> HttpResponseBase:
    """Answer the package of an export again, byte for byte."""
    workspace = workspace_of(request, workspace_id)
    return package_response(export_again(actor=actor_of(request), workspace=workspace, pk=pk))


def _selection(request: HttpRequest, workspace: Workspace, pk: str) -> Selection:
    return selection_get(actor=actor_of(request), workspace=workspace, pk=pk)


def _store(request: HttpRequest, workspace: Workspace, choice: Choice) -> HttpResponse:
    selection = selection_store(actor=actor_of(request), workspace=workspace, choice=choice)
    return redirect(selection_export_url(workspace.pk, selection.pk))


def _download_shown(request: HttpRequest, workspace: Workspace) -> HttpResponseBase:
    """Answer the package of a selection as it was ticked, if it is the set that the page showed.

    Else answer the page; `recount` asks for that of what was ticked.
    """
    params, actor = request.POST, actor_of(request)
    shown = _selection(request, workspace, params["s"])
    choice = Choice.read(shown.chosen)
    ticked = replace(choice, packing=packing_posted(choice.packing, params))
    if "recount" in params:
        return _store(request, workspace, ticked)
    selection = shown
    if ticked.write() != choice.write():
        selection = selection_store(actor=actor, workspace=workspace, choice=ticked)
    asked = asked_of(selection)
    error, status = refusal(workspace, asked, chosen_packed(shown).shown.digest, params)
    if error:
        answer = _split if "part" in params else _page
        return answer(request, selection, error, status)
    return package_response(package_of(actor, workspace, asked, shown.pk, params))


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


def _page(request: HttpRequest, selection: Selection, error: str = "", status: int = 200) -> HttpResponse:
    params = request.POST if error else request.GET
    asked = asked_of(selection)
    frame = _frame(request, selection.workspace_id, asked.chosen)
    page = export_page(actor_of(request), frame, asked, params, error)
    return render(request, "exporting/preview.html", {"page": page}, status=status)


def _split(request: HttpRequest, selection: Selection, error: str = "", status: int = 200) -> HttpResponse:
    above = (str(_("Parts")), export_split_url(selection.workspace_id, selection.pk))
    asked = asked_of(selection)
    frame = _frame(request, selection.workspace_id, asked.chosen, above)
    number, reason = request.GET.get("page", ""), request.POST.get("reason", "")
    page = split_page(actor_of(request), frame, asked, number, error, reason)
    return render(request, "exporting/split.html", {"page": page}, status=status)


def _frame(request: HttpRequest, workspace_id: str, chosen: Chosen, *below: tuple[str, str]) -> Frame:
    only = chosen.only_job
    above = [(only, object_url(workspace_id, Kind.JOB, only))] if only else []
    own = (_("Export"), selection_export_url(workspace_id, chosen.selection_id) if below else "")
    return frame_of(request, workspace_id, chosen.choice.kind or Kind.JOB, *above, own, *below)
