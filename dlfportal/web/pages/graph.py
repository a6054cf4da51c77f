"""The graph of a job: as a part of its page, as a file, and what is said of one of its nodes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import object_get, revision_get
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.graph.cards import MOST_CARDS, Card
from dlfportal.formats.graph.families import Family
from dlfportal.formats.graph.layered import MOST_TIDY
from dlfportal.formats.graph.placed import How
from dlfportal.formats.kinds import Kind
from dlfportal.links import graph_url, node_url, object_url, with_query
from dlfportal.web.graph.drawing import JobGraph, View, job_graph, laid_out, picture, picture_tag
from dlfportal.web.pages.uses import State, Use, uses_of
from dlfportal.web.requests import workspace_of
from dlfportal.web.words import node_type

MINIMAP_FROM = 60
"""A picture of more cards has a small one of the whole beside it."""
MOST_STEPS = 3
LOW = 260
"""A picture of at most this height is shown in a lower place."""

FAMILIES: dict[Family, Promise] = {
    Family.SQL: _("SQL"),
    Family.COMPUTE: _("compute"),
    Family.MOVE: _("move data"),
    Family.CONTROL: _("control"),
    Family.NOTIFY: _("notify"),
    Family.OTHER: _("other"),
}
WAYS: dict[How, Promise] = {How.DRAWN: _("As drawn"), How.TIDY: _("Tidy")}


@dataclass(frozen=True, slots=True)
class Way:
    """A way to lay the graph out, and the address of the page that shows it so."""

    how: How
    label: Promise
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A node in the list under the graph; `near_url` is the page with its neighbourhood alone."""

    card: Card
    type: str
    url: str
    near_url: str
    is_missing: bool


class PictureFiles(ABC):
    """The addresses at which the picture of a part of a page is a file of its own."""

    @abstractmethod
    def _file(self, **params: str) -> str:
        """Return the address of the file with these parameters."""

    @property
    def svg_url(self) -> str:
        """The address of the picture as it is shown."""
        return self._file()

    @property
    def tall_url(self) -> str:
        """The address of the picture for narrow screens."""
        return self._file(tall="1", inline="1")

    @property
    def download_url(self) -> str:
        """The address that downloads the picture."""
        return self._file(download="1")


