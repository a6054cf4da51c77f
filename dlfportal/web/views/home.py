"""The way in: the workspaces one may see."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from dlfportal.access.models import Project, Workspace
from dlfportal.access.policy import is_superuser, role_label, workspaces_seen
from dlfportal.catalogue.counts import kind_counts
from dlfportal.catalogue.kinds import KINDS, KindSpec


@dataclass(frozen=True, slots=True)
class Card:
    """One workspace on the home page."""

    workspace: Workspace
    role: str | Promise
    counts: list[tuple[KindSpec, int]]


Groups = list[tuple[Project, list[Card]]]


def groups_of(user: User | AnonymousUser) -> Groups:
    """Return the workspaces that `user` may see, project by project."""
    workspaces = list(workspaces_seen(user).order_by("project__name", "name", "id"))
    counts = kind_counts(workspaces)
    cards = [
        Card(
            found,
            role_label(found),
            [(spec, counts[found.pk][spec.kind]) for spec in KINDS.values()],
        )
        for found in workspaces
    ]
    by_project = groupby(cards, key=lambda card: card.workspace.project)
    return [(project, list(found)) for project, found in by_project]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the workspaces one may see, project by project."""
    context = {"groups": groups_of(request.user), "may_create": is_superuser(request.user)}
    return render(request, "catalogue/home.html", context)
