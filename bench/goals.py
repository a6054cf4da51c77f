"""What is to be reached, beside what was measured: printed at once, and gathered for the end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT_IN = "DLF_BENCH_GOALS"
"""The variable that names the file in which the processes of one run gather their goals."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal on one database: at most `limit`, or with `at_least` at least."""

    what: str
    database: str
    figure: float
    limit: float
    unit: str = ""
    at_least: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of the limit."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    @property
    def line(self) -> str:
        """The goal as people read it."""
        bound = "at least" if self.at_least else "at most"
        verdict = "met" if self.is_met else "MISSED"
        unit = f" {self.unit}" if self.unit else ""
        note = f" ({self.note})" if self.note else ""
        return (
            f"{verdict:7}{self.database:11}{self.what}: {_number(self.figure)}{unit}, "
            f"goal {bound} {_number(self.limit)}{unit}{note}"
        )


def report(goal: Goal) -> None:
    """Print a goal, and keep it for the end of the run."""
    print(f"  {goal.line}", flush=True)
    if path := os.environ.get(KEPT_IN):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(goal)) + "\n")


def gathered(path: Path) -> Iterator[Goal]:
    """Yield the goals that the processes of a run kept in `path`."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Goal(**json.loads(line))


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
