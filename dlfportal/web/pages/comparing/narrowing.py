"""What a comparison is narrowed to, and how many pairs each further step leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dlfportal.catalogue.comparing.pairs import Outcome, Pair
from dlfportal.catalogue.comparing.sides import Identity
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.search.grams import fold
from dlfportal.formats.kinds import Kind

ALL = "all"
LIKE = frozenset({Outcome.SAME, Outcome.MAPPED, Outcome.APART})
"""What is not shown unless it is asked for."""
FOLDERS_SHOWN = 30
LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which pairs are shown. `show` is an outcome, `all`, or "" for all that are not the same.

    `among` are the only identities that are looked at, None for all; `group` the contents of the pairs that a
    group has, None for all.
    """

    show: str = ""
    kind: Kind | None = None
    folder: str = ""
    words: tuple[str, ...] = ()
    among: Collection[Identity] | None = None
    group: Collection[tuple[int, int]] | None = None

    @classmethod
    def read(cls, params: Mapping[str, str], among: Collection[Identity] | None = None) -> Narrowing:
        """Return what the parameters of an address narrow to; what makes no sense narrows nothing."""
        show = params.get("show", "")
        kind = next((kind for kind, spec in KINDS.items() if spec.slug == params.get("kind")), None)
        folder = params.get("folder", "").strip("/")[:LONGEST]
        words = tuple(fold(params.get("q", "")[:LONGEST]).split()[:8])
        return cls(
            show if show in (ALL, *Outcome) else "", kind, f"/{folder}" if folder else "", words, among
        )

    @property
    def is_set(self) -> bool:
        """Whether anything but the outcome is narrowed."""
        return self != Narrowing(show=self.show)

    @property
    def wants_same(self) -> bool:
        """Whether some of those that are the same are shown."""
        return self.show == ALL or self.show in LIKE

    def pairs(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """Yield the pairs that are shown."""
        tests = list(self._tests())
        return (pair for pair in pairs if all(test(pair) for test in tests))

    def _tests(self) -> Iterator[Callable[[Pair], bool]]:
        if self.show != ALL:
            yield self._is_shown
        if self.kind:
            word = self.kind.value
            yield lambda pair: pair.one.kind == word
        if self.folder:
            yield lambda pair: _is_in(self.folder, pair.one.directory)
        if self.words:
            yield self._has_words
        if self.among is not None:
            yield self._is_among
        if self.group is not None:
            group = self.group
            yield lambda pair: pair.contents in group

    def _is_shown(self, pair: Pair) -> bool:
        return pair.outcome == self.show if self.show else pair.outcome not in LIKE

    def _has_words(self, pair: Pair) -> bool:
        names = " ".join({fold(row.name) for row in (pair.here, pair.there) if row})
        return all(word in names for word in self.words)

    def _is_among(self, pair: Pair) -> bool:
        among = self.among or ()
        return any(row.identity in among for row in (pair.here, pair.there) if row)

    def counts(self, unlike: list[Pair], same: list[Pair]) -> Counts:
        """Return how many pairs each further step leaves, the others of this narrowing kept."""
        of_outcomes = replace(self, show=ALL)
        outcomes = Counter(pair.outcome for pair in of_outcomes.pairs(unlike))
        outcomes.update(pair.outcome for pair in (of_outcomes.pairs(same) if of_outcomes.is_set else same))
        shown = [*unlike, *same] if self.wants_same else unlike
        kinds = Counter(pair.one.kind for pair in replace(self, kind=None).pairs(shown))
        return Counts(outcomes, kinds, self._folders(shown))

    def _folders(self, pairs: list[Pair]) -> list[tuple[str, int]]:
        """Return the folders directly below the one that is shown, the fullest first."""
        below = len(self.folder) + 1
        found: Counter[str] = Counter()
        for pair in self.pairs(pairs):
            if rest := pair.one.directory[below:]:
                found[f"{self.folder}/{rest.partition('/')[0]}"] += 1
        return sorted(found.most_common(FOLDERS_SHOWN))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pairs there are by outcome, by kind, and in the folders below."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    folders: list[tuple[str, int]] = field(default_factory=list)


def _is_in(folder: str, directory: str) -> bool:
    return directory == folder or directory.startswith(f"{folder}/")
