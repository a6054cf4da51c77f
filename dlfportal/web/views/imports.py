"""Imports of a workspace: the list of them, and what one did."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dlfportal.transfer.exports.delivery import content_disposition
from dlfportal.transfer.imports.deaths import run_get
from dlfportal.transfer.models import ImportRun
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.imports.files import csv_of, json_of
from dlfportal.web.pages.imports.lists import imports_page
from dlfportal.web.pages.imports.result import result_page
from dlfportal.web.requests import actor_of, workspace_of

FILES: dict[str, tuple[str, Callable[[ImportRun], Iterator[str]]]] = {
    "objects.csv": ("text/csv; charset=utf-8", csv_of),
    "objects.json": ("application/json", json_of),
}


@require_safe
def imports_view(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show the imports of a workspace, newest first."""
    return render(request, "imports/list.html", {"page": imports_page(request, workspace_id)})


@require_safe
def run_view(request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
    """Show what an import did, object by object."""
    run = _run(request, workspace_id, pk)
    frame = frame_of(request, workspace_id, "imports", (run.source, ""))
    return render(request, "imports/result.html", {"page": result_page(request, frame, run)})


@require_safe
def objects_file(request: HttpRequest, workspace_id: str, pk: str, name: str) -> HttpResponseBase:
    """Answer the objects of an import as a file."""
    run = _run(request, workspace_id, pk)
    content_type, write = FILES[name]
    response = StreamingHttpResponse(write(run), content_type=content_type)
    response["Content-Disposition"] = content_disposition(name)
    response["Cache-Control"] = "no-store"
    return response


def _run(request: HttpRequest, workspace_id: str, pk: str) -> ImportRun:
    workspace = workspace_of(request, workspace_id)
    return run_get(actor=actor_of(request), workspace=workspace, run_id=pk)
