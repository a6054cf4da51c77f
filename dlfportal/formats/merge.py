"""Merging two edits of one document that began from the same state: three documents in, one out.

Objects are merged key by key, lists of things with names of their own by name, texts of several lines line by
line; other lists, texts and numbers are taken whole. Where both edits changed the same place differently they
clash, and somebody has to choose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from dlfportal.formats.kinds import Kind
from dlfportal.formats.merge_texts import merge_texts
from dlfportal.formats.problems import JsonPath


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""What stands at a place that a document does not have."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both edits changed differently; in the path a name stands for what is known by it.

    Within a text, `line` is the number, from 1, of the first line in the earlier text, and the values are
    the lines; for a whole value it is 0.
    """

    path: JsonPath
    base: Any
    mine: Any
    theirs: Any
    line: int = 0


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
        if isinstance(mine, list) and isinstance(theirs, list):
            return self.items(path, base, mine, theirs)
        if isinstance(mine, str) and isinstance(theirs, str) and isinstance(base, str):
            return self.text(path, base, mine, theirs)
        return self.chosen(Clash(path, base, mine, theirs))

    def chosen(self, clash: Clash) -> Any:
        """Count a clash and return the side that is taken."""
        self.clashes.append(clash)
        return clash.theirs if len(self.clashes) - 1 in self.choose_theirs else clash.mine

    def items(self, path: JsonPath, base: Any, mine: list[Any], theirs: list[Any]) -> Any:
        """Return what is merged of three lists: by name, where all that they hold has one of its own.

        The one job of a CDM document stays the same job when it gets another name.
        """
        sides = [[] if base is ABSENT or base is None else base, mine, theirs]
        if self.kind is Kind.CDM_JOB and path == ("jobs",) and all(_is_one(side) for side in sides):
            return [self.value((*path, 0), *(side[0] for side in sides))]
        named = [by_name(side) for side in sides]
        if any(side is None for side in named):
            return self.chosen(Clash(path, base, mine, theirs))
        return list(self.members(path, *named).values())

    def text(self, path: JsonPath, base: str, mine: str, theirs: str) -> str:
        """Return what is merged of three texts, line by line; one of a single line is taken whole."""
        parts = merge_texts(base, mine, theirs) if "\n" in base else None
        if parts is None:
            return str(self.chosen(Clash(path, base, mine, theirs)))
        taken = (
            self.chosen(Clash(path, part.base, part.mine, part.theirs, part.line))
            if part.clashes
            else part.mine
            for part in parts
        )
        return "".join(taken)

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


def by_name(items: Any) -> dict[str, Any] | None:
    """Return the items of a list by name, None if they are no objects with names of their own."""
    if not isinstance(items, list):
        return None
    found = {}
    for item in items:
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = item
    return found


def _is_one(items: Any) -> bool:
    return isinstance(items, list) and len(items) == 1


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON, in whatever order their keys stand: `1` is not `1.0`."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)
