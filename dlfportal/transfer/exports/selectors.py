"""Reads of the exports that were made."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

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
