"""What goes into a package: which revision of which object, under which path, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Collate

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.packing import Identity
from dlfportal.catalogue.references import Found
from dlfportal.chunks import in_chunks
from dlfportal.db.prepared import Given, Prepared
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.formats.layout import EntryOrder, batch_entry, entry_order, single_entry
from dlfportal.formats.references import Target
from dlfportal.formats.registry import FORMATS
from dlfportal.transfer.exports.dependencies import ExportStatus, Finder, ResourceUses
from dlfportal.transfer.exports.packed import PackedEntries, PackedNames

DEPENDENCIES = frozenset({Target.SCRIPT, Target.RESOURCE})
ALWAYS = frozenset({Target.CDM_JOB})
"""CDM definitions belong to the job's own definition: `exportDepend` does not leave them out."""


JOBS_NAMED = Prepared(
    lambda: (
        CatalogueObject.objects.filter(
            ALIVE, workspace=Given("workspace"), kind=Kind.JOB, name__within=Given("names")
        )
        .order_by()
        .values_list(*Found._fields)
    )
)


class PackageLayout(StrEnum):
    """The two documented layouts (reference: documents, section 7)."""

    SINGLE = "single"
    BATCH = "batch"


class NotSubmitted(BadRequest):
    """A submitted version was asked for and there is none."""


def not_submitted() -> NotSubmitted:
    """Return the error that a job has no submitted version."""
    return NotSubmitted(gettext_noop("The job has no submitted version."))


class Entry(NamedTuple):
    """One entry of a package: its path, the revision it holds, and about how many bytes that has.

    `pulled_by` names the job that brings it along, "" for what was chosen itself and for CDM jobs,
    which stand once for all jobs.
    """

    path: str
    revision_id: int
    size: int
    kind: Kind
    cluster: str
    name: str
    pulled_by: str = ""

    @property
    def is_dependency(self) -> bool:
        """Whether a package without dependencies leaves the entry out."""
        return bool(self.pulled_by)


@dataclass(slots=True)
class Gathered:
    """What is known of a package beside its entries and its jobs: the names of all that was `chosen`.

    `missing` names the references that nothing answers, `left_out` the jobs that those of the
    package start or wait for and that are not in it, and `held` counts its objects, each once. `dynamic`
    are the entries whose documents name something by an expression, so that nobody can know it is there.
    """

    chosen: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    held: Counter[Kind] = field(default_factory=Counter)
    dynamic: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Contents(Gathered):
    """What a package is made of: its jobs and its entries, in order."""

    jobs: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class LongContents(Gathered):
    """The same of a package of any size, packed; of `chosen` and `dynamic` it has the first few only.

    `files` counts its entries by kind, and `sizes` sums up about how many bytes these documents have.
    """

    jobs: PackedNames = field(default_factory=PackedNames)
    entries: PackedEntries = field(default_factory=PackedEntries)
    files: Counter[Kind] = field(default_factory=Counter)
    sizes: Counter[Kind] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Selector:
    """Chooses the entries of a package of `workspace`; nothing that is used is among `without`."""

    workspace: Workspace
    layout: PackageLayout
    depend: bool = True
    status: ExportStatus = ExportStatus.DEVELOP
    without: frozenset[Identity] = frozenset()

    @property
    def finder(self) -> Finder:
        """What finds the dependencies."""
        return Finder(self.workspace, self.status, self.without)

    @property
    def targets(self) -> frozenset[Target]:
        """What is followed from a job to what goes out with it."""
        return ALWAYS | DEPENDENCIES if self.depend else ALWAYS

    def jobs(self, jobs: QuerySet[CatalogueObject]) -> list[Found]:
        """Return the jobs of a queryset in entry order, each with the revision to export.

        Raises NotSubmitted when a submitted version is asked for and a job has none.
        """
        return self.as_exported(_rows(jobs))

    def first_entries(
        self, jobs: QuerySet[CatalogueObject], others: QuerySet[CatalogueObject] | None
    ) -> list[Entry]:
        """Return the entry that a package begins with, as a list, found without reading the rest.

        Empty where only all of it says which one that is. Raises as `jobs`.
        """
        first = self.jobs_after(jobs, "", 1)
        if not first and others is not None and self.status is ExportStatus.DEVELOP:
            first = _after(others.filter(kind=Kind.SCRIPT), "", 1)
        return [self.entry(row.name if row.kind == Kind.JOB else "", row) for row in first]

    def jobs_after(self, jobs: QuerySet[CatalogueObject], name: str, count: int) -> list[Found]:
        """Return the first jobs of a queryset that come after a name in entry order, as `jobs` does."""
        return self.as_exported(_after(jobs, name, count))

    def jobs_named(self, names: Sequence[str]) -> list[Found]:
        """Return the jobs with these names, those that exist, in entry order and as `jobs` does."""
        rows = JOBS_NAMED.rows(workspace=self.workspace.pk, names=names)
        return self.as_exported([Found._make(row) for row in rows])

    def as_exported(self, rows: list[Found]) -> list[Found]:
        """Return jobs in entry order, each with the revision to export. Raises as `jobs`."""
        rows.sort(key=attrgetter("name"))
        submitted = self.finder.as_exported(rows)
        if len(submitted) < len(rows):
            raise not_submitted()
        return submitted

    def choose(self, jobs: Sequence[Found], others: QuerySet[CatalogueObject] | None = None) -> Contents:
        """Return the entries of a package of `jobs` and `others`, with their dependencies as asked.

        `others` are scripts, resources and CDM jobs chosen for themselves; those that the jobs bring
        along already come once. One without a submitted version, when that is asked for, is missing.
        """
        gathering = _Gathering(self)
        for chunk in in_chunks(jobs):
            gathering.add_jobs(chunk)
        names = [job.name for job in jobs]
        chosen = sorted(_rows(others), key=attrgetter("name")) if others is not None else []
        gathering.add_others(chosen)
        return gathering.contents(names, [*names, *(row.name for row in chosen)])

    def entry(self, job: str, row: Found) -> Entry:
        """Return the entry of an object in the folder of `job` ("": outside of the folders of jobs)."""
        kind = KIND_OF[row.kind]
        if self.layout is PackageLayout.SINGLE or not job:
            path = single_entry(kind, row.name, row.cluster)
        else:
            path = batch_entry(job, kind, row.name, row.cluster)
        pulled_by = "" if kind in (Kind.JOB, Kind.CDM_JOB) else job
        return Entry(path, row.revision_id, row.size, kind, row.cluster, row.name, pulled_by)


