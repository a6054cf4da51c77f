"""The picture of some jobs and what is between them: cards that say when a job runs and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from dlfportal.catalogue.elsewhere import word_shown
from dlfportal.catalogue.job_map import JobMap, Key, Line, Mapped, State
from dlfportal.catalogue.lists import Row
from dlfportal.formats.graph.cards import Card, Edge, Graph, without_loops
from dlfportal.formats.graph.circles import rings, shortest_circle
from dlfportal.formats.graph.families import Family
from dlfportal.formats.graph.layered import tidy
from dlfportal.formats.graph.placed import CARD_HEIGHT, Direction, Layout, Point
from dlfportal.formats.schedules import REAL_TIME
from dlfportal.web.graph.drawing import NOT_IN_XML, kept, name_of
from dlfportal.web.graph.glyphs import GLYPHS
from dlfportal.web.graph.lines import BACK, line
from dlfportal.web.graph.picture import MARGIN, DrawnCard, Lines, Picture, Sign, few
from dlfportal.web.graph.picture import Line as DrawnLine
from dlfportal.web.graph.style import written_in
from dlfportal.web.graph.texts import name_lines, shortened
from dlfportal.web.schedules import schedule_short

VERSION = 3
"""Goes up with every change of how these pictures look."""
NOTE_LETTERS = 21.0

LOOKS: Mapping[str, str] = {
    # the look of a card: its glyph
    "batch": "workflow",
    "real-time": "zap",
    "missing": "circle-question-mark",
    "expression": "braces",
    "away": "globe",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the card of a job leads to: the picture around it, and its page; "" where there is none."""

    map_url: str
    page_url: str


@dataclass(frozen=True, slots=True)
class JobsView:
    """How the picture is drawn: for narrow screens, and as a file of its own, which leads nowhere."""

    is_tall: bool = False
    is_file: bool = False


@dataclass(frozen=True)
class JobsPicture:
    """What is drawn: the map, where its cards lead to, by key, and the names that were asked for."""

    map: JobMap
    places: Mapping[Key, Place]
    wanted: Sequence[str]

    def svg(self, view: JobsView) -> SafeString:
        """Return the picture as SVG."""
        return mark_safe(kept(("jobs", self.tag(view)), lambda: self._drawn(view)))  # noqa: S308 - a template's

    def tag(self, view: JobsView) -> str:
        """Return what names the picture: it is the same exactly as long as that is."""
        lines, red = ([tuple(one) for one in some or ()] for some in (self.map.lines, self.map.circling))
        facts = [_facts(job) for job in self.map.jobs]
        return name_of(VERSION, facts, lines, red, self.places, self._asked(view))

    def _asked(self, view: JobsView) -> tuple[object, ...]:
        return view, list(self.wanted), get_language()

    def layout(self, view: JobsView) -> Layout | None:
        """Return where its cards stand."""
        graph, direction = self._graph[0], Direction.DOWN if view.is_tall else None
        ends = [(edge.before, edge.after) for edge in graph.edges]
        return kept(("tidy jobs", len(graph.cards), ends, direction), lambda: tidy(graph, direction))

    @cached_property
    def _graph(self) -> tuple[Graph, dict[int, str]]:
        return graph_of_jobs(self.map)

    def _drawn(self, view: JobsView) -> str:
        layout = self.layout(view)
        if layout is None:
            return ""
        picture = self._picture(*self._graph, layout, view)
        return render_to_string("graph/_picture.html", {"picture": picture}).strip().translate(NOT_IN_XML)

    def _picture(self, graph: Graph, styles: Mapping[int, str], layout: Layout, view: JobsView) -> Picture:
        signs: dict[tuple[str, bool], Sign] = {}
        labels = _Labels(self.map)
        cards = [
            self._card(at, job, layout.cards[at], signs, labels.of(job), view)
            for at, job in enumerate(self.map.jobs)
        ]
        lines = [*_lines(graph, layout, styles), *_itself(self.map, layout)]
        has_loops = any(edge.closes_loop for edge in graph.edges) or bool(restarting(self.map))
        return Picture(
            label=gettext("Graph of jobs"),
            left=-MARGIN,
            top=-MARGIN,
            width=layout.width + 2 * MARGIN,
            height=layout.height + 2 * MARGIN + (BACK if has_loops else 0),
            direction=layout.direction,
            signs=list(signs.values()),
            cards=cards,
            lines=lines,
            style=written_in() if view.is_file else SafeString(""),
            is_of_jobs=True,
        )

    def _card(
        self,
        number: int,
        job: Mapped,
        spot: Point,
        signs: dict[tuple[str, bool], Sign],
        label: str,
        view: JobsView,
    ) -> DrawnCard:
        look, is_missing = look_of(job), job.state is State.MISSING or bool(job.missing)
        if (look, is_missing) not in signs:
            shapes = mark_safe(GLYPHS[LOOKS[look]])  # noqa: S308 - our own shapes
            signs[look, is_missing] = Sign(f"g{len(signs)}", look, shapes, "", is_missing)
        place = Place("", "") if view.is_file else self.places[job.key]
        return DrawnCard(
            number=number,
            x=spot[0],
            y=spot[1],
            sign=signs[look, is_missing].id,
            lines=name_lines(job.key.name),
            label=label,
            badges=[],
            title=job.key.name,
            href=place.map_url,
            note=_note(job),
            open_url=place.page_url,
            is_wanted=job.key.name in self.wanted and not job.key.workspace,
        )


