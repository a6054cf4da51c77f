"""The page that compares two revisions of an object."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url
from dlfportal.web.pages.compare import compare_page
from dlfportal.web.views.former import former_followed


@require_safe
@former_followed
def compare_view(request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> HttpResponse:
    """Show what differs between two revisions, as `from` and `to` in the address say."""
    page = compare_page(request, workspace_id, kind, name)
    context = {"page": page, "search_url": list_url(workspace_id, kind)}
    return render(request, "difference/compare.html", context)
