"""Two sides in pairs: by kind, cluster and name, as a hash join. No document is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from dlfportal.catalogue.comparing.sides import Row
from dlfportal.formats.kinds import Kind

Clusters = Mapping[str, str]
"""Names of clusters on one side -> on the other."""
NO_CLUSTERS: tuple[Clusters, Clusters] = ({}, {})

ORDER = {kind.value: place for place, kind in enumerate(Kind)}


class Outcome(StrEnum):
    """What a comparison says of a pair; `mapped` and `apart` once its documents were read.

    `renamed`: they do the same under other names. `mapped`: the same but for what a mapping changes.
    `apart`: the same but for what means nothing, such as positions on the canvas and the order of keys.
    """

    DIFFER = "differ"
    HERE = "here"
    THERE = "there"
    RENAMED = "renamed"
    MAPPED = "mapped"
    APART = "apart"
    SAME = "same"


class Pair(NamedTuple):
    """What two sides have under one name: both, or one of them."""

    outcome: Outcome
    here: Row | None
    there: Row | None

    @property
    def one(self) -> Row:
        """What stands here, else there."""
        row = self.here or self.there
        assert row is not None  # noqa: S101 - a pair has at least one of them
        return row

    @property
    def kind(self) -> Kind:
        """The kind of both."""
        return Kind(self.one.kind)

    @property
    def contents(self) -> tuple[int, int]:
        """The ids of both contents, 0 for what is not there."""
        return self.here.content if self.here else 0, self.there.content if self.there else 0


@dataclass(frozen=True, slots=True)
class Paired:
    """Both sides in pairs, those that differ in any way and those that do not, each in no order."""

    unlike: list[Pair]
    same: list[Pair]


def paired(
    here: Iterable[Row], there: Iterable[Row], clusters: tuple[Clusters, Clusters] = NO_CLUSTERS
) -> Paired:
    """Return two sides in pairs; of CDM jobs whose clusters `clusters` makes one, only one is paired."""
    names, other_names = clusters
    left: dict[tuple[str, str, str], Row] = {}
    over: list[Row] = []
    for row in there:
        key = (row.kind, other_names.get(row.cluster, row.cluster), row.name)
        if left.setdefault(key, row) is not row:
            over.append(row)
    unlike: list[Pair] = []
    same: list[Pair] = []
    alone: list[Row] = []
    for row in here:
        other = left.pop((row.kind, names.get(row.cluster, row.cluster), row.name), None)
        if other is None:
            alone.append(row)
        elif other.content == row.content:
            same.append(Pair(Outcome.SAME, row, other))
        else:
            unlike.append(Pair(Outcome.DIFFER, row, other))
    unlike += _rest(alone, [*left.values(), *over])
    return Paired(unlike, same)


def _rest(here: list[Row], there: list[Row]) -> list[Pair]:
    """Return what only one side has; what does the same on both, and is alone in that, as renamed."""
    known, others = _by_key(here), _by_key(there)
    renamed = [Pair(Outcome.RENAMED, row, others[key]) for key, row in known.items() if key in others]
    taken = {id(row) for pair in renamed for row in (pair.here, pair.there)}
    return [
        *renamed,
        *(Pair(Outcome.HERE, row, None) for row in here if id(row) not in taken),
        *(Pair(Outcome.THERE, None, row) for row in there if id(row) not in taken),
    ]


def _by_key(rows: list[Row]) -> dict[tuple[str, int], Row]:
    """Return the rows by what they do, without those that do what another one does."""
    counts = Counter((row.kind, row.key) for row in rows if row.key)
    return {(row.kind, row.key): row for row in rows if counts[row.kind, row.key] == 1}


def in_order(pair: Pair) -> tuple[int, str, str]:
    """Return what pairs are sorted by: their kind, name and cluster."""
    row = pair.one
    return ORDER[row.kind], row.name, row.cluster
