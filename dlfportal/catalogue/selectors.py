"""Reads of the catalogue. Every one is given a workspace that the policy has let the caller into."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, Field, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from dlfportal.access.models import Workspace
from dlfportal.catalogue.alone import alone_kept, standing_alone
from dlfportal.catalogue.health import checked
from dlfportal.catalogue.index import is_tag_word
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import (
    ALIVE,
    CatalogueObject,
    Content,
    KeptCount,
    ObjectTag,
    Reference,
    Revision,
    Version,
)
from dlfportal.catalogue.search.finding import NAMES, TEXTS, Places, candidates, holding, named
from dlfportal.catalogue.weeks import starting
from dlfportal.errors import BadRequest, NotFound, gettext_noop
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Target
from dlfportal.formats.zip.writer import inflate

NARROWING = ("type", "directory", "owner", "state")
"""The index columns that a list may be narrowed to one value of."""
GATHERED = 1000
"""Up to so many objects that a filter finds are gathered by their ids and then sorted."""
NAMED_TO_GATHER = 3
"""So many candidates are read for each of them: the index of texts may name too much."""

WIRE_UUID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class ObjectMissing(NotFound):
    """No object of this kind and name lives in the workspace."""

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind, self.name = kind, name
        message = gettext_noop("The %(kind)s %(name)s does not exist in this workspace.")
        super().__init__(message, kind=KINDS[kind].word, name=name)


class VersionMissing(BadRequest):
    """The object was never submitted as the version that was asked for."""


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list is narrowed to; empty text narrows nothing.

    `search` looks in name and description, `name` for a part of the name, both without case. `tags`
    keeps the jobs that have one of them, or with `all_tags` each of them; `ids` the objects with these
    ids; `connection` what uses the data connection of this name. `folder` keeps a directory with all below
    it, `schedule` the jobs that start so, `state` those in a state of `index.State`, `since` what was changed
    at that time (ISO 8601, with its offset) or later. `check` is a word of `health`, `starts` one of `weeks`:
    what the one finds, and the jobs that start then. `alone` keeps the jobs that no other one points to and
    that point to none.
    """

    search: str = ""
    type: str = ""
    directory: str = ""
    owner: str = ""
    name: str = ""
    tags: Sequence[str] = ()
    all_tags: bool = False
    ids: Sequence[int] = ()
    connection: str = ""
    folder: str = ""
    schedule: str = ""
    state: str = ""
    since: str = ""
    check: str = ""
    starts: str = ""
    alone: str = ""


class Found(NamedTuple):
    """What the indexes of texts, tags and connections find by a filter."""

    few: Sequence[int] | None
    """The ids of few objects, among which are all that match; None when there is no such filter, or each
    leaves too many."""
    some: Sequence[int] = ()
    """Then the ids of the first objects that may have one of the texts."""


def object_list(
    workspace: Workspace, kind: Kind, chosen: ListFilter | None = None
) -> QuerySet[CatalogueObject]:
    """Return the living objects of one kind, ordered by name, with revision and version selected."""
    if chosen is None:
        return _in_order(_objects(workspace, kind))
    few = found_by(workspace, kind, chosen).few
    if few is not None:
        return objects_checked(workspace, kind, chosen, few)
    one_tag = len(chosen.tags) == 1 and is_tag_word(chosen.tags[0])
    begin = _tagged(workspace, kind, chosen) if one_tag else _begin(workspace, kind, chosen, None)
    found = changed_since(_narrowed(workspace, kind, begin, chosen), chosen)
    return found.filter(named_by(workspace, kind, chosen))


def objects_checked(
    workspace: Workspace, kind: Kind, chosen: ListFilter, among: Sequence[int] | None
) -> QuerySet[CatalogueObject]:
    """Return those of the objects with the ids `among`, or of all, that match, as `object_list` does."""
    return _narrowed(workspace, kind, _begin(workspace, kind, chosen, among), chosen)


