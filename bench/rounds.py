"""Figures from interleaved rounds: their median, and how far they lie apart."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of some rounds, the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, rounds: Sequence[float]) -> Figure:
        """Return the figure of at least one round."""
        return cls(statistics.median(rounds), min(rounds), max(rounds))

    @classmethod
    def ratio(cls, rounds: Sequence[float], others: Sequence[float]) -> Figure:
        """Return `rounds` divided by `others`, round by round: each pair had the same machine."""
        return cls.of([one / other if other else 0.0 for one, other in zip(rounds, others, strict=True)])

    def times(self, factor: float) -> Figure:
        """Return the figure in another unit."""
        return Figure(self.median * factor, self.least * factor, self.most * factor)

    def show(self, digits: int = 2) -> str:
        """Return the figure with its spread, as in `1.25 (1.20 to 1.31)`."""
        return f"{self.median:.{digits}f} ({self.least:.{digits}f} to {self.most:.{digits}f})"
