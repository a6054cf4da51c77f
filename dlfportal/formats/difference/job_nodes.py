"""What differs between the nodes of two states of a job, and between what follows what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dlfportal.formats.difference.gathering import Gathering
from dlfportal.formats.difference.model import ABSENT, Change, Field, Group, Section
from dlfportal.formats.difference.nodes import Pair, is_node, paired
from dlfportal.formats.difference.values import (
    Found,
    Place,
    identical,
    is_reordered,
    members,
    named_items,
    names_of,
    walk,
)

NODES, LOCATION, BEFORE, CONDITIONS = "nodes", "location", "preNodeName", "conditions"


def compare_nodes(before: Any, after: Any, gathering: Gathering) -> None:
    """Gather what differs between two lists of nodes; what are no lists are compared as plain values."""
    earlier, later = ([] if side is ABSENT else side for side in (before, after))
    if not (isinstance(earlier, list) and isinstance(later, list) and (earlier or later)):
        gathering.compare(Section.OTHER, before, after, Place((NODES,), (NODES,)))
        return
    pairs = paired(earlier, later)
    renames = {
        str(pair.before.node["name"]): str(pair.after.node["name"])
        for pair in pairs
        if pair.before and pair.after
    }
    comparison = _Nodes(gathering, renames)
    for pair in pairs:
        comparison.add(pair)
    _compare_odd(earlier, later, gathering)
    if is_reordered(*_identities(earlier, later, pairs)):
        gathering.apart.orders.append((NODES,))


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The comparison of all nodes; `names` gives the later name of a node that both states have."""

    gathering: Gathering
    names: dict[str, str]

    def add(self, pair: Pair) -> None:
        """Compare the two states of one node."""
        before, after = (side.node if side else {} for side in (pair.before, pair.after))
        number = (pair.after or pair.before or (0,))[0]
        found = Found()
        for key, old, new in members(before, after):
            self._member(pair, key, old, new, Place((NODES, number, key)), found)
        if pair.before and pair.after:
            found.order((NODES, number), before, after)
        change = pair.change if pair.change is not Change.SAME or not found.fields else Change.CHANGED
        if change is not Change.SAME:
            former = pair.former if change is Change.RENAMED else ""
            group = Group(Section.NODES, change, tuple(found.fields), pair.name, former)
            self.gathering.nodes.append(group)
        self.gathering.count_rest(found)

    def _member(self, pair: Pair, key: str, old: Any, new: Any, place: Place, found: Found) -> None:
        """Compare one field of a node."""
        both = pair.before is not None and pair.after is not None
        said = place._replace(keys=(pair.name, key))
        if key == "name":
            return
        if key == LOCATION:
            count = self.gathering.count_moved if both else self.gathering.count_kept
            count(old, new, said)
        elif key == BEFORE and both:
            self._befores(old, new, said)
        elif key == CONDITIONS and both:
            self._conditions(old, new, said)
        else:
            # Properties are known by their own names, as people see them in a node.
            plain = key == "properties" and _are_named(old, new)
            walk(old, new, place._replace(keys=() if plain else (key,)), found)

    def _befores(self, old: Any, new: Any, place: Place) -> None:
        """Compare the names of the nodes that run before a node."""
        if identical(old, new):
            return
        leaf = Field(place.keys, place.path, old, new)
        expected = [self.names.get(name, name) for name in old] if _are_texts(old) else None
        if expected is None or not _are_texts(new) or sorted(expected) != sorted(new):
            self.gathering.show(Section.EDGES, leaf)
        elif expected == new:
            self.gathering.count_followed(leaf)
        else:
            self.gathering.apart.orders.append(place.path)
            self.gathering.apart.fields.append(leaf)

    def _conditions(self, old: Any, new: Any, place: Place) -> None:
        """Compare the conditions under which a node follows others, by the names of these."""
        earlier, later = self._renamed(old, place), [] if new is ABSENT else new
        if earlier is not None and _is_named(later) and (earlier or later):
            found = Found()
            named_items(earlier, later, place, found, BEFORE)
            self.gathering.take(Section.EDGES, found)
        else:
            self.gathering.compare(Section.EDGES, old, new, place)

    def _renamed(self, conditions: Any, place: Place) -> list[dict[str, Any]] | None:
        """Return conditions with the later names of the nodes, or None when they have none of their own."""
        if conditions is ABSENT:
            return []
        if not _is_named(conditions):
            return None
        renamed = [item | {BEFORE: self.names.get(item[BEFORE], item[BEFORE])} for item in conditions]
        if not _is_named(renamed):
            return None
        keys = (*place.keys, BEFORE)
        self.gathering.count_followed(
            *(
                Field(keys, place.path, was[BEFORE], now[BEFORE])
                for was, now in zip(conditions, renamed, strict=True)
                if was[BEFORE] != now[BEFORE]
            )
        )
        return renamed


def _compare_odd(before: list[Any], after: list[Any], gathering: Gathering) -> None:
    """Compare what stands among the nodes and is none."""
    earlier, later = (
        [place for place, item in enumerate(side) if not is_node(item)] for side in (before, after)
    )
    found = Found()
    odd = [
        [side[place] for place in places] or ABSENT for side, places in ((before, earlier), (after, later))
    ]
    walk(odd[0], odd[1], Place((NODES,), (NODES,)), found)
    for one in found.fields:
        places = earlier if one.after is ABSENT else later
        if len(one.path) > 1 and isinstance(one.path[1], int) and one.path[1] < len(places):
            one = replace(one, path=(NODES, places[one.path[1]], *one.path[2:]))
        gathering.show(Section.OTHER, one)
    gathering.count_rest(found)


def _identities(
    before: list[Any], after: list[Any], pairs: list[Pair]
) -> tuple[list[tuple[bool, int]], list[tuple[bool, int]]]:
    """Return what stands at each place of both lists: one of the pairs, or the so-manieth that is no node."""
    earlier = {pair.before.place: number for number, pair in enumerate(pairs) if pair.before}
    later = {pair.after.place: number for number, pair in enumerate(pairs) if pair.after}
    return _named(len(before), earlier), _named(len(after), later)


def _named(length: int, known: dict[int, int]) -> list[tuple[bool, int]]:
    others = iter(range(length))
    return [(place in known, known[place] if place in known else next(others)) for place in range(length)]


def _is_named(conditions: Any) -> bool:
    """Return whether conditions are known by the node that each is about."""
    return isinstance(conditions, list) and names_of(conditions, BEFORE) is not None


def _are_named(*sides: Any) -> bool:
    """Return whether the properties that are there, on either side, are known by their names."""
    there = [side for side in sides if side is not ABSENT]
    named = all(isinstance(side, list) and names_of(side) is not None for side in there)
    return named and any(there)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
