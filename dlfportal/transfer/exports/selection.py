"""What goes into a package: which revision of which object, under which entry name.

Only the index is read: names, references and revision ids. A submitted version that is not the
newest revision has its document read too, because the index knows the newest only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.drafts import ReferenceKey
from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.references import Found, links, resolve
from dlfportal.catalogue.selectors import document_of
from dlfportal.chunks import in_chunks
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import FOLDERS, EntryOrder, batch_entry, entry_order, single_entry
from dlfportal.formats.references import Target, find_references

DEPENDENCIES = frozenset({Target.SCRIPT, Target.RESOURCE})
ALWAYS = frozenset({Target.CDM_JOB})
"""CDM definitions belong to the job's own definition: `exportDepend` does not leave them out."""


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


def not_submitted() -> NotSubmitted:
    """Return the error that a job has no submitted version."""
    return NotSubmitted(gettext_noop("The job has no submitted version."))


class Entry(NamedTuple):
    """One entry of a package: its name, the revision it holds, and about how many bytes that has."""

    entry: str
    revision_id: int
    size: int


@dataclass(slots=True)
class Contents:
    """What a package is made of: its entries in order, its jobs, and the references nothing answers."""

    entries: list[Entry] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Dependencies:
    """What objects use, by the user's id, and the references among it that nothing answers."""

    found: dict[int, set[Found]] = field(default_factory=dict)
    missing: set[ReferenceKey] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Selector:
    """Chooses the entries of a package of `workspace`."""

    workspace: Workspace
    layout: PackageLayout
    depend: bool = True
    status: ExportStatus = ExportStatus.DEVELOP

    def job_entry(self, job: Found) -> Entry:
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
            raise not_submitted()
        return submitted

    def choose(self, jobs: Sequence[Found]) -> Contents:
        """Return the entries of a package of `jobs`, their dependencies included as asked."""
        targets = ALWAYS | DEPENDENCIES if self.depend else ALWAYS
        contents = Contents(jobs=[job.name for job in jobs])
        missing: set[str] = set()
        cdm_jobs: set[Found] = set()
        resources = ResourceUses(self)
        for chunk in in_chunks(jobs):
            uses = self.uses(chunk, targets)
            missing.update(_missing_label(key) for key in uses.missing)
            resources.learn(row for rows in uses.found.values() for row in rows)
            for job in chunk:
                contents.entries.append(self.job_entry(job))
                used = resources.with_closure(uses.found.get(job.pk, set()))
                for row in sorted(used, key=_place):
                    if row.kind == Kind.CDM_JOB:
                        cdm_jobs.add(row)
                    else:
                        contents.entries.append(self._entry(job.name, row))
        contents.entries.extend(self._entry("", row) for row in sorted(cdm_jobs, key=_place))
        missing.update(_missing_label(key) for key in resources.missing)
        contents.missing = sorted(missing)
        return contents

    def uses(self, rows: Sequence[Found], targets: frozenset[Target]) -> Dependencies:
        """Return what the exported documents of `rows` point to, each with the revision to export."""
        uses = Dependencies()
        open_links: list[tuple[int, ReferenceKey]] = []
        older = self._older(rows)
        for pk, key, found in links([row.pk for row in rows if row.pk not in older], targets):
            if found:
                uses.found.setdefault(pk, set()).add(found)
            else:
                open_links.append((pk, key))
        open_links.extend(_links_of_documents(older.values(), targets))
        # What no name answered may still be a resource's location or id, or come from an older document.
        answers = resolve(self.workspace, {key for _pk, key in open_links})
        for pk, key in open_links:
            if key in answers:
                uses.found.setdefault(pk, set()).add(answers[key])
            elif not key.soft:
                uses.missing.add(key)
        return uses if self.status is ExportStatus.DEVELOP else self._submitted(uses)

    def _submitted(self, uses: Dependencies) -> Dependencies:
        """Return `uses` with each object at its newest submitted version; those without are missing."""
        rows = list({row for found in uses.found.values() for row in found})
        exported = {row.pk: row for row in self._as_exported(rows)}
        for row in rows:
            if row.pk not in exported:
                uses.missing.add(ReferenceKey(row.kind, row.cluster, row.name, False))
        for pk, found in uses.found.items():
            uses.found[pk] = {exported[row.pk] for row in found if row.pk in exported}
        return uses

    def _entry(self, job: str, row: Found) -> Entry:
        kind = Kind(row.kind)
        if self.layout is PackageLayout.SINGLE:
            name = single_entry(kind, row.name, row.cluster)
        else:
            name = batch_entry(job, kind, row.name, row.cluster)
        return Entry(name, row.revision_id, row.size)

    def _as_exported(self, rows: list[Found]) -> list[Found]:
        """Return the rows with the revision that `status` asks for, without those that have none.

        DLF submits no CDM jobs: one that was never submitted goes out as it is.
        """
        if self.status is ExportStatus.DEVELOP:
            return rows
        revisions: dict[int, int] = {}
        for versions in in_chunks([row.version_id for row in rows if row.version_id]):
            revisions.update(Version.objects.filter(pk__in=versions).values_list("pk", "revision_id"))
        return [
            row._replace(revision_id=revisions.get(row.version_id or 0, row.revision_id))
            for row in rows
            if row.version_id in revisions or row.kind == Kind.CDM_JOB
        ]

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


class ResourceUses:
    """Which resources pull in which others, learnt as they turn up."""

    def __init__(self, selector: Selector) -> None:
        self.selector = selector
        self.direct: dict[int, set[Found]] = {}
        self.missing: set[ReferenceKey] = set()

    def learn(self, rows: Iterable[Found]) -> None:
        """Follow the references of the resources among `rows`, and of those they lead to."""
        frontier = {row for row in rows if row.kind == Kind.RESOURCE and row.pk not in self.direct}
        while frontier:
            uses = self.selector.uses(list(frontier), frozenset({Target.RESOURCE}))
            self.missing |= uses.missing
            self.direct.update((row.pk, uses.found.get(row.pk, set())) for row in frontier)
            frontier = {row for found in uses.found.values() for row in found if row.pk not in self.direct}

    def with_closure(self, rows: set[Found]) -> set[Found]:
        """Return `rows` and every resource they pull in, directly or through others."""
        reached, waiting = set(rows), list(rows)
        while waiting:
            new = self.direct.get(waiting.pop().pk, set()) - reached
            reached |= new
            waiting.extend(new)
        return reached


def _links_of_documents(
    revisions: Iterable[int], targets: frozenset[Target]
) -> Iterator[tuple[int, ReferenceKey]]:
    """Yield (object id, reference) read from the documents of revisions that the index has passed by."""
    for chunk in in_chunks(sorted(revisions)):
        for revision in Revision.objects.filter(pk__in=chunk).select_related("content", "object"):
            for found in find_references(Kind(revision.object.kind), document_of(revision)):
                if found.target in targets and not found.workspace:
                    key = ReferenceKey(str(found.target), found.cluster, found.name, found.soft)
                    yield revision.object_id, key


def _place(row: Found) -> EntryOrder:
    return entry_order(Kind(row.kind), row.name, row.cluster)


def _missing_label(key: ReferenceKey) -> str:
    parts = [FOLDERS[Kind(key.target)], key.cluster, key.name]
    return "/".join(part for part in parts if part)