def _narrowed(
    workspace: Workspace, kind: Kind, objects: QuerySet[CatalogueObject], chosen: ListFilter
) -> QuerySet[CatalogueObject]:
    """Return those of the objects that match, checked one by one: no index finds them by this."""
    for text, places in texts_sought(chosen):
        objects = objects.filter(holding(text, places))
    if chosen.ids:
        objects = objects.filter(pk__in=chosen.ids)
    if chosen.tags:
        objects = objects.filter(_has_tags(chosen.tags, Q.AND if chosen.all_tags else Q.OR))
    if chosen.connection:
        uses = _users_of_connection(workspace, chosen.connection).filter(source=OuterRef("pk"))
        objects = objects.filter(Exists(uses))
    if chosen.folder:
        within = directories_below(workspace, kind, chosen.folder)
        objects = objects.filter(directory__checked_within=within)
    if chosen.schedule:
        objects = objects.filter(schedule__checked=chosen.schedule)
    if chosen.since:
        objects = objects.filter(updated_at__checked_from=datetime.fromisoformat(chosen.since))
    if chosen.check:
        objects = objects.filter(checked(workspace, kind, chosen.check))
    if chosen.starts:
        objects = objects.filter(starting(workspace, chosen.starts))
    if chosen.alone:
        objects = objects.filter(standing_alone(workspace)) if kind is Kind.JOB else objects.none()
    return objects


def changed_since(objects: QuerySet[CatalogueObject], chosen: ListFilter) -> QuerySet[CatalogueObject]:
    """Return the objects that were changed since the time of a filter, found by the index of that time."""
    return objects.filter(updated_at__gte=datetime.fromisoformat(chosen.since)) if chosen.since else objects


def directories_below(workspace: Workspace, kind: Kind, folder: str) -> list[str]:
    """Return the directory of a folder and those below it that objects of the kind have, or had."""
    rows = KeptCount.objects.filter(workspace=workspace, kind=kind, facet="directory")
    if folder != "/":
        rows = rows.filter(Q(value=folder) | Q(value__begins=f"{folder}/"))
    return list(rows.order_by().values_list("value", flat=True).distinct())


def _in_order(objects: QuerySet[CatalogueObject]) -> QuerySet[CatalogueObject]:
    return objects.select_related("revision", "version").order_by("name", "cluster")


def _begin(
    workspace: Workspace, kind: Kind, chosen: ListFilter, ids: Sequence[int] | None
) -> QuerySet[CatalogueObject]:
    """Return what the filters by equality leave, found by `ids` or by the index that serves them best."""
    columns = {column: value for column in NARROWING if (value := getattr(chosen, column))}
    if ids is None:
        return _in_order(_objects(workspace, kind).filter(**columns))
    checked = {f"{column}__checked": value for column, value in columns.items()}
    return _in_order(objects_gathered(workspace, kind, ids).filter(**checked))


def objects_gathered(
    workspace: Workspace, kind: Kind | None, ids: Sequence[int]
) -> QuerySet[CatalogueObject]:
    """Return the living objects of one kind, None any, with these ids, found by the ids and not otherwise."""
    objects = CatalogueObject.objects.filter(ALIVE, pk__within=ids, workspace__pk__checked=workspace.pk)
    return objects if kind is None else objects.filter(kind__checked=kind)


def _objects(workspace: Workspace, kind: Kind) -> QuerySet[CatalogueObject]:
    return CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=kind)


def others_list(workspace: Workspace) -> QuerySet[CatalogueObject]:
    """Return the living scripts, resources and CDM jobs: all that an export of jobs may leave out."""
    return CatalogueObject.objects.filter(ALIVE, workspace=workspace).exclude(kind=Kind.JOB)


def found_by(workspace: Workspace, kind: Kind, chosen: ListFilter) -> Found:
    """Return what the indexes find by a filter. One query for each text, tag and connection."""
    most = NAMED_TO_GATHER * GATHERED
    named = [
        candidates(text, kind, [workspace.pk], most + 1, places) for text, places in texts_sought(chosen)
    ]
    found = [ids for ids in named if len(ids) <= most]
    if chosen.tags and all(is_tag_word(tag) for tag in chosen.tags):
        groups = [[tag] for tag in dict.fromkeys(chosen.tags)] if chosen.all_tags else [chosen.tags]
        rows = ObjectTag.objects.filter(workspace=workspace).values_list("object", flat=True)
        found += _few(_some(rows.filter(tag__in=group).order_by()) for group in groups)
    if chosen.connection:
        found += _few([_some(_users_of_connection(workspace, chosen.connection).order_by())])
    found += _few(_some(rows.values_list("pk", flat=True)) for rows in _indexed(workspace, kind, chosen))
    if found:
        return Found(min(found, key=len))
    return Found(None, named[0] if named else ())


