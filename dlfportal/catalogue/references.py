"""What points to what: the index of references, followed in both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Reference, Revision
from dlfportal.catalogue.selectors import column_of, document_of
from dlfportal.chunks import in_chunks
from dlfportal.formats.documents import find_references
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target

USERS_ORDERED = 1000
"""Up to so many users of an object are put in order."""
DOCUMENT_BYTES = 4 * 1024 * 1024
"""So much of the documents of users is read to say which of their nodes point to an object."""
CONNECTIONS_COUNTED, CONNECTION_COUNTED = 50, 100
"""The users of so many connections are counted on a page, and of each so many."""


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
        if any(reference.name == job.name and reference.waits for reference in found):
            yield user


class Users(NamedTuple):
    """Some of the objects that point to something, and how many do; `after` is where the next ones begin."""

    rows: list[CatalogueObject]
    total: Total
    after: int | None = None


def used_by(target: CatalogueObject) -> QuerySet[CatalogueObject]:
    """Return the living objects whose newest document points to `target`, ordered by kind and name.

    All of them, however many: a page asks for `users_page`.
    """
    # A query for each way in which it is named: as one condition, SQLite would read all references.
    named = Reference.objects.filter(workspace=target.workspace_id).order_by().values("source")
    first, *others = (named.filter(**condition) for condition in _naming(target))
    found = CatalogueObject.objects.filter(ALIVE, pk__in=first.union(*others)).exclude(pk=target.pk)
    return found.order_by("kind", "name", "cluster")


def users_page(target: CatalogueObject, size: int, after: int = 0) -> Users:
    """Return `size` of the objects that point to `target`: the first, or those `after` another page.

    Up to `USERS_ORDERED` come by kind and name; more of them by age, so that a page costs a page.
    """
    return _users(target.workspace_id, _naming(target), size, after, without=target.pk)


def naming_page(workspace_id: str, kind: Kind, name: str, cluster: str, size: int) -> Users:
    """Return `size` of the living objects whose newest document names this object, if it exists or not.

    That is what still points to an object by a name that it no longer has, itself included.
    """
    return _users(workspace_id, [{"target": kind, "cluster": cluster, "name": name}], size, 0)


def waiting_page(target: CatalogueObject, size: int) -> Users:
    """Return the first `size` of the jobs that wait for the job `target`."""
    waits = {"target": Kind.JOB, "cluster": "", "name": target.name, "waits": True}
    return _users(target.workspace_id, [waits], size, 0, without=target.pk)


def _naming(target: CatalogueObject) -> list[dict[str, Any]]:
    """Return the conditions of references of which one at least points to an object."""
    named: list[dict[str, Any]] = [{"target": target.kind, "cluster": target.cluster, "name": target.name}]
    if target.kind == Kind.RESOURCE:
        texts = {target.location, str(target.uid), target.uid.hex} - {"", target.name}
        soft = {"target": Target.RESOURCE.value, "cluster": "", "soft": True}
        named += [{**soft, "name": text} for text in sorted(texts)]
    return named


def _users(
    workspace_id: str, named: Sequence[dict[str, Any]], size: int, after: int, without: int = 0
) -> Users:
    few = _sources(workspace_id, named, 0, USERS_ORDERED + 1, without)
    objects = CatalogueObject.objects.filter(ALIVE)
    if len(few) <= USERS_ORDERED:
        ordered = objects.filter(pk__within=few).order_by("kind", "name", "cluster")
        ids = list(ordered.values_list("pk", flat=True)) if len(few) > size else few
        start = ids.index(after) + 1 if after in ids else 0
        shown = ids[start : start + size]
        more = len(ids) > start + size
        rows = list(ordered.filter(pk__within=shown)) if more or start else list(ordered)
        return Users(rows, Total(len(few), False), shown[-1] if more else None)
    found = _sources(workspace_id, named, after, size + 1, without)
    rows = list(objects.filter(pk__within=found[:size]).order_by("pk"))
    return Users(rows, Total(USERS_ORDERED, True), found[size - 1] if len(found) > size else None)


def _sources(
    workspace_id: str, named: Sequence[dict[str, Any]], after: int, most: int, without: int
) -> list[int]:
    """Return the first ids beyond `after` of the objects whose references fit one of the conditions."""
    found: set[int] = set()
    rows = Reference.objects.filter(workspace=workspace_id, source__gt=after).order_by("source_id")
    for condition in named:
        found.update(rows.filter(**condition).values_list("source", flat=True).distinct()[: most + 1])
    return sorted(found - {without})[:most]


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


def missing_counts(workspace: Workspace, sources: Sequence[int]) -> dict[int, int]:
    """Return, by id, how many names in the newest documents of these objects nothing in their workspace has.

    Objects that miss nothing are left out. As many queries whatever the number of objects.
    """
    asked = [
        (pk, key)
        for pk, key, found in links(sources, list(Kind))
        if found is None and not key.soft and not key.is_dynamic
    ]
    # What no name answers may still be a resource's location or id.
    resources = {key for _pk, key in asked if key.target == Target.RESOURCE}
    answered = resolve(workspace, resources) if resources else {}
    return Counter(pk for pk, key in asked if key not in answered)


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


def nodes_that_name(target: CatalogueObject, users: Sequence[CatalogueObject]) -> dict[int, list[str]]:
    """Return the nodes of each of the jobs `users` that point to `target`, by the job's id, in their order.

    One query. Documents are read up to `DOCUMENT_BYTES` in all: a job beyond is not among the keys.
    """
    left, chosen = DOCUMENT_BYTES, []
    for user in users:
        if user.kind == Kind.JOB and user.size <= left and user.revision_id:
            left -= user.size
            chosen.append(user.revision_id)
    revisions = Revision.objects.filter(pk__within=chosen).select_related("content")
    naming = _naming(target)
    return {
        revision.object_id: list(dict.fromkeys(_nodes_naming(naming, document_of(revision))))
        for revision in revisions
    }


def _nodes_naming(naming: Sequence[dict[str, Any]], document: dict[str, Any]) -> Iterator[str]:
    for found in find_references(Kind.JOB, document):
        known = {"target": found.target, "cluster": found.cluster, "name": found.name, "soft": found.soft}
        if found.node and not found.workspace and any(known.items() >= one.items() for one in naming):
            yield found.node


def connection_users(workspace: Workspace, names: Collection[str], without: int) -> dict[str, Total]:
    """Return how many other living objects use each of a few connections; up to `CONNECTION_COUNTED`.

    One query for all, and a bounded read of the index for each.
    """
    wanted = sorted(names)[:CONNECTIONS_COUNTED]
    if not wanted:
        return {}
    one = f"""SELECT %s, (SELECT COUNT(*) FROM (SELECT DISTINCT r.source_id FROM {Reference._meta.db_table} r
        JOIN {CatalogueObject._meta.db_table} o ON o.id = r.source_id AND o.deleted_at IS NULL
        WHERE r.workspace_id = %s AND r.target = %s AND r.name = %s AND r.cluster = ''
        AND r.source_id <> %s LIMIT {CONNECTION_COUNTED + 1}) users)"""  # noqa: S608 - the models' own names
    values = [value for name in wanted for value in (name, workspace.pk, Target.CONNECTION, name, without)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(wanted)), values)
        counts = dict(cursor.fetchall())
    return {
        name: Total(min(count, CONNECTION_COUNTED), count > CONNECTION_COUNTED)
        for name, count in counts.items()
    }