@dataclass(frozen=True)
class GraphPart(PictureFiles):
    """The graph of a revision of a job, as the page of the job shows it.

    `page_url` is the address of that page, to which the ways and neighbourhoods are added, and `given` what
    its nodes point to, if the page knows already.
    """

    workspace: Workspace
    name: str
    revision: Revision
    view: View
    page_url: str
    given: Sequence[Use] | None = None

    @cached_property
    def job(self) -> JobGraph:
        """The graph."""
        return job_graph(self.revision.content)

    @cached_property
    def uses(self) -> Sequence[Use]:
        """What the nodes point to, place by place."""
        return uses_of(self.workspace, self.job.references) if self.given is None else self.given

    @cached_property
    def svg(self) -> SafeString:
        """The picture, "" when there is none."""
        return picture(self.name, self.job, self.view, self.uses, is_file=False)

    @property
    def is_drawn(self) -> bool:
        """Whether there is a picture."""
        return laid_out(self.job, self.view) is not None

    def file(self, *, is_styled: bool) -> SafeString:
        """Return the picture as a file, with its style within or without."""
        return picture(self.name, self.job, self.view, self.uses, is_file=is_styled)

    def tag(self, *, is_styled: bool) -> str:
        """Return what names the picture as a file: it changes exactly when that does."""
        return picture_tag(self.job, self.view, self.uses, is_file=is_styled)

    @property
    def reason(self) -> str:
        """Why there is no picture of the whole, though there are nodes."""
        count = len(self.job.graph.cards)
        if not count or self.job.ways:
            return ""
        if count > MOST_CARDS or self.job.graph.is_cut:
            return gettext("The graph is too large to be drawn: it has %(count)s nodes.") % {"count": count}
        return gettext(
            "The graph has %(count)s nodes and is not drawn: more than %(limit)s are only shown where they "
            "stand in DataArts Factory, and this job has no usable positions."
        ) % {"count": count, "limit": MOST_TIDY}

    @property
    def near(self) -> Card | None:
        """The card whose neighbourhood is shown, if it is not the whole."""
        cards = self.job.graph.cards
        return next((card for card in cards if card.number == self.view.near), None)

    @property
    def ways(self) -> list[Way]:
        """The ways to lay it out, if there are two."""
        ways = self.job.ways if self.near is None else []
        now = self.view.way if self.view.way in ways else next(iter(ways), None)
        return [
            Way(how, WAYS[how], self._page(way="" if how is ways[0] else str(how)), how is now)
            for how in ways
            if len(ways) > 1
        ]

    @property
    def whole_url(self) -> str:
        """The address of the page with the whole graph."""
        return self._page()

    @property
    def steps(self) -> list[tuple[int, str, bool]]:
        """How far a neighbourhood may reach, as (steps, address, whether it is what is shown)."""
        if self.near is None:
            return []
        near = str(self.near.number)
        wanted = range(1, MOST_STEPS + 1)
        return [
            (count, self._page(near=near, steps=str(count)), count == self.view.steps) for count in wanted
        ]

    @property
    def families(self) -> list[tuple[Family, Promise]]:
        """The families of its nodes, for the legend."""
        there = {card.family for card in self.job.graph.cards}
        return [(family, words) for family, words in FAMILIES.items() if family in there]

    @cached_property
    def missing(self) -> set[int]:
        """The numbers of the nodes that name something missing."""
        places = {use.reference.path[1] for use in self.uses if use.state is State.MISSING}
        unknown = {card.number for card in self.job.graph.cards if card.unknown}
        return unknown | {place for place in places if isinstance(place, int)}

    @property
    def has_conditions(self) -> bool:
        """Whether a line depends on a condition."""
        return any(edge.condition for edge in self.job.graph.edges)

    @property
    def has_loops(self) -> bool:
        """Whether nodes wait for each other in a circle."""
        return any(edge.closes_loop for edge in self.job.graph.edges)

    @property
    def goes_on(self) -> bool:
        """Whether a line is taken though the node before failed."""
        return any(edge.goes_on for edge in self.job.graph.edges)

    @property
    def has_minimap(self) -> bool:
        """Whether the picture is so large that one looks at a part of it."""
        return self.near is None and len(self.job.graph.cards) > MINIMAP_FROM

    @property
    def is_low(self) -> bool:
        """Whether the picture needs little height."""
        found = laid_out(self.job, self.view)
        return found is not None and found[1].height <= LOW

    @property
    def entries(self) -> list[Entry]:
        """The nodes, in the order of the document."""
        return [self._entry(card) for card in self.job.graph.cards]

    @property
    def nodes_url(self) -> str:
        """The address of a node without its number."""
        return node_url(self.workspace.pk, self.name, self.revision.number, 0).removesuffix("0/")

    def _entry(self, card: Card) -> Entry:
        return Entry(
            card,
            node_type(card.type),
            node_url(self.workspace.pk, self.name, self.revision.number, card.number),
            self._page(near=str(card.number)),
            card.number in self.missing,
        )

    def _page(self, **params: str) -> str:
        return with_query(self.page_url, params)

    def _file(self, **params: str) -> str:
        shown = {"way": str(self.view.way or "")}
        if self.view.near is not None:
            shown = {"near": str(self.view.near), "steps": str(self.view.steps)}
        return graph_url(self.workspace.pk, self.name, self.revision.number, **shown, **params)


def view_of(asked: Mapping[str, str]) -> View:
    """Return the view that an address asks for; what it does not understand it passes over."""
    way, near, steps = (asked.get(key, "") for key in ("way", "near", "steps"))
    return View(
        way=How(way) if way in list(How) else None,
        is_tall="tall" in asked,
        near=int(near) if near.isdecimal() and len(near) < 6 else None,
        steps=int(steps) if steps in {str(count) for count in range(1, MOST_STEPS + 1)} else 1,
    )


def graph_part(
    workspace: Workspace,
    target: CatalogueObject,
    revision: Revision,
    view: View,
    uses: Sequence[Use] | None = None,
) -> GraphPart:
    """Return the graph of a revision, as a part of the page of its job; `uses` is what the page knows."""
    page_url = object_url(workspace.pk, Kind.JOB, target.name)
    return GraphPart(workspace, target.name, revision, view, page_url, uses)


def graph_file(request: HttpRequest, workspace_id: str, name: str, number: int) -> GraphPart:
    """Return the graph of a revision, to be sent as a file. Raises NotFound for strangers too."""
    workspace = workspace_of(request, workspace_id)
    target = object_get(workspace, Kind.JOB, name)
    part = graph_part(workspace, target, revision_get(target, number), view_of(request.GET))
    if not part.is_drawn:
        raise NotFound(
            gettext_noop("Revision %(number)s of %(name)s has no graph."), number=number, name=name
        )
    return part
