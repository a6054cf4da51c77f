"""Comparing workspaces and packages: the list of pairs, what differs in one, and exporting what differs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dlfportal.catalogue.selections import selection_store
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import Conflict, NotFound, gettext_noop
from dlfportal.links import comparing_url, selection_export_url
from dlfportal.transfer.comparing.filling import readings_request
from dlfportal.web.pages.comparing.asked import address_chosen
from dlfportal.web.pages.comparing.page import sides_page
from dlfportal.web.pages.comparing.pairing import pair_page
from dlfportal.web.pages.comparing.ticked import ticked_of
from dlfportal.web.requests import actor_of, workspace_of


@require_safe
def sides_view(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show what two sides have in common and what not, or what one may compare with.

    `fragment=progress` is only how many pairs are still to be read.
    """
    if url := address_chosen(workspace_of(request, workspace_id), request.GET):
        return redirect(url)
    page = sides_page(request, workspace_id, request.GET)
    if request.GET.get("fragment") == "progress":
        return render(request, "comparing/_progress.html", {"page": page})
    return render(request, "comparing/sides.html" if page.asked else "comparing/choose.html", {"page": page})


@require_safe
def pair_view(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Show what differs in one pair; `fragment` leaves out what is around it."""
    page = pair_page(request, workspace_id)
    template = "comparing/_pair.html" if "fragment" in request.GET else "comparing/pair.html"
    return render(request, template, {"page": page})


@require_POST
def read(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Ask a worker to read the pairs of a comparison, and lead back to it."""
    page = sides_page(request, workspace_id, request.POST)
    if page.asked is None:
        raise NotFound(gettext_noop("Nothing to compare with was chosen."))
    try:
        readings_request(actor=page.actor, comparison=page.asked.comparison)
    except Conflict as error:
        messages.warning(request, error_text(error))
    return redirect(comparing_url(workspace_id, **dict(page.address.pairs())))


@require_POST
def export(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Store what is ticked, as one side has it, and lead to the page before its export."""
    page = sides_page(request, workspace_id, request.POST)
    is_there = request.POST.get("side") == "there"
    shown = page.there if is_there else page.here
    if page.asked is None or shown is None or not shown.exports:
        raise NotFound(gettext_noop("There is nothing to export on this side."))
    choice = ticked_of(page, is_there).choice
    workspace = shown.side.workspace
    if not choice.names:
        messages.info(request, gettext("Nothing of it is in %(name)s.") % {"name": workspace.name})
        return redirect(page.asked.url)
    selection = selection_store(actor=actor_of(request), workspace=workspace, choice=choice)
    status = "SUBMIT" if shown.state == "submitted" else ""
    return redirect(selection_export_url(workspace.pk, selection.pk, exportStatus=status))
