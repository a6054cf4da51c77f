"""What every page of a workspace shows around its content: where one is, and the tabs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, may
from dlfportal.catalogue.counts import kind_counts
from dlfportal.catalogue.kinds import KINDS
from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url
from dlfportal.web.requests import workspace_of

Crumb = tuple[str | Promise, str]


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of object in the bar below the breadcrumb."""

    label: str
    url: str
    icon: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The workspace of a page, its tabs and breadcrumb, and what the person may do in it."""

    workspace: Workspace
    tabs: list[Tab]
    crumbs: list[Crumb]
    may_edit: bool


def frame_of(request: HttpRequest, workspace_id: str, kind: Kind, *crumbs: Crumb) -> Frame:
    """Return the frame of a page about objects of `kind`. Raises NotFound for strangers.

    `crumbs` follow those of project, workspace and kind.
    """
    workspace = workspace_of(request, workspace_id)
    counts = kind_counts([workspace])[workspace.pk]
    tabs = [
        Tab(
            spec.plural,
            list_url(workspace.pk, spec.kind),
            spec.tone,
            counts[spec.kind],
            spec.kind is kind,
        )
        for spec in KINDS.values()
    ]
    trail: list[Crumb] = [
        (workspace.project.name, reverse("web:home")),
        (workspace.name, reverse("web:workspace", args=[workspace.pk])),
        (KINDS[kind].plural, list_url(workspace.pk, kind)),
        *crumbs,
    ]
    return Frame(workspace, tabs, trail, may(request.user, workspace, Right.EDIT))
