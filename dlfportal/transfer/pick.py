"""What goes into a package: which revision of which object, under which entry name.

Only the index is read: names, references and revision ids. A submitted version that is not the
newest revision has its document read too, because the index knows the newest only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject, Reference, Revision, Version
from dlfportal.catalogue.selectors import Found, ReferenceKey, document_of, in_chunks, resolve
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import batch_entry, single_entry
from dlfportal.formats.references import Target, find_references

DEPENDENCIES = frozenset({Target.SCRIPT, Target.RESOURCE})
ALWAYS = frozenset({Target.CDM_JOB})
"""CDM definitions belong to the job's own definition: `exportDepend` does not leave them out."""

FOLDER_ORDER = {Kind.JOB: 0, Kind.SCRIPT: 1, Kind.RESOURCE: 2, Kind.CDM_JOB: 3}
MISSING_FOLDER = {Target.SCRIPT: "scripts", Target.RESOURCE: "resources", Target.CDM_JOB: "cdms"}


class ExportStatus(StrEnum):
    """Which revision of each object goes out: the newest, or the newest submitted one."""

    DEVELOP = "DEVELOP"
    SUBMIT = "SUBMIT"


class PackageLayout(StrEnum):
    """The two documented layouts (reference: documents, section 7)."""

    SINGLE = "single"
    BATCH = "batch"


class NotSubmitted(BadRequest):
    """A submitted version was asked for and there is none."""


class Picked(NamedTuple):
    """One entry of a package: its name, the revision it holds, and about how many bytes that has."""

    entry: str
    revision_id: int
    size: int


