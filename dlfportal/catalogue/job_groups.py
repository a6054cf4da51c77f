"""The jobs of a workspace in connected parts, and the circles among them: never read for a page of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.db.models import OuterRef

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference
from dlfportal.formats.graph.circles import connected, rings, shortest_circle
from dlfportal.formats.graph.queries import MOST_NAMES
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target

GROUPS_KEPT = 50
CIRCLES_KEPT = 20
CIRCLE_NAMES = 12
RING_JOBS_KEPT = 5000
"""Up to so many jobs that are in circles it is kept in which."""
LINES_AT_ONCE = 10_000
"""Of so many lines the circles are found when somebody asks."""


class Pair(NamedTuple):
    """Two jobs by id, of which the first comes before the other; or the other waits for it."""

    first: int
    then: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A connected part: how many jobs, some of those that nothing comes before, and how many more of them.

    `middle` is the job with most lines, `circles` how many circles are in it.
    """

    size: int
    starts: list[str]
    more_starts: int
    middle: str
    circles: int


@dataclass(frozen=True, slots=True)
class Circle:
    """Jobs that start each other, or with `waits` wait for each other, so that one comes after the last.

    `names` are in the order in which they would run, `more` is how many are left out.
    """

    names: list[str]
    more: int
    waits: bool


class Ring(NamedTuple):
    """The ids of jobs that lead to each other, by sub-jobs or with `waits` by waiting: all of them."""

    waits: bool
    jobs: list[int]


@dataclass(frozen=True, slots=True)
class Groups:
    """The parts of two jobs and more, the largest of them, `joined` jobs that are in any, and the circles.

    `rings` says which jobs are in circles, None where they are too many.
    """

    parts: int
    joined: int
    groups: list[Group]
    circles: list[Circle]
    more_circles: int
    rings: list[Ring] | None = None

    def kept(self) -> dict[str, Any]:
        """Return them as they are kept."""
        return asdict(self)


def groups_from(kept: Mapping[str, Any]) -> Groups:
    """Return what `Groups.kept` made."""
    rings = kept.get("rings")
    return Groups(
        parts=kept["parts"],
        joined=kept["joined"],
        groups=[Group(**one) for one in kept["groups"]],
        circles=[Circle(**one) for one in kept["circles"]],
        more_circles=kept["more_circles"],
        rings=None if rings is None else [Ring(*one) for one in rings],
    )


def groups_count(workspace: Workspace) -> Groups:
    """Read all lines between the living jobs of a workspace and return their parts and circles.

    In time that grows with the lines: two seconds for some hundred thousand of them.
    """
    pairs = _pairs(workspace)
    rounds = [(waits, ring) for waits in (False, True) for ring in _rings(pairs, waits)]
    parts = sorted(connected((pair.first, pair.then) for pair in pairs if pair.first != pair.then), key=len)
    parts.reverse()
    wanted = _circles(pairs, rounds[:CIRCLES_KEPT])
    about = _about(pairs, parts[:GROUPS_KEPT], [ring for _, ring in rounds])
    names = _names({pk for one in about for pk in one.named} | {pk for way in wanted for pk in way})
    return Groups(
        parts=len(parts),
        joined=sum(map(len, parts)),
        groups=[one.group(names) for one in about],
        circles=[
            Circle([names[pk] for pk in way[:CIRCLE_NAMES]], max(0, len(way) - CIRCLE_NAMES), waits)
            for (waits, _), way in zip(rounds[:CIRCLES_KEPT], wanted, strict=True)
            if all(pk in names for pk in way[:CIRCLE_NAMES])
        ],
        more_circles=max(0, len(rounds) - CIRCLES_KEPT),
        rings=None
        if sum(len(ring) for _, ring in rounds) > RING_JOBS_KEPT
        else [Ring(waits, ring) for waits, ring in rounds],
    )


