"""Single files to take away: the document of an object, the text of a script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.delivery import content_disposition
from dlfportal.web.pages.files import document_file, script_file
from dlfportal.web.requests import workspace_of
from dlfportal.web.views.former import former_followed


@require_safe
@former_followed
def document_view(request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
    """Answer the document of an object as the newest revision has it, or the one that `revision` says."""
    workspace, cluster = workspace_of(request, workspace_id), request.GET.get("cluster")
    file = document_file(workspace, kind, name, cluster, request.GET.get("revision", ""))
    return _attachment(file.name, file.data, "application/json")


@require_safe
@former_followed
def script_text_view(request: HttpRequest, workspace_id: str, name: str) -> HttpResponse:
    """Answer the text of a script as the newest revision has it."""
    file = script_file(workspace_of(request, workspace_id), name)
    return _attachment(file.name, file.data, "text/plain; charset=utf-8")


def _attachment(name: str, data: bytes, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition(name)}
    return HttpResponse(data, content_type=content_type, headers=headers)
