"""The leaves in which two values differ, whatever shapes they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dlfportal.formats.difference.model import ABSENT, Field
from dlfportal.formats.problems import JsonPath

UNSAID = "value"
"""A key of a named item that is not said: `sql`, not `sql.value`."""

KEPT_ASIDE = "value_is_sensitive"
"""What DataArts writes beside every property; on a new or removed one it says nothing."""


class Place(NamedTuple):
    """Where a value stands: its path, the keys that name it, and whether all around it is new or removed."""

    path: JsonPath = ()
    keys: tuple[str, ...] = ()
    whole: bool = False

    def at(self, step: str | int, *keys: str) -> Place:
        """Return the place of a member; `keys` are added to those that name it."""
        return Place((*self.path, step), (*self.keys, *keys), self.whole)


@dataclass(slots=True)
class Found:
    """What a comparison found: the leaves, those that say nothing new, and the places with another order."""

    fields: list[Field] = field(default_factory=list)
    aside: list[Field] = field(default_factory=list)
    orders: list[JsonPath] = field(default_factory=list)

    def leaf(self, place: Place, before: Any, after: Any) -> None:
        """Take up one leaf that differs."""
        self.fields.append(Field(place.keys, place.path, before, after, place.whole))

    def order(self, path: JsonPath, before: Iterable[Hashable], after: Iterable[Hashable]) -> None:
        """Take up that what both sides have stands in another order."""
        if is_reordered(before, after):
            self.orders.append(path)


def walk(before: Any, after: Any, place: Place, found: Found) -> None:
    """Take up every leaf in which two values differ; `ABSENT` is a value that is not there."""
    if isinstance(before, dict) and isinstance(after, dict):
        _objects(before, after, place, found)
    elif isinstance(before, list) and isinstance(after, list):
        _lists(before, after, place, found)
    elif before is ABSENT and _has_parts(after):
        walk(type(after)(), after, place, found)
    elif after is ABSENT and _has_parts(before):
        walk(before, type(before)(), place, found)
    elif not identical(before, after):
        found.leaf(place, before, after)


def _has_parts(value: Any) -> bool:
    """Return whether a value is shown part by part: an object, or a list of more than plain values."""
    if isinstance(value, list):
        return any(isinstance(item, dict | list) for item in value)
    return isinstance(value, dict) and bool(value)


def members(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return (key, before, after) of every key: in the later order, then those that are gone."""
    keys = [*after, *(key for key in before if key not in after)]
    return [(key, before.get(key, ABSENT), after.get(key, ABSENT)) for key in keys]


def identical(before: Any, after: Any) -> bool:
    """Return whether two values are written alike: 1, 1.0 and true are three values, and order counts."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return list(before) == list(after) and all(identical(before[key], after[key]) for key in before)
    if isinstance(before, list):
        return len(before) == len(after) and all(map(identical, before, after))
    if isinstance(before, str):
        return bool(before == after)
    return str(before) == str(after)


def is_reordered(before: Iterable[Hashable], after: Iterable[Hashable]) -> bool:
    """Return whether what both have stands in another order; each thing occurs once."""
    earlier, later = list(before), list(after)
    if earlier == later:
        return False
    common = set(earlier).intersection(later)
    return [one for one in earlier if one in common] != [one for one in later if one in common]


def names_of(items: Sequence[Any], key: str = "name") -> list[str] | None:
    """Return what names each item of a list, or None when something there has no name of its own."""
    names = [item.get(key) if isinstance(item, dict) else None for item in items]
    found = [name for name in names if isinstance(name, str)]
    return found if len(found) == len(items) == len(set(found)) else None


def _objects(before: dict[str, Any], after: dict[str, Any], place: Place, found: Found) -> None:
    for key, old, new in members(before, after):
        walk(old, new, place.at(key, key), found)
    found.order(place.path, before, after)


def _lists(before: list[Any], after: list[Any], place: Place, found: Found) -> None:
    if not before and not after:
        return
    earlier, later = names_of(before), names_of(after)
    if earlier is not None and later is not None:
        named_items(before, after, place, found)
    elif any(isinstance(item, dict | list) for item in (*before, *after)):
        _items(before, after, place, found)
    elif not identical(before, after):
        found.leaf(place, before, after)


def named_items(
    before: list[dict[str, Any]], after: list[dict[str, Any]], place: Place, found: Found, key: str = "name"
) -> None:
    """Compare two lists of objects by their names, which are theirs alone."""
    earlier = {item[key]: (number, item) for number, item in enumerate(before)}
    later = {item[key]: (number, item) for number, item in enumerate(after)}
    for name, old, new in members(earlier, later):
        number = (old if new is ABSENT else new)[0]
        one_sided = old is ABSENT or new is ABSENT
        inner = place.at(number, name)._replace(whole=place.whole or (one_sided and not place.keys))
        sides = [{} if side is ABSENT else side[1] for side in (old, new)]
        _named_item(sides[0], sides[1], inner, found, key, one_sided)
    found.order(place.path, earlier, later)


def _named_item(
    before: dict[str, Any], after: dict[str, Any], place: Place, found: Found, key: str, one_sided: bool
) -> None:
    start = len(found.fields)
    for member, old, new in members(before, after):
        said = () if member == UNSAID else (member,)
        if member == KEPT_ASIDE and one_sided and (old is False or new is False):
            found.aside.append(Field((*place.keys, member), (*place.path, member), old, new))
        elif member != key:
            walk(old, new, place.at(member, *said), found)
    if not one_sided:
        found.order(place.path, before, after)
    elif len(found.fields) == start:
        found.leaf(place, before or ABSENT, after or ABSENT)


def _items(before: list[Any], after: list[Any], place: Place, found: Found) -> None:
    """Compare two lists without names: what is equal at both ends is passed over, the rest goes by place."""
    start = shared_start(before, after)
    end = shared_start(before[start:][::-1], after[start:][::-1])
    earlier, later = before[start : len(before) - end], after[start : len(after) - end]
    for number in range(max(len(earlier), len(later))):
        old = earlier[number] if number < len(earlier) else ABSENT
        new = later[number] if number < len(later) else ABSENT
        where = start + number
        walk(old, new, place.at(where, str(where + 1)), found)


def shared_start(before: Sequence[Any], after: Sequence[Any]) -> int:
    """Return how many items at the start of both are equal."""
    count = 0
    for old, new in zip(before, after, strict=False):
        if not identical(old, new):
            break
        count += 1
    return count


def occurrences(names: Iterable[str]) -> list[tuple[str, int]]:
    """Return each name with how often it came before: names that repeat are kept apart."""
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        result.append((name, seen[name]))
        seen[name] += 1
    return result
