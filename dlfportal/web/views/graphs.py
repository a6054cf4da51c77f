"""The graph of a job as a file, and what is said of one of its nodes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url
from dlfportal.web.pages.graph import graph_file
from dlfportal.web.pages.node import node_page

ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture opened alone has its style within, and can do nothing else."""


@require_safe
def graph_svg(request: HttpRequest, workspace_id: str, name: str, number: int) -> HttpResponse:
    """Send the graph of a revision as SVG, or say that the browser has it already."""
    part = graph_file(request, workspace_id, name, number)
    is_styled = "inline" not in request.GET  # a page that takes the picture in has the style itself
    etag = f'"{part.tag(is_styled=is_styled)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None or response.status_code != 304:
        response = HttpResponse(part.file(is_styled=is_styled), content_type="image/svg+xml; charset=utf-8")
    response["ETag"], response["Content-Security-Policy"] = etag, ALONE
    if "download" in request.GET:
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.svg")
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
def node_view(request: HttpRequest, workspace_id: str, name: str, number: int, index: int) -> HttpResponse:
    """Show one node of a revision: a page, or with `?fragment` what the graph opens beside itself."""
    page = node_page(request, workspace_id, name, number, index)
    template = "graph/_node.html" if "fragment" in request.GET else "graph/node.html"
    return render(request, template, {"page": page, "search_url": list_url(workspace_id, Kind.JOB)})
