"""Reads of the catalogue. Every one is given a workspace that the policy has let the caller into."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Count, Field, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from dlfportal.access.models import Workspace
from dlfportal.catalogue.drafts import ReferenceKey
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Content, Reference, Revision, Version
from dlfportal.errors import BadRequest, NotFound, gettext_noop
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target, find_references
from dlfportal.formats.writer import inflate

Item = TypeVar("Item")

NAMES_A_QUERY = 1000
"""How many names one query looks up: far below the limits of both databases."""

FILTERS_SHOWN = 500

WIRE_UUID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

MISSING_TEXT = {
    Kind.JOB: gettext_noop("The job %(name)s does not exist in this workspace."),
    Kind.SCRIPT: gettext_noop("The script %(name)s does not exist in this workspace."),
    Kind.RESOURCE: gettext_noop("The resource %(name)s does not exist in this workspace."),
    Kind.CDM_JOB: gettext_noop("The CDM job %(name)s does not exist in this workspace."),
}


class ObjectMissing(NotFound):
    """No object of this kind and name lives in the workspace."""

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind = kind
        super().__init__(MISSING_TEXT[kind], name=name)


class VersionMissing(BadRequest):
    """The object was never submitted as the version that was asked for."""


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


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list is narrowed to; empty text narrows nothing.

    `search` looks in name and description, `name` for a part of the name, both without case. `tags`
    keeps the jobs that bear one of them.
    """

    search: str = ""
    type: str = ""
    directory: str = ""
    owner: str = ""
    name: str = ""
    tags: Sequence[str] = ()


def object_list(
    workspace: Workspace, kind: Kind, chosen: ListFilter | None = None
) -> QuerySet[CatalogueObject]:
    """Return the living objects of one kind, ordered by name, with revision and version selected."""
    objects = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=kind)
    if chosen:
        if chosen.search:
            objects = objects.filter(
                Q(name__icontains=chosen.search) | Q(description__icontains=chosen.search)
            )
        if chosen.name:
            objects = objects.filter(name__icontains=chosen.name)
        if chosen.tags:
            objects = objects.filter(_bears_one_of(chosen.tags))
        for column in ("type", "directory", "owner"):
            if value := getattr(chosen, column):
                objects = objects.filter(**{column: value})
    return objects.select_related("revision", "version").order_by("name", "cluster")


def _bears_one_of(tags: Sequence[str]) -> Q:
    """Return the condition that the index column of tags holds one of them; SQLite's LIKE ignores case."""
    condition = Q()
    for tag in tags:
        condition |= Q(GreaterThan(StrIndex("tags", Value(f"\n{tag}\n")), 0))
    return condition


def object_get(workspace: Workspace, kind: Kind, name: str, cluster: str | None = None) -> CatalogueObject:
    """Return the living object of this name with its newest revision.

    `cluster` None finds a CDM job by name alone when only one cluster has it. Raises NotFound.
    """
    found = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=kind, name=name)
    if cluster is not None:
        found = found.filter(cluster=cluster)
    rows = list(found.select_related("revision__content", "version", "workspace__project")[:2])
    if len(rows) != 1:
        raise ObjectMissing(kind, name)
    return rows[0]


def resource_get(workspace: Workspace, wire_id: str) -> CatalogueObject:
    """Return the living resource with this id, with or without hyphens. Raises NotFound."""
    if not WIRE_UUID.fullmatch(wire_id):
        raise ObjectMissing(Kind.RESOURCE, wire_id)
    found = CatalogueObject.objects.filter(
        ALIVE, workspace=workspace, kind=Kind.RESOURCE, uid=UUID(wire_id)
    ).select_related("revision__content", "version", "workspace__project")
    if resource := found.first():
        return resource
    raise ObjectMissing(Kind.RESOURCE, wire_id)


def page_of(
    objects: QuerySet[CatalogueObject], number: int, size: int
) -> tuple[int, Sequence[CatalogueObject]]:
    """Return how many objects there are, and those of page `number` (from 0) with their documents to read.

    Two queries, whatever the number of rows; a page behind the last one is empty.
    """
    start, total = number * size, objects.count()
    with_documents = objects.select_related("revision__content", "version")
    return total, list(with_documents[start : start + size]) if start < total else []


def kind_counts(workspaces: Collection[Workspace]) -> dict[str, dict[Kind, int]]:
    """Return how many living objects of each kind each of the workspaces holds, by workspace id."""
    counts = {workspace.pk: dict.fromkeys(Kind, 0) for workspace in workspaces}
    rows = (
        CatalogueObject.objects.filter(ALIVE, workspace__in=[workspace.pk for workspace in workspaces])
        .values_list("workspace", "kind")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for workspace_id, kind, count in rows:
        counts[workspace_id][Kind(kind)] = count
    return counts


def filter_values(workspace: Workspace, kind: Kind, column: str) -> list[str]:
    """Return the distinct non-empty values of an index column, sorted, at most `FILTERS_SHOWN`.

    `column` is one of `type`, `directory`, `owner`. Each value costs one index look-up, so a large
    workspace answers as quickly as a small one.
    """
    table = CatalogueObject._meta.db_table
    field = _column(column)
    scope = f"workspace_id = %s AND kind = %s AND deleted_at IS NULL AND {field} >"
    # Only names from the model's own definition go into the text; values are parameters.
    sql = f"""
        WITH RECURSIVE step(value) AS (
            SELECT (SELECT {field} FROM {table} WHERE {scope} '' ORDER BY {field} LIMIT 1)
            UNION ALL
            SELECT (SELECT {field} FROM {table} WHERE {scope} step.value ORDER BY {field} LIMIT 1)
            FROM step WHERE step.value IS NOT NULL
        )
        SELECT value FROM step WHERE value IS NOT NULL LIMIT %s
    """  # noqa: S608
    scope_values = [workspace.pk, str(kind)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*scope_values, *scope_values, FILTERS_SHOWN])
        return [row[0] for row in cursor.fetchall()]


