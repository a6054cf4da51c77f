"""The graphs of two states of a job laid over each other: which nodes and lines are new, gone, changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from dlfportal.formats.difference.model import Change
from dlfportal.formats.difference.nodes import Pair, paired
from dlfportal.formats.graph.cards import Card, Edge, Graph, graph_of, without_loops
from dlfportal.formats.shapes import items


@dataclass(frozen=True, slots=True)
class Overlay:
    """Both graphs as one: what happened to each of its cards, and to each of its lines."""

    graph: Graph
    cards: tuple[Change, ...]
    edges: tuple[Change, ...]


def overlay_of(before: Any, after: Any, changed: Collection[str]) -> Overlay:
    """Return the graphs of two documents as one: the later nodes, then those that are gone.

    `changed` names the nodes that both have and that differ. A node without a name is shown as it is later.
    """
    earlier, later = graph_of(before), graph_of(after)
    pairs = paired(items(before, "nodes"), items(after, "nodes"))
    of_later = {pair.after.place: pair for pair in pairs if pair.after}
    of_earlier = {pair.before.place: pair for pair in pairs if pair.before}
    gone = [card for card in earlier.cards if _is_gone(of_earlier.get(card.number))]
    first = 1 + max((card.number for card in later.cards), default=0)
    cards = [*later.cards, *(replace(card, number=first + at) for at, card in enumerate(gone))]
    changes = [_change(of_later.get(card.number), changed) for card in later.cards]
    edges = _edges(earlier, later, _places(earlier, later, of_earlier, gone))
    graph = Graph(tuple(cards), without_loops(len(cards), list(edges)), later.is_cut or earlier.is_cut)
    return Overlay(graph, (*changes, *(Change.REMOVED for _card in gone)), tuple(edges.values()))


def _is_gone(pair: Pair | None) -> bool:
    return pair is not None and pair.after is None


def _change(pair: Pair | None, changed: Collection[str]) -> Change:
    if pair is None or pair.change is not Change.SAME:
        return pair.change if pair else Change.SAME
    return Change.CHANGED if pair.name in changed else Change.SAME


def _places(earlier: Graph, later: Graph, pairs: dict[int, Pair], gone: list[Card]) -> dict[int, int]:
    """Return the place of each earlier card among all cards."""
    by_number = {card.number: place for place, card in enumerate(later.cards)}
    of_gone = {card.number: len(later.cards) + place for place, card in enumerate(gone)}
    places = {}
    for place, card in enumerate(earlier.cards):
        pair = pairs.get(card.number)
        if pair and pair.after:
            places[place] = by_number[pair.after.place]
        elif card.number in of_gone:
            places[place] = of_gone[card.number]
    return places


def _edges(earlier: Graph, later: Graph, places: dict[int, int]) -> dict[Edge, Change]:
    """Return the lines of both, each once, with what happened to it."""
    known = {
        (places[edge.before], places[edge.after]): edge
        for edge in earlier.edges
        if edge.before in places and edge.after in places
    }
    found: dict[Edge, Change] = {}
    for edge in later.edges:
        former = known.pop((edge.before, edge.after), None)
        found[replace(edge, closes_loop=False)] = _edge_change(former, edge)
    for (start, end), edge in known.items():
        found[Edge(start, end, edge.condition, edge.goes_on)] = Change.REMOVED
    return found


def _edge_change(former: Edge | None, edge: Edge) -> Change:
    if former is None:
        return Change.NEW
    same = (former.condition, former.goes_on) == (edge.condition, edge.goes_on)
    return Change.SAME if same else Change.CHANGED
