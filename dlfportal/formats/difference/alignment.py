"""Which of some lines that were removed became which of those that were added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from dlfportal.formats.difference.words import WORD

MOST_PAIRS = 1_600
"""In larger parts the lines stand beside each other in their order."""

ALIKE = 0.35
"""Lines that share fewer of their words are not put beside each other."""

Beside = tuple[int | None, int | None]
"""The places of two lines that stand beside each other; None is a gap."""


def aligned(removed: Sequence[str], added: Sequence[str]) -> list[Beside]:
    """Return the lines side by side, in order, so that the likest stand beside each other."""
    if not removed or not added or len(removed) * len(added) > MOST_PAIRS:
        return list(zip_longest(range(len(removed)), range(len(added))))
    if len(removed) == len(added) == 1:
        return [(0, 0)]
    return list(_filled(_best(removed, added), len(removed), len(added)))


def _best(removed: Sequence[str], added: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs of lines, none crossing another, whose likenesses together are greatest."""
    olds, news = [[_words(line) for line in lines] for lines in (removed, added)]
    likeness = [[_likeness(old, new) for new in news] for old in olds]
    best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    for here in range(len(olds) - 1, -1, -1):
        for there in range(len(news) - 1, -1, -1):
            paired = likeness[here][there] + best[here + 1][there + 1]
            best[here][there] = max(best[here + 1][there], best[here][there + 1], paired)
    pairs = []
    here = there = 0
    while here < len(olds) and there < len(news):
        if likeness[here][there] and best[here][there] == likeness[here][there] + best[here + 1][there + 1]:
            pairs.append((here, there))
            here, there = here + 1, there + 1
        elif best[here][there] == best[here + 1][there]:
            here += 1
        else:
            there += 1
    return pairs


def _words(line: str) -> frozenset[str]:
    return frozenset(word for word in WORD.findall(line) if not word.isspace())


def _likeness(old: frozenset[str], new: frozenset[str]) -> float:
    if not old and not new:
        return 1.0
    part = 2 * len(old & new) / (len(old) + len(new))
    return part if part >= ALIKE else 0.0


def _filled(pairs: list[tuple[int, int]], olds: int, news: int) -> Iterator[Beside]:
    """Yield the pairs and, between them, the lines that have no counterpart."""
    here = there = 0
    for old, new in [*pairs, (olds, news)]:
        yield from ((place, None) for place in range(here, old))
        yield from ((None, place) for place in range(there, new))
        if old < olds:
            yield old, new
        here, there = old + 1, new + 1
