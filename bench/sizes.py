"""How much is measured: all of it, or with `QUICK=1` what shows a mistake within three minutes."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one run; times in seconds. Of pages and calls, every `growth_step`-th is asked."""

    databases: tuple[str, ...]
    growth_jobs: tuple[int, int]
    growth_rounds: int
    growth_step: int
    jobs: int
    rounds: int
    seconds: float
    import_rounds: int
    scripts: int
    numbers: int
    soak: float


FULL = Sizes(
    databases=("SQLite", "PostgreSQL"),
    growth_jobs=(1_000, 100_000),
    growth_rounds=5,
    growth_step=1,
    jobs=10_000,
    rounds=5,
    seconds=3.0,
    import_rounds=3,
    scripts=200_000,
    numbers=3_000_000,
    soak=60.0,
)
QUICK = Sizes(
    databases=("SQLite",),
    growth_jobs=(1_000, 10_000),
    growth_rounds=2,
    growth_step=5,
    jobs=1_000,
    rounds=2,
    seconds=1.0,
    import_rounds=1,
    scripts=10_000,
    numbers=3_000_000,
    soak=5.0,
)


def is_quick() -> bool:
    """Return whether the environment asks for the quick run."""
    return os.environ.get("QUICK", "") not in ("", "0")


def sizes() -> Sizes:
    """Return the sizes of this run."""
    return QUICK if is_quick() else FULL
