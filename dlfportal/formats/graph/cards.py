"""The nodes of a job as cards, and the lines between them.

Documents come as they are: names repeat, predecessors are unknown, nodes wait for themselves or for each
other. None of that is refused; what cannot be drawn as a line is kept beside the card.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dlfportal.formats.graph.families import Family, family_of
from dlfportal.formats.shapes import items, objects, part, shown

MOST_CARDS = 1000
"""No picture shows more; DLF itself takes 200 nodes a job."""
MOST_EDGES = 4000
"""Nor more lines: names that repeat can make a million of them."""

GOES_ON = frozenset({"IGNORE", "CONTINUE"})
"""The policies after which the next nodes run though this one failed."""


@dataclass(frozen=True, slots=True)
class Card:
    """A node. `number` is its place in the list of the document; `unknown` names nodes that it waits for and
    the job does not have; `to_itself` says that it waits for itself.
    """

    number: int
    name: str
    type: str
    family: Family
    unknown: tuple[str, ...] = ()
    has_trigger: bool = False
    has_condition: bool = False
    to_itself: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two cards, by their places in `Graph.cards`.

    `condition` is the expression that decides whether the line is taken, `goes_on` that it is taken though
    the node before failed, `closes_loop` that the nodes wait for each other in a circle and it is cut here.
    """

    before: int
    after: int
    condition: str = ""
    goes_on: bool = False
    closes_loop: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """The cards of a job in the order of its document, and the lines between them.

    `is_cut`: there are more nodes or lines than a picture can show.
    """

    cards: tuple[Card, ...]
    edges: tuple[Edge, ...]
    is_cut: bool = False


def graph_of(document: Any) -> Graph:
    """Return the graph of a job's document; never raises."""
    nodes = objects(document, "nodes")
    places: dict[str, list[int]] = {}
    for place, (_, node) in enumerate(nodes):
        places.setdefault(_name(node), []).append(place)
    cards = tuple(_card(number, node, places) for number, node in nodes)
    if len(cards) > MOST_CARDS:
        return Graph(cards, (), is_cut=True)
    edges: list[Edge] = []
    for edge in _edges([node for _, node in nodes], places):
        if len(edges) == MOST_EDGES:
            return Graph(cards, (), is_cut=True)
        edges.append(edge)
    return Graph(cards, without_loops(len(cards), edges))


def _name(node: dict[str, Any]) -> str:
    return shown(node.get("name"))


def _before(node: dict[str, Any]) -> list[str]:
    """The names that a node waits for, each once."""
    return list(dict.fromkeys(shown(name) for name in items(node, "preNodeName")))


def _conditions(node: dict[str, Any]) -> dict[str, str]:
    """The expressions of a node by the name of the node before."""
    found: dict[str, str] = {}
    for _, entry in objects(node, "conditions"):
        if expression := shown(entry.get("expression")).strip():
            name = shown(entry.get("preNodeName"))
            found[name] = f"{found[name]}; {expression}" if name in found else expression
    return found


def _card(number: int, node: dict[str, Any], places: dict[str, list[int]]) -> Card:
    name, kind = _name(node), shown(node.get("type"))
    before = _before(node)
    return Card(
        number=number,
        name=name,
        type=kind,
        family=family_of(kind),
        unknown=tuple(other for other in before if other not in places),
        has_trigger=bool(part(node, "cronTrigger") or part(node, "eventTrigger")),
        has_condition=bool(_conditions(node)),
        to_itself=name in before,
    )


def _edges(nodes: list[dict[str, Any]], places: dict[str, list[int]]) -> Iterator[Edge]:
    """Yield the lines, each once; of a name that several nodes have, one from each of them."""
    goes_on = [shown(node.get("failPolicy")).upper() in GOES_ON for node in nodes]
    for after, node in enumerate(nodes):
        conditions = _conditions(node)
        for name in _before(node):
            for before in places.get(name, ()):
                if before != after:
                    yield Edge(before, after, conditions.get(name, ""), goes_on[before])


def without_loops(count: int, edges: list[Edge]) -> tuple[Edge, ...]:
    """Return the edges of `count` cards in their order, those marked that close a loop.

    A walk in depth from each card in turn: an edge back to a card that is still being walked closes a loop.
    Without the marked ones there is none.
    """
    leaving: list[list[int]] = [[] for _ in range(count)]
    for place, edge in enumerate(edges):
        leaving[edge.before].append(place)
    closing: set[int] = set()
    done: set[int] = set()
    for start in _roots_first(count, edges):
        if start not in done:
            closing |= _closing_from(start, edges, leaving, done)
    return tuple(_closing(edge) if place in closing else edge for place, edge in enumerate(edges))


def _closing_from(start: int, edges: list[Edge], leaving: list[list[int]], done: set[int]) -> set[int]:
    """Walk in depth from a card, add what is met to `done`, and return the edges that close a loop."""
    closing: set[int] = set()
    walk = [(start, iter(leaving[start]))]
    walked = {start}
    while walk:
        card, left = walk[-1]
        place = next(left, None)
        if place is None:
            walk.pop()
            walked.discard(card)
            done.add(card)
            continue
        following = edges[place].after
        if following in walked:
            closing.add(place)
        elif following not in done:
            walked.add(following)
            walk.append((following, iter(leaving[following])))
    return closing


def _roots_first(count: int, edges: list[Edge]) -> list[int]:
    """The cards, those first that wait for nothing: a loop is then cut where it leads back."""
    waiting = {edge.after for edge in edges}
    return sorted(range(count), key=lambda card: card in waiting)


def _closing(edge: Edge) -> Edge:
    return Edge(edge.before, edge.after, edge.condition, edge.goes_on, closes_loop=True)