def rings_find(workspace: Workspace) -> list[Ring] | None:
    """Return which jobs are in circles, None where there are too many lines to read at once. One query."""
    rows = Reference.objects.filter(workspace=workspace, target=Target.JOB, cluster="").order_by()
    lines = list(rows.values_list("source", "source__name", "name", "waits")[: LINES_AT_ONCE + 1])
    if len(lines) > LINES_AT_ONCE:
        return None
    ids = {name: pk for pk, name, _, _ in lines}  # what points to nothing is in no circle
    ends = [(pk, ids[other], waits) for pk, _, other, waits in lines if other in ids]
    pairs = [Pair(b, a, waits) if waits else Pair(a, b, waits) for a, b, waits in ends]
    return [Ring(waits, ring) for waits in (False, True) for ring in _rings(pairs, waits)]


def _pairs(workspace: Workspace) -> list[Pair]:
    jobs = CatalogueObject.objects.filter(
        ALIVE, workspace=workspace, kind=Kind.JOB, name=OuterRef("name"), cluster=""
    ).order_by()
    rows = Reference.objects.filter(workspace=workspace, target=Target.JOB, cluster="").order_by()
    found = rows.annotate(other=jobs.values("pk")[:1]).filter(other__isnull=False)
    lines = found.values_list("source", "other", "waits").iterator(chunk_size=5000)
    pairs = (Pair(b, a, waits) if waits else Pair(a, b, waits) for a, b, waits in lines)
    return sorted(pairs)


def _rings(pairs: Iterable[Pair], waits: bool) -> list[list[int]]:
    """Return the circles of sub-jobs, or of waiting; a job that waits for itself waits for its last run."""
    return rings(
        (pair.first, pair.then)
        for pair in pairs
        if pair.waits is waits and not (waits and pair.first == pair.then)
    )


def _circles(pairs: Iterable[Pair], rounds: Sequence[tuple[bool, list[int]]]) -> list[list[int]]:
    """Return a shortest way round each."""
    members = {pk for _, ring in rounds for pk in ring}
    after: dict[bool, dict[int, list[int]]] = {False: {}, True: {}}
    for pair in pairs:
        if pair.first in members:
            after[pair.waits].setdefault(pair.first, []).append(pair.then)
    return [shortest_circle(ring, after[waits]) for waits, ring in rounds]


@dataclass(frozen=True, slots=True)
class _About:
    """What is said of a part, by ids."""

    size: int
    starts: list[int]
    more_starts: int
    middle: int
    circles: int

    @property
    def named(self) -> list[int]:
        return [*self.starts, self.middle]

    def group(self, names: Mapping[int, str]) -> Group:
        starts = [names[pk] for pk in self.starts if pk in names]
        return Group(self.size, starts, self.more_starts, names.get(self.middle, ""), self.circles)


def _about(pairs: Sequence[Pair], parts: Sequence[list[int]], rounds: Sequence[list[int]]) -> list[_About]:
    """Return what is said of each of the parts."""
    degree: Counter[int] = Counter()
    for pair in pairs:
        degree.update((pair.first, pair.then))
    starts = _starts(pairs)
    found = []
    for part in parts:
        members = set(part)
        first = sorted(members & starts)
        circles = sum(1 for ring in rounds if ring[0] in members)
        middle = max(part, key=lambda pk: (degree[pk], -pk))
        more = max(0, len(first) - MOST_NAMES)
        found.append(_About(len(part), first[:MOST_NAMES], more, middle, circles))
    return found


def _starts(pairs: Sequence[Pair]) -> set[int]:
    """Return the jobs that nothing comes before; of a circle that nothing comes before, one job."""
    edges = [(pair.first, pair.then) for pair in pairs if pair.first != pair.then]
    ring_of = {pk: place for place, ring in enumerate(rings(edges)) for pk in ring}
    entered = {ring_of[b] for a, b in edges if b in ring_of and ring_of.get(a) != ring_of[b]}
    first = {a for a, _ in edges} - {b for _, b in edges}
    heads: dict[int, int] = {}
    for pk, ring in ring_of.items():
        heads.setdefault(ring, pk)
    return first | {pk for ring, pk in heads.items() if ring not in entered}


def _names(ids: Iterable[int]) -> dict[int, str]:
    found = CatalogueObject.objects.filter(pk__within=sorted(ids)).order_by()
    return dict(found.values_list("pk", "name"))
