"""Graphs of jobs drawn as SVG, and kept for a while: a layout by the content, a picture by all it shows.

What is kept lies in the memory of the process (`CACHES`), so many at most. Nothing kept depends on who asks:
the right to see a job is checked before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from dlfportal.catalogue.models import Content
from dlfportal.catalogue.selectors import content_bytes
from dlfportal.formats.documents import find_references
from dlfportal.formats.graph.around import around
from dlfportal.formats.graph.cards import Graph, graph_of
from dlfportal.formats.graph.drawn import as_drawn
from dlfportal.formats.graph.layered import MOST_TIDY, tidy
from dlfportal.formats.graph.placed import Direction, How, Layout
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Reference
from dlfportal.web.graph.picture import picture_of
from dlfportal.web.graph.style import written_in
from dlfportal.web.pages.uses import State, Use

VERSION = 3
"""Goes up with every change of how pictures look: what is kept anywhere is then drawn anew."""

NOT_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "\ufffd")
"""Signs that a name may hold and an SVG file may not."""

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class JobGraph:
    """The graph of a job's content, what its document points to, and its layout as drawn, if it has one."""

    sha256: str
    graph: Graph
    references: list[Reference]
    drawn: Layout | None

    @property
    def ways(self) -> list[How]:
        """How it can be laid out, the way that is shown first before the other."""
        can_be_tidy = bool(self.graph.cards) and len(self.graph.cards) <= MOST_TIDY and not self.graph.is_cut
        ways = [How.DRAWN] if self.drawn and not self.graph.is_cut else []
        return ways + ([How.TIDY] if can_be_tidy else [])


@dataclass(frozen=True, slots=True)
class View:
    """Which picture of a graph: `way` None is the first there is; `is_tall` for narrow screens, top to
    bottom; `near` the number of a card whose neighbourhood of `steps` lines is shown alone.
    """

    way: How | None = None
    is_tall: bool = False
    near: int | None = None
    steps: int = 1


def job_graph(content: Content) -> JobGraph:
    """Return the graph of a job's content."""

    def made() -> JobGraph:
        document = parse(content_bytes(content))
        references = find_references(Kind.JOB, document)
        inside = [found for found in references if found.path[:1] == ("nodes",)]
        return JobGraph(content.sha256, graph_of(document), inside, as_drawn(document))

    return kept(("graph", content.sha256), made)


def picture_tag(job: JobGraph, view: View, uses: Sequence[Use], is_file: bool) -> str:
    """Return what names a picture: it is the same exactly as long as that is."""
    missing = sorted(_missing(uses))
    return name_of("picture", job.sha256, view, missing, is_file, get_language())


def picture(name: str, job: JobGraph, view: View, uses: Sequence[Use], is_file: bool) -> SafeString:
    """Return the picture of the graph of the job `name` as SVG, "" when it cannot be drawn so.

    `uses` is what its nodes point to and what of that the workspace has; `is_file` writes the style into
    the picture.
    """

    def made() -> str:
        found = laid_out(job, view)
        if not found:
            return ""
        style = written_in() if is_file else None
        label = gettext("Graph of %(name)s") % {"name": name}
        drawn = picture_of(label, *found, _missing(uses), _in_words(uses), style)
        return render_to_string("graph/_picture.html", {"picture": drawn}).strip().translate(NOT_IN_XML)

    key = ("svg", name, picture_tag(job, view, uses, is_file))
    return mark_safe(kept(key, made))  # noqa: S308 - rendered by a template


def laid_out(job: JobGraph, view: View) -> tuple[Graph, Layout] | None:
    """Return the graph that a view shows, and its layout; None when there is none."""
    if view.near is not None:
        graph = around(job.graph, view.near, view.steps)
        layout = tidy(Graph(graph.cards, graph.edges), Direction.DOWN if view.is_tall else None)
        return (graph, layout) if layout else None
    ways = job.ways
    way = view.way if view.way in ways else next(iter(ways), None)
    if view.is_tall and How.TIDY in ways:
        way = How.TIDY
    if way is None:
        return None
    if way is How.DRAWN and job.drawn:
        return job.graph, job.drawn
    direction = Direction.DOWN if view.is_tall else None
    layout = kept(("tidy", job.sha256, direction), lambda: tidy(job.graph, direction))
    return (job.graph, layout) if layout else None


def _missing(uses: Sequence[Use]) -> set[int]:
    """The numbers of the nodes that name something missing."""
    return {_node(use) for use in uses if use.state is State.MISSING}


def _in_words(uses: Sequence[Use]) -> dict[int, list[str]]:
    """What each node uses, in words, each thing once."""
    found: dict[int, dict[str, None]] = {}
    for use in uses:
        words = gettext("%(kind)s %(name)s") % {"kind": use.label, "name": use.name}
        found.setdefault(_node(use), {})[words] = None
    return {node: list(words) for node, words in found.items()}


def _node(use: Use) -> int:
    place = use.reference.path[1]
    return place if isinstance(place, int) else -1


def name_of(*parts: Any) -> str:
    """Return a name for what these parts decide."""
    return sha256(repr((VERSION, *parts)).encode()).hexdigest()


def kept(parts: tuple[Any, ...], make: Callable[[], Kept]) -> Kept:
    """Return what is kept under a name, made if it is not."""
    graphs, name = caches["graphs"], name_of(*parts)
    found = graphs.get(name)
    if found is None:
        found = (make(),)
        graphs.set(name, found)
    value: Kept = found[0]
    return value
