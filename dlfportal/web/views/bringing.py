"""Bringing over what is ticked in a comparison: it becomes the plan of an import in the other workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.selections import choice_resolve
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, Conflict, NotFound, gettext_noop
from dlfportal.links import comparing_url, import_plan_url
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.planning.bringing import plan_from_workspace
from dlfportal.web.pages.comparing.asked import Asked
from dlfportal.web.pages.comparing.page import sides_page
from dlfportal.web.pages.comparing.ticked import Ticked, ticked_of
from dlfportal.web.requests import actor_of
from dlfportal.web.views.imports import OPTIONS

NAMED = 5
"""So many names a message gives."""


@require_POST
def bring(request: HttpRequest, workspace_id: str) -> HttpResponse:
    """Have the import of what is ticked planned in the other workspace, and lead to the plan."""
    page = sides_page(request, workspace_id, request.POST)
    asked, target = page.asked, page.asked.target if page.asked else None
    if asked is None or target is None:
        raise NotFound(gettext_noop("Between these two sides nothing can be brought over."))
    require(request.user, target, Right.EDIT)
    ticked = ticked_of(page, is_there=False)
    try:
        run = _planned(actor_of(request), asked, target, ticked)
    except (BadRequest, Conflict) as error:
        messages.error(request, error_text(error))
        return redirect(comparing_url(workspace_id, **dict(page.address.pairs())))
    for text in _left_out(asked, target, ticked):
        messages.warning(request, text)
    return redirect(import_plan_url(target.pk, run.pk))


def _planned(actor: Actor, asked: Asked, target: Workspace, ticked: Ticked) -> ImportRun:
    """Return the plan, under the mapping that the comparison has in use. Raises what the service raises."""
    origin = asked.here.workspace
    if not ticked.choice.names:
        raise BadRequest(gettext_noop("Nothing of it is in %(name)s."), name=origin.name)
    return plan_from_workspace(
        actor=actor,
        workspace=target,
        origin=origin,
        choice=ticked.choice,
        options=OPTIONS,
        mapping=asked.comparison.names_there,
        profile=asked.comparison.profile_there,
        submitted=asked.here.submitted,
    )


def _left_out(asked: Asked, target: Workspace, ticked: Ticked) -> Iterator[str]:
    """Yield what a person may expect in the plan that is not in it."""
    if ticked.left:
        text = ngettext(
            "%(number)s object is only in %(name)s and stays as it is: bringing over deletes nothing.",
            "%(number)s objects are only in %(name)s and stay as they are: bringing over deletes nothing.",
            ticked.left,
        )
        yield text % {"number": f"{ticked.left:,}", "name": target.name}
    if gone := choice_resolve(asked.here.workspace, ticked.choice).gone:
        text = gettext("Not in %(workspace)s any more: %(names)s.")
        yield text % {"workspace": asked.here.workspace.name, "names": _few(gone)}
    if unclear := [one.new for one in asked.comparison.unclear_names]:
        text = gettext("The profile has several names for %(names)s: choose in the mapping which is meant.")
        yield text % {"names": _few(unclear)}


def _few(names: Sequence[str]) -> str:
    return ", ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])
