"""What points to what: the index of references, followed in both directions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference
from dlfportal.catalogue.selectors import column_of, document_of
from dlfportal.chunks import in_chunks
from dlfportal.formats.documents import find_references
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target


class Found(NamedTuple):
    """An object that answers a reference, as light as ten thousands of them need it."""

    pk: int
    kind: str
    cluster: str
    name: str
    type: str
    size: int
    revision_id: int
    version_id: int | None


def downstream_jobs(job: CatalogueObject) -> Iterator[CatalogueObject]:
    """Yield the jobs of the workspace that wait for `job`; those that only start it are not among them."""
    users = used_by(job).filter(kind=Kind.JOB).select_related("revision__content")
    for user in users.iterator():
        found = find_references(Kind.JOB, document_of(user.revision)) if user.revision else []
        if any(reference.name == job.name and "dependJobs" in reference.path for reference in found):
            yield user


def used_by(target: CatalogueObject) -> QuerySet[CatalogueObject]:
    """Return the living objects whose newest document points to `target`, ordered by kind and name."""
    named = Q(target=target.kind, cluster=target.cluster, name=target.name)
    if target.kind == Kind.RESOURCE:
        answers_to = [target.name, target.location, str(target.uid), target.uid.hex]
        named |= Q(target=Target.RESOURCE, soft=True, name__in=[text for text in answers_to if text])
    return _sources_of(target.workspace_id, named).exclude(pk=target.pk)


def naming(workspace_id: str, kind: Kind, name: str, cluster: str = "") -> QuerySet[CatalogueObject]:
    """Return the living objects whose newest document names this object, whether or not it exists.

    That is what still points to an object by a name that it no longer has, itself included. Ordered as
    `used_by`.
    """
    return _sources_of(workspace_id, Q(target=kind, cluster=cluster, name=name))


def names_left_behind(target: CatalogueObject) -> list[tuple[str, str]]:
    """Return the former (name, cluster) of an object that nothing of its kind has now, sorted.

    One query for an object that was never renamed, two for others.
    """
    now = (target.name, target.cluster)
    former = set(target.revisions.order_by().values_list("name", "cluster").distinct()) - {now}
    if not former:
        return []
    alive = CatalogueObject.objects.filter(
        ALIVE, workspace=target.workspace_id, kind=target.kind, name__in={name for name, _ in former}
    )
    return sorted(former.difference(alive.values_list("name", "cluster")))


def _sources_of(workspace_id: str, named: Q) -> QuerySet[CatalogueObject]:
    sources = Reference.objects.filter(named, workspace=workspace_id).values("source")
    return CatalogueObject.objects.filter(ALIVE, pk__in=sources).order_by("kind", "name")


def links(
    sources: Sequence[int], targets: Collection[str]
) -> Iterator[tuple[int, ReferenceKey, Found | None]]:
    """Yield (object id, reference, what answers to it by name) for the references of many objects.

    One join a thousand objects: an export of a whole workspace follows ten thousands of them.
    """
    width = 1 + len(ReferenceKey._fields)
    for chunk in in_chunks(sources):
        with connection.cursor() as cursor:
            cursor.execute(_links_sql(len(chunk), len(targets)), [*chunk, *targets])
            for row in cursor.fetchall():
                found = None if row[width] is None else Found._make(row[width:])
                yield row[0], ReferenceKey._make(row[1:width]), found


@lru_cache
def _links_sql(sources: int, targets: int) -> str:
    """Return the statement of `links` for so many sources and targets.

    Only names from the models' own definitions go into the text; values are parameters.
    """
    columns = ", ".join(f"o.{column_of(name)}" for name in Found._fields)
    keys = ", ".join(f"r.{name}" for name in ReferenceKey._fields)
    return f"""
        SELECT r.source_id, {keys}, {columns}
        FROM {Reference._meta.db_table} r
        LEFT JOIN {CatalogueObject._meta.db_table} o
            ON o.workspace_id = r.workspace_id AND o.kind = r.target AND o.name = r.name
            AND o.cluster = r.cluster AND o.deleted_at IS NULL
        WHERE r.source_id IN ({", ".join(["%s"] * sources)})
            AND r.target IN ({", ".join(["%s"] * targets)})
    """  # noqa: S608


def resolve(workspace: Workspace, keys: Iterable[ReferenceKey]) -> dict[ReferenceKey, Found]:
    """Return the living object each key points to; keys that nothing answers are left out.

    Connections are outside the catalogue and never answered. A path that may name a resource is
    tried as name, then location, then id (reference: documents, section 3).
    """
    by_target: dict[str, set[ReferenceKey]] = {}
    for key in keys:
        if key.is_dynamic:
            continue
        by_target.setdefault(key.target, set()).add(key)
    found: dict[ReferenceKey, Found] = {}
    for kind in (Kind.JOB, Kind.SCRIPT, Kind.CDM_JOB):
        if wanted := by_target.get(kind):
            rows = _find(workspace, kind, "name", {key.name for key in wanted})
            index = {(row.cluster, row.name): row for _, row in rows}
            found.update((key, index[key[1:3]]) for key in wanted if key[1:3] in index)
    if wanted := by_target.get(Kind.RESOURCE):
        by_text = _find_resources(workspace, {key.name for key in wanted})
        found.update((key, by_text[key.name]) for key in wanted if key.name in by_text)
    return found


def _find_resources(workspace: Workspace, texts: set[str]) -> dict[str, Found]:
    """Return the resource each text names, by name first, then by location, then by id."""
    by_text = dict(_find(workspace, Kind.RESOURCE, "name", texts))
    if left := texts - by_text.keys():
        by_text.update(_find(workspace, Kind.RESOURCE, "location", left))
    ids = {text: uid for text in texts - by_text.keys() if (uid := _as_uuid(text))}
    by_id = dict(_find(workspace, Kind.RESOURCE, "uid", set(ids.values())))
    by_text.update((text, by_id[uid]) for text, uid in ids.items() if uid in by_id)
    return by_text


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _find(
    workspace: Workspace, kind: Kind, column: str, values: Collection[Any]
) -> Iterator[tuple[Any, Found]]:
    """Yield (value, object) for the living objects of `kind` whose `column` is one of `values`.

    Of several with one value the first name comes last, in code points: not every database sorts so.
    """
    for chunk in in_chunks(sorted(values)):
        rows = CatalogueObject.objects.filter(
            ALIVE, workspace=workspace, kind=kind, **{f"{column}__in": chunk}
        ).order_by()
        found = [(row[0], Found._make(row[1:])) for row in rows.values_list(column, *Found._fields)]
        yield from sorted(found, key=lambda pair: pair[1].name, reverse=True)
