"""Search over all that one may see, and the palette."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, get_language_info
from django.views.decorators.http import require_safe

from dlfportal.web.pages.go import go_page
from dlfportal.web.pages.search import search_page


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the objects that have the words of `q` in their name or description."""
    page = search_page(request.user, request.GET)
    return render(request, "search/search.html", {"page": page, "search_query": page.text})


@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Answer the palette: where the words of `q` lead, as a fragment of a page."""
    code = next(code for code, _name in settings.LANGUAGES if code != get_language())
    page = go_page(request, (code, get_language_info(code)["name_local"]))
    response = render(request, "search/_go.html", {"page": page})
    response["Cache-Control"] = "no-store"
    return response
