"""Imports of a workspace: the package that comes in, the list of plans and imports, what one did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views import View
from django.views.decorators.http import require_safe

from dlfportal.access.policy import Right, workspace_get
from dlfportal.access.uploads import UploadRule, takes_upload
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, Conflict, Forbidden, NotFound, PortalError
from dlfportal.links import import_plan_url, import_run_url
from dlfportal.transfer.exports.delivery import content_disposition
from dlfportal.transfer.imports.options import ImportOptions, Policy
from dlfportal.transfer.imports.plan import limits
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import ImportRun, RunStatus
from dlfportal.transfer.planning.bringing import plan_from_workspace
from dlfportal.transfer.planning.making import plan_begin, plan_begin_bucket
from dlfportal.transfer.planning.plans import plan_get
from dlfportal.transfer.store.uploads import StoreFull
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.imports.files import csv_of, json_of
from dlfportal.web.pages.imports.lists import PLANS, imports_page
from dlfportal.web.pages.imports.package import (
    BUCKET,
    FILE,
    NOTHING_CHOSEN,
    WORKSPACE,
    origin_asked,
    package_page,
)
from dlfportal.web.pages.imports.progress import ProgressPage
from dlfportal.web.pages.imports.result import result_page
from dlfportal.web.requests import actor_of, workspace_of

PACKAGE = "imports/package.html"
FILES: dict[str, tuple[str, Callable[[ImportRun], Iterator[str]]]] = {
    "objects.csv": ("text/csv; charset=utf-8", csv_of),
    "objects.json": ("application/json", json_of),
}
OPTIONS = ImportOptions(policy=Policy.OVERWRITE)
"""What a plan begins with: a person sees all that would change, and chooses."""


def _may_import(request: HttpRequest, workspace_id: str) -> None:
    workspace_get(request.user, workspace_id, Right.EDIT)


def _status_of(error: PortalError) -> int:
    """Return the status of the answer that says why there is no plan."""
    if isinstance(error, StoreFull):
        return 507
    return 409 if isinstance(error, Conflict) else 400


class PackageView(View):
    """Where a package comes from; what is sent becomes a plan."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        return render(request, PACKAGE, {"page": package_page(request, workspace_id, request.GET.dict())})

    def post(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        _may_import(request, workspace_id)
        try:
            run = _planned(request, workspace_id)
        except (BadRequest, Conflict, NotFound) as error:
            return self._refused(request, workspace_id, error_text(error), _status_of(error))
        if run.status == RunStatus.DISCARDED:
            return self._refused(request, workspace_id, run_message(run), 400)
        return redirect(import_plan_url(workspace_id, run.pk))

    def _refused(self, request: HttpRequest, workspace_id: str, text: str, status: int) -> HttpResponse:
        page = package_page(request, workspace_id, request.POST.dict(), text)
        return render(request, PACKAGE, {"page": page}, status=status)


def _may_send(request: HttpRequest, workspace_id: str) -> None:
    """Refuse who may not import, before the body is read: no view can answer yet."""
    try:
        _may_import(request, workspace_id)
    except NotFound as error:
        raise Http404 from error
    except Forbidden as error:
        raise PermissionDenied from error


UPLOAD = UploadRule(lambda: limits().package_bytes, _may_send)
package = takes_upload(PackageView.as_view(), UPLOAD)


def _planned(request: HttpRequest, workspace_id: str) -> ImportRun:
    """Begin the plan of what a form sends. Raises what the services raise, BadRequest for no choice."""
    actor, workspace = actor_of(request), workspace_of(request, workspace_id)
    source = request.POST.get("from", FILE)
    if source == WORKSPACE and request.POST.get("origin"):
        origin, choice = origin_asked(actor, request.POST)
        submitted = "submitted" in request.POST
        return plan_from_workspace(
            actor=actor,
            workspace=workspace,
            origin=origin,
            choice=choice,
            options=OPTIONS,
            submitted=submitted,
        )
    if source == BUCKET and (path := request.POST.get("path")):
        return plan_begin_bucket(actor=actor, workspace=workspace, path=path, options=OPTIONS)
    if source == FILE and (file := request.FILES.get("file")):
        content, name = cast(BinaryIO, file), str(file.name)
        return plan_begin(actor=actor, workspace=workspace, file=content, name=name, options=OPTIONS)
    raise BadRequest(NOTHING_CHOSEN.get(source, NOTHING_CHOSEN[FILE]))


@require_safe
def imports_view(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show the plans and imports of a workspace, newest first."""
    return render(request, "imports/list.html", {"page": imports_page(request, workspace_id)})


@require_safe
def run_view(request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
    """Show how an import is getting on, then what it did; a plan has a page of its own."""
    workspace = workspace_of(request, workspace_id)
    run = plan_get(actor=actor_of(request), workspace=workspace, run_id=pk)
    if run.status in PLANS:
        return redirect(import_plan_url(workspace_id, pk))
    is_open = run.status == RunStatus.RUNNING
    if "fragment" in request.GET and not is_open:
        return redirect(import_run_url(workspace_id, pk))
    frame = frame_of(request, workspace_id, "imports", (run.source, ""))
    if is_open:
        return progress(request, ProgressPage(frame, run))
    return render(request, "imports/result.html", {"page": result_page(request, frame, run)})


def progress(request: HttpRequest, page: ProgressPage) -> HttpResponse:
    """Answer how a plan or an import is getting on: the page, or only the part that changes."""
    template = "imports/_progress.html" if "fragment" in request.GET else "imports/progress.html"
    return render(request, template, {"page": page})


@require_safe
def objects_file(request: HttpRequest, workspace_id: str, pk: str, name: str) -> HttpResponseBase:
    """Answer the objects of a plan or an import as a file."""
    workspace = workspace_of(request, workspace_id)
    run = plan_get(actor=actor_of(request), workspace=workspace, run_id=pk)
    content_type, write = FILES[name]
    response = StreamingHttpResponse(write(run), content_type=content_type)
    response["Content-Disposition"] = content_disposition(name)
    response["Cache-Control"] = "no-store"
    return response
