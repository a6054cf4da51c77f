"""The help: its contents, and its topics."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dlfportal.web.pages.help import help_page


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Show what the help explains to the reader."""
    return render(request, "help/contents.html", {"page": help_page(request)})


@require_safe
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """Show one topic, with examples of the reader's own."""
    return render(request, "help/topic.html", {"page": help_page(request, key)})
