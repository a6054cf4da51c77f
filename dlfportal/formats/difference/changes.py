"""What differs between two documents in short, to be kept: how much, and which values became which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from dlfportal.formats.difference.documents import difference
from dlfportal.formats.difference.model import ABSENT, LONG_VALUE, Change, Difference, Field, Group, Section
from dlfportal.formats.kinds import Kind

CHANGES_KEPT = 60
"""So many changes of one document are kept."""
NAMED_ALONE = (Section.EDGES, Section.CONTENT)
"""The sections whose changes are never those of another document."""

Scalar = str | int | float | bool | None


class ValueChange(NamedTuple):
    """A value that became another one, wherever it stands: by what people call it, not by its place.

    `before` and `after` are JSON texts, "" for a value that is not there.
    """

    section: str
    keys: tuple[str, ...]
    before: str
    after: str

    @property
    def field(self) -> Field:
        """It as a field of a difference."""
        before, after = (json.loads(side) if side else ABSENT for side in (self.before, self.after))
        return Field(self.keys, (), before, after)


class Reading(NamedTuple):
    """What a comparison of two documents says in short.

    `is_apart` says that they are the same but for what means nothing to those who run them; `fields` counts
    what else differs.
    """

    is_same: bool
    is_apart: bool
    fields: int
    changes: tuple[ValueChange, ...]


def reading_of(kind: Kind, before: Any, after: Any) -> Reading:
    """Return in short what differs between two documents that are both there."""
    found = difference(kind, before, after)
    fields = sum(max(1, len(group.fields)) for group in found.groups)
    changes = tuple(dict.fromkeys(_changes(found)))[:CHANGES_KEPT]
    return Reading(found.is_same, not found.groups and not found.is_same, fields, changes)


def _changes(found: Difference) -> Iterator[ValueChange]:
    for group in found.groups:
        if group.section not in NAMED_ALONE and group.change is Change.CHANGED:
            yield from (change for one in group.fields if (change := _change(group, one)))


def _change(group: Group, one: Field) -> ValueChange | None:
    """Return the change of a field with short values; None for a long one, and for a part of a new thing."""
    sides = [_written(side) for side in (one.before, one.after)]
    if one.whole or any(side is None for side in sides):
        return None
    return ValueChange(group.section.value, one.keys, sides[0] or "", sides[1] or "")


def _written(value: Any) -> str | None:
    if value is ABSENT:
        return ""
    if not isinstance(value, Scalar):
        return None
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONG_VALUE else None
