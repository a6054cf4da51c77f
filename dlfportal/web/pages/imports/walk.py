"""The rows of a plan or an import, page by page: those that need a look come first.

The rows stand in sections, one behind the other, and within a section in the order of the package. An index
finds the rows of each section, so a deep page costs what the first one costs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet

from dlfportal.transfer.models import ImportItem

SIZE = 100
"""So many rows a page has."""
MARK = re.compile(r"([0-9]{1,7})-([0-9])-([0-9]{1,7})", re.ASCII)

Items = QuerySet[ImportItem]


class Mark(NamedTuple):
    """A place among the rows: the number of the row that is there, its section, its position."""

    number: int
    section: int
    position: int

    def __str__(self) -> str:
        return f"{self.number}-{self.section}-{self.position}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """Return the place that an address names, None for none."""
        found = MARK.fullmatch(text)
        return cls(*map(int, found.groups())) if found else None


@dataclass(frozen=True, slots=True)
class Walked:
    """The rows of one page; `start` is the number of the first one, a mark "" where no page follows."""

    rows: list[ImportItem]
    start: int
    before: str
    after: str

    @property
    def end(self) -> int:
        """The number of the last row."""
        return self.start + len(self.rows) - 1


def walk(sections: Sequence[Items], after: str, before: str) -> Walked:
    """Return the page after or before a mark; the first one for a mark that is none."""
    ahead, behind = Mark.read(after), Mark.read(before)
    if behind and not ahead:
        found = list(_taken(_back(sections, behind), SIZE + 1))[::-1]
        if len(found) > SIZE:
            return _walked(found[1:], behind.number - SIZE, is_first=False, is_last=False)
        ahead = None
    found = list(_taken(_on(sections, ahead), SIZE + 1))
    start = ahead.number + 1 if ahead else 1
    return _walked(found[:SIZE], start, is_first=ahead is None, is_last=len(found) <= SIZE)


def _walked(found: Sequence[tuple[int, ImportItem]], start: int, *, is_first: bool, is_last: bool) -> Walked:
    rows = [row for _section, row in found]
    before = after = ""
    if found and not is_first:
        before = str(Mark(start, found[0][0], rows[0].position))
    if found and not is_last:
        after = str(Mark(start + len(rows) - 1, found[-1][0], rows[-1].position))
    return Walked(rows, max(1, start), before, after)


Piece = tuple[int, Callable[[int], Sequence[ImportItem]]]
"""A section and how its next rows are read, at most so many."""


def _on(sections: Sequence[Items], mark: Mark | None) -> Iterator[Piece]:
    """Yield the sections from a mark on."""
    for number, rows in enumerate(sections):
        if mark is None or number > mark.section:
            yield number, _reader(rows.order_by("position"))
        elif number == mark.section:
            yield number, _reader(rows.filter(position__gt=mark.position).order_by("position"))


def _back(sections: Sequence[Items], mark: Mark) -> Iterator[Piece]:
    """Yield the sections from a mark back."""
    for number in range(min(mark.section, len(sections) - 1), -1, -1):
        rows = sections[number].order_by("-position")
        if number == mark.section:
            rows = rows.filter(position__lt=mark.position)
        yield number, _reader(rows)


def _reader(rows: Items) -> Callable[[int], Sequence[ImportItem]]:
    return lambda most: list(rows[:most])


def _taken(pieces: Iterator[Piece], most: int) -> Iterator[tuple[int, ImportItem]]:
    """Yield the first rows of the sections in turn; no section is asked once there are enough."""
    left = most
    for number, read in pieces:
        if left <= 0:
            return
        rows = read(left)
        left -= len(rows)
        yield from ((number, row) for row in rows)


@dataclass(frozen=True, slots=True)
class Pager:
    """The addresses of the pages around one; "" where there is none."""

    first: str
    before: str
    after: str


def pager_of(window: Walked, address: Callable[..., str]) -> Pager:
    """Return the addresses of the pages around one; `address` gives that of its rows with a place."""
    return Pager(
        first=address() if window.before else "",
        before=address(before=window.before) if window.before else "",
        after=address(after=window.after) if window.after else "",
    )