def graph_of_jobs(found: JobMap) -> tuple[Graph, dict[int, str]]:
    """Return the graph of a map, one line between two cards, and the style of each line by its place."""
    at = {job.key: place for place, job in enumerate(found.jobs)}
    cards = tuple(Card(place, job.key.name, "", Family.OTHER) for place, job in enumerate(found.jobs))
    round_of, circling = _round_of(found.lines), set(found.circling or ())
    styles: dict[tuple[int, int], str] = {}
    for one in sorted(found.lines, key=lambda line: line.waits):
        pair = at[one.first], at[one.then]
        ring = round_of[one.waits]
        is_round = one in circling or (one.first in ring and ring.get(one.first) == ring.get(one.then))
        if pair[0] != pair[1] and (pair not in styles or is_round and "cycle" not in styles[pair]):
            styles[pair] = _style(one, is_round)
    edges = without_loops(len(cards), [Edge(*pair) for pair in styles])
    return Graph(cards, edges), dict(enumerate(styles.values()))


def _style(one: Line, is_round: bool) -> str:
    if is_round:
        return "cycle-waits" if one.waits else "cycle"
    return "waits" if one.waits else "plain"


def _round_of(lines: Sequence[Line]) -> dict[bool, dict[Key, int]]:
    """Return in which circle each job is, of sub-jobs and of waiting."""
    return {
        waits: {key: place for place, ring in enumerate(_rings(lines, waits)) for key in ring}
        for waits in (False, True)
    }


def _rings(lines: Sequence[Line], waits: bool) -> list[list[Key]]:
    return rings((one.first, one.then) for one in lines if one.waits is waits and one.first != one.then)


def restarting(found: JobMap) -> list[Key]:
    """Return the jobs that start themselves."""
    return [one.source for one in found.lines if one.source == one.target and not one.waits]


def circles_of(found: JobMap) -> list[tuple[list[Key], bool]]:
    """Return a way round each circle on a map, and whether its jobs wait for each other."""
    circles = [([key], False) for key in restarting(found)]
    for waits in (False, True):
        after: dict[Key, list[Key]] = {}
        for one in found.lines:
            if one.waits is waits:
                after.setdefault(one.first, []).append(one.then)
        circles += [(shortest_circle(ring, after), waits) for ring in _rings(found.lines, waits)]
    return circles


def circling_beyond(found: JobMap) -> list[Key]:
    """Return the jobs of circles that go on beyond a map, the nearest first."""
    ring_of = _round_of(found.lines)
    beyond = {
        key
        for line in found.circling or ()
        if (ring := ring_of[line.waits]).get(line.first) is None or ring[line.first] != ring.get(line.then)
        for key in (line.first, line.then)
    }
    return [job.key for job in found.jobs if job.key in beyond]


