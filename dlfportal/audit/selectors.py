"""Reads of the record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from dlfportal.audit.actions import Action, Verb, object_action
from dlfportal.audit.models import AuditEntry
from dlfportal.db.merged import FoundKeys, Ways, find_keys
from dlfportal.formats.kinds import Kind

NEWEST_FIRST = ("-at", "-id")
KINDS = ("", *Kind)
NAMES_FOLLOWED = 10
"""So many former names of an object are looked up."""


def recorded_workspaces() -> list[str]:
    """Return the ids of all workspaces that the record speaks of, "" for what was done outside of any.

    One index look-up each: workspaces that were deleted have entries too.
    """
    sql = """
        WITH RECURSIVE step(value) AS (
            SELECT (SELECT workspace_id FROM audit_auditentry ORDER BY workspace_id LIMIT 1)
            UNION ALL
            SELECT (
                SELECT workspace_id FROM audit_auditentry WHERE workspace_id > step.value
                ORDER BY workspace_id LIMIT 1
            )
            FROM step WHERE step.value IS NOT NULL
        )
        SELECT value FROM step WHERE value IS NOT NULL
    """
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def entries_find(rows: QuerySet[AuditEntry], workspaces: Sequence[str], text: str, most: int) -> FoundKeys:
    """Return the entries of these workspaces that a text leads to, newest first, as `find_keys` does.

    The text is how the name of what was changed begins, or, of acts alone, the whole name of who did it, an
    action, or the first part of an action's name.
    """
    parts = [{"workspace_id": pk} for pk in workspaces]
    acts = Q(part_of__isnull=True)
    actions = [action for action in Action if action == text or action.startswith(f"{text}.")]
    ways = Ways(
        text=text,
        column="object_name",
        begins=[{**part, "kind": str(kind)} for part, kind in product(parts, KINDS)],
        exact=[
            (acts, [{**part, "user_name": text} for part in parts]),
            (acts, [{**part, "action": str(action)} for part, action in product(parts, actions)]),
        ],
    )
    return find_keys(rows, ways, NEWEST_FIRST, most)


def listed_parts(workspaces: Sequence[str], channels: Sequence[str]) -> list[dict[str, Any]]:
    """Return the parts in which the record has its entries newest first, for `db.merged.first_keys`."""
    return [{"workspace_id": pk, "channel": channel} for pk, channel in product(workspaces, channels)]


def entries_of(workspace_id: str, kind: str, name: str, most: int) -> list[AuditEntry]:
    """Return what the record says of an object, newest first, under its former names too: at most so many."""
    found: list[AuditEntry] = []
    before = None
    for _step in range(NAMES_FOLLOWED):
        entries = AuditEntry.objects.filter(workspace_id=workspace_id, kind=kind, object_name=name)
        if before is not None:
            entries = entries.filter(pk__lt=before)
        former = ""
        for entry in entries[: most - len(found)]:
            found.append(entry)
            if former := entry.detail.get("renamed_from", ""):
                before = entry.pk
                break
        if not former or len(found) >= most:
            break
        name = former
    return found


class Change(NamedTuple):
    """That a revision of an object was made, when and through which channel."""

    name: str
    revision: int
    at: datetime
    channel: str


def changes_of(workspace_id: str, kind: str, names: Collection[str], most: int) -> list[Change]:
    """Return the newest entries, so many, that say which revision was made of objects of these names."""
    actions = [object_action(kind, verb) for verb in (Verb.CREATE, Verb.UPDATE)]
    rows = AuditEntry.objects.filter(
        workspace_id=workspace_id, kind=kind, object_name__in=names, action__in=actions
    )
    found = rows.order_by("-id").values_list("object_name", "detail__revision", "at", "channel")
    return [Change._make(row) for row in found[:most]]
