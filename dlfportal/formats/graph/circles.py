"""Circles among edges, and what edges connect: of any graph, in time that grows with its edges."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def rings(edges: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """Return the sets of nodes that lead to each other, each as a list, in the order of their first edges.

    A node alone is one if an edge leads from it to itself (Kosaraju's way).
    """
    after: dict[Node, list[Node]] = {}
    before: dict[Node, list[Node]] = {}
    selves: set[Node] = set()
    for source, target in edges:
        after.setdefault(source, []).append(target)
        before.setdefault(target, []).append(source)
        if source == target:
            selves.add(source)
    seen: set[Node] = set()
    found = []
    for start in reversed(_walked(after, list(after), set())):
        part = _walked(before, [start], seen)
        if len(part) > 1 or start in selves and part:
            found.append(part)
    places = {node: place for place, node in enumerate(after)}
    return sorted((sorted(part, key=places.__getitem__) for part in found), key=lambda part: places[part[0]])


def _walked(after: Mapping[Node, list[Node]], starts: Sequence[Node], seen: set[Node]) -> list[Node]:
    """Return what is reached from `starts` and not `seen` yet, each after all that is reached through it."""
    done: list[Node] = []
    for start in starts:
        work = [] if start in seen else [(start, iter(after.get(start, ())))]
        seen.add(start)
        while work:
            node, following = work[-1]
            new = next((one for one in following if one not in seen), None)
            if new is None:
                done.append(node)
                work.pop()
            else:
                seen.add(new)
                work.append((new, iter(after.get(new, ()))))
    return done


def shortest_circle(ring: Sequence[Node], after: Mapping[Node, Sequence[Node]]) -> list[Node]:
    """Return a shortest way from the first node of a ring back to it, without the node again at its end."""
    start, within = ring[0], set(ring)
    came: dict[Node, Node] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for following in after.get(node, ()):
            if following == start:
                return _way(start, node, came)
            if following in within and following not in came:
                came[following] = node
                queue.append(following)
    return [start]


def _way(start: Node, last: Node, came: Mapping[Node, Node]) -> list[Node]:
    way = [last]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def connected(edges: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """Return the nodes of the edges in parts that nothing joins, the nodes in their order (union-find)."""
    above: dict[Node, Node] = {}
    for one, other in edges:
        root, joined = _root(above, one), _root(above, other)
        above[joined] = root
    parts: dict[Node, list[Node]] = {}
    for node in above:
        parts.setdefault(_root(above, node), []).append(node)
    return list(parts.values())


def _root(above: dict[Node, Node], node: Node) -> Node:
    while (over := above.setdefault(node, node)) != node:
        above[node] = above[over]
        node = over
    return node
