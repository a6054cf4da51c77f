"""Work on all processors: how a further process begins, and how pieces of work go through a pool.

What a process begins with imports no model: Django is set up in here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import TypeVar

import django

PROCESSES = os.cpu_count() or 1

VALUES_A_PIECE = 50
BYTES_A_PIECE = 1024 * 1024
PIECES_AHEAD = 3
"""A piece of work, and how many of them for each process wait: the memory of an import."""

Value = TypeVar("Value")
Result = TypeVar("Result")


def start() -> None:
    """Prepare a further process: it leaves signals to the one that started it, and ends with that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def spread(
    pool: Executor, size: Callable[[Value], int], work: Callable[[Value], Result], values: Iterable[Value]
) -> Iterator[Result]:
    """Yield what `work` makes of each value, in order, as `map` does; `pool` works some pieces ahead.

    `size` says how many bytes a value takes, so that a piece holds few large ones.
    """
    waiting: deque[Future[list[Result]]] = deque()
    for piece in _pieces(values, size):
        waiting.append(pool.submit(_work_piece, work, piece))
        if len(waiting) > PIECES_AHEAD * PROCESSES:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _work_piece(work: Callable[[Value], Result], piece: Sequence[Value]) -> list[Result]:
    return [work(value) for value in piece]


def _pieces(values: Iterable[Value], size: Callable[[Value], int]) -> Iterator[list[Value]]:
    piece: list[Value] = []
    total = 0
    for value in values:
        piece.append(value)
        total += size(value)
        if len(piece) == VALUES_A_PIECE or total > BYTES_A_PIECE:
            yield piece
            piece, total = [], 0
    yield piece
