"""What goes into a large package, gathered a few jobs at a time and packed: memory holds no list of it.

It is what `Selector.choose` returns for the same objects, in the same order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from django.db.models import QuerySet

from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.references import Found
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.formats.layout import batch_entry, single_entry
from dlfportal.formats.references import Target
from dlfportal.transfer.exports.dependencies import Dependencies, ResourceUses
from dlfportal.transfer.exports.gaps import DYNAMIC_READ
from dlfportal.transfer.exports.packed import IdSet
from dlfportal.transfer.exports.selection import (
    LongContents,
    Selector,
    in_order,
    job_label,
    label,
    missing_label,
    place,
)

OBJECTS_A_STEP = 500
RESOURCES_KNOWN = 10_000
"""Of so many resources it is remembered what they pull in."""


def gather(
    selector: Selector, jobs: QuerySet[CatalogueObject], others: QuerySet[CatalogueObject] | None
) -> LongContents:
    """Return the entries of a package of `jobs` and `others`; see `Selector.choose`.

    Needs a snapshot around it. Raises NotSubmitted as `Selector.jobs`.
    """
    gathering = _Gathering(selector, jobs)
    for step in _steps(in_order(jobs, "name")):
        gathering.add_jobs(step)
    if others is not None:
        gathering.add_others(others)
    return gathering.contents()


class _Gathering:
    """A large package on its way: its jobs, then what was chosen beside them, then all CDM jobs."""

    def __init__(self, selector: Selector, jobs: QuerySet[CatalogueObject]) -> None:
        self.selector = selector
        self.finder = selector.finder
        self.resources = ResourceUses(self.finder)
        self.jobs = jobs
        self.held = IdSet()
        self.cdm_jobs = IdSet()
        self.missing: set[str] = set()
        self.left_out: set[str] = set()
        self.found = LongContents()

    def add_jobs(self, rows: list[Found]) -> None:
        """Take in the next jobs, with what they use."""
        jobs = self.selector.as_exported(rows)
        self.found.jobs.extend([job.name for job in jobs])
        self._note_chosen(jobs)
        uses = self.finder.uses(jobs, self.selector.targets | {Target.JOB})
        self._note_gaps(uses)
        self._learn(row for rows in uses.found.values() for row in rows)
        for job in jobs:
            self._add(job.name, job)
            if job.pk in uses.dynamic and len(self.found.dynamic) < DYNAMIC_READ:
                self.found.dynamic.append(self.selector.entry(job.name, job))
            if used := uses.found.get(job.pk):
                for row in sorted(self.resources.with_closure(used), key=place):
                    self._add(job.name, row)

    def add_others(self, others: QuerySet[CatalogueObject]) -> None:
        """Take in the other objects that the jobs have not brought along.

        With dependencies also the resources that resources among them need, which may stand before them.
        """
        for step in _steps(in_order(others.filter(kind=Kind.SCRIPT), "name")):
            self._add_all(self._submitted(step))
        new = IdSet()
        for step in _steps(others.exclude(kind=Kind.SCRIPT).order_by()):
            exported = set(self._submitted(step))
            if self.selector.depend:
                self._learn(exported)
                exported = self.resources.with_closure(exported)
            for row in exported:
                (self.cdm_jobs if row.kind == Kind.CDM_JOB else new).add(row.pk)
        for step in _steps(_with_ids(new, "name")):
            self._add_all(self.finder.as_exported(step))

    def contents(self) -> LongContents:
        """Return all that was gathered."""
        for step in _steps(_with_ids(self.cdm_jobs, "cluster", "name")):
            for row in self.finder.as_exported(step):
                self._enter(single_entry(Kind.CDM_JOB, row.name, row.cluster), Kind.CDM_JOB, row)
        self._forget_resources()
        self.found.missing = sorted(self.missing)
        self.found.left_out = sorted(map(job_label, self.left_out))
        return self.found

    def _add_all(self, rows: Iterable[Found]) -> None:
        for row in rows:
            if row.pk not in self.held:
                self._add("", row)

    def _add(self, job: str, row: Found) -> None:
        """Take in an object in the folder of `job`, or outside of them; CDM jobs stand at the end."""
        if row.kind == Kind.CDM_JOB:
            self.cdm_jobs.add(row.pk)
            return
        kind = KIND_OF[row.kind]
        path = batch_entry(job, kind, row.name) if job else single_entry(kind, row.name)
        self._enter(path, kind, row)

    def _enter(self, path: str, kind: Kind, row: Found) -> None:
        if self.held.add(row.pk):
            self.found.held[kind] += 1
        self.found.files[kind] += 1
        self.found.sizes[kind] += row.size
        self.found.entries.add(path, row.revision_id, row.size)

    def _submitted(self, rows: list[Found]) -> list[Found]:
        """Return chosen objects as they are exported; those without a submitted version are missing."""
        self._note_chosen(rows)
        exported = self.finder.as_exported(rows)
        if len(exported) < len(rows):
            submitted = {row.pk for row in exported}
            self.missing.update(label(row) for row in rows if row.pk not in submitted)
        return exported

    def _note_chosen(self, rows: Collection[Found]) -> None:
        """Keep two names of all that was chosen: no more are needed to know that it was not one object."""
        self.found.chosen += [row.name for row in islice(rows, 2 - len(self.found.chosen))]

    def _note_gaps(self, uses: Dependencies) -> None:
        self.missing.update(missing_label(key) for key in uses.missing)
        names = uses.jobs - self.left_out
        if names:
            inside = self.jobs.order_by().filter(name__within=sorted(names)).values_list("name", flat=True)
            self.left_out |= names.difference(inside)

    def _learn(self, rows: Iterable[Found]) -> None:
        if len(self.resources.direct) > RESOURCES_KNOWN:
            self._forget_resources()
        self.resources.learn(rows)

    def _forget_resources(self) -> None:
        self.missing.update(missing_label(key) for key in self.resources.missing)
        self.resources = ResourceUses(self.finder)


def _steps(objects: QuerySet[CatalogueObject]) -> Iterator[list[Found]]:
    """Yield the rows of a queryset in its order, some at a time, all from one query."""
    rows = objects.values_list(*Found._fields).iterator(OBJECTS_A_STEP)
    while step := [Found._make(row) for row in islice(rows, OBJECTS_A_STEP)]:
        yield step


def _with_ids(ids: IdSet, *columns: str) -> QuerySet[CatalogueObject]:
    return in_order(CatalogueObject.objects.filter(pk__within=list(ids)), *columns)
