"""The pages of objects of every kind: lists, single objects, and their revisions."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url
from dlfportal.web.pages.cdm_job import CdmJobPage
from dlfportal.web.pages.chosen import selection_shown
from dlfportal.web.pages.columns import columns_cookie, columns_differing
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.job import JobPage
from dlfportal.web.pages.list import list_page
from dlfportal.web.pages.object import ObjectPage, object_page
from dlfportal.web.pages.paging import Address
from dlfportal.web.pages.resource import ResourcePage
from dlfportal.web.pages.revision import revision_page
from dlfportal.web.pages.script import ScriptPage
from dlfportal.web.requests import actor_of
from dlfportal.web.views.former import former_followed
from dlfportal.web.views.reviving import gone_shown

COLUMNS_KEPT = timedelta(days=365)
PAGES: dict[Kind, type[ObjectPage]] = {
    Kind.JOB: JobPage,
    Kind.SCRIPT: ScriptPage,
    Kind.RESOURCE: ResourcePage,
    Kind.CDM_JOB: CdmJobPage,
}
"""What the template `catalogue/<kind>_detail.html` of each kind is given."""


@require_safe
def list_view(request: HttpRequest, workspace_id: str, kind: Kind) -> HttpResponse:
    """Show the objects of a kind: searched, filtered, sorted and paged by the address."""
    frame = frame_of(request, workspace_id, kind)
    if "columns" in request.GET:
        return _columns_choose(request, KINDS[kind])
    shown = selection_shown(actor_of(request), frame.workspace, request.GET)
    page = list_page(frame, kind, request.GET, request.COOKIES, shown)
    return render(request, "catalogue/list.html", {"page": page})


def _columns_choose(request: HttpRequest, spec: KindSpec) -> HttpResponse:
    """Keep the columns that the form of a list sends, and lead to the list as it was."""
    response = redirect(f"{request.path}{Address(request.GET).changed(columns='', shown='')}")
    differing = columns_differing(spec, request.GET.getlist("shown"))
    if differing:
        response.set_cookie(columns_cookie(spec), differing, COLUMNS_KEPT, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(columns_cookie(spec))
    return response


@require_safe
@gone_shown
@former_followed
def object_view(request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
    """Show an object at its newest revision; the address of a former name leads to the new one, that of a
    deleted object says so.
    """
    page = object_page(PAGES[kind], request, workspace_id, kind, name)
    context = {"page": page, "search_url": list_url(workspace_id, kind)}
    return render(request, f"catalogue/{kind}_detail.html", context)


@require_safe
@former_followed
def revision_view(
    request: HttpRequest, workspace_id: str, kind: Kind, name: str, number: int
) -> HttpResponse:
    """Show the document of one revision, read only; under a former name as above."""
    page = revision_page(request, workspace_id, kind, name, number)
    context = {"page": page, "search_url": list_url(workspace_id, kind)}
    return render(request, "catalogue/revision.html", context)
