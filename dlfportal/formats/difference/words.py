"""The words in which two lines differ."""

from __future__ import annotations

import re

from cydifflib import SequenceMatcher

WORD = re.compile(r"[^\W\u2e80-\U0003ffff]+|\s+|.", re.DOTALL)
"""A word, white space, or a single sign; Chinese, which has no spaces, goes by its characters."""

LIKE_ENOUGH = 0.3
"""Two lines that share less than this are different as a whole."""

LONGEST = 20_000
MOST_WORDS_A_LINE = 2_000
"""A line of more signs or words is marked from its first to its last difference."""

MOST_WORDS = 400_000
"""So many words of one comparison are looked at; the lines after them are marked more coarsely."""

Piece = tuple[str, bool]
"""A part of a line, and whether it is marked."""

Pieces = tuple[Piece, ...]


class WordMarker:
    """Marks the words that differ, line after line, until it has looked at as many as it may."""

    def __init__(self) -> None:
        self.left = MOST_WORDS

    def pieces(self, old: str, new: str) -> tuple[Pieces, Pieces]:
        """Return both lines in pieces."""
        if self.left < 0 or max(len(old), len(new)) > LONGEST:
            return _between_ends(old, new)
        earlier, later = WORD.findall(old), WORD.findall(new)
        self.left -= len(earlier) + len(later)
        if max(len(earlier), len(later)) > MOST_WORDS_A_LINE:
            return _between_ends(old, new)
        matcher = SequenceMatcher(None, earlier, later, autojunk=False)
        if matcher.quick_ratio() < LIKE_ENOUGH:
            return ((old, False),), ((new, False),)
        left: list[Piece] = []
        right: list[Piece] = []
        for tag, start, end, other, other_end in matcher.get_opcodes():
            _add(left, "".join(earlier[start:end]), tag != "equal")
            _add(right, "".join(later[other:other_end]), tag != "equal")
        return tuple(left), tuple(right)


def _add(pieces: list[Piece], text: str, marked: bool) -> None:
    if text:
        pieces.append((text, marked))


def _between_ends(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Mark all between the first and the last difference."""
    start = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        start += 1
    end = 0
    for one, other in zip(reversed(old[start:]), reversed(new[start:]), strict=False):
        if one != other:
            break
        end += 1
    return _cut(old, start, end), _cut(new, start, end)


def _cut(text: str, start: int, end: int) -> Pieces:
    stop = len(text) - end
    parts = ((text[:start], False), (text[start:stop], True), (text[stop:], False))
    return tuple(part for part in parts if part[0]) or (("", False),)
