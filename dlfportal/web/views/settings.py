"""The settings of a workspace: what needs a second person in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views import View

from dlfportal.access.models import Covered, Workspace
from dlfportal.access.policy import Right, workspace_get
from dlfportal.access.second_person import SameAdmin, change_ask, change_confirm, change_withdraw
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, Conflict, PortalError, gettext_noop
from dlfportal.web.pages.settings import settings_page
from dlfportal.web.requests import actor_of

TEMPLATE = "access/settings.html"
ASKED = gettext_noop("The change is asked for. It holds when another admin confirms it on this page.")
SET = gettext_noop("The setting is changed.")
WITHDRAWN = gettext_noop("The change is withdrawn.")
CHANGES = {f"{setting}-{state}": (setting, state == "on") for setting in Covered for state in ("on", "off")}
"""The changes that can be asked for and confirmed, as the buttons name them."""


class SettingsView(View):
    """The page, and what its buttons do: a change is asked for by one admin and confirmed by another."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        return render(request, TEMPLATE, {"page": settings_page(request, workspace_id)})

    def post(self, request: HttpRequest, workspace_id: str) -> HttpResponse:
        workspace = workspace_get(request.user, workspace_id, Right.MANAGE)
        try:
            said = _do(actor_of(request), workspace, request.POST.get("act", ""))
        except (BadRequest, Conflict, SameAdmin) as error:
            return _refused(request, workspace_id, error)
        messages.success(request, gettext(said))
        return redirect("web:settings", workspace_id)


def _do(actor: Actor, workspace: Workspace, act: str) -> str:
    """Do what a button says, and return what is to be said of it. Raises BadRequest for no button."""
    verb, _dash, asked = act.partition("-")
    change = CHANGES.get(asked)
    if act == "withdraw":
        change_withdraw(actor=actor, workspace=workspace)
        return WITHDRAWN
    if change and verb == "ask":
        change_ask(actor=actor, workspace=workspace, setting=change[0], wanted=change[1])
        return ASKED
    if change and verb == "confirm":
        change_confirm(actor=actor, workspace=workspace, setting=change[0], wanted=change[1])
        return SET
    raise BadRequest(gettext_noop("The form does not say what to do."))


def _refused(request: HttpRequest, workspace_id: str, error: PortalError) -> HttpResponse:
    page = settings_page(request, workspace_id, error_text(error))
    statuses = {BadRequest: 400, SameAdmin: 403}
    return render(request, TEMPLATE, {"page": page}, status=statuses.get(type(error), 409))