@dataclass(slots=True)
class Choice:
    """What a package is made of: its entries in order, its jobs, and the references nothing answers."""

    entries: list[Picked] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Picker:
    """Chooses the entries of a package of `workspace`."""

    workspace: Workspace
    layout: PackageLayout
    depend: bool = True
    status: ExportStatus = ExportStatus.DEVELOP

    def job_entry(self, job: Found) -> Picked:
        """Return the entry of a job's own definition."""
        return self._entry(job.name, job)

    def jobs(self, jobs: QuerySet[CatalogueObject]) -> list[Found]:
        """Return the jobs of a queryset in entry order, each with the revision to export.

        Raises NotSubmitted when a submitted version is asked for and a job has none.
        """
        rows = [Found._make(row) for row in jobs.order_by("name").values_list(*Found._fields).iterator()]
        rows.sort(key=lambda row: row.name)
        submitted = self._as_exported(rows)
        if len(submitted) < len(rows):
            raise NotSubmitted(gettext_noop("The job has no submitted version."))
        return submitted

    def choose(self, jobs: Sequence[Found]) -> Choice:
        """Return the entries of a package of `jobs`, their dependencies included as asked."""
        uses = self._references(jobs, ALWAYS | DEPENDENCIES if self.depend else ALWAYS)
        keys = {key for wanted in uses.values() for key in wanted}
        found = self._resolve(keys)
        resource_uses = self._resource_uses(found.values())
        missing = {_missing_label(key) for key in keys if not key.soft and key not in found}
        choice = Choice(jobs=[job.name for job in jobs], missing=sorted(missing))
        cdm_jobs: set[Picked] = set()
        for job in jobs:
            choice.entries.append(self.job_entry(job))
            used = {found[key] for key in uses.get(job.pk, ()) if key in found}
            used.update(*(resource_uses[row.pk] for row in used if row.pk in resource_uses))
            for row in sorted(used, key=_place):
                if row.kind == Kind.CDM_JOB:
                    cdm_jobs.add(self._entry(job.name, row))
                else:
                    choice.entries.append(self._entry(job.name, row))
        choice.entries.extend(sorted(cdm_jobs))
        return choice

    def _entry(self, job: str, row: Found) -> Picked:
        kind = Kind(row.kind)
        if self.layout is PackageLayout.SINGLE:
            name = single_entry(kind, row.name, row.cluster)
        else:
            name = batch_entry(job, kind, row.name, row.cluster)
        return Picked(name, row.revision_id, row.size)

    def _resolve(self, keys: Iterable[ReferenceKey]) -> dict[ReferenceKey, Found]:
        found = resolve(self.workspace, keys)
        exported = {row.pk: row for row in self._as_exported(list(found.values()))}
        return {key: exported[row.pk] for key, row in found.items() if row.pk in exported}

    def _as_exported(self, rows: list[Found]) -> list[Found]:
        """Return the rows with the revision that `status` asks for, without those that have none."""
        if self.status is ExportStatus.DEVELOP:
            return rows
        revisions: dict[int, int] = {}
        for versions in in_chunks([row.version_id for row in rows if row.version_id]):
            revisions.update(Version.objects.filter(pk__in=versions).values_list("pk", "revision_id"))
        return [
            row._replace(revision_id=revisions[row.version_id]) for row in rows if row.version_id in revisions
        ]

    def _references(self, rows: Sequence[Found], targets: frozenset[Target]) -> dict[int, list[ReferenceKey]]:
        """Return what each row's exported document points to, by the row's id."""
        uses: dict[int, list[ReferenceKey]] = {}
        older = self._older(rows)
        for pks in in_chunks([row.pk for row in rows if row.pk not in older]):
            index = Reference.objects.filter(source__in=pks, target__in=targets).order_by()
            for pk, *key in index.values_list("source_id", *ReferenceKey._fields).iterator():
                uses.setdefault(pk, []).append(ReferenceKey._make(key))
        for revisions in in_chunks(sorted(older.values())):
            chosen = Revision.objects.filter(pk__in=revisions).select_related("content", "object")
            for revision in chosen.iterator():
                uses[revision.object_id] = [
                    ReferenceKey(str(found.target), found.cluster, found.name, found.soft)
                    for found in find_references(Kind(revision.object.kind), document_of(revision))
                    if found.target in targets and not found.workspace
                ]
        return uses

    def _older(self, rows: Sequence[Found]) -> dict[int, int]:
        """Return object id -> exported revision id, for rows exported from behind their newest."""
        if self.status is ExportStatus.DEVELOP:
            return {}
        older: dict[int, int] = {}
        for pks in in_chunks([row.pk for row in rows]):
            newest = dict(CatalogueObject.objects.filter(pk__in=pks).values_list("pk", "revision_id"))
            older.update(
                (row.pk, row.revision_id) for row in rows if newest.get(row.pk) not in (None, row.revision_id)
            )
        return older

    def _resource_uses(self, rows: Iterable[Found]) -> dict[int, set[Found]]:
        """Return, by id of a resource, the resources it pulls in, directly or through others."""
        direct: dict[int, set[Found]] = {}
        frontier = {row for row in rows if row.kind == Kind.RESOURCE}
        while frontier:
            uses = self._references(list(frontier), frozenset({Target.RESOURCE}))
            found = self._resolve({key for keys in uses.values() for key in keys})
            for row in frontier:
                direct[row.pk] = {found[key] for key in uses.get(row.pk, ()) if key in found}
            frontier = {row for used in direct.values() for row in used if row.pk not in direct}
        return {pk: _closure(pk, direct) for pk in direct}


def _closure(start: int, direct: dict[int, set[Found]]) -> set[Found]:
    reached: set[Found] = set()
    waiting = [start]
    while waiting:
        new = direct.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(row.pk for row in new)
    return reached


def _place(row: Found) -> tuple[int, str, str]:
    return FOLDER_ORDER[Kind(row.kind)], row.cluster, row.name


def _missing_label(key: ReferenceKey) -> str:
    parts = [MISSING_FOLDER[Target(key.target)], key.cluster, key.name]
    return "/".join(part for part in parts if part)
