"""How much memory a piece of work takes of this process."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

TRIES = 3


def takes_less(work: Callable[[], object], *, peak: int | None = None, kept: int | None = None) -> bool:
    """Do some work and return whether it took less than `peak` bytes at once, and what it returned less
    than `kept`.

    What else the process does meanwhile (a thread that an earlier test left, a module loaded late) is
    measured too, and only adds: so the work is done again before it is said to take too much.
    """
    return any(_fits(work, peak, kept) for _try in range(TRIES))


def _fits(work: Callable[[], object], peak: int | None, kept: int | None) -> bool:
    tracemalloc.start()
    try:
        standing = work()
        now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del standing
    return (peak is None or most < peak) and (kept is None or now < kept)
