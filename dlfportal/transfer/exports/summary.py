"""What a large package would hold and miss, added up by the database.

A page cannot list a hundred thousand files, and a person does not read them: here they are counted. Each
question is one query, whatever the number of objects; only references to resources are followed one by one,
since a resource answers to a path in three ways and pulls in others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference
from dlfportal.catalogue.packed import identities_look_up
from dlfportal.catalogue.packing import Identity
from dlfportal.catalogue.references import Found, resolve
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.formats.references import Target
from dlfportal.transfer.exports.dependencies import ExportStatus, Finder, ResourceUses
from dlfportal.transfer.exports.selection import missing_label

Objects = QuerySet[CatalogueObject]
NAMED_KINDS = (Kind.SCRIPT, Kind.CDM_JOB)
"""The kinds that a job names by nothing but the name."""


@dataclass(frozen=True, slots=True)
class Files:
    """So many files, and how many bytes their documents have."""

    count: int = 0
    size: int = 0


@dataclass(slots=True)
class Summary:
    """A package in numbers: its `files` by kind, and those of the `bare` one without dependencies.

    `chosen` counts the objects that were chosen, `jobs` the jobs among them, `held` the objects in the
    package, each once. `missing` are the names that nothing answers, in order; `missing_bare` counts those
    of a package without dependencies. `rest` are the other objects in it, those that no job brings along.
    """

    jobs: int
    chosen: int
    files: dict[Kind, Files]
    bare: dict[Kind, Files]
    held: Counter[Kind] = field(default_factory=Counter)
    missing: Sequence[str] = ()
    missing_bare: int = 0
    rest: Objects = field(default_factory=CatalogueObject.objects.none)


class Uses(NamedTuple):
    """What the jobs name of one kind: how many names, `named`, and how many of these something answers, once
    for each job that names it; then how many objects these are. Each with the bytes of their documents.
    """

    named: int
    files: Files
    objects: Files

    def plus(self, files: Files, objects: Files) -> Uses:
        """Return these with others, all of them answered."""
        named = self.named + files.count
        return Uses(named, _sum(self.files, files), _sum(self.objects, objects))


def summary_of(
    workspace: Workspace,
    jobs: Objects,
    others: Objects | None,
    *,
    without: frozenset[Identity] = frozenset(),
    whole: bool = False,
) -> Summary:
    """Return the numbers of the package of the newest revisions of `jobs`, `others` and what they use.

    Of what is used, `without` stays out. `whole` says that these are all objects of the workspace: then
    what no job uses is what is left of each kind, and need not be looked for.
    """
    return Adding(Finder(workspace, ExportStatus.DEVELOP, without), jobs, others, whole).summary()


class Adding:
    """The adding up of one package."""

    exported_sql = ""
    """What else must be true of the object `o` that answers to a name."""

    def __init__(self, finder: Finder, jobs: Objects, others: Objects | None, whole: bool) -> None:
        self.finder = finder
        self.workspace = finder.workspace
        self.whole = whole
        self.jobs = jobs.order_by()
        self.others = CatalogueObject.objects.none() if others is None else others.order_by()
        self.references = Reference.objects.filter(source__in=self.jobs.values("pk")).order_by()
        self.resources = ResourceUses(finder)
        self.missing: set[ReferenceKey] = set()

    def summary(self) -> Summary:
        """Ask and add up. Resources come first: what they miss is missing, too."""
        jobs = self._job_files()
        chosen = self._by_kind(self.others)
        used = self._used()
        resources, held = self._resources()
        objects = self.rest(held)
        rest = self._left_of(chosen, used, held) if self.whole else self._by_kind(objects)
        pulled_in = self._pulled_in(held)
        rest[Kind.RESOURCE] = _sum(rest[Kind.RESOURCE], *(Files(1, row.size) for row in pulled_in))
        scripts, cdm_jobs = used[Kind.SCRIPT], used[Kind.CDM_JOB].objects
        files = {
            Kind.JOB: jobs,
            Kind.SCRIPT: _sum(scripts.files, rest[Kind.SCRIPT]),
            Kind.RESOURCE: _sum(resources, rest[Kind.RESOURCE]),
            Kind.CDM_JOB: _sum(cdm_jobs, rest[Kind.CDM_JOB]),
        }
        bare_cdm_jobs = _sum(cdm_jobs, rest[Kind.CDM_JOB])
        labels = sorted(map(missing_label, self.missing | self.resources.missing))
        return Summary(
            jobs=jobs.count,
            chosen=jobs.count + sum(found.count for found in chosen.values()),
            files=files,
            bare={**chosen, Kind.JOB: jobs, Kind.CDM_JOB: bare_cdm_jobs},
            held=Counter(
                {
                    Kind.JOB: jobs.count,
                    Kind.SCRIPT: scripts.objects.count + rest[Kind.SCRIPT].count,
                    Kind.RESOURCE: len(held) + rest[Kind.RESOURCE].count,
                    Kind.CDM_JOB: cdm_jobs.count + rest[Kind.CDM_JOB].count,
                }
            ),
            missing=labels,
            missing_bare=sum(key.target == Target.CDM_JOB for key in self.missing),
            rest=self._with(objects, pulled_in),
        )

    def _job_files(self) -> Files:
        return files_of(self.jobs)

    def rest(self, resources: Iterable[Found]) -> Objects:
        """Return the others that do not go out with a job already; `resources` do."""
        with_jobs = Q(kind__in=(Kind.SCRIPT, Kind.CDM_JOB)) & Q(Exists(self._uses_of_object()))
        held = {row.pk for row in resources}
        return self.others.exclude(with_jobs).exclude(pk__within=list(held))

    def _left_of(
        self, chosen: Mapping[Kind, Files], used: Mapping[Kind, Uses], resources: Iterable[Found]
    ) -> dict[Kind, Files]:
        """Return what no job uses, where all objects are chosen."""
        taken = {kind: uses.objects for kind, uses in used.items()}
        taken[Kind.RESOURCE] = _sum(*(Files(1, row.size) for row in resources))
        none = Files()
        return {
            kind: Files(
                files.count - taken.get(kind, none).count,
                files.size - taken.get(kind, none).size,
            )
            for kind, files in chosen.items()
        }

    def _used(self) -> dict[Kind, Uses]:
        """Return what the jobs name of scripts and CDM jobs.

        Names are counted first, which the index alone answers, and each name is looked up once.
        """
        out = identities_look_up(self.workspace, self.finder.without)
        try:
            sources, params = self.jobs.values("pk").query.sql_with_params()
        except EmptyResultSet:
            return dict.fromkeys(NAMED_KINDS, Uses(0, Files(), Files()))
        kinds, place = [str(kind) for kind in NAMED_KINDS], self.workspace.pk
        with connection.cursor() as cursor:
            cursor.execute(
                _used_sql(sources, len(out), self.exported_sql), [place, *kinds, *params, place, *sorted(out)]
            )
            rows = {KIND_OF[row[0]]: [int(number or 0) for number in row[1:]] for row in cursor.fetchall()}
        found = {kind: rows.get(kind, [0] * 5) for kind in NAMED_KINDS}
        for kind, (named, count, *_sizes) in found.items():
            if count < named:
                self._unanswered(kind)
        return {
            kind: Uses(named, Files(count, size), Files(objects, bytes_))
            for kind, (named, count, size, objects, bytes_) in found.items()
        }

    def _resources(self) -> tuple[Files, set[Found]]:
        """Return the resources that the jobs bring along, once a job, and which they are."""
        keys = self._resource_keys()
        answers = resolve(self.workspace, keys)
        self.missing |= {key for key in keys if not key.soft and not key.is_dynamic and key not in answers}
        kept = self._exported({key: row for key, row in answers.items() if not self.finder.leaves_out(row)})
        self.resources.learn(kept.values())
        by_name = {(key.name, key.soft): row for key, row in kept.items()}
        count = size = 0
        held: set[Found] = set()
        closures: dict[frozenset[Found], set[Found]] = {}
        for times, direct in self._resources_of_jobs(by_name):
            if direct not in closures:
                closures[direct] = self.resources.with_closure(set(direct))
                held |= closures[direct]
            count += times * len(closures[direct])
            size += times * sum(row.size for row in closures[direct])
        return Files(count, size), held

    def _resource_keys(self) -> set[ReferenceKey]:
        """Return what the jobs name of resources."""
        uses = self.references.filter(target=Target.RESOURCE)
        return {
            ReferenceKey(Target.RESOURCE, "", name, soft)
            for name, soft in uses.values_list("name", "soft").distinct()
        }

    def _exported(self, rows: dict[ReferenceKey, Found]) -> dict[ReferenceKey, Found]:
        """Return the resources as they go out; those that have no revision for it are missing."""
        exported = {row.pk: row for row in self.finder.as_exported(list(set(rows.values())))}
        for row in rows.values():
            if row.pk not in exported:
                self.missing.add(ReferenceKey(row.kind, row.cluster, row.name, False))
        return {key: exported[row.pk] for key, row in rows.items() if row.pk in exported}

    def _resources_of_jobs(
        self, answers: dict[tuple[str, bool], Found]
    ) -> Iterator[tuple[int, frozenset[Found]]]:
        """Yield resources, and of how many jobs they are what the job itself names."""
        for used in _used_by_each(self.references.filter(target=Target.RESOURCE), answers):
            yield 1, used

    def _pulled_in(self, held: set[Found]) -> set[Found]:
        """Return the resources that chosen ones pull in, which are neither chosen themselves nor `held`."""
        chosen = self.others.filter(kind=Kind.RESOURCE).values_list(*Found._fields)
        rows = set(self.finder.as_exported([Found._make(row) for row in chosen.iterator()]))
        self.resources.learn(rows)
        return self.resources.with_closure(rows) - rows - held

    def _with(self, objects: Objects, pulled_in: set[Found]) -> Objects:
        if not pulled_in:
            return objects
        alive = CatalogueObject.objects.filter(ALIVE, workspace=self.workspace)
        return alive.filter(Q(pk__in=objects.values("pk")) | Q(pk__within=[row.pk for row in pulled_in]))

    def _unanswered(self, kind: Kind) -> None:
        """Take in the names of a kind that nothing answers."""
        names = self.references.filter(~Exists(self._answers(kind)), target=kind)
        keys = (
            ReferenceKey(kind, cluster, name, False)
            for cluster, name in names.values_list("cluster", "name").distinct().iterator()
        )
        self.missing |= {key for key in keys if not key.is_dynamic}

    def _answers(self, kind: Kind) -> Objects:
        """Return what answers a reference of the query around it by name."""
        return CatalogueObject.objects.filter(
            ALIVE, workspace=self.workspace, kind=kind, name=OuterRef("name"), cluster=OuterRef("cluster")
        ).order_by()

    def _uses_of_object(self) -> QuerySet[Reference]:
        """Return the references of the jobs that name the object of the query around it.

        They are found by the name, and each source looked up among the jobs: few name one object.
        """
        return Reference.objects.filter(
            Exists(self.jobs.filter(pk=OuterRef("source"))),
            workspace=self.workspace,
            target=OuterRef("kind"),
            name=OuterRef("name"),
            cluster=OuterRef("cluster"),
        )

    def _by_kind(self, objects: Objects) -> dict[Kind, Files]:
        rows = objects.values_list("kind").annotate(count=Count("pk"), total=Sum("size")).order_by()
        found = {KIND_OF[kind]: Files(count, size) for kind, count, size in rows}
        return {kind: found.get(kind, Files()) for kind in Kind}


@lru_cache
def _used_sql(sources: str, left_out: int, exported: str) -> str:
    """Return the statement of `Adding._used`, for jobs that a statement finds and so many that stay out.

    Only names from the models' own definitions go into the text; values are parameters.
    """
    out = f"WHERE o.id IS NULL OR o.id NOT IN ({', '.join(['%s'] * left_out)})" if left_out else ""
    return f"""
        SELECT r.target, SUM(r.times), SUM(CASE WHEN o.id IS NULL THEN 0 ELSE r.times END),
            SUM(r.times * o.size), COUNT(o.id), SUM(o.size)
        FROM (
            SELECT target, name, cluster, COUNT(*) AS times FROM {Reference._meta.db_table}
            WHERE workspace_id = %s AND target IN (%s, %s) AND source_id IN ({sources})
            GROUP BY target, name, cluster
        ) r
        LEFT JOIN {CatalogueObject._meta.db_table} o
            ON o.workspace_id = %s AND o.kind = r.target AND o.name = r.name AND o.cluster = r.cluster
            AND o.deleted_at IS NULL {exported}
        {out} GROUP BY r.target
    """  # noqa: S608


def _used_by_each(
    uses: QuerySet[Reference], answers: dict[tuple[str, bool], Found]
) -> Iterator[frozenset[Found]]:
    """Yield what the references of each source lead to."""
    rows = uses.order_by("source").values_list("source", "name", "soft").iterator()
    for _source, group in groupby(rows, itemgetter(0)):
        yield frozenset(answers[row[1:]] for row in group if row[1:] in answers)


def files_of(objects: Objects) -> Files:
    found = objects.aggregate(count=Count("pk"), total=Sum("size"))
    return Files(found["count"], found["total"] or 0)


def _sum(*files: Files) -> Files:
    return Files(sum(one.count for one in files), sum(one.size for one in files))
