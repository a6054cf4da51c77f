"""The tidy layout: cards in layers, so that every line leads the same way.

This is the only module that calls fast_sugiyama, and it hands over nothing but what that can take: a line
from a card to itself ends the whole process there, lines in a circle never return, and with several parts
at once it mixes up their numbers. So each connected part goes there alone, without loops, each line once,
with so few lines that the answer comes at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import fast_sugiyama

from dlfportal.formats.graph.cards import Graph
from dlfportal.formats.graph.placed import CARD_HEIGHT, CARD_WIDTH, Direction, How, Layout, Point

MOST_TIDY = 250
"""So many cards take up to a tenth of a second; a thousand would take four."""
MOST_LINES = 700
MOST_BENDS = 1000
"""Where there are more lines, or longer ones, they are left out of the arranging, and drawn straight."""
SPACING = 100.0

BESIDE = {Direction.RIGHT: CARD_HEIGHT + 16, Direction.DOWN: CARD_WIDTH + 24}
"""From one card of a layer to the next."""
ALONG = {Direction.RIGHT: CARD_WIDTH + 48, Direction.DOWN: CARD_HEIGHT + 48}
"""From one layer to the next."""
WORDS = {Direction.RIGHT: 124, Direction.DOWN: 16}
"""Room for the words of a condition, added before a layer that one leads to."""
PANEL = (1150, 660)
"""The place for a picture on a page, about: what is larger is drawn smaller."""

Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A connected part, arranged: by card its (layer, place in it), and by edge the same of its bends.

    `layers` and `breadth` are the size: that many layers, and places from 0 to `breadth`.
    """

    cards: dict[int, tuple[int, float]]
    bends: dict[int, tuple[tuple[int, float], ...]]
    layers: int
    breadth: float


def tidy(graph: Graph, direction: Direction | None = None) -> Layout | None:
    """Return the layout in layers, leading as its shape suits the page best, or in `direction`.

    None when there are no cards, or more than `MOST_TIDY`.
    """
    if not graph.cards or len(graph.cards) > MOST_TIDY or graph.is_cut:
        return None
    parts = _parts(graph)
    directions = [direction] if direction else [Direction.RIGHT, Direction.DOWN]
    return min((_packed(graph, parts, way) for way in directions), key=_misfit)


def _misfit(layout: Layout) -> float:
    """How many times the layout is larger than its place; 1 when it fits."""
    return max(layout.width / PANEL[0], layout.height / PANEL[1], 1.0)


def _parts(graph: Graph) -> list[Part]:
    """Return the connected parts, in the order of their first cards."""
    count = len(graph.cards)
    group = list(range(count))
    for edge in graph.edges:
        one, other = _root(group, edge.before), _root(group, edge.after)
        group[max(one, other)] = min(one, other)
    members: dict[int, list[int]] = {}
    for card in range(count):
        members.setdefault(_root(group, card), []).append(card)
    lines: dict[int, dict[Line, int]] = {}
    for place, edge in enumerate(graph.edges):
        if not edge.closes_loop:
            lines.setdefault(_root(group, edge.before), {}).setdefault((edge.before, edge.after), place)
    return [_part(cards, lines.get(first, {})) for first, cards in members.items()]


def _root(group: list[int], card: int) -> int:
    while group[card] != card:
        group[card] = group[group[card]]
        card = group[card]
    return card


def _part(cards: list[int], lines: dict[Line, int]) -> Part:
    if not lines:
        return Part({card: (0, float(at)) for at, card in enumerate(cards)}, {}, 1, float(len(cards) - 1))
    number = {card: at for at, card in enumerate(cards)}
    kept = _few_enough(cards, [(number[before], number[after]) for before, after in lines])
    ((found, _, _, links),) = fast_sugiyama.from_edges(
        kept, vertex_spacing=SPACING, dummy_vertices=True, dummy_size=0.5
    )
    top = max(y for _, (_, y) in found)
    spots = {int(at): (round((top - y) / SPACING), x / SPACING) for at, (x, y) in found}
    following = {int(before): int(after) for before, after in links or () if int(before) >= len(cards)}
    bends: dict[int, tuple[tuple[int, float], ...]] = {}
    for before, after in links or ():
        if int(before) < len(cards) <= int(after):
            passed = _passed(int(after), following, len(cards))
            line = (cards[int(before)], cards[following[passed[-1]]])
            bends[lines[line]] = tuple(spots[at] for at in passed)
    least = min(place for _, place in spots.values())
    return Part(
        {card: _moved(spots[number[card]], least) for card in cards},
        {edge: tuple(_moved(spot, least) for spot in passed) for edge, passed in bends.items()},
        1 + max(layer for layer, _ in spots.values()),
        max(place for _, place in spots.values()) - least,
    )


