"""Reads of the exports that were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from typing import Any, NamedTuple

from django.db.models import Func, IntegerField, Q, QuerySet
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Revision
from dlfportal.db.merged import FoundKeys, Ways, find_keys
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import package_name
from dlfportal.transfer.exports.packed import Kept, entries_read
from dlfportal.transfer.models import EXPORT_DEAD_AFTER, Export, ExportState

NEWEST_FIRST = ("-started_at",)
EXPORTS_LOOKED_AT = 50
AROUND = timedelta(minutes=1)
"""An export and the entry of its start are written within so long of each other."""


def exports_find(rows: QuerySet[Export], workspaces: Sequence[str], text: str, most: int) -> FoundKeys:
    """Return the exports of these workspaces that a text leads to, newest first, as `find_keys` does.

    The text is how the name of the package begins, or the whole name of its one job or of who made it.
    """
    parts = [{"workspace_id": pk} for pk in workspaces]
    ways = Ways(
        text=text,
        column="name",
        begins=parts,
        exact=[
            (Q(), [{**part, "name": package_name(text)} for part in parts]),
            (Q(), [{**part, "user_name": text} for part in parts]),
        ],
    )
    return find_keys(rows, ways, NEWEST_FIRST, most)


def exports_told(ids: Sequence[str]) -> dict[str, Export]:
    """Return these exports by id without their long lists, each with the number of what was missing.

    The latter is their `missing_count`.
    """
    rows = Export.objects.defer("contents", "missing").annotate(missing_count=ArrayLength("missing"))
    found: dict[str, Export] = rows.in_bulk(ids)
    return found


def export_find(pk: str) -> Export | None:
    """Return an export without the entries of its package, or None."""
    found: Export | None = Export.objects.defer("contents").filter(pk=pk).first()
    return found


def exports_newest(workspace_id: str, most: int) -> list[Export]:
    """Return the newest exports of a workspace of which it is known what they held, without their lists."""
    rows = Export.objects.filter(workspace=workspace_id, entries__gt=0).order_by(*NEWEST_FIRST)
    return list(rows.defer("contents", "missing")[:most])


def export_get(*, actor: Actor, workspace: Workspace, pk: str) -> Export:
    """Return an export of a workspace without the entries of its package. Raises NotFound (policy too)."""
    require(actor.user, workspace, Right.VIEW)
    found = export_find(pk)
    if found is None or found.workspace_id != workspace.pk:
        raise NotFound(gettext_noop("This export does not exist in this workspace."))
    return found


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which exports somebody asks for: `who` is a whole user name, `name` how the package's name begins."""

    who: str = ""
    name: str = ""
    state: ExportState | None = None


def exports_of(*, actor: Actor, workspace: Workspace, chosen: ExportFilter) -> QuerySet[Export]:
    """Return the exports of a workspace in no order, without their long lists. Raises NotFound (policy).

    The number of what was missing is their `missing_count`.
    """
    require(actor.user, workspace, Right.VIEW)
    rows = Export.objects.filter(workspace=workspace).order_by().defer("contents", "missing")
    if chosen.who:
        rows = rows.filter(user_name=chosen.who)
    if chosen.name:
        rows = rows.filter(name__startswith=chosen.name)
    if chosen.state:
        rows = rows.filter(_is_shown_as(chosen.state))
    found: QuerySet[Export] = rows.annotate(missing_count=ArrayLength("missing"))
    return found


def _is_shown_as(state: ExportState) -> Q:
    """Return the condition of `Export.shown_state`."""
    if state is ExportState.COMPLETE:
        return Q(state=state)
    alive = Q(state=ExportState.RUNNING, seen_at__gte=timezone.now() - EXPORT_DEAD_AFTER)
    return alive if state is ExportState.RUNNING else Q(state__in=(state, ExportState.RUNNING)) & ~alive


def export_whole(*, actor: Actor, workspace: Workspace, pk: str) -> Export:
    """Return an export of a workspace with the entries of its package. Raises as `export_get`."""
    found = export_get(actor=actor, workspace=workspace, pk=pk)
    found.refresh_from_db(fields=["contents"])
    return found


class HeldEntry(NamedTuple):
    """An entry of a package that left, and the object that it was: as that is called now.

    `number` is that of the revision, `is_newest` says whether it still is the object's newest one.
    """

    path: str
    kind: Kind
    cluster: str
    name: str
    number: int
    size: int
    is_newest: bool
    is_deleted: bool


def entries_held(export: Export, start: int, most: int) -> list[HeldEntry]:
    """Return entries of a package that left, in their order from the number `start` on. One query."""
    blocks = entries_read(bytes(export.contents))
    kept = list(islice(chain.from_iterable(blocks), start, start + most))
    rows = Revision.objects.filter(pk__within=list({entry.revision_id for entry in kept})).order_by()
    columns = ("object__kind", "object__cluster", "object__name", "number", "content__size")
    states = ("object__revision_id", "object__deleted_at")
    found = {pk: values for pk, *values in rows.values_list("pk", *columns, *states)}
    return [_held(entry, found[entry.revision_id]) for entry in kept]


def _held(entry: Kept, values: Sequence[Any]) -> HeldEntry:
    kind, cluster, name, number, size, newest, deleted = values
    is_newest = newest == entry.revision_id and deleted is None
    return HeldEntry(entry.path, Kind(kind), cluster, name, number, size, is_newest, deleted is not None)


def export_act(export: Export) -> int | None:
    """Return the id of the act of the record that an export is, None when it is not there. One query."""
    started = export.started_at
    entries = AuditEntry.objects.filter(
        workspace_id=export.workspace_id,
        part_of=None,
        at__range=(started - AROUND, started + AROUND),
        action=Action.EXPORT,
        user_name=export.user_name,
    )
    acts = entries.order_by("pk").values_list("pk", "detail")
    return next((pk for pk, detail in acts if detail.get("export") == export.pk), None)


def export_last(user_name: str, workspace: Workspace, selection_id: str) -> Export | None:
    """Return the newest export that somebody made from the page of a selection, None if it was long ago.

    It is looked for among their last `EXPORTS_LOOKED_AT` exports of the workspace. One query.
    """
    rows = Export.objects.filter(workspace=workspace, user_name=user_name).order_by(*NEWEST_FIRST)
    recent = rows.defer("contents", "missing")[:EXPORTS_LOOKED_AT]
    return next((one for one in recent if one.options.get("selection_id") == selection_id), None)


class ArrayLength(Func):
    """The number of things in a list that a column holds as JSON."""

    function = "jsonb_array_length"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL of SQLite."""
        return self.as_sql(compiler, connection, function="json_array_length", **context)
