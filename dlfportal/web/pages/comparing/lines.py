"""What the page of a comparison lists: ways to narrow it, its pairs, which of them, and what was read."""

from __future__ import annotations

from dataclasses import dataclass

from dlfportal.catalogue.comparing.pairs import Outcome, Pair
from dlfportal.catalogue.comparing.reading import Known
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.kinds import KINDS
from dlfportal.web.pages.comparing.narrowing import LIKE


@dataclass(frozen=True, slots=True)
class Facet:
    """One step that narrows the comparison, or takes that back: how many pairs it leaves."""

    label: str
    count: int
    url: str
    current: bool
    token: str = ""


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair of the list; `value` is what its tick sends."""

    pair: Pair
    url: str
    value: str
    known: Known | None = None

    @property
    def is_unread(self) -> bool:
        """Whether its documents are still to be read."""
        return self.known is None and self.pair.outcome in (Outcome.DIFFER, Outcome.RENAMED)

    @property
    def fields(self) -> int:
        """How many fields differ, as far as is known; 0 where one side has nothing."""
        return self.known.fields if self.known and self.pair.outcome not in LIKE else 0

    @property
    def name(self) -> str:
        """The name that is shown first."""
        return self.pair.one.label

    @property
    def other_name(self) -> str:
        """The name on the other side, where that is another one."""
        here, there = self.pair.here, self.pair.there
        return there.label if here and there and here.label != there.label else ""

    @property
    def tone(self) -> str:
        """The sign and colour of its kind."""
        return KINDS[self.pair.kind].tone

    @property
    def kind(self) -> str:
        """Its kind in words."""
        return KINDS[self.pair.kind].label


@dataclass(frozen=True, slots=True)
class Window:
    """Which of all rows a page lists."""

    start: int
    end: int
    total: Total

    @property
    def start_text(self) -> str:
        """The number of the first one."""
        return f"{self.start:,}"

    @property
    def end_text(self) -> str:
        """The number of the last one."""
        return f"{self.end:,}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the pairs that differ are still to be read, and whether a worker is asked to, or lives."""

    unread: int
    total: int
    is_asked: bool
    has_worker: bool

    @property
    def done(self) -> int:
        """How many were read."""
        return self.total - self.unread
