"""Equal lines that an address unfolds: `?open=R120-519`, the lines by their numbers in the later text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.http import urlencode

MOST_LINES = 400
"""So many lines one opening has at most."""

MOST_OPENINGS = 10
"""So many openings a page has; the oldest one closes for another."""

WRITTEN = re.compile(r"([a-z0-9-]{0,20})R([1-9][0-9]{0,6})-([1-9][0-9]{0,6})", re.ASCII)


class Opening(NamedTuple):
    """The lines `first` to `last` of one text, whose lines have ids with this prefix."""

    prefix: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.prefix}R{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Opened:
    """What is unfolded on a page; `address` is the page with nothing unfolded, "" where nothing can be."""

    address: str = ""
    openings: tuple[Opening, ...] = ()

    @classmethod
    def read(cls, request: HttpRequest) -> Opened:
        """Return what the address of a page unfolds; what cannot be is left out. A sent form has none."""
        if request.method not in ("GET", "HEAD"):
            return cls()
        others = request.GET.copy()
        others.pop("open", None)
        found = (WRITTEN.fullmatch(text) for text in request.GET.getlist("open")[-MOST_OPENINGS:])
        openings = (Opening(match[1], int(match[2]), int(match[3])) for match in found if match)
        bounded = tuple(one for one in openings if 0 <= one.last - one.first < MOST_LINES)
        return cls(f"{request.path}?{others.urlencode()}", bounded)

    def within(self, prefix: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield which of the lines from `start` up to `end` are unfolded, in order and none twice."""
        for one in sorted(self.openings):
            first, after = max(start, one.first), min(end, one.last + 1)
            if one.prefix == prefix and first < after:
                yield first, after
                start = after

    def url(self, opening: Opening, at: int) -> str:
        """Return the address that unfolds some more lines, and leads to the line `at`."""
        written = [("open", str(one)) for one in (*self.openings[1 - MOST_OPENINGS :], opening)]
        return f"{self.address}&{urlencode(written)}#{opening.prefix}R{at}"
