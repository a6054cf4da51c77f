"""The graph of a job as a file, what is said of one of its nodes, and the graph of jobs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url
from dlfportal.web.graph.jobs import JobsView
from dlfportal.web.pages.graph import graph_file
from dlfportal.web.pages.job_graph import job_graph_file, job_graph_page
from dlfportal.web.pages.node import node_page
from dlfportal.web.views.former import former_followed

ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture opened alone has its style within, and can do nothing else."""

LONGEST_NAME = 120
"""A file has no longer name."""


@require_safe
@former_followed
def graph_svg(request: HttpRequest, workspace_id: str, name: str, number: int) -> HttpResponse:
    """Send the graph of a revision as SVG, or say that the browser has it already."""
    part = graph_file(request, workspace_id, name, number)
    is_styled = "inline" not in request.GET  # a page that takes the picture in has the style itself
    tag = part.tag(is_styled=is_styled)
    return _sent(request, f"{name}.svg", tag, lambda: part.file(is_styled=is_styled))


@require_safe
def job_graph(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show what is around the jobs of the query `q`, or where to begin to look."""
    return render(request, "graph/jobs.html", {"page": job_graph_page(request, workspace_id)})


@require_safe
def job_graph_svg(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Send the graph of the jobs of the query `q` as SVG, or say that the browser has it already."""
    picture = job_graph_file(request, workspace_id).picture
    view = JobsView(is_tall="tall" in request.GET, is_file="inline" not in request.GET)
    name = f"{'_'.join(picture.wanted)[:LONGEST_NAME]}.svg"
    return _sent(request, name, picture.tag(view), lambda: picture.svg(view))


def _sent(request: HttpRequest, name: str, tag: str, make: Callable[[], str]) -> HttpResponse:
    """Return a picture whose state `tag` names, or 304 where the browser has it."""
    etag = f'"{tag}"'
    response = get_conditional_response(request, etag=etag)
    if response is None or response.status_code != 304:
        response = HttpResponse(make(), content_type="image/svg+xml; charset=utf-8")
    response["ETag"], response["Content-Security-Policy"] = etag, ALONE
    if "download" in request.GET:
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
@former_followed
def node_view(request: HttpRequest, workspace_id: str, name: str, number: int, index: int) -> HttpResponse:
    """Show one node of a revision: a page, or with `?fragment` what the graph opens beside itself."""
    page = node_page(request, workspace_id, name, number, index)
    template = "graph/_node.html" if "fragment" in request.GET else "graph/node.html"
    return render(request, template, {"page": page, "search_url": list_url(workspace_id, Kind.JOB)})
