"""Work on all processors: how a further process begins, and how pieces of work go through a pool."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from dlfportal.chunks import pieces
from dlfportal.formats.zip.reader import Spread

PROCESSES_AT_MOST = 8


def _processors() -> int:
    """Return how many processors this process may use: fewer than the machine has, in a container."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, PROCESSES_AT_MOST)


PROCESSES = _processors()

MANY_BYTES = 4 * 1024 * 1024
"""From so many bytes of work on, further processes are worth their start."""

VALUES_A_PIECE = 50
BYTES_A_PIECE = 1024 * 1024
PIECES_AHEAD = 3
"""A piece of work, and how many of them for each process wait: the memory of an import."""

OBJECTS_A_COLLECTION = 100_000

Value = TypeVar("Value")
Result = TypeVar("Result")


def start() -> None:
    """Prepare a further process: it leaves signals to the one that started it, and ends with that.

    A service manager sends its signal to all processes of a service; the import shall end first.

    Django is not set up, which takes longer than all else: the work must not need it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    gc.set_threshold(OBJECTS_A_COLLECTION)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let Python look for garbage rarely: what an import makes by the hundred thousand lives to its end."""
    thresholds = gc.get_threshold()
    gc.set_threshold(OBJECTS_A_COLLECTION, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


@contextmanager
def spreading(total: int, size: Callable[[Any], int]) -> Iterator[Spread]:
    """Yield what does as `map`: `map` itself, or for a large `total` of bytes what further processes work at.

    `size` says how many bytes a value takes. The processes begin at once and end with the context.
    """
    if total < MANY_BYTES or PROCESSES == 1:
        yield map
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=start) as pool:
        for _ in range(PROCESSES):
            pool.submit(int)
        try:
            yield partial(spread, pool, size)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def spreading_late(size: Callable[[Any], int]) -> Iterator[Spread]:
    """Yield what does as `map`: here, and in further processes once so many bytes came that they are worth
    their start. They end with the context.
    """
    done = 0
    with ExitStack() as stack:
        begun: list[Spread] = []

        def late(work: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result]:
            nonlocal done
            coming = iter(values)
            for value in coming:
                done += size(value)
                if not begun and done >= MANY_BYTES:
                    begun.append(stack.enter_context(spreading(done, size)))
                if begun:
                    yield from begun[0](work, chain([value], coming))
                else:
                    yield work(value)

        yield late


def spread(
    pool: Executor, size: Callable[[Value], int], work: Callable[[Value], Result], values: Iterable[Value]
) -> Iterator[Result]:
    """Yield what `work` makes of each value, in order, as `map` does; `pool` works some pieces ahead.

    `size` says how many bytes a value takes, so that a piece holds few large ones.
    """
    waiting: deque[Future[list[Result]]] = deque()
    for piece in pieces(values, size, VALUES_A_PIECE, BYTES_A_PIECE):
        waiting.append(pool.submit(_work_piece, work, piece))
        if len(waiting) > PIECES_AHEAD * PROCESSES:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _work_piece(work: Callable[[Value], Result], piece: Sequence[Value]) -> list[Result]:
    return [work(value) for value in piece]
