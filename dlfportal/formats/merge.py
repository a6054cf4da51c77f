"""Merging two edits of one document that began from the same state: three documents in, one out.

Objects are merged key by key, the nodes of a job by name; other lists, texts and numbers are taken whole.
Where both edits changed the same place differently they clash, and somebody has to choose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import JsonPath


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""What stands at a place that a document does not have."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both edits changed differently; the name of a node stands for it in the path."""

    path: JsonPath
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The document with both edits, and where they clash: there it has mine, unless theirs was chosen."""

    document: Any
    clashes: tuple[Clash, ...]


def merge(kind: Kind, base: Any, mine: Any, theirs: Any, *, choose_theirs: Collection[int] = ()) -> Merged:
    """Return `mine` with what `theirs` changed since `base`.

    `choose_theirs` are the clashes, by their place in the answer, at which theirs is taken; the same three
    documents clash at the same places in the same order. The documents are not changed; never raises on odd
    shapes.
    """
    merging = _Merging(kind, choose_theirs)
    document = merging.value((), base, mine, theirs)
    return Merged(document, tuple(merging.clashes))


class _Merging:
    def __init__(self, kind: Kind, choose_theirs: Collection[int]) -> None:
        self.kind = kind
        self.choose_theirs = choose_theirs
        self.clashes: list[Clash] = []

    def value(self, path: JsonPath, base: Any, mine: Any, theirs: Any) -> Any:
        """Return the value of one place."""
        if is_same(mine, theirs) or is_same(base, theirs):
            return mine
        if is_same(base, mine):
            return theirs
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self.members(path, base if isinstance(base, dict) else {}, mine, theirs)
        if self.kind is Kind.JOB and path == ("nodes",):
            named = [nodes_by_name(side) for side in (base, mine, theirs)]
            if all(side is not None for side in named):
                return list(self.members(path, *named).values())
        place = len(self.clashes)
        self.clashes.append(Clash(path, base, mine, theirs))
        return theirs if place in self.choose_theirs else mine

    def members(self, path: JsonPath, base: Any, mine: Any, theirs: Any) -> dict[str, Any]:
        """Return what is merged of three objects, in the order of mine; theirs stay by their neighbours."""
        found = {}
        for key in in_one_order(mine, theirs):
            sides = (side.get(key, ABSENT) for side in (base, mine, theirs))
            value = self.value((*path, key), *sides)
            if value is not ABSENT:
                found[key] = value
        return found


def in_one_order(first: Iterable[str], second: Iterable[str]) -> list[str]:
    """Return the keys of both: those of `first` in its order, each other one behind the key before it."""
    order = list(first)
    known = set(order)
    after: dict[str | None, list[str]] = {}
    before: str | None = None
    for key in second:
        if key in known:
            before = key
        else:
            after.setdefault(before, []).append(key)
    merged = after.get(None, [])[:]
    for key in order:
        merged += [key, *after.get(key, ())]
    return merged


def nodes_by_name(nodes: Any) -> dict[str, Any] | None:
    """Return the nodes of a job by name, None if they are no list of objects with names of their own."""
    if nodes is ABSENT or nodes is None:
        return {}
    if not isinstance(nodes, list):
        return None
    found = {}
    for node in nodes:
        name = node.get("name") if isinstance(node, dict) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = node
    return found


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON, in whatever order their keys stand: `1` is not `1.0`."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)
