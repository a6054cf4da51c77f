"""Two texts line by line: what is added and removed, and the words that differ within a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from dlfportal.formats.difference.alignment import aligned
from dlfportal.formats.difference.lines import same_lines
from dlfportal.formats.difference.words import Piece, WordMarker

WORDS_LINES = 20_000
WORDS_BYTES = 2 * 1024 * 1024
"""Longer texts are compared by lines only."""

MOST_LINES = 200_000
"""Still longer ones are not compared."""

CR = "\r"


class Mark(StrEnum):
    """What a row shows: a line without a counterpart, or two that differ in words, spaces or in their end."""

    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"
    SPACE = "space"
    END = "end"


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its number from 1, in pieces; those that the other text does not have are marked."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Two lines side by side, or one beside nothing."""

    mark: Mark
    old: Line | None
    new: Line | None


@dataclass(frozen=True, slots=True)
class Same:
    """Lines that both texts have; `old` and `new` are the numbers of the first."""

    old: int
    new: int
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Different:
    """Lines that differ."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TextDifference:
    """Two texts compared. `words` is False when they were too long for that, `too_large` for anything.

    `ends` are the line endings when each text has one kind and they differ: the lines are then compared
    without them. `closed` says of each text whether its last line has an ending, `both` that neither is
    empty.
    """

    blocks: tuple[Same | Different, ...] = ()
    added: int = 0
    removed: int = 0
    ends: tuple[str, str] | None = None
    closed: tuple[bool, bool] = (True, True)
    both: bool = True
    words: bool = True
    too_large: bool = False


def text_difference(before: str, after: str) -> TextDifference:
    """Return two texts compared line by line."""
    if max(before.count("\n"), after.count("\n")) > MOST_LINES:
        return TextDifference(too_large=True, words=False)
    ends = _ends(before, after)
    if ends:
        before, after = (text.replace("\r\n", "\n") for text in (before, after))
    old, new = _lines(before), _lines(after)
    words = max(len(old), len(new)) <= WORDS_LINES and max(len(before), len(after)) <= WORDS_BYTES
    blocks = tuple(_blocks(old, new, WordMarker() if words else None))
    rows = [row for block in blocks if isinstance(block, Different) for row in block.rows]
    return TextDifference(
        blocks=blocks,
        added=sum(row.new is not None for row in rows),
        removed=sum(row.old is not None for row in rows),
        ends=ends,
        closed=(_is_closed(before), _is_closed(after)),
        both=bool(before and after),
        words=words,
    )


def _lines(text: str) -> list[str]:
    """Return the lines of a text without their endings; a CR stays, since it may be all that differs."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _is_closed(text: str) -> bool:
    return not text or text.endswith("\n")


def _ends(before: str, after: str) -> tuple[str, str] | None:
    """Return the line endings of two texts when each has one kind throughout and they differ."""
    kinds = []
    for text in (before, after):
        breaks, windows = text.count("\n"), text.count("\r\n")
        if not breaks or windows not in (0, breaks) or text.count(CR) != windows:
            return None
        kinds.append("CRLF" if windows else "LF")
    return (kinds[0], kinds[1]) if kinds[0] != kinds[1] else None


def _blocks(old: Sequence[str], new: Sequence[str], marker: WordMarker | None) -> Iterator[Same | Different]:
    here, there = 0, 0
    for run in same_lines(old, new):
        if here < run.old or there < run.new:
            yield _different(old, new, (here, run.old), (there, run.new), marker)
        yield Same(run.old + 1, run.new + 1, old[run.old : run.old + run.length])
        here, there = run.old + run.length, run.new + run.length
    if here < len(old) or there < len(new):
        yield _different(old, new, (here, len(old)), (there, len(new)), marker)


def _different(
    old: Sequence[str],
    new: Sequence[str],
    here: tuple[int, int],
    there: tuple[int, int],
    marker: WordMarker | None,
) -> Different:
    """Return the rows of a part that differs, the likest lines beside each other."""
    removed, added = old[slice(*here)], new[slice(*there)]
    pairs = aligned(removed, added) if marker else zip_longest(range(len(removed)), range(len(added)))
    rows = []
    for left, right in pairs:
        texts = None if left is None else removed[left], None if right is None else added[right]
        numbers = here[0] + 1 + (left or 0), there[0] + 1 + (right or 0)
        rows.append(_row(texts, numbers, marker))
    return Different(tuple(rows))


def _row(texts: tuple[str | None, str | None], numbers: tuple[int, int], marker: WordMarker | None) -> Row:
    old, new = texts
    if old is None or new is None:
        mark = Mark.ADDED if old is None else Mark.REMOVED
        pieces: Sequence[tuple[Piece, ...]] = tuple(((text or "", False),) for text in texts)
    else:
        mark = _mark(old, new)
        pieces = marker.pieces(old, new) if marker else (((old, False),), ((new, False),))
    sides = [
        None if text is None else Line(number, parts)
        for text, number, parts in zip(texts, numbers, pieces, strict=True)
    ]
    return Row(mark, sides[0], sides[1])


def _mark(old: str, new: str) -> Mark:
    if old.rstrip(CR) == new.rstrip(CR):
        return Mark.END
    return Mark.SPACE if "".join(old.split()) == "".join(new.split()) else Mark.CHANGED