def content_bytes(content: Content) -> bytes:
    """Return the canonical bytes of a document."""
    return inflate(bytes(content.data), content.size)


def document_of(revision: Revision) -> dict[str, Any]:
    """Return the document of a revision."""
    document: dict[str, Any] = parse(content_bytes(revision.content))
    return document


def revision_get(target: CatalogueObject, number: int) -> Revision:
    """Return revision `number` of an object with its content. Raises NotFound."""
    revision: Revision | None = target.revisions.select_related("content").filter(number=number).first()
    if revision is None:
        raise NotFound(gettext_noop("%(name)s has no revision %(number)s."), name=target.name, number=number)
    return revision


def revision_list(target: CatalogueObject) -> QuerySet[Revision]:
    """Return the revisions of an object, newest first, each with the versions that mark it."""
    return target.revisions.select_related("content").defer("content__data").prefetch_related("versions")


def version_get(target: CatalogueObject, number: int | None) -> Version:
    """Return submitted version `number` of an object, None for the newest. Raises VersionMissing."""
    wanted = {"pk": target.version_id} if number is None else {"number": number}
    version: Version | None = target.versions.select_related("revision__content").filter(**wanted).first()
    if version:
        return version
    if number is None:
        raise VersionMissing(gettext_noop("%(name)s has no submitted version."), name=target.name)
    message = gettext_noop("%(name)s has no submitted version %(number)s.")
    raise VersionMissing(message, name=target.name, number=number)


def downstream_jobs(job: CatalogueObject) -> Iterator[CatalogueObject]:
    """Yield the jobs of the workspace that wait for `job`; those that only start it are not among them."""
    users = used_by(job).filter(kind=Kind.JOB).select_related("revision__content")
    for user in users.iterator():
        found = find_references(Kind.JOB, document_of(user.revision)) if user.revision else []
        if any(reference.name == job.name and "dependJobs" in reference.path for reference in found):
            yield user


def used_by(target: CatalogueObject) -> QuerySet[CatalogueObject]:
    """Return the living objects whose newest document points to `target`, ordered by kind and name."""
    hard = Q(target=target.kind, cluster=target.cluster, name=target.name)
    if target.kind == Kind.RESOURCE:
        answers_to = [target.name, target.location, str(target.uid), target.uid.hex]
        hard |= Q(target=Target.RESOURCE, soft=True, name__in=[text for text in answers_to if text])
    sources = Reference.objects.filter(hard, workspace=target.workspace_id).exclude(source=target.pk)
    return CatalogueObject.objects.filter(ALIVE, pk__in=sources.values("source")).order_by("kind", "name")


def links(
    sources: Sequence[int], targets: Collection[str]
) -> Iterator[tuple[int, ReferenceKey, Found | None]]:
    """Yield (object id, reference, what answers to it by name) for the references of many objects.

    One join a thousand objects: an export of a whole workspace follows ten thousands of them.
    """
    columns = ", ".join(f"o.{_column(name)}" for name in Found._fields)
    keys = ", ".join(f"r.{name}" for name in ReferenceKey._fields)
    marks = ", ".join(["%s"] * len(targets))
    width = 1 + len(ReferenceKey._fields)
    for chunk in in_chunks(sources):
        # Only names from the models' own definitions go into the text; values are parameters.
        sql = f"""
            SELECT r.source_id, {keys}, {columns}
            FROM {Reference._meta.db_table} r
            LEFT JOIN {CatalogueObject._meta.db_table} o
                ON o.workspace_id = r.workspace_id AND o.kind = r.target AND o.name = r.name
                AND o.cluster = r.cluster AND o.deleted_at IS NULL
            WHERE r.source_id IN ({", ".join(["%s"] * len(chunk))}) AND r.target IN ({marks})
        """  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [*chunk, *targets])
            for row in cursor.fetchall():
                found = None if row[width] is None else Found._make(row[width:])
                yield row[0], ReferenceKey._make(row[1:width]), found


def _column(name: str) -> str:
    """Return the column of a field of CatalogueObject, quoted for SQL."""
    field = CatalogueObject._meta.pk if name == "pk" else CatalogueObject._meta.get_field(name)
    if not isinstance(field, Field) or field.column is None:
        raise TypeError(f"{name} has no column")
    return connection.ops.quote_name(field.column)


def resolve(workspace: Workspace, keys: Iterable[ReferenceKey]) -> dict[ReferenceKey, Found]:
    """Return the living object each key points to; keys that nothing answers are left out.

    Connections are outside the catalogue and never answered. A path that may name a resource is
    tried as name, then location, then id (reference: documents, section 3).
    """
    by_target: dict[str, set[ReferenceKey]] = {}
    for key in keys:
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


def in_chunks(values: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield `values` in pieces that one query can look up."""
    for start in range(0, len(values), NAMES_A_QUERY):
        yield values[start : start + NAMES_A_QUERY]


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