def _indexed(workspace: Workspace, kind: Kind, chosen: ListFilter) -> Iterator[QuerySet[CatalogueObject]]:
    """Yield the objects that an index finds by folder, schedule and time of change, or what is kept.

    Those of a schedule come in the order of its index: SQLite else reads another one from end to end.
    """
    objects = _objects(workspace, kind).order_by()
    if chosen.folder:
        yield objects.filter(directory__within=directories_below(workspace, kind, chosen.folder))
    if chosen.schedule and kind is Kind.JOB:
        yield objects.filter(schedule=chosen.schedule).order_by("name", "cluster")
    if chosen.since:
        yield changed_since(objects, chosen)
    if chosen.alone and (kept := alone_kept(workspace)) is not None:
        yield objects_gathered(workspace, kind, kept)


def named_by(workspace: Workspace, kind: Kind, chosen: ListFilter) -> Q:
    """Return the condition that an object may have the texts of a filter; without any it is empty."""
    conditions = (named(text, kind, workspace.pk, places) for text, places in texts_sought(chosen))
    return reduce(and_, conditions, Q())


def texts_sought(chosen: ListFilter) -> list[tuple[str, Places]]:
    """Return the texts that a filter looks for, each with where it may stand."""
    return [(text, places) for text, places in ((chosen.search, TEXTS), (chosen.name, NAMES)) if text]


def _some(ids: QuerySet[Any, int]) -> list[int]:
    """Return the ids, or one more than are gathered."""
    return list(ids[: GATHERED + 1])


def _few(found: Iterable[list[int]]) -> Iterator[list[int]]:
    return (ids for ids in found if len(ids) <= GATHERED)


def _tagged(workspace: Workspace, kind: Kind, chosen: ListFilter) -> QuerySet[CatalogueObject]:
    """Return the objects of a tag that many have, in the order of its rows, which is that of the names."""
    rows = {"tag_rows__workspace": workspace, "tag_rows__tag": chosen.tags[0]}
    rows |= {"tag_rows__type": chosen.type} if chosen.type else {}
    checked = {"workspace__pk__checked": workspace.pk, "kind__checked": kind}
    checked |= {f"{column}__checked": value for column in NARROWING if (value := getattr(chosen, column))}
    objects = CatalogueObject.objects.filter(ALIVE, **rows, **checked)
    return objects.select_related("revision", "version").order_by("tag_rows__name")


def is_only_tag(chosen: ListFilter) -> bool:
    """Return whether a filter is one tag, with or without a type: the rows of tags are all it needs."""
    tag = chosen.tags[0] if len(chosen.tags) == 1 else ""
    return is_tag_word(tag) and chosen == ListFilter(tags=chosen.tags, type=chosen.type)


def tag_rows_of(workspace: Workspace, chosen: ListFilter) -> QuerySet[ObjectTag]:
    """Return the rows of the tag of such a filter."""
    rows = ObjectTag.objects.filter(workspace=workspace, tag=chosen.tags[0])
    return rows.filter(type=chosen.type) if chosen.type else rows


def _has_tags(tags: Sequence[str], connector: str) -> Q:
    """Return the condition that the index column holds these tags: all (`AND`) or one of them (`OR`).

    SQLite's LIKE ignores case, so it is not used.
    """
    each = (Q(GreaterThan(StrIndex("tags", Value(f"\n{tag}\n")), 0)) for tag in tags)
    return Q(*each, _connector=connector)


def _users_of_connection(workspace: Workspace, name: str) -> QuerySet[Reference, int]:
    # A connection is in no cluster; saying so lets an index answer for one object too.
    users = Reference.objects.filter(workspace=workspace, target=Target.CONNECTION, name=name, cluster="")
    return users.values_list("source", flat=True)


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


def object_ever(workspaces: Sequence[str], kind: Kind, pk: int) -> CatalogueObject | None:
    """Return the object with this id if it is or was in one of the workspaces (by id), living or deleted."""
    found = CatalogueObject.objects.filter(pk=pk, kind=kind, workspace__in=workspaces)
    return found.select_related("workspace").first()


def content_bytes(content: Content) -> bytes:
    """Return the canonical bytes of a document."""
    return inflate(bytes(content.data), content.size)


def contents_of(ids: Collection[int]) -> dict[int, Content]:
    """Return contents by their ids."""
    return Content.objects.in_bulk(ids)


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


def column_of(name: str) -> str:
    """Return the column of a field of CatalogueObject, quoted for SQL."""
    field = CatalogueObject._meta.pk if name == "pk" else CatalogueObject._meta.get_field(name)
    if not isinstance(field, Field) or field.column is None:
        raise TypeError(f"{name} has no column")
    return connection.ops.quote_name(field.column)
