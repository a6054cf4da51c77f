"""The pages of objects of every kind: lists, single objects, and their revisions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url
from dlfportal.web.pages.cdm_job import CdmJobPage
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.job import JobPage
from dlfportal.web.pages.list import list_page
from dlfportal.web.pages.object import (
    ObjectPage,
    ResourcePage,
    ScriptPage,
    object_page,
    revision_page,
)

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
    page = list_page(frame_of(request, workspace_id, kind), kind, request.GET)
    return render(request, "catalogue/list.html", {"page": page})


@require_safe
def object_view(request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
    """Show an object at its newest revision."""
    page = object_page(PAGES[kind], request, workspace_id, kind, name)
    context = {"page": page, "search_url": list_url(workspace_id, kind)}
    return render(request, f"catalogue/{kind}_detail.html", context)


@require_safe
def revision_view(
    request: HttpRequest, workspace_id: str, kind: Kind, name: str, number: int
) -> HttpResponse:
    """Show the document of one revision, read only."""
    page = revision_page(request, workspace_id, kind, name, number)
    context = {"page": page, "search_url": list_url(workspace_id, kind)}
    return render(request, "catalogue/revision.html", context)
