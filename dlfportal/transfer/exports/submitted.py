"""What a large package of submitted revisions would hold and miss, added up: see `summary`.

The index knows the newest documents. Of a job that is as it was submitted they are the submitted ones, so the
database adds up; only of the others the documents are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.index import State
from dlfportal.catalogue.models import Reference
from dlfportal.catalogue.packing import Identity
from dlfportal.catalogue.references import Found, resolve
from dlfportal.chunks import in_chunks
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target
from dlfportal.transfer.exports.dependencies import ExportStatus, Finder, document_links
from dlfportal.transfer.exports.selection import ALWAYS, DEPENDENCIES, missing_label, not_submitted
from dlfportal.transfer.exports.summary import NAMED_KINDS, Adding, Files, Objects, Summary, Uses, files_of

JOBS_A_STEP = 500
TARGETS = ALWAYS | DEPENDENCIES
EXPORTED = Q(kind=Kind.CDM_JOB) | Q(version__isnull=False)
"""What goes out: DLF submits no CDM jobs, so one that was never submitted goes out as it is."""

Name = tuple[str, str, str]
"""Kind, cluster and name that a document names."""


def summary_of_submitted(
    workspace: Workspace,
    jobs: Objects,
    others: Objects | None,
    *,
    without: frozenset[Identity] = frozenset(),
    whole: bool = False,
) -> Summary:
    """Return the numbers of the package of the submitted revisions, without telling apart what is bare.

    Each as `summary_of` takes it. Raises NotSubmitted when a job has no submitted version.
    """
    if jobs.order_by().filter(version__isnull=True).exists():
        raise not_submitted()
    return _Submitted(Finder(workspace, ExportStatus.SUBMIT, without), jobs, others, whole).summary()


class _Submitted(Adding):
    """The adding up of one package: `jobs` are those that are as they were submitted, `older` the others."""

    exported_sql = f"AND (o.kind = '{Kind.CDM_JOB.value}' OR o.version_id IS NOT NULL)"

    def __init__(self, finder: Finder, jobs: Objects, others: Objects | None, whole: bool) -> None:
        fresh = Q(state=State.SUBMITTED)
        exported = None if others is None else others.filter(EXPORTED)
        super().__init__(finder, jobs.filter(fresh), exported, whole)
        self.all_jobs, self.all_others = jobs.order_by(), others
        self.older = jobs.exclude(fresh)
        self.also: set[int] = set()

    def summary(self) -> Summary:
        """Ask and add up, with what is chosen and has no submitted version."""
        found = super().summary()
        unsubmitted = self._unsubmitted()
        count = 0 if self.all_others is None else self.all_others.count()
        newest = Adding(self.finder, self.all_jobs, self.all_others, whole=False)
        return replace(
            found,
            chosen=found.jobs + count,
            bare=found.files,
            missing=sorted({*found.missing, *unsubmitted}),
            missing_bare=0,
            rest=newest.rest(()),
        )

    def rest(self, resources: Iterable[Found]) -> Objects:
        """Return the others that do not go out with a job already; `resources` do."""
        return super().rest(resources).exclude(pk__within=list(self.also))

    def _job_files(self) -> Files:
        return files_of(self.all_jobs)

    def _answers(self, kind: Kind) -> Objects:
        return super()._answers(kind).filter(EXPORTED)

    def _unsubmitted(self) -> Iterator[str]:
        if self.all_others is not None:
            rows = self.all_others.order_by().exclude(EXPORTED).values_list("kind", "cluster", "name")
            for row in rows.iterator():
                yield missing_label(ReferenceKey(*row, False))

    @cached_property
    def _read(self) -> tuple[Counter[Name], Counter[frozenset[ReferenceKey]]]:
        """What the older documents name: scripts and CDM jobs, once a job, and the resources of each job."""
        names: Counter[Name] = Counter()
        resources: Counter[frozenset[ReferenceKey]] = Counter()
        rows = self.older.order_by().values_list("pk", "version__revision").iterator(JOBS_A_STEP)
        while step := list(islice(rows, JOBS_A_STEP)):
            of_jobs: dict[int, set[ReferenceKey]] = {}
            for pk, key in document_links([revision for _pk, revision in step], TARGETS):
                of_jobs.setdefault(pk, set()).add(key)
            for keys in of_jobs.values():
                names.update({key[:3] for key in keys if key.target in NAMED_KINDS and not key.is_dynamic})
                resources[
                    frozenset(
                        ReferenceKey(Target.RESOURCE, "", key.name, key.soft)
                        for key in keys
                        if key.target == Target.RESOURCE
                    )
                ] += 1
        return names, resources

    def _used(self) -> dict[Kind, Uses]:
        """Return what the jobs name of scripts and CDM jobs, those whose documents were read included."""
        used = super()._used()
        names, _resources = self._read
        keys = {name: ReferenceKey(*name, False) for name in names}
        answers = resolve(self.workspace, keys.values())
        found: dict[Kind, list[tuple[int, Found]]] = {kind: [] for kind in NAMED_KINDS}
        for name, times in names.items():
            row = answers.get(keys[name])
            if row and self.finder.leaves_out(row):
                continue
            if row and self._is_exported(row):
                found[Kind(row.kind)].append((times, row))
            else:
                self.missing.add(keys[name])
        for kind, rows in found.items():
            new = self._not_named_by_others(kind, [row for _times, row in rows])
            self.also.update(row.pk for row in new)
            files = Files(sum(times for times, _row in rows), sum(times * row.size for times, row in rows))
            objects = Files(len(new), sum(row.size for row in new))
            used[kind] = used[kind].plus(files, objects)
        return used

    def _not_named_by_others(self, kind: Kind, rows: Sequence[Found]) -> list[Found]:
        """Return those of the objects that no job names which is as it was submitted."""
        named: set[tuple[str, str]] = set()
        for chunk in in_chunks([row.name for row in rows]):
            references = Reference.objects.filter(
                Exists(self.jobs.filter(pk=OuterRef("source"))),
                workspace=self.workspace,
                target=kind,
                name__within=chunk,
            )
            named.update(references.order_by().values_list("cluster", "name").distinct())
        return [row for row in rows if (row.cluster, row.name) not in named]

    def _resource_keys(self) -> set[ReferenceKey]:
        return super()._resource_keys().union(*self._read[1])

    def _resources_of_jobs(
        self, answers: dict[tuple[str, bool], Found]
    ) -> Iterator[tuple[int, frozenset[Found]]]:
        yield from super()._resources_of_jobs(answers)
        for keys, times in self._read[1].items():
            yield (
                times,
                frozenset(answers[key.name, key.soft] for key in keys if (key.name, key.soft) in answers),
            )

    @staticmethod
    def _is_exported(row: Found) -> bool:
        return row.kind == Kind.CDM_JOB or row.version_id is not None
