"""Which node of a job was which: by name, and by likeness for those that may have been renamed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from dlfportal.formats.difference.model import Change
from dlfportal.formats.difference.values import occurrences
from dlfportal.formats.shapes import items, listed, shown

ALIKE = 0.8
"""Renamed are proposed two nodes of one type that agree to this part."""

MOST_PAIRS = 40_000
"""So many pairs of nodes are compared: every node of the largest job with every other."""

NodeKey = tuple[str, int]
"""A node's name, and how often it came before in the document."""


class Numbered(NamedTuple):
    """A node with its place in the document."""

    place: int
    node: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """The two states of one node; `before` or `after` is None for a node that is new or gone."""

    before: Numbered | None
    after: Numbered | None

    @property
    def name(self) -> str:
        """Its name, the later one if it has two."""
        return _name(self.after or self.before)

    @property
    def former(self) -> str:
        """Its name before, "" for a node that is new."""
        return _name(self.before)

    @property
    def change(self) -> Change:
        """What happened to the node as a whole."""
        if self.before is None or self.after is None:
            return Change.NEW if self.before is None else Change.REMOVED
        return Change.SAME if self.name == self.former else Change.RENAMED


def is_node(item: Any) -> bool:
    """Return whether an item of the list of nodes has a name by which it can be found."""
    return isinstance(item, dict) and isinstance(item.get("name"), str)


def paired(before: list[Any], after: list[Any]) -> list[Pair]:
    """Return the nodes of two lists in pairs: in the order of the later one, then those that are gone.

    Items that are no nodes are passed over.
    """
    earlier, later = _by_key(before), _by_key(after)
    former = _renames(earlier, later)
    pairs = [Pair(earlier.get(former.get(key, key)), node) for key, node in later.items()]
    kept = set(later).union(former.values())
    return pairs + [Pair(node, None) for key, node in earlier.items() if key not in kept]


def _by_key(nodes: list[Any]) -> dict[NodeKey, Numbered]:
    found = [Numbered(place, node) for place, node in enumerate(nodes) if is_node(node)]
    return dict(zip(occurrences(map(_name, found)), found, strict=True))


def _name(numbered: Numbered | None) -> str:
    return str(numbered.node["name"]) if numbered else ""


def _renames(earlier: dict[NodeKey, Numbered], later: dict[NodeKey, Numbered]) -> dict[NodeKey, NodeKey]:
    """Return later key -> former key of the nodes that were probably renamed, the likest first."""
    gone = [key for key in earlier if key not in later]
    added = [key for key in later if key not in earlier]
    if not gone or not added:
        return {}
    unsure = {name for name, _ in (*gone, *added)}
    befores, afters = _traits(earlier, gone, unsure), _traits(later, added, unsure)
    pairs = ((new, old) for new in added for old in gone if befores[old].type == afters[new].type)
    likely = [
        (-likeness, number, new, old)
        for number, (new, old) in enumerate(islice(pairs, MOST_PAIRS))
        if (likeness := befores[old].likeness(afters[new])) >= ALIKE
    ]
    found: dict[NodeKey, NodeKey] = {}
    taken: set[NodeKey] = set()
    for _, _, new, old in sorted(likely):
        if new not in found and old not in taken:
            found[new] = old
            taken.add(old)
    return found


@dataclass(frozen=True, slots=True)
class Traits:
    """What makes a node the one it is, apart from its name."""

    type: str
    features: frozenset[Any]
    known: bool

    def likeness(self, other: Traits) -> float:
        """Return the part of their features that two nodes share; 0 when nothing certain is known of one."""
        if not (self.known and other.known):
            return 0.0
        return len(self.features & other.features) / len(self.features | other.features)


def _traits(nodes: dict[NodeKey, Numbered], wanted: list[NodeKey], unsure: set[str]) -> dict[NodeKey, Traits]:
    """Return the traits of some nodes among all. A neighbour that may itself be renamed is any neighbour."""
    following: dict[str, list[str]] = defaultdict(list)
    for (name, _), numbered in nodes.items():
        for before in _befores(numbered.node):
            following[before].append(name)
    return {key: _traits_of(nodes[key].node, following[key[0]], unsure) for key in wanted}


def _traits_of(node: dict[str, Any], followers: list[str], unsure: set[str]) -> Traits:
    sides = (("before", _befores(node)), ("after", followers))
    near = [(side, "" if name in unsure else name) for side, names in sides for name in names]
    properties = [
        ("property", shown(item.get("name")), shown(item.get("value")))
        for item in items(node, "properties")
        if isinstance(item, dict)
    ]
    known = bool(properties) or any(name for _, name in near)
    return Traits(shown(node.get("type")), frozenset(Counter((*properties, *near)).items()), known)


def _befores(node: dict[str, Any]) -> list[str]:
    return [name for name in listed(node.get("preNodeName")) if isinstance(name, str)]
