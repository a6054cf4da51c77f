"""The same change in many pairs, as one line: which value became which."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from os.path import commonprefix

from dlfportal.catalogue.comparing.pairs import Outcome, Pair
from dlfportal.catalogue.comparing.reading import Contents, Readings, changed_alike
from dlfportal.formats.difference.changes import ValueChange
from dlfportal.formats.difference.model import ABSENT, Section
from dlfportal.web.difference_words import label_of, value_of
from dlfportal.web.pages.paging import Address

GROUP = "group"
SHOWN = 12
LONG, LEAST_CUT = 24, 8
FEWEST = 2
"""In so many pairs at least a change makes a group."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """A value that became another one in `count` pairs; None stands for a value that is not there."""

    label: str
    before: str | None
    after: str | None
    title: str
    count: int
    url: str
    current: bool


def change_groups(
    readings: Readings, pairs: Sequence[Pair], address: Address, chosen: str
) -> list[ChangeGroup]:
    """Return the most frequent changes of pairs; `chosen` is the key of the one that is shown alone."""
    known = (readings.known.get(pair.contents) for pair in pairs if pair.outcome is Outcome.DIFFER)
    counts = changed_alike(one for one in known if one)
    often = [change for change, count in counts.items() if count >= FEWEST][:SHOWN]
    extra = [change for change in counts if chosen and change not in often and group_key(change) == chosen]
    return [_group(change, counts[change], address, chosen) for change in (*often, *extra)]


def pairs_of_group(readings: Readings, chosen: str) -> Collection[Contents]:
    """Return the contents of the pairs that have the change with this key."""
    keys: dict[ValueChange, bool] = {}
    found = set()
    for contents, known in readings.known.items():
        for change in known.changes:
            if change not in keys:
                keys[change] = group_key(change) == chosen
            if keys[change]:
                found.add(contents)
    return found


def group_key(change: ValueChange) -> str:
    """Return what names a change in addresses."""
    return hashlib.sha256(repr(tuple(change)).encode(errors="surrogatepass")).hexdigest()[:16]


def _group(change: ValueChange, count: int, address: Address, chosen: str) -> ChangeGroup:
    key, field = group_key(change), change.field
    before, after = (None if side is ABSENT else value_of(side) for side in (field.before, field.after))
    current = key == chosen
    url = address.changed(**{GROUP: "" if current else key})
    label, title = label_of(field, Section(change.section)), f"{before or '—'} → {after or '—'}"
    return ChangeGroup(label, *_ends(before, after), title, count, url, current)


def _ends(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Return two values, long ones that begin alike without their common beginning."""
    if not before or not after or max(len(before), len(after)) <= LONG:
        return before, after
    shared = len(commonprefix([before, after]))
    while shared and before[shared - 1].isalnum():
        shared -= 1
    return (before, after) if shared < LEAST_CUT else (f"…{before[shared:]}", f"…{after[shared:]}")
