"""How the export of a choice is made: what goes in beside what was chosen, what stays out, which state.

It is kept with the choice, so that one address shows one package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dlfportal.formats.kinds import Kind

Identity = tuple[str, str, str]
"""The kind, cluster and name of an object, as rows have them."""


def label_split(kind: Kind, label: str) -> tuple[str, str]:
    """Return cluster and name of a label: a name, of a CDM job `cluster/name`."""
    if kind is not Kind.CDM_JOB:
        return "", label
    cluster, _slash, name = label.rpartition("/")
    return cluster, name


def label_of(cluster: str, name: str) -> str:
    """Return the label of an object: its name, of a CDM job `cluster/name`."""
    return f"{cluster}/{name}" if cluster else name


@dataclass(frozen=True, slots=True)
class Packing:
    """How a package is made; a new one is made as every export was: with dependencies, of newest states.

    `depend` takes scripts and resources along, `sub_jobs` the jobs that chosen ones start and `awaited` those
    that they wait for, and so on from these. `also` are single jobs that go in beside them, and `without` are
    labels of what stays out. `submitted` asks for submitted states, `single` for the layout of one job.
    """

    depend: bool = True
    submitted: bool = False
    single: bool = False
    sub_jobs: bool = False
    awaited: bool = False
    also: Sequence[str] = ()
    without: Mapping[Kind, Sequence[str]] = field(default_factory=dict)

    @property
    def adds_jobs(self) -> bool:
        """Whether jobs go in that were not chosen."""
        return self.sub_jobs or self.awaited or bool(self.also)

    @property
    def left_out(self) -> frozenset[Identity]:
        """What stays out, as rows have it."""
        return frozenset(
            (str(kind), *label_split(kind, label))
            for kind, labels in self.without.items()
            for label in labels
        )

    def whole(self) -> Packing:
        """Return the same with nothing left out."""
        return replace(self, without={})

    def write(self) -> dict[str, Any]:
        """Return what differs from a new one, as JSON can keep it."""
        switches = {
            name: value for name in SWITCHES if (value := getattr(self, name)) != getattr(PLAIN, name)
        }
        without = {str(kind): sorted(labels) for kind, labels in self.without.items() if labels}
        lists = {"also": sorted(self.also), "without": dict(sorted(without.items()))}
        return switches | {name: value for name, value in lists.items() if value}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Packing:
        """Return what `write` made this of."""
        without = {Kind(kind): labels for kind, labels in kept.get("without", {}).items()}
        switches = {name: kept[name] for name in SWITCHES if name in kept}
        return cls(**switches, also=kept.get("also", ()), without=without)


SWITCHES = ("depend", "submitted", "single", "sub_jobs", "awaited")
PLAIN = Packing()


Labelled = tuple[Kind, str]
"""The kind and the label of an object."""


def packing_ticked(
    packing: Packing, shown: Iterable[Labelled], taken: Iterable[Labelled], also: Iterable[str] = ()
) -> Packing:
    """Return the packing once a person has ticked some of what was `shown`, and single jobs beside them.

    What stands in several places has changed where one of its ticks has. What was not shown stays as it is,
    and a job that was added and is ticked off is added no more.
    """
    places, ticks = Counter(shown), Counter(taken)
    without = {(kind, label) for kind, labels in packing.without.items() for label in labels}
    for labelled, count in places.items():
        if labelled in without and ticks[labelled]:
            without.discard(labelled)
        elif labelled not in without and ticks[labelled] < count:
            without.add(labelled)
    added = {*packing.also, *also}
    dropped = {(Kind.JOB, name) for name in added} & without
    found: dict[Kind, list[str]] = {}
    for kind, label in sorted(without - dropped):
        found.setdefault(kind, []).append(label)
    return replace(packing, without=found, also=sorted(added - {name for _kind, name in dropped}))
