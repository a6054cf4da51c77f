"""Activity: what was done, of a workspace and of all that one may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dlfportal.audit.acts import ActFilter
from dlfportal.transfer.exports.delivery import content_disposition
from dlfportal.web.act_files import csv_of, json_of
from dlfportal.web.pages.act import act_get, act_page
from dlfportal.web.pages.activity import (
    NEW_AT_MOST,
    ActQuery,
    Reader,
    activity_page,
    new_count,
    reader_in,
    reader_of,
)
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.paging import Address
from dlfportal.web.requests import workspace_of

FILES: dict[str, tuple[str, Callable[[Reader, ActFilter], Iterator[str]]]] = {
    "acts.csv": ("text/csv; charset=utf-8", csv_of),
    "acts.json": ("application/json", json_of),
}


@require_safe
def activity(request: HttpRequest, workspace_id: str = "") -> HttpResponse:
    """Show the acts of a workspace, or without one all that the person may see."""
    frame = frame_of(request, workspace_id, "activity") if workspace_id else None
    page = activity_page(frame, _reader(request, workspace_id), request.GET)
    return render(request, "activity/workspace.html" if frame else "activity/all.html", {"page": page})


@require_safe
def activity_file(request: HttpRequest, name: str, workspace_id: str = "") -> HttpResponseBase:
    """Answer the same acts as a file."""
    content_type, write = FILES[name]
    lines = write(_reader(request, workspace_id), ActQuery.read(request.GET).chosen)
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = content_disposition(name)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def activity_new(request: HttpRequest, workspace_id: str = "") -> HttpResponseBase:
    """Say how many acts are newer than a page: 304 while the number is what the asker knows."""
    count = new_count(_reader(request, workspace_id), request.GET)
    number = f"{count}+" if count >= NEW_AT_MOST else str(count)
    text = ngettext("%(number)s new, show", "%(number)s new, show", count) % {"number": number}
    response = JsonResponse({"count": count, "text": text})
    etag = f'"{count}-{request.GET.get("after", "")[:40]}"'
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
def act(request: HttpRequest, workspace_id: str, pk: int) -> HttpResponse:
    """Show one act of a workspace with all that it did."""
    frame = frame_of(request, workspace_id, "activity", (str(pk), ""))
    page = act_page(frame, act_get(frame, pk), Address(request.GET), request.GET.get("after", ""))
    return render(request, "activity/act.html", {"page": page})


def _reader(request: HttpRequest, workspace_id: str) -> Reader:
    if not workspace_id:
        return reader_of(request.user)
    return reader_in(workspace_of(request, workspace_id).pk)
