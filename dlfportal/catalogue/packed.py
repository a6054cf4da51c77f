"""What a choice means for an export: with the jobs that go in beside it, and without what stays out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject, Reference
from dlfportal.catalogue.packing import Identity, Packing, label_of
from dlfportal.catalogue.selections import Choice, Objects, Resolved, choice_resolve, labels_look_up
from dlfportal.catalogue.selectors import object_list
from dlfportal.formats.kinds import KIND_OF, Kind
from dlfportal.formats.references import Target


def packed_resolve(workspace: Workspace, choice: Choice) -> Resolved:
    """Return the objects that go into the package of a choice for themselves, as its packing says.

    Those are the chosen ones and the jobs added to them, without what stays out. The caller was let in.
    """
    packing = choice.packing
    resolved = choice_resolve(workspace, choice)
    out = {kind: labels_look_up(workspace, kind, packing.without.get(kind, ()))[0] for kind in Kind}
    jobs = _without(resolved.jobs, out[Kind.JOB])
    if packing.adds_jobs:
        jobs = _with_more(workspace, jobs, packing, out[Kind.JOB])
    others = resolved.others
    if others is not None:
        others = _without(others, [pk for kind in Kind if kind is not Kind.JOB for pk in out[kind]])
    return replace(resolved, jobs=jobs, others=others)


def identities_look_up(workspace: Workspace, identities: Iterable[Identity]) -> list[int]:
    """Return the ids of the living objects of a workspace with these kinds, clusters and names."""
    labels: dict[Kind, list[str]] = {}
    for kind, cluster, name in identities:
        labels.setdefault(KIND_OF[kind], []).append(label_of(cluster, name))
    return [pk for kind, named in labels.items() for pk in labels_look_up(workspace, kind, named)[0]]


def _without(objects: Objects, ids: Collection[int]) -> Objects:
    return objects.filter(~Q(pk__within=list(ids))) if ids else objects


def _with_more(workspace: Workspace, jobs: Objects, packing: Packing, out: Collection[int]) -> Objects:
    also, _gone = labels_look_up(workspace, Kind.JOB, packing.also)
    every = object_list(workspace, Kind.JOB)
    wanted = _joined(every, jobs, set(also).difference(out))
    if packing.sub_jobs or packing.awaited:
        reached = jobs_reached(wanted, sub_jobs=packing.sub_jobs, awaited=packing.awaited, without=out)
        wanted = _joined(every, jobs, reached.union(also).difference(out))
    return wanted


def _joined(every: Objects, jobs: Objects, ids: Collection[int]) -> Objects:
    """Return the jobs with those of some ids."""
    if not ids:
        return jobs
    return every.filter(Q(pk__in=jobs.order_by().values("pk")) | Q(pk__within=sorted(ids)))


def jobs_reached(jobs: Objects, *, sub_jobs: bool, awaited: bool, without: Collection[int] = ()) -> set[int]:
    """Return the ids of the jobs that `jobs` start or wait for, and those again, each once.

    Nothing is followed through the jobs of the ids `without`. One query, however long the chains are, and
    in circles too.
    """
    followed = [waits for waits, asked in ((False, sub_jobs), (True, awaited)) if asked]
    try:
        sources, params = jobs.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return set()
    first = _step_sql(f"IN ({sources})", "", len(followed), len(without))
    next_ones = _step_sql("= s.id", "reached s, ", len(followed), len(without))
    given: list[str | bool | int] = [str(Target.JOB), *followed, *without]
    statement = f"WITH RECURSIVE reached(id) AS ({first} UNION {next_ones}) SELECT id FROM reached"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, *given, *given])
        return {row[0] for row in cursor.fetchall()}


def _step_sql(source: str, before: str, followed: int, without: int) -> str:
    """Return the statement that finds the jobs which those of a source name.

    Only names from the models' own definitions go into the text; values are parameters.
    """
    left_out = f"AND o.id NOT IN ({', '.join(['%s'] * without)})" if without else ""
    return f"""
        SELECT o.id
        FROM {before}{Reference._meta.db_table} r
        JOIN {CatalogueObject._meta.db_table} o
            ON o.workspace_id = r.workspace_id AND o.kind = r.target AND o.name = r.name
            AND o.cluster = r.cluster AND o.deleted_at IS NULL
        WHERE r.source_id {source} AND r.target = %s
            AND r.waits IN ({", ".join(["%s"] * followed)}) {left_out}
    """  # noqa: S608
