"""The overview of a workspace, for people and for programs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.overview import overview_json, overview_page
from dlfportal.web.pages.week import cell_page
from dlfportal.web.requests import workspace_of


@require_safe
def workspace(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show what a workspace holds, when it runs, what is wrong, what changed; `format=json` is its twin."""
    page = overview_page(request, frame_of(request, workspace_id, "overview"))
    if request.GET.get("format") == "json":
        return JsonResponse(overview_json(page), json_dumps_params={"ensure_ascii": False, "indent": 2})
    return render(request, "overview/overview.html", {"page": page})


@require_safe
def week_cell(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Answer the piece of a page that says which jobs start in the hour of the week that `starts` names."""
    cell = cell_page(workspace_of(request, workspace_id), request.GET.get("starts", ""))
    if cell is None:
        raise Http404
    return render(request, "overview/_cell.html", {"cell": cell})
