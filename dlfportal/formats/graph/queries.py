"""What a person asks of the graph of jobs: `name`, `+name`, `name+`, `2+name+1`, several of them.

A number says how many steps, a `+` without one as far as it goes; a name alone is shown with one step around
it. A name with a space, a `+` or a quote stands in double quotes, where a quote is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dlfportal.errors import BadRequest, gettext_noop

FARTHEST = 20
"""As far as it goes is so many steps."""
MOST_NAMES = 10
LONGEST = 1000

PIECE = re.compile(r'(?P<before>[0-9]*\+)?(?P<name>"(?:[^"]|"")*"|[^\s+"]+)?(?P<after>\+[0-9]*)?')
PLAIN = re.compile(r'[^\s+"]+')
STEPS = re.compile("[0-9]+")
"""A name of digits alone: without quotes, a `+` after it would make it steps."""


class QueryFault(BadRequest):
    """A query that nobody can follow; `begin` and `end` are the place in it that is wrong."""

    def __init__(self, message: str, begin: int, end: int, **params: str | int) -> None:
        super().__init__(message, **params)
        self.begin, self.end = begin, end


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job that is asked for, and so many steps before and after it; `place` is where its name begins."""

    name: str
    before: int = 1
    after: int = 1
    place: int = 0

    def __str__(self) -> str:
        """Return it as it is written in a query."""
        is_plain = PLAIN.fullmatch(self.name) and not STEPS.fullmatch(self.name)
        name = self.name if is_plain else '"{}"'.format(self.name.replace('"', '""'))
        if (self.before, self.after) == (1, 1):
            return name
        before = {0: "", FARTHEST: "+"}.get(self.before, f"{self.before}+")
        after = {0: "", FARTHEST: "+"}.get(self.after, f"+{self.after}")
        return f"{before}{name}{after}" if before or after else f"0+{name}"


def wanted_in(text: str) -> list[Wanted]:
    """Return what a query asks for, in its order. Raises QueryFault."""
    if len(text) > LONGEST:
        message = gettext_noop("The query is too long: %(most)s characters are the most.")
        raise QueryFault(message, LONGEST, len(text), most=LONGEST)
    found = list(_pieces(text))
    if len(found) > MOST_NAMES:
        begin = found[MOST_NAMES].place
        raise QueryFault(gettext_noop("At most %(most)s names."), begin, len(text), most=MOST_NAMES)
    return found


def _pieces(text: str) -> Iterator[Wanted]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        piece = PIECE.match(text, at)
        if piece is None or piece["name"] is None:
            raise _nameless(text, at, piece)
        end = piece.end()
        if end < len(text) and not text[end].isspace():
            raise _odd_end(text, piece)
        yield _wanted(piece)
        at = end


def _wanted(piece: re.Match[str]) -> Wanted:
    name = piece["name"]
    if name.startswith('"'):
        name = name[1:-1].replace('""', '"')
    if not name.strip():
        message = gettext_noop("Between the quotes stands no name.")
        raise QueryFault(message, piece.start("name"), piece.end("name"))
    if piece["before"] is None and piece["after"] is None:
        return Wanted(name, place=piece.start("name"))
    return Wanted(name, _steps(piece, "before"), _steps(piece, "after"), piece.start("name"))


def _steps(piece: re.Match[str], side: str) -> int:
    """Return the steps on one side of a name: none without a `+`, as far as it goes without a number."""
    if piece[side] is None:
        return 0
    digits = piece[side].strip("+")
    if len(digits) > 3 or int(digits or 0) > FARTHEST:
        message = gettext_noop("At most %(most)s steps: without a number it goes as far as it can.")
        raise QueryFault(message, piece.start(side), piece.end(side), most=FARTHEST)
    return int(digits) if digits else FARTHEST


def _nameless(text: str, at: int, piece: re.Match[str] | None) -> QueryFault:
    end = max(piece.end() if piece else at, at + 1)
    if end < len(text) and text[end] == '"' or text[at] == '"':
        return QueryFault(gettext_noop("A quote has no second one that ends the name."), at, len(text))
    return QueryFault(gettext_noop("Here a name is missing."), at, end)


def _odd_end(text: str, piece: re.Match[str]) -> QueryFault:
    end = piece.end()
    following = PLAIN.match(text, end)
    end = following.end() if following else end + 1
    if text[piece.end()] == '"':
        message = gettext_noop("A quote stands within a name: put the whole name in quotes, and it twice.")
    else:
        message = gettext_noop(
            "After the + of a name only a number of steps may follow: put a space before the next name, or a "
            "name that has a + in quotes."
        )
    return QueryFault(message, piece.end(), end)
