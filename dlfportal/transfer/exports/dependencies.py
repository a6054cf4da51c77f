"""What exported objects use: each with the revision that goes out with them.

Only the index is read: names, references and revision ids. A submitted version that is not the
newest revision has its document read too, because the index knows the newest only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, filterfalse

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import ReferenceKey, references_of
from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.packing import Identity
from dlfportal.catalogue.references import Found, links, resolve
from dlfportal.catalogue.selectors import document_of
from dlfportal.chunks import in_chunks
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target


class ExportStatus(StrEnum):
    """Which revision of each object goes out: the newest, or the newest submitted one."""

    DEVELOP = "DEVELOP"
    SUBMIT = "SUBMIT"


@dataclass(slots=True)
class Dependencies:
    """What objects use, by the user's id, and the references among it that nothing answers.

    `jobs` names the jobs that they start or wait for, which no package takes along by itself; `dynamic`
    are the users that name something by an expression.
    """

    found: dict[int, set[Found]] = field(default_factory=dict)
    missing: set[ReferenceKey] = field(default_factory=set)
    jobs: set[str] = field(default_factory=set)
    dynamic: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds what objects of `workspace` use, and which revision of each `status` asks for.

    What is among `without` is not found: it is neither there nor missing.
    """

    workspace: Workspace
    status: ExportStatus
    without: frozenset[Identity] = frozenset()

    def uses(self, rows: Sequence[Found], targets: frozenset[Target]) -> Dependencies:
        """Return what the exported documents of `rows` point to, each with the revision to export."""
        uses = Dependencies()
        unanswered: list[tuple[int, ReferenceKey]] = []
        older = self._older(rows)
        asked = links([row.pk for row in rows if row.pk not in older], targets)
        unasked = ((pk, key, None) for pk, key in document_links(older.values(), targets))
        for pk, key, found in chain(asked, unasked):
            if key.target == Target.JOB:
                uses.jobs.add(key.name)
            elif key.is_dynamic:
                uses.dynamic.add(pk)
            elif found:
                uses.found.setdefault(pk, set()).add(found)
            elif key.target == Target.RESOURCE or pk in older:
                unanswered.append((pk, key))
            else:
                uses.missing.add(key)
        # What no name answered may still be a resource's location or id, or come from an older document.
        answers = resolve(self.workspace, {key for _pk, key in unanswered})
        for pk, key in unanswered:
            if key in answers:
                uses.found.setdefault(pk, set()).add(answers[key])
            elif not key.soft:
                uses.missing.add(key)
        if self.without:
            uses.found = {pk: set(filterfalse(self.leaves_out, rows)) for pk, rows in uses.found.items()}
        return uses if self.status is ExportStatus.DEVELOP else self._submitted(uses)

    def leaves_out(self, row: Found) -> bool:
        """Return whether an object stays out."""
        return (row.kind, row.cluster, row.name) in self.without

    def _submitted(self, uses: Dependencies) -> Dependencies:
        """Return `uses` with each object at its newest submitted version; those without are missing."""
        rows = list({row for found in uses.found.values() for row in found})
        exported = {row.pk: row for row in self.as_exported(rows)}
        for row in rows:
            if row.pk not in exported:
                uses.missing.add(ReferenceKey(row.kind, row.cluster, row.name, False))
        for pk, found in uses.found.items():
            uses.found[pk] = {exported[row.pk] for row in found if row.pk in exported}
        return uses

    def as_exported(self, rows: list[Found]) -> list[Found]:
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

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self.direct: dict[int, set[Found]] = {}
        self.missing: set[ReferenceKey] = set()

    def learn(self, rows: Iterable[Found]) -> None:
        """Follow the references of the resources among `rows`, and of those they lead to."""
        frontier = {row for row in rows if row.kind == Kind.RESOURCE and row.pk not in self.direct}
        while frontier:
            uses = self.finder.uses(list(frontier), frozenset({Target.RESOURCE}))
            self.missing |= uses.missing
            self.direct.update((row.pk, uses.found.get(row.pk, set())) for row in frontier)
            frontier = {row for found in uses.found.values() for row in found if row.pk not in self.direct}

    def with_closure(self, rows: set[Found]) -> set[Found]:
        """Return `rows` and every resource they pull in, directly or through others."""
        if not self.direct:
            return rows
        reached, waiting = set(rows), list(rows)
        while waiting:
            new = self.direct.get(waiting.pop().pk, set()) - reached
            reached |= new
            waiting.extend(new)
        return reached


def document_links(
    revisions: Iterable[int], targets: frozenset[Target]
) -> Iterator[tuple[int, ReferenceKey]]:
    """Yield (object id, reference) read from the documents of revisions that the index has passed by."""
    for chunk in in_chunks(sorted(revisions)):
        for revision in Revision.objects.filter(pk__in=chunk).select_related("content", "object"):
            kind = Kind(revision.object.kind)
            for key in references_of(kind, document_of(revision)):
                if key.target in targets:
                    yield revision.object_id, key
