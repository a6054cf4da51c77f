"""Deleting many objects, in the transaction that locked them: what `services.object_delete` does of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Verb, object_action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import Act
from dlfportal.catalogue.acting.uses import Named, users_outside
from dlfportal.catalogue.counts import Standing, counts_add, standing_of
from dlfportal.catalogue.index import State
from dlfportal.catalogue.models import CatalogueObject, Deletion, Reference
from dlfportal.catalogue.search.writing import Text, texts_drop
from dlfportal.catalogue.tags import tags_drop
from dlfportal.chunks import in_chunks
from dlfportal.db.rows import rows_insert, stored

USERS_TOLD = 50
"""So many of what still points to an object the record names."""
DELETION_COLUMNS = ("object", "revision", "author", "author_name", "at")


class Going(NamedTuple):
    """An object that is to be deleted: what identifies it, its newest revision, how it stands in the counts
    and in the index of texts, and the first of those outside that point to it.
    """

    named: Named
    revision_id: int
    revision_number: int
    standing: Standing | None
    text: Text
    used_by: list[str]


def going_read(workspace: Workspace, ids: Sequence[int]) -> list[Going]:
    """Return what has to be known of the objects."""
    found: list[Going] = []
    for chunk in in_chunks(ids):
        rows = CatalogueObject.objects.filter(pk__within=chunk).select_related("revision").order_by("pk")
        found += [_going(row) for row in rows]
    going = set(ids)
    outside = Reference.objects.filter(workspace=workspace).order_by()
    by_id = {one.named.pk: one for one in found}
    for pk, user in users_outside([one.named for one in found], outside):
        if user.pk not in going and len(by_id[pk].used_by) < USERS_TOLD:
            by_id[pk].used_by.append(user.name)
    return found


def _going(row: CatalogueObject) -> Going:
    revision = row.revision
    assert revision is not None  # noqa: S101 - only while it is being written, and it is locked
    return Going(
        Named(row.pk, row.kind, row.cluster, row.name, row.location, row.uid),
        revision.pk,
        revision.number,
        standing_of(row),
        Text(row.workspace_id, row.kind, row.folded_name, row.folded_description),
        [],
    )


def going_write(actor: Actor, workspace: Workspace, going: Sequence[Going]) -> list[Act]:
    """Mark the objects as deleted, with all that follows; return what the record says of it."""
    now = timezone.now()
    at = stored(Deletion, "at", now)
    person = (actor.user.pk, actor.user.get_username())
    rows_insert(Deletion, DELETION_COLUMNS, ((one.named.pk, one.revision_id, *person, at) for one in going))
    counts_add(workspace.pk, ((one.standing, -1) for one in going))
    texts_drop((one.named.pk, one.text) for one in going)
    ids = [one.named.pk for one in going]
    for chunk in in_chunks(ids):
        objects = CatalogueObject.objects.filter(pk__within=chunk)
        objects.update(deleted_at=now, version=None, version_number=0, state=State.DRAFT)
        Reference.objects.filter(source__id__within=chunk).delete()
    tags_drop(ids)
    return [
        Act(
            object_action(one.named.kind, Verb.DELETE),
            one.named.kind,
            one.named.name,
            {"used_by": sorted(one.used_by), "revision": one.revision_number},
        )
        for one in going
    ]
