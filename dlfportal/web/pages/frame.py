"""What every page of a workspace shows around its content: where one is, and the tabs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspace_entered
from dlfportal.catalogue.counts import kind_counts
from dlfportal.catalogue.kinds import KINDS
from dlfportal.formats.kinds import Kind

Crumb = tuple[str | Promise, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A tab that every workspace has. `key` names it, `route` leads to it, `kind` is whose list it is."""

    key: str
    label: str | Promise
    icon: str
    route: str
    kind: Kind | None = None

    def url(self, workspace_id: str) -> str:
        """Return the address of this place in a workspace."""
        return reverse(self.route, args=[workspace_id, self.kind] if self.kind else [workspace_id])

    @property
    def heading(self) -> str:
        """The label in the reader's language, as a heading."""
        return capfirst(str(self.label))


OVERVIEW = Place("overview", _("Overview"), "info", "web:workspace")
LISTS = tuple(
    Place(spec.kind.value, spec.model._meta.verbose_name_plural or "", spec.tone, "web:list", spec.kind)
    for spec in KINDS.values()
)
PLACES: tuple[Place, ...] = (
    OVERVIEW,
    *LISTS,
    Place("compare", _("Compare"), "compare", "web:comparing"),
    Place("imports", _("Imports"), "upload", "web:imports"),
    Place("exports", _("Exports"), "download", "web:exports"),
    Place("activity", _("Activity"), "history", "web:activity"),
    Place("members", _("Members"), "users", "web:members"),
    Place("settings", _("Settings"), "gear", "web:settings"),
)
"""The tabs of a workspace in their order: a new one is a row here."""
BY_KEY = {place.key: place for place in PLACES}


@dataclass(frozen=True, slots=True)
class Tab:
    """One place in the bar below the breadcrumb. A list shows its `count`; other places have none."""

    place: Place
    url: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The workspace of a page, the place in it, its tabs and breadcrumb, and what the person may do in it."""

    workspace: Workspace
    place: Place
    tabs: list[Tab]
    crumbs: list[Crumb]
    rights: frozenset[Right]

    @property
    def may_edit(self) -> bool:
        """Whether the person may bring something into the workspace: directly, or as a proposal."""
        return Right.EDIT in self.rights

    @property
    def may_change(self) -> bool:
        """Whether the person may change what the workspace holds, directly."""
        return Right.CHANGE in self.rights

    @property
    def must_propose(self) -> bool:
        """Whether to say that changes are proposed: the page is of objects, and only the need of a second
        person keeps the reader from changing them.
        """
        is_of_objects = self.place is OVERVIEW or self.place.kind is not None
        return is_of_objects and self.may_edit and not self.may_change

    @property
    def may_manage(self) -> bool:
        """Whether the person may change who its members are."""
        return Right.MANAGE in self.rights


def frame_of(request: HttpRequest, workspace_id: str, key: str, *crumbs: Crumb) -> Frame:
    """Return the frame of a page at the place `key`, such as a kind. Raises NotFound for strangers.

    `crumbs` follow those of project, workspace and place. The request keeps the frame: the bar on top of
    the page and the error page that may come of the request show it too.
    """
    workspace, rights = workspace_entered(request.user, workspace_id)
    place = BY_KEY[key]
    counts = kind_counts([workspace])[workspace.pk]
    tabs = [
        Tab(found, found.url(workspace.pk), counts[found.kind] if found.kind else None, found is place)
        for found in PLACES
    ]
    trail: list[Crumb] = [
        (workspace.project.name, reverse("web:home")),
        (workspace.name, reverse("web:workspace", args=[workspace.pk])),
        (place.heading, place.url(workspace.pk)),
        *crumbs,
    ]
    frame = Frame(workspace, place, tabs, trail, rights)
    request.frame = frame  # type: ignore[attr-defined]
    return frame
