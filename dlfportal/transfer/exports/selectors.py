"""Reads of the exports that were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Func, IntegerField, Q, QuerySet

from dlfportal.db.merged import FoundKeys, Ways, find_keys
from dlfportal.formats.layout import package_name
from dlfportal.transfer.models import Export

NEWEST_FIRST = ("-started_at",)


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


class ArrayLength(Func):
    """The number of things in a list that a column holds as JSON."""

    function = "jsonb_array_length"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL of SQLite."""
        return self.as_sql(compiler, connection, function="json_array_length", **context)
