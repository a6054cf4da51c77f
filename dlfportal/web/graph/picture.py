"""What a picture of a graph shows: the template writes it as SVG."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from dlfportal.formats.graph.cards import Card, Edge, Graph
from dlfportal.formats.graph.placed import How, Layout, Point
from dlfportal.web.graph.glyphs import glyph
from dlfportal.web.graph.lines import BACK, line
from dlfportal.web.graph.texts import condition_words, name_lines, shortened
from dlfportal.web.words import node_type

MARGIN = 16
NAMED = 3
"""So many neighbours or things used are said in a card's name, then how many more."""
TYPE_LETTERS = 24


@dataclass(frozen=True, slots=True)
class Sign:
    """What all cards of a type share: frame, colour, sign and the type in words."""

    id: str
    family: str
    glyph: SafeString
    words: str
    is_missing: bool


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """A card: `sign` is what it shares with others, `label` its accessible name.

    `href` is where it leads, `note` its third line where that is its own, and `open_url` a second place
    that a corner of it leads to. `change` is what happened to it, with a sign and a word.
    """

    number: int
    x: int
    y: int
    sign: str
    lines: list[str]
    label: str
    badges: list[tuple[str, int]]
    title: str
    href: str
    note: str = ""
    open_url: str = ""
    is_wanted: bool = False
    change: str = ""
    change_sign: str = ""
    change_word: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line by the numbers of its cards; `words` stand beside it at a point, `title` says all of them."""

    before: int
    after: int
    path: str
    words: str
    title: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that look the same: `style` is plain, goes-on, condition, condition-goes-on or loop.

    Between jobs it is plain, waits, cycle or cycle-waits. `change` is what happened to them.
    """

    style: str
    lines: list[Line]
    change: str = ""

    @property
    def marker(self) -> str:
        """The arrow at their ends."""
        if self.style in ("loop", "cycle", "cycle-waits"):
            return "g-back"
        return "g-on" if self.style in ("goes-on", "condition-goes-on") else "g-to"

    @property
    def is_conditional(self) -> bool:
        """Whether they begin with the sign of a condition."""
        return self.style in ("condition", "condition-goes-on")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its box, what its cards share, and all that stands on it."""

    label: str
    left: int
    top: int
    width: int
    height: int
    direction: str
    signs: list[Sign]
    cards: list[DrawnCard]
    lines: list[Lines]
    style: SafeString = field(default=SafeString(""))
    is_of_jobs: bool = False

    @property
    def worded(self) -> list[Line]:
        """The lines that words stand beside."""
        return [line for group in self.lines for line in group.lines if line.words]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to each card and to each line of a graph, as a word; "" for nothing."""

    cards: Sequence[str]
    edges: Sequence[str]


def picture_of(
    label: str,
    graph: Graph,
    layout: Layout,
    missing: Collection[int],
    uses: Mapping[int, list[str]],
    style: SafeString | None = None,
    changes: Changes | None = None,
) -> Picture:
    """Return the picture of a graph as it is laid out.

    `missing` are the numbers of the cards that name something the workspace does not have, `uses` what a
    card uses in words, by its number, and `style` the rules that a picture outside a page needs.
    """
    of_cards, of_edges = (
        (changes.cards, changes.edges) if changes else (_none(graph.cards), _none(graph.edges))
    )
    signs: dict[tuple[str, bool], Sign] = {}
    neighbours = _Neighbours(graph)
    cards = [
        replace(
            _card(card, layout.cards[at], signs, neighbours.label(at, uses.get(card.number, [])), missing),
            change=of_cards[at],
        )
        for at, card in enumerate(graph.cards)
    ]
    below = BACK if any(edge.closes_loop for edge in graph.edges) else 0
    return Picture(
        label=label,
        left=-MARGIN,
        top=-MARGIN,
        width=layout.width + 2 * MARGIN,
        height=layout.height + 2 * MARGIN + below,
        direction=layout.direction,
        signs=list(signs.values()),
        cards=cards,
        lines=_lines(graph, layout, of_edges),
        style=style or SafeString(""),
    )


def _card(
    card: Card, spot: Point, signs: dict[tuple[str, bool], Sign], label: str, missing: Collection[int]
) -> DrawnCard:
    is_missing = card.number in missing or bool(card.unknown)
    key = (card.type, is_missing)
    if key not in signs:
        shapes = mark_safe(glyph(card.type, card.family))  # noqa: S308 - our own shapes
        words = shortened(node_type(card.type), TYPE_LETTERS)
        signs[key] = Sign(f"g{len(signs)}", card.family, shapes, words, is_missing)
    lines = name_lines(card.name)
    return DrawnCard(
        card.number,
        spot[0],
        spot[1],
        signs[key].id,
        lines,
        label,
        _badges(card),
        card.name if "".join(lines) != card.name.replace(" ", "") else "",
        f"#node-{card.number}",
    )


def _badges(card: Card) -> list[tuple[str, int]]:
    """The badges of a card with their places, from the right."""
    names = [name for name, has in (("clock", card.has_trigger), ("fork", card.has_condition)) if has]
    return [(name, 174 - 20 * at) for at, name in enumerate(names)]


class _Neighbours:
    """The accessible names of cards: with what comes before and after each."""

    def __init__(self, graph: Graph) -> None:
        self.cards = graph.cards
        self.before: dict[int, list[str]] = {}
        self.after: dict[int, list[str]] = {}
        for edge in graph.edges:
            self.before.setdefault(edge.after, []).append(graph.cards[edge.before].name)
            self.after.setdefault(edge.before, []).append(graph.cards[edge.after].name)

    def label(self, at: int, uses: list[str]) -> str:
        """Return the accessible name of the card at a place, with what it uses."""
        card = self.cards[at]
        parts = [card.name, node_type(card.type)]
        if names := [*self.before.get(at, []), *card.unknown]:
            parts.append(gettext("after %(names)s") % {"names": few(names)})
        if names := self.after.get(at, []):
            parts.append(gettext("before %(names)s") % {"names": few(names)})
        if uses:
            parts.append(gettext("uses %(things)s") % {"things": few(uses)})
        return gettext(", ").join(parts)


def few(names: list[str]) -> str:
    """Return the names as a text, after some how many more."""
    if len(names) <= NAMED + 1:
        return gettext(", ").join(names)
    more = {"names": gettext(", ").join(names[:NAMED]), "count": len(names) - NAMED}
    return gettext("%(names)s and %(count)s more") % more


def _none(things: Sequence[object]) -> list[str]:
    return [""] * len(things)


def _lines(graph: Graph, layout: Layout, changes: Sequence[str]) -> list[Lines]:
    styled = sorted((_style(edge), changes[place], place) for place, edge in enumerate(graph.edges))
    return [
        Lines(style, [_line(graph, place, layout) for *_, place in group], change)
        for (style, change), group in groupby(styled, key=lambda found: found[:2])
    ]


def _style(edge: Edge) -> str:
    if edge.closes_loop:
        return "loop"
    if edge.condition:
        return "condition-goes-on" if edge.goes_on else "condition"
    return "goes-on" if edge.goes_on else "plain"


def _line(graph: Graph, place: int, layout: Layout) -> Line:
    edge = graph.edges[place]
    path, (x, y) = line(edge, place, layout)
    source = graph.cards[edge.before].name if layout.how is How.DRAWN else None
    words = condition_words(edge.condition, short=True, source=source) if edge.condition else ""
    title = condition_words(edge.condition) if edge.condition else ""
    return Line(graph.cards[edge.before].number, graph.cards[edge.after].number, path, words, title, x, y)
