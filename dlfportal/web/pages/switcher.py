"""The menu that leads to another workspace and keeps the tab one is on."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from dlfportal.access.models import Workspace
from dlfportal.access.policy import role_label, workspaces_seen
from dlfportal.formats.kinds import Kind
from dlfportal.web.pages.frame import BY_KEY, Frame, Place
from dlfportal.web.reader import cookie_send

COOKIE = "workspaces"
"""The workspaces used last, newest first: in the browser until it ends, so that looking writes nothing.

Nothing is taken on trust from it: its ids are looked up among the workspaces that the reader may see.
"""
RECENT = 5
AT_ONCE = 50
WIRE_ID = 32


@dataclass(frozen=True, slots=True)
class Choice:
    """One workspace of the menu, with the reader's role in it."""

    workspace: Workspace
    role: str | Promise
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Switcher:
    """The menu: the workspace one is in, if any, and the ones used last."""

    current: Workspace | None
    place: Place
    recent: list[Choice]


@dataclass(frozen=True, slots=True)
class Found:
    """The workspaces that a filter found; `is_more` says that others match too."""

    choices: list[Choice]
    is_more: bool


def switcher_of(request: HttpRequest) -> Switcher | None:
    """Return the menu of this page, or None where nobody is signed in."""
    user = getattr(request, "user", AnonymousUser())
    if not user.is_authenticated:
        return None
    frame: Frame | None = getattr(request, "frame", None)
    place = frame.place if frame else BY_KEY[Kind.JOB]
    current = frame.workspace if frame else None
    used = used_last(request)
    found = {found.pk: found for found in workspaces_seen(user).filter(pk__in=used)} if used else {}
    recent = [_choice(found[pk], place, current) for pk in used if pk in found]
    return Switcher(current, place, recent)


def workspaces_found(user: User | AnonymousUser, key: str, words: str) -> Found:
    """Return the workspaces whose own or project's name has each of `words`, leading to the place `key`."""
    rows = workspaces_seen(user).order_by("project__name", "name", "pk")
    for word in words.split()[:RECENT]:
        rows = rows.filter(Q(name__icontains=word) | Q(project__name__icontains=word) | Q(pk=word))
    found = list(rows[: AT_ONCE + 1])
    place = BY_KEY.get(key, BY_KEY[Kind.JOB])
    return Found([_choice(row, place, None) for row in found[:AT_ONCE]], len(found) > AT_ONCE)


def used_last(request: HttpRequest) -> list[str]:
    """Return the ids of the workspaces used last, the one of this page first."""
    kept = request.COOKIES.get(COOKIE, "").split(".")
    frame: Frame | None = getattr(request, "frame", None)
    here = [frame.workspace.pk] if frame else []
    return list(dict.fromkeys([*here, *(pk for pk in kept if len(pk) == WIRE_ID)]))[:RECENT]


def used_last_send(request: HttpRequest, response: HttpResponse) -> None:
    """Keep the workspace of this page among those used last, in a cookie that ends with the browser."""
    if not hasattr(request, "frame"):
        return
    used = ".".join(used_last(request))
    if used != request.COOKIES.get(COOKIE):
        cookie_send(response, COOKIE, used, max_age=None, httponly=True)


def _choice(workspace: Workspace, place: Place, current: Workspace | None) -> Choice:
    role = role_label(workspace)
    is_current = current is not None and workspace.pk == current.pk
    return Choice(workspace, role, place.url(workspace.pk), is_current)
