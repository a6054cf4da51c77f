"""Merging two edits of one text, line by line: what only one changed is taken, what both changed clashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dlfportal.formats.difference.lines import same_lines
from dlfportal.formats.difference.texts import MOST_LINES

MOST_CLASHES = 50
"""Nobody looks through a text with more of them: it is taken whole."""


class Part(NamedTuple):
    """A stretch of the merged text; `line` is the number, from 1, of its first line in the earlier text.

    A clash has what stood there before, mine and theirs; of any other part `mine` is the text.
    """

    line: int
    base: str
    mine: str
    theirs: str
    clashes: bool


def merge_texts(base: str, mine: str, theirs: str) -> list[Part] | None:
    """Return both edits in one text, part by part; None when it is too long or clashes too often."""
    if max(text.count("\n") for text in (base, mine, theirs)) > MOST_LINES:
        return None
    parts = list(_parts(_lines(base), _lines(mine), _lines(theirs)))
    return parts if sum(part.clashes for part in parts) <= MOST_CLASHES else None


def _lines(text: str) -> list[str]:
    """Return the lines of a text with their endings; only LF ends one, as where texts are compared."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _parts(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Part]:
    """Yield the parts between the lines that all three have, and these lines."""
    in_mine, in_theirs = _places(base, mine), _places(base, theirs)
    here, left, right = 0, 0, 0
    for place in range(len(base) + 1):
        if place == len(base):
            to_mine, to_theirs = len(mine), len(theirs)
        elif place in in_mine and place in in_theirs:
            to_mine, to_theirs = in_mine[place], in_theirs[place]
        else:
            continue
        sides = base[here:place], mine[left:to_mine], theirs[right:to_theirs]
        if any(sides):
            yield _part(here + 1, *("".join(side) for side in sides))
        if place < len(base):
            yield Part(place + 1, base[place], base[place], base[place], False)
        here, left, right = place + 1, to_mine + 1, to_theirs + 1


def _places(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Return where the lines of the earlier text stand in another one, if they do."""
    return {run.old + step: run.new + step for run in same_lines(base, other) for step in range(run.length)}


def _part(line: int, base: str, mine: str, theirs: str) -> Part:
    if mine in (base, theirs):
        return Part(line, base, theirs, theirs, False)
    if theirs == base:
        return Part(line, base, mine, mine, False)
    return Part(line, base, mine, theirs, True)
