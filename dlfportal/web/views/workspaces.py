"""The fragment that the menu of workspaces asks for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dlfportal.web.pages.switcher import workspaces_found


@require_safe
def choices(request: HttpRequest) -> HttpResponse:
    """Show the workspaces that one may see and that have the words of `q` in their names."""
    found = workspaces_found(request.user, request.GET.get("place", ""), request.GET.get("q", ""))
    return render(request, "components/_workspace_choices.html", {"found": found})
