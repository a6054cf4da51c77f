"""The rows of tags, by which a list of tags is found. Both write paths and `reindex` write them here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dlfportal.catalogue.index import tag_words
from dlfportal.catalogue.models import CatalogueObject, ObjectTag
from dlfportal.chunks import in_chunks
from dlfportal.db.rows import rows_insert


class TagRow(NamedTuple):
    """A tag of an object, with the object's own name and type."""

    tag: str
    name: str
    type: str


def tag_rows(name: str, columns: Mapping[str, Any]) -> list[TagRow]:
    """Return the rows of an object that lives under `name` with these index columns."""
    return [TagRow(tag, name, columns["type"]) for tag in tag_words(columns["tags"])]


def tags_standing(target: CatalogueObject) -> list[TagRow]:
    """Return the rows that belong to an object as it stands; a deleted one has none."""
    if target.deleted_at is not None:
        return []
    return tag_rows(target.name, {"tags": target.tags, "type": target.type})


def tags_move(target: CatalogueObject, before: list[TagRow]) -> None:
    """Keep the rows right over a write of one object, in its transaction, if the write changes them."""
    if before != (after := tags_standing(target)):
        tags_replace([target.pk], [(target.workspace_id, target.pk, after)])


def tags_replace(old: Sequence[int], rows: Iterable[tuple[str, int, Iterable[TagRow]]]) -> None:
    """Delete the rows of the objects `old`, and write those of others, as (workspace id, object id, rows)."""
    tags_drop(old)
    rows_insert(
        ObjectTag,
        ("workspace", "object", *TagRow._fields),
        ((workspace_id, pk, *row) for workspace_id, pk, group in rows for row in group),
    )


def tags_drop(objects: Sequence[int]) -> None:
    """Delete the rows of objects."""
    for chunk in in_chunks(objects):
        ObjectTag.objects.filter(object__id__within=chunk).delete()
