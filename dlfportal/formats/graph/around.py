"""A part of a graph: the cards near one of them. It serves the graph of a job and that of all jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dlfportal.formats.graph.cards import Card, Edge, Graph

MOST_AROUND = 150
"""A neighbourhood has at most so many cards."""


def around(graph: Graph, number: int, steps: int) -> Graph:
    """Return the graph of the cards at most `steps` lines away from the card of this number.

    The nearest come first; the rest is left out, and `is_cut` says so. The graph is empty when no card has
    the number.
    """
    start = next((place for place, card in enumerate(graph.cards) if card.number == number), None)
    if start is None:
        return Graph((), ())
    near: dict[int, list[int]] = {}
    for edge in graph.edges:
        near.setdefault(edge.before, []).append(edge.after)
        near.setdefault(edge.after, []).append(edge.before)
    found, more = _nearest(start, near, steps)
    return among(graph.cards, graph.edges, sorted(found), more)


def among(cards: Sequence[Card], edges: Iterable[Edge], kept: Sequence[int], is_cut: bool) -> Graph:
    """Return the graph of the cards at these places, with the lines between them."""
    places = {card: place for place, card in enumerate(kept)}
    lines = (
        Edge(places[edge.before], places[edge.after], edge.condition, edge.goes_on, edge.closes_loop)
        for edge in edges
        if edge.before in places and edge.after in places
    )
    return Graph(tuple(cards[card] for card in kept), tuple(lines), is_cut)


def _nearest(start: int, near: Mapping[int, Sequence[int]], steps: int) -> tuple[list[int], bool]:
    """Return the cards at most `steps` away, the nearest first, and whether some were left out."""
    found = {start: None}
    edge_of_found = [start]
    for _ in range(steps):
        following = dict.fromkeys(
            other for card in edge_of_found for other in near.get(card, ()) if other not in found
        )
        room = MOST_AROUND - len(found)
        edge_of_found = list(following)[:room]
        found.update(dict.fromkeys(edge_of_found))
        if len(following) > room:
            return list(found), True
    return list(found), False