def look_of(job: Mapped) -> str:
    """Return which look the card of a job has: one of `LOOKS`."""
    if job.state is State.ELSEWHERE:
        return "away"
    if job.row is None:
        return str(job.state)
    return "real-time" if job.row.type == REAL_TIME else "batch"


def schedule_words(row: Row) -> str:
    """Return when a job runs, in few words."""
    return schedule_short(row.schedule, row.cron, row.event, row.type)


def state_words(row: Row) -> str:
    """Return where a job stands, as short as can be: `draft`, `v3`, `v3 +2`."""
    if not row.version_number:
        return gettext("draft")
    return f"v{row.version_number} +{row.since}" if row.since else f"v{row.version_number}"


def unknown_words(job: Mapped) -> str:
    """Return what is said of a name that is no job of this workspace."""
    if job.state is State.ELSEWHERE:
        name = job.away.workspace.name if job.away else word_shown(job.key.workspace)
        return gettext("in workspace %(name)s") % {"name": name} if name else gettext("in another workspace")
    if job.state is State.EXPRESSION:
        return gettext("named by an expression")
    return gettext("not in this workspace")


def _note(job: Mapped) -> str:
    if job.row is None:
        return shortened(unknown_words(job), NOTE_LETTERS)
    state = state_words(job.row)
    schedule = shortened(schedule_words(job.row), NOTE_LETTERS - len(state) - 3)
    return f"{schedule} · {state}" if schedule else state


def _facts(job: Mapped) -> tuple[object, ...]:
    """What a card shows, as what it is made of."""
    row = job.row and (schedule_words(job.row), state_words(job.row), job.row.type)
    return job.key, job.state, row, job.missing, "" if row else unknown_words(job)


class _Labels:
    """The accessible names of cards."""

    def __init__(self, found: JobMap) -> None:
        self.starts: dict[Key, list[str]] = {}
        self.started: dict[Key, list[str]] = {}
        self.waits: dict[Key, list[str]] = {}
        self.awaited: dict[Key, list[str]] = {}
        for one in found.lines:
            forward, back = (self.waits, self.awaited) if one.waits else (self.starts, self.started)
            forward.setdefault(one.source, []).append(one.target.name)
            back.setdefault(one.target, []).append(one.source.name)

    def of(self, job: Mapped) -> str:
        """Return the name of a job's card."""
        parts = [job.key.name]
        if job.row is None:
            parts.append(unknown_words(job))
        else:
            parts += [schedule_words(job.row), state_words(job.row)]
        if job.missing:
            missing = ngettext("%(count)s name is missing", "%(count)s names are missing", job.missing)
            parts.append(missing % {"count": job.missing})
        for names, words in (
            (self.waits, gettext("waits for %(names)s")),
            (self.started, gettext("started by %(names)s")),
            (self.starts, gettext("starts %(names)s")),
            (self.awaited, gettext("before %(names)s")),
        ):
            if job.key in names:
                parts.append(words % {"names": few(names[job.key])})
        return gettext(", ").join(part for part in parts if part)


def _lines(graph: Graph, layout: Layout, styles: Mapping[int, str]) -> list[Lines]:
    ordered = sorted(styles, key=lambda place: (styles[place], place))
    return [
        Lines(style, [_line(graph, place, layout, style) for place in places])
        for style, places in groupby(ordered, key=styles.__getitem__)
    ]


def _line(graph: Graph, place: int, layout: Layout, style: str) -> DrawnLine:
    edge = graph.edges[place]
    path, (x, y) = line(edge, place, layout)
    words = gettext("cycle") if style.startswith("cycle") else ""
    return DrawnLine(edge.before, edge.after, path, words, "", x, y)


def _itself(found: JobMap, layout: Layout) -> list[Lines]:
    """The lines from a job to itself: out of the lower side of its card and back."""
    at = {job.key: place for place, job in enumerate(found.jobs)}
    drawn = []
    for key in restarting(found):
        (x, y), place = layout.cards[at[key]], at[key]
        low = y + CARD_HEIGHT
        path = f"M{x + 70} {low}c0 34 56 34 56 2"
        drawn.append(DrawnLine(place, place, path, gettext("cycle"), "", x + 98, low + 46))
    return [Lines("cycle", drawn)] if drawn else []