class _Gathering:
    """The entries of one package on their way: jobs first, then what was chosen beside them."""

    def __init__(self, selector: Selector) -> None:
        self.selector = selector
        self.finder = selector.finder
        self.resources = ResourceUses(self.finder)
        self.entries: list[Entry] = []
        self.cdm_jobs: set[Found] = set()
        self.missing: set[str] = set()
        self.used_jobs: set[str] = set()
        self.held: dict[int, Kind] = {}
        self.dynamic: list[Entry] = []

    def add_jobs(self, jobs: Sequence[Found]) -> None:
        """Take in jobs, in their order, with what they use."""
        uses = self.finder.uses(jobs, self.selector.targets | {Target.JOB})
        self.missing.update(missing_label(key) for key in uses.missing)
        self.used_jobs |= uses.jobs
        self.resources.learn(row for rows in uses.found.values() for row in rows)
        for job in jobs:
            entry = self.selector.entry(job.name, job)
            self.entries.append(entry)
            if job.pk in uses.dynamic:
                self.dynamic.append(entry)
            used = self.resources.with_closure(uses.found.get(job.pk, set()))
            self._hold([job, *used])
            for row in sorted(used, key=place):
                if row.kind == Kind.CDM_JOB:
                    self.cdm_jobs.add(row)
                else:
                    self.entries.append(self.selector.entry(job.name, row))

    def add_others(self, rows: Sequence[Found]) -> None:
        """Take in other objects and, with dependencies, the resources that resources among them need."""
        exported = set(self.finder.as_exported(list(rows)))
        submitted = {row.pk for row in exported}
        self.missing.update(label(row) for row in rows if row.pk not in submitted)
        if self.selector.depend:
            self.resources.learn(exported)
            exported = self.resources.with_closure(exported)
        new = {row for row in exported if row.pk not in self.held}
        self._hold(new)
        for row in sorted(new, key=place):
            if row.kind == Kind.CDM_JOB:
                self.cdm_jobs.add(row)
            else:
                self.entries.append(self.selector.entry("", row))

    def contents(self, jobs: Sequence[str], chosen: list[str]) -> Contents:
        """Return all that was gathered for a package of `jobs`, which are among what was `chosen`."""
        self.missing.update(missing_label(key) for key in self.resources.missing)
        cdm_entries = (self.selector.entry("", row) for row in sorted(self.cdm_jobs, key=place))
        return Contents(
            entries=[*self.entries, *cdm_entries],
            jobs=list(jobs),
            chosen=chosen,
            missing=sorted(self.missing),
            left_out=sorted(map(job_label, self.used_jobs.difference(jobs))),
            held=Counter(self.held.values()),
            dynamic=self.dynamic,
        )

    def _hold(self, rows: Iterable[Found]) -> None:
        for row in rows:
            self.held[row.pk] = KIND_OF[row.kind]


def _rows(objects: QuerySet[CatalogueObject]) -> list[Found]:
    return [Found._make(row) for row in objects.order_by().values_list(*Found._fields).iterator()]


def in_order(objects: QuerySet[CatalogueObject], *columns: str) -> QuerySet[CatalogueObject]:
    """Return objects in the order of columns by code points, which both databases have."""
    return objects.order_by(*map(_code_points, columns))


def _after(objects: QuerySet[CatalogueObject], name: str, count: int) -> list[Found]:
    """Return the first objects after a name in entry order."""
    rows = objects.alias(code_points=_code_points("name")).order_by("code_points")
    if name:
        rows = rows.filter(code_points__gt=name)
    return [Found._make(row) for row in rows.values_list(*Found._fields)[:count]]


def _code_points(column: str) -> Collate | F:
    return Collate(column, "C") if connection.vendor == "postgresql" else F(column)


def place(row: Found) -> EntryOrder:
    """Return where an object stands among those of one folder."""
    return entry_order(KIND_OF[row.kind], row.name, row.cluster)


def label(row: Found) -> str:
    """Return how a package calls an object: `scripts/load`."""
    return missing_label(ReferenceKey(row.kind, row.cluster, row.name, False))


def job_label(name: str) -> str:
    """Return how a package calls a job: `jobs/load`."""
    return f"{FORMATS[Kind.JOB].folder}/{name}"


def missing_label(key: ReferenceKey) -> str:
    """Return how a package calls what a reference names and nothing answers: `scripts/load`."""
    parts = [FORMATS[Kind(key.target)].folder, key.cluster, key.name]
    return "/".join(part for part in parts if part)
