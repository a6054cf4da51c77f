"""The jobs around some jobs: what starts them or is waited for, and what they start or what waits for them.

It is walked step by step through the index of references, with as many queries a step whatever there is.
What comes first is before: a job before its sub-jobs, a job that is waited for before those that wait.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.derive import FAR_JOB
from dlfportal.catalogue.elsewhere import far_jobs, far_names, words_for
from dlfportal.catalogue.job_groups import Ring
from dlfportal.catalogue.lists import ROW_COLUMNS, Row
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference
from dlfportal.catalogue.references import missing_counts
from dlfportal.catalogue.reports import job_rings_of
from dlfportal.formats.graph.around import MOST_AROUND
from dlfportal.formats.graph.cards import MOST_EDGES
from dlfportal.formats.graph.queries import FARTHEST, Wanted
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target, is_expression

READ = 1000
"""So many lines are read at most in one direction from the jobs of one step."""


class State(StrEnum):
    """What a name on the map stands for."""

    HERE = "here"
    MISSING = "missing"
    EXPRESSION = "expression"  # only a run knows which job it is
    ELSEWHERE = "elsewhere"


class Key(NamedTuple):
    """What a job is known by on the map; `workspace` is how a document names another one, "" for this one."""

    workspace: str
    name: str


class Line(NamedTuple):
    """A job starts another one as a sub-job, or waits for it."""

    source: Key
    target: Key
    waits: bool

    @property
    def first(self) -> Key:
        """The job that comes first."""
        return self.target if self.waits else self.source

    @property
    def then(self) -> Key:
        """The job that comes after it."""
        return self.source if self.waits else self.target


@dataclass(frozen=True, slots=True)
class Mapped:
    """A job on the map: `row` where it is one of this workspace, `missing` how many names it misses.

    `away` is the job of another workspace, if the reader may see it.
    """

    key: Key
    state: State
    row: Row | None = None
    missing: int = 0
    away: CatalogueObject | None = None


@dataclass(frozen=True, slots=True)
class JobMap:
    """Some jobs with what is around them, the nearest first, and the lines between them.

    `more` is how many names beside these were met, for which there is no room; `is_deep` that it goes on
    beyond the most steps; `absent` are those asked for that neither exist nor are named by a job. `circling`
    are the lines that belong to circles of the workspace, seen here in whole or in part: None where that is
    not known, else as it was at `circles_at`, which is None for now.
    """

    jobs: list[Mapped]
    lines: list[Line]
    more: Total
    is_deep: bool
    absent: list[Wanted]
    circling: list[Line] | None = None
    circles_at: datetime | None = None


def job_map(workspace: Workspace, wanted: Sequence[Wanted], visible: QuerySet[Workspace]) -> JobMap:
    """Return what is around the jobs `wanted`, at most `MOST_AROUND` in all.

    `visible` are the workspaces that the reader may see: of jobs of others only what a document says is
    known. A fixed number of queries, and a few for each step.
    """
    walk = _Walk(workspace, wanted)
    walk.go()
    rows = walk.rows
    waited = _lines_away(rows, walk.expanded_before)
    waiting = _lines_here(workspace, visible, walk.expanded_after)
    lines = [*_lines_among(workspace, rows, walk.shown), *waited, *waiting]
    unknown = {one.name for one in wanted} - rows.keys()
    named = _named(workspace, unknown) if unknown else set()
    room = MOST_AROUND - len(walk.shown)
    away = list(dict.fromkeys([*(line.target for line in waited), *(line.source for line in waiting)]))
    shown = [*(Key("", name) for name in walk.shown), *away[:room]]
    kept = set(shown)
    held = _held(workspace, visible, away[:room]) | {line.source: job for line, job in waiting.items()}
    drawn = [line for line in lines if line.source in kept and line.target in kept]
    found = job_rings_of(workspace)
    return JobMap(
        _mapped(workspace, shown, rows, held),
        drawn,
        Total(len(walk.over) + max(0, len(away) - room), walk.is_more),
        walk.is_deep,
        [one for one in wanted if one.name in unknown - named],
        None if found.rings is None else _circling(drawn, rows, found.rings),
        found.counted_at,
    )


def _circling(lines: Sequence[Line], rows: Mapping[str, Row], rings: Sequence[Ring]) -> list[Line]:
    """Return the lines between jobs of one circle."""
    ring_of = {(ring.waits, pk): number for number, ring in enumerate(rings) for pk in ring.jobs}

    def ring(key: Key, waits: bool) -> int | None:
        row = None if key.workspace else rows.get(key.name)
        return ring_of.get((waits, row.pk)) if row else None

    return [
        line
        for line in lines
        if line.source != line.target
        and (place := ring(line.source, line.waits)) is not None
        and place == ring(line.target, line.waits)
    ]


class _Walk:
    """The walk from the jobs that are asked for: what it finds is in `shown`, in the order of distance."""

    def __init__(self, workspace: Workspace, wanted: Sequence[Wanted]) -> None:
        self.workspace = workspace
        self.shown: dict[str, None] = {}
        self.rows: dict[str, Row] = {}
        self.over: set[str] = set()
        self.expanded_before: dict[str, None] = {}
        self.expanded_after: dict[str, None] = {}
        self.is_more = self.is_deep = False
        self._best: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._begin = ({one.name: 0 for one in wanted}, {one.name: 0 for one in wanted})
        for one in wanted:
            for steps, number in zip(self._begin, (one.before, one.after), strict=True):
                steps[one.name] = max(steps[one.name], number)

    def go(self) -> None:
        """Walk until nothing is left to walk to, or no room."""
        before, after = self._begin
        self._take(list(before))
        before, after = self._further(0, before), self._further(1, after)
        for step in range(FARTHEST):
            if not before and not after:
                return
            nearer, farther = self._step(before, backwards=True), self._step(after, backwards=False)
            self._take(sorted((nearer.keys() | farther.keys()) - self.shown.keys()))
            before, after = self._further(0, nearer), self._further(1, farther)
            self.is_deep = step + 1 == FARTHEST and bool(nearer or farther)

    def _take(self, names: Sequence[str]) -> None:
        """Show these names as far as there is room, and read the jobs that have them."""
        room = MOST_AROUND - len(self.shown)
        taken = names[:room]
        self.shown.update(dict.fromkeys(taken))
        self.over.update(names[room:])
        self.rows.update(_rows(self.workspace, taken))

    def _further(self, side: int, steps: Mapping[str, int]) -> dict[str, int]:
        """Return those of the names from which it goes on, with so many steps more than ever before."""
        best = self._best[side]
        further = {
            name: left
            for name, left in steps.items()
            if name in self.shown and left > best.get(name, 0) and self._leads_on(name)
        }
        best.update(further)
        self.is_more = self.is_more or any(steps[name] for name in steps.keys() & self.over)
        return further

    def _leads_on(self, name: str) -> bool:
        """Whether what is around a name is of interest: two runs of an expression are two jobs."""
        return not is_expression(name) or name in self._begin[0]

    def _step(self, steps: Mapping[str, int], *, backwards: bool) -> dict[str, int]:
        """Return what is one step before, or after, some names, with the steps that are left there."""
        if not steps:
            return {}
        (self.expanded_before if backwards else self.expanded_after).update(dict.fromkeys(steps))
        found: dict[str, int] = {}
        for line in self._lines(steps, backwards):
            here, there = (line.then, line.first) if backwards else (line.first, line.then)
            if here != there:
                found[there.name] = max(found.get(there.name, 0), steps[here.name] - 1)
        return found

    def _lines(self, names: Collection[str], backwards: bool) -> Iterable[Line]:
        ids = [self.rows[name].pk for name in names if name in self.rows]
        lines = _lines(self.workspace)
        leaving = lines.filter(source__pk__within=ids, waits=backwards)
        coming = lines.filter(name__within=sorted(names), waits=not backwards)
        for rows in (leaving, coming):
            found = list(rows.order_by("name", "source_id")[: READ + 1])
            self.is_more = self.is_more or len(found) > READ
            yield from map(_line, found[:READ])


def _lines(workspace: Workspace) -> QuerySet[Reference, tuple[Any, ...]]:
    """Return the references of living jobs to jobs of their workspace as (source, target, waits)."""
    rows = Reference.objects.filter(workspace=workspace, target=Target.JOB, cluster="")
    return rows.filter(source__deleted_at__isnull=True).values_list("source__name", "name", "waits")


def _named(workspace: Workspace, names: Collection[str]) -> set[str]:
    """Return those of the names that a living job points to."""
    found = _lines(workspace).filter(name__within=sorted(names)).order_by()
    return set(found.values_list("name", flat=True).distinct())


def _line(row: tuple[Any, ...]) -> Line:
    return Line(Key("", row[0]), Key("", row[1]), row[2])


def _lines_among(workspace: Workspace, rows: Mapping[str, Row], names: Iterable[str]) -> list[Line]:
    """Return the lines from the jobs of `rows` to these names, so many at most."""
    found = _lines(workspace).filter(source__pk__within=[row.pk for row in rows.values()])
    found = found.filter(name__within=sorted(names)).order_by("source_id", "name", "waits")
    return [_line(row) for row in found[:MOST_EDGES]]


def _lines_away(rows: Mapping[str, Row], names: Iterable[str]) -> list[Line]:
    """Return what the jobs of these names wait for in other workspaces, as their documents say."""
    jobs = {rows[name].pk: Key("", name) for name in names if name in rows}
    found = far_names(jobs)
    return [Line(jobs[pk], Key(*other), True) for pk in jobs for other in found.get(pk, ())]


def _lines_here(
    workspace: Workspace, visible: QuerySet[Workspace], names: Collection[str]
) -> dict[Line, CatalogueObject]:
    """Return the jobs of other workspaces, of those `visible`, that wait for jobs of these names."""
    words = words_for(workspace, visible) if names else {}
    rows = Reference.objects.filter(target=FAR_JOB, name__within=sorted(names))
    rows = rows.filter(workspace__id__within=[pk for pk in words if pk != workspace.pk])
    rows = rows.filter(cluster__in=(workspace.pk, workspace.name), source__deleted_at__isnull=True)
    found = rows.select_related("source__workspace").order_by("source_id", "name", "cluster")
    return {
        Line(Key(row.source.workspace.name, row.source.name), Key("", row.name), True): row.source
        for row in found[:READ]
        if row.cluster in words[row.workspace_id]
    }


def _held(
    workspace: Workspace, visible: QuerySet[Workspace], keys: Iterable[Key]
) -> dict[Key, CatalogueObject]:
    """Return the jobs of other workspaces that documents of this one name by these keys."""
    found = far_jobs(workspace, visible, {(key.workspace, key.name) for key in keys})
    return {Key(*name): job for name, job in found.items()}


def _rows(workspace: Workspace, names: Sequence[str]) -> dict[str, Row]:
    if not names:
        return {}
    found = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=Kind.JOB, name__within=names)
    return {row.name: row for row in map(Row._make, found.order_by().values_list(*ROW_COLUMNS))}


def _mapped(
    workspace: Workspace, keys: Sequence[Key], rows: Mapping[str, Row], away: Mapping[Key, CatalogueObject]
) -> list[Mapped]:
    missing = missing_counts(workspace, [row.pk for row in rows.values()])
    found = []
    for key in keys:
        row = None if key.workspace else rows.get(key.name)
        if key.workspace:
            found.append(Mapped(key, State.ELSEWHERE, away=away.get(key)))
        elif row:
            found.append(Mapped(key, State.HERE, row, missing.get(row.pk, 0)))
        else:
            state = State.EXPRESSION if is_expression(key.name) else State.MISSING
            found.append(Mapped(key, state))
    return found
