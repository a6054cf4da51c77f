"""What a large package would hold and miss, added up by the database.

A page cannot list a hundred thousand files, and a person does not read them: here they are counted. Each
question is one query, whatever the number of objects; only references to resources are followed one by one,
since a resource answers to a path in three ways and pulls in others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference
from dlfportal.catalogue.references import Found, resolve
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.formats.references import Target
from dlfportal.transfer.exports.dependencies import ExportStatus, Finder, ResourceUses
from dlfportal.transfer.exports.selection import missing_label

Objects = QuerySet[CatalogueObject]


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


def summary_of(workspace: Workspace, jobs: Objects, others: Objects | None) -> Summary:
    """Return the numbers of the package of the newest revisions of `jobs`, `others` and what they use."""
    return _Adding(workspace, jobs, others).summary()


class _Adding:
    """The adding up of one package."""

    def __init__(self, workspace: Workspace, jobs: Objects, others: Objects | None) -> None:
        self.workspace = workspace
        self.jobs = jobs.order_by()
        self.others = CatalogueObject.objects.none() if others is None else others.order_by()
        self.references = Reference.objects.filter(source__in=self.jobs.values("pk")).order_by()
        self.resources = ResourceUses(Finder(workspace, ExportStatus.DEVELOP))
        self.missing: set[ReferenceKey] = set()

    def summary(self) -> Summary:
        """Ask and add up. Resources come first: what they miss is missing, too."""
        jobs = _files(self.jobs)
        chosen = self._by_kind(self.others)
        scripts, scripts_held = self._scripts()
        resources, held = self._resources()
        objects = self.rest(held)
        rest = self._by_kind(objects)
        pulled_in = self._pulled_in(held)
        rest[Kind.RESOURCE] = _sum(rest[Kind.RESOURCE], *(Files(1, row.size) for row in pulled_in))
        cdm_jobs = _files(self._used(Kind.CDM_JOB))
        self._unanswered(Kind.CDM_JOB)
        files = {
            Kind.JOB: jobs,
            Kind.SCRIPT: _sum(scripts, rest[Kind.SCRIPT]),
            Kind.RESOURCE: _sum(resources, rest[Kind.RESOURCE]),
            Kind.CDM_JOB: _sum(cdm_jobs, rest[Kind.CDM_JOB]),
        }
        bare_cdm_jobs = _sum(cdm_jobs, rest[Kind.CDM_JOB])
        labels = sorted(missing_label(key) for key in self.missing | self.resources.missing)
        return Summary(
            jobs=jobs.count,
            chosen=jobs.count + sum(found.count for found in chosen.values()),
            files=files,
            bare={**chosen, Kind.JOB: jobs, Kind.CDM_JOB: bare_cdm_jobs},
            held=Counter(
                {
                    Kind.JOB: jobs.count,
                    Kind.SCRIPT: scripts_held + rest[Kind.SCRIPT].count,
                    Kind.RESOURCE: len(held) + rest[Kind.RESOURCE].count,
                    Kind.CDM_JOB: cdm_jobs.count + rest[Kind.CDM_JOB].count,
                }
            ),
            missing=labels,
            missing_bare=sum(key.target == Target.CDM_JOB for key in self.missing),
            rest=self._with(objects, pulled_in),
        )

    def rest(self, resources: Iterable[Found]) -> Objects:
        """Return the others that do not go out with a job already; `resources` do."""
        with_jobs = Q(kind__in=(Kind.SCRIPT, Kind.CDM_JOB)) & Q(Exists(self._uses_of_object()))
        held = {row.pk for row in resources}
        return self.others.exclude(with_jobs).exclude(pk__within=list(held))

    def _scripts(self) -> tuple[Files, int]:
        """Return the scripts that the jobs bring along, once a job, and how many they are, each once."""
        script = self._answers(Kind.SCRIPT).values("size")[:1]
        uses = self.references.filter(target=Target.SCRIPT).annotate(size=Subquery(script))
        once = Count("name", distinct=True, filter=Q(size__isnull=False))
        found = uses.aggregate(named=Count("pk"), count=Count("size"), total=Sum("size"), once=once)
        if found["count"] < found["named"]:
            self._unanswered(Kind.SCRIPT)
        return Files(found["count"], found["total"] or 0), found["once"]

    def _resources(self) -> tuple[Files, set[Found]]:
        """Return the resources that the jobs bring along, once a job, and which they are."""
        uses = self.references.filter(target=Target.RESOURCE)
        keys = {
            ReferenceKey(Target.RESOURCE, "", name, soft)
            for name, soft in uses.values_list("name", "soft").distinct()
        }
        answers = resolve(self.workspace, keys)
        self.missing |= {key for key in keys if not key.soft and not key.is_dynamic and key not in answers}
        self.resources.learn(answers.values())
        by_name = {(key.name, key.soft): found for key, found in answers.items()}
        count = size = 0
        held: set[Found] = set()
        closures: dict[frozenset[Found], set[Found]] = {}
        for direct in _used_by_each(uses, by_name):
            if direct not in closures:
                closures[direct] = self.resources.with_closure(set(direct))
                held |= closures[direct]
            count += len(closures[direct])
            size += sum(row.size for row in closures[direct])
        return Files(count, size), held

    def _pulled_in(self, held: set[Found]) -> set[Found]:
        """Return the resources that chosen ones pull in, which are neither chosen themselves nor `held`."""
        chosen = self.others.filter(kind=Kind.RESOURCE).values_list(*Found._fields)
        rows = {Found._make(row) for row in chosen.iterator()}
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

    def _used(self, kind: Kind) -> Objects:
        """Return the objects of a kind that the jobs use."""
        alive = CatalogueObject.objects.filter(ALIVE, workspace=self.workspace, kind=kind)
        return alive.filter(Exists(self._uses_of_object())).order_by()

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


def _used_by_each(
    uses: QuerySet[Reference], answers: dict[tuple[str, bool], Found]
) -> Iterator[frozenset[Found]]:
    """Yield what the references of each source lead to."""
    rows = uses.order_by("source").values_list("source", "name", "soft").iterator()
    for _source, group in groupby(rows, itemgetter(0)):
        yield frozenset(answers[row[1:]] for row in group if row[1:] in answers)


def _files(objects: Objects) -> Files:
    found = objects.aggregate(count=Count("pk"), total=Sum("size"))
    return Files(found["count"], found["total"] or 0)


def _sum(*files: Files) -> Files:
    return Files(sum(one.count for one in files), sum(one.size for one in files))
