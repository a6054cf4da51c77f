"""Cutting what streams by into pieces that memory, a query or a process can take at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")

NAMES_A_QUERY = 1000
"""How many names one query looks up: far below the limits of both databases."""


def pieces(
    values: Iterable[Value], size: Callable[[Value], int], most: int, most_bytes: int
) -> Iterator[list[Value]]:
    """Yield `values` in lists of at most `most`, which end early with the value that passes `most_bytes`."""
    piece: list[Value] = []
    total = 0
    for value in values:
        piece.append(value)
        total += size(value)
        if len(piece) == most or total > most_bytes:
            yield piece
            piece, total = [], 0
    if piece:
        yield piece


def in_chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """Yield `values` in pieces that one query can look up."""
    for start in range(0, len(values), NAMES_A_QUERY):
        yield values[start : start + NAMES_A_QUERY]