def _passed(first: int, following: dict[int, int], cards: int) -> list[int]:
    """Return the points of a long line from its first on."""
    passed = [first]
    while following[passed[-1]] >= cards:
        passed.append(following[passed[-1]])
    return passed


def _moved(spot: tuple[int, float], least: float) -> tuple[int, float]:
    return spot[0], spot[1] - least


def _few_enough(cards: Sequence[int], lines: list[Line]) -> list[Line]:
    """Return the lines, or when they are too many or too long one to each card, which keep all together."""
    ranks = _ranks(len(cards), lines)
    bends = sum(ranks[after] - ranks[before] - 1 for before, after in lines)
    if len(lines) <= MOST_LINES and bends <= MOST_BENDS:
        return lines
    group = list(range(len(cards)))
    kept: list[Line] = []
    for before, after in sorted(lines, key=lambda line: ranks[line[1]] - ranks[line[0]]):
        one, other = _root(group, before), _root(group, after)
        if one != other:
            group[one] = other
            kept.append((before, after))
    return kept


def _ranks(count: int, lines: list[Line]) -> list[int]:
    """Return how many cards are before each one at most. The lines make no loop."""
    leaving: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for before, after in lines:
        leaving[before].append(after)
        waiting[after] += 1
    ranks = [0] * count
    free = [card for card in range(count) if not waiting[card]]
    for card in free:  # grows while it is walked
        for after in leaving[card]:
            ranks[after] = max(ranks[after], ranks[card] + 1)
            waiting[after] -= 1
            if not waiting[after]:
                free.append(after)
    return ranks


def _packed(graph: Graph, parts: list[Part], direction: Direction) -> Layout:
    """Return the parts side by side in rows, of the widths tried the one that suits the page best."""
    boxes = [_box(graph, part, direction) for part in parts]
    if len(boxes) == 1:
        return _joined(len(graph.cards), boxes, [(0, 0)], direction)
    area = sum((box.width + GAP) * (box.height + GAP) for box in boxes)
    shape, widest = PANEL[0] / PANEL[1], max(box.width for box in boxes)
    limits = [max(widest, round((area * shape * factor) ** 0.5)) for factor in (0.7, 1.0, 1.4, 2.0)]
    tried = (_joined(len(graph.cards), boxes, _shelves(boxes, limit), direction) for limit in limits)
    return min(tried, key=_misfit)


GAP = 40
"""Between two parts that nothing joins."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part in points: its cards and bends from (0, 0) on."""

    cards: dict[int, Point]
    bends: dict[int, tuple[Point, ...]]
    width: int
    height: int


def _box(graph: Graph, part: Part, direction: Direction) -> Box:
    starts = _layer_starts(graph, part, direction)

    def point(spot: tuple[int, float]) -> Point:
        along, beside = starts[spot[0]], round(spot[1] * BESIDE[direction])
        return (along, beside) if direction is Direction.RIGHT else (beside, along)

    far = point((part.layers - 1, part.breadth))
    return Box(
        {card: point(spot) for card, spot in part.cards.items()},
        {edge: tuple(point(spot) for spot in passed) for edge, passed in part.bends.items()},
        far[0] + CARD_WIDTH,
        far[1] + CARD_HEIGHT,
    )


def _layer_starts(graph: Graph, part: Part, direction: Direction) -> list[int]:
    """Return where each layer begins; before one that a condition leads to there is room for its words."""
    worded = {
        part.cards[edge.after][0] for edge in graph.edges if edge.condition and edge.after in part.cards
    }
    starts = [0]
    for layer in range(1, part.layers):
        starts.append(starts[-1] + ALONG[direction] + (WORDS[direction] if layer in worded else 0))
    return starts


def _shelves(boxes: list[Box], limit: int) -> list[Point]:
    """Return where each box stands, in rows no wider than `limit`."""
    corners: list[Point] = []
    x = y = tallest = 0
    for box in boxes:
        if x and x + box.width > limit:
            x, y, tallest = 0, y + tallest + GAP, 0
        corners.append((x, y))
        x += box.width + GAP
        tallest = max(tallest, box.height)
    return corners


def _joined(count: int, boxes: list[Box], corners: list[Point], direction: Direction) -> Layout:
    places: dict[int, Point] = {}
    bends: dict[int, tuple[Point, ...]] = {}
    for box, (left, top) in zip(boxes, corners, strict=True):
        places.update({card: (x + left, y + top) for card, (x, y) in box.cards.items()})
        bends.update({edge: tuple((x + left, y + top) for x, y in at) for edge, at in box.bends.items()})
    ordered = tuple(places[card] for card in range(count))
    width, height = max(x for x, _ in ordered) + CARD_WIDTH, max(y for _, y in ordered) + CARD_HEIGHT
    return Layout(How.TIDY, direction, ordered, width, height, bends)
