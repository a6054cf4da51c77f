"""Which lines of two texts are the same, in bounded time whatever the texts are."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cydifflib import SequenceMatcher

SMALL = 2_000_000
"""A part whose sides, multiplied, have so many lines is compared in full; larger ones are divided first."""

MOST_MATCHES = 1_000_000
"""So many pairs of equal lines are weighed against each other: 12,000 lines that are all equal have 144
million, which takes seconds."""

DEEPEST = 20
"""So often are parts divided into smaller ones."""

Part = tuple[int, int, int, int]
"""A part of both texts: where it begins and ends in the one, and in the other."""


class Run(NamedTuple):
    """Lines that are the same in both texts: where they begin in each, and how many there are."""

    old: int
    new: int
    length: int


def same_lines(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Return the runs of equal lines, in order; what is between them differs."""
    merged: list[Run] = []
    for run in _Matching(before, after).runs((0, len(before), 0, len(after)), DEEPEST):
        last = merged[-1] if merged else None
        if last and (last.old + last.length, last.new + last.length) == (run.old, run.new):
            merged[-1] = Run(last.old, last.new, last.length + run.length)
        elif run.length:
            merged.append(run)
    return merged


class _Matching:
    """Finds the equal lines of two texts, weighing no more pairs of them than it may."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self.before, self.after = before, after
        self.left = MOST_MATCHES

    def runs(self, part: Part, depth: int) -> Iterator[Run]:
        """Yield the runs within a part: those at its ends, and between them."""
        old, old_end, new, new_end = part
        before, after = self.before, self.after
        start = 0
        while old + start < old_end and new + start < new_end and before[old + start] == after[new + start]:
            start += 1
        yield Run(old, new, start)
        old, new = old + start, new + start
        end = 0
        while old_end > old and new_end > new and before[old_end - 1] == after[new_end - 1]:
            old_end, new_end, end = old_end - 1, new_end - 1, end + 1
        if old < old_end and new < new_end:
            yield from self._between((old, old_end, new, new_end), depth)
        yield Run(old_end, new_end, end)

    def _between(self, part: Part, depth: int) -> Iterator[Run]:
        """Yield the runs within a part that begins and ends differently.

        A large part is divided at the lines that occur once on each side, or else at its longest run. Where
        too many lines are alike for that, all of it is taken to be different.
        """
        old, old_end, new, new_end = part
        before, after = self.before[old:old_end], self.after[new:new_end]
        counts, others = Counter(before), Counter(after)
        small = len(before) * len(after) <= SMALL
        if not small and depth:
            single = {line for line, count in counts.items() if count == 1 and others[line] == 1}
            if anchors := _anchors(self.before, self.after, single, part):
                yield from self._divided(part, anchors, depth - 1)
                return
        self.left -= sum(count * others[line] for line, count in counts.items())
        if self.left < 0 or not depth:
            return
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        if small:
            for block in matcher.get_matching_blocks():
                yield Run(old + block.a, new + block.b, block.size)
        elif (longest := matcher.find_longest_match(0, len(before), 0, len(after))).size:
            here, there, length = old + longest.a, new + longest.b, longest.size
            yield from self.runs((old, here, new, there), depth - 1)
            yield Run(here, there, length)
            yield from self.runs((here + length, old_end, there + length, new_end), depth - 1)

    def _divided(self, part: Part, anchors: list[tuple[int, int]], depth: int) -> Iterator[Run]:
        """Yield the runs between lines that are known to be the same, and these lines."""
        old, old_end, new, new_end = part
        for here, there in anchors:
            yield from self.runs((old, here, new, there), depth)
            yield Run(here, there, 1)
            old, new = here + 1, there + 1
        yield from self.runs((old, old_end, new, new_end), depth)


def _anchors(
    before: Sequence[str], after: Sequence[str], single: set[str], part: Part
) -> list[tuple[int, int]]:
    """Return the places of the longest series of single lines that both sides have in one order."""
    old, old_end, new, new_end = part
    there = {after[place]: place for place in range(new, new_end) if after[place] in single}
    pairs = [(place, there[before[place]]) for place in range(old, old_end) if before[place] in single]
    ends: list[int] = []
    ending: list[int] = []
    previous: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        previous.append(ending[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        ending[length : length + 1] = [number]
    chosen: list[tuple[int, int]] = []
    number = ending[-1] if ending else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = previous[number]
    return chosen[::-1]
