"""Submitting many objects, in the transaction that locked them: as `services.version_submit` does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Verb, object_action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import Act
from dlfportal.catalogue.counts import COLUMNS, Standing, counts_add
from dlfportal.catalogue.index import State
from dlfportal.catalogue.models import CatalogueObject, Version
from dlfportal.chunks import in_chunks
from dlfportal.db.rows import ids_take, rows_insert, rows_update, stored

VERSION_COLUMNS = ("id", "object", "number", "revision", "author", "author_name", "created_at", "comment")


class Unsubmitted(NamedTuple):
    """An object whose newest revision is no version, the number that its next version gets, and how it stands
    in the counts.
    """

    pk: int
    kind: str
    name: str
    revision_id: int
    revision_number: int
    number: int
    standing: Standing


def unsubmitted(ids: Sequence[int]) -> list[Unsubmitted]:
    """Return those of the objects whose newest revision is not submitted."""
    found: list[Unsubmitted] = []
    for chunk in in_chunks(ids):
        numbers = Version.objects.filter(object__id__within=chunk).order_by().values_list("object")
        highest = dict(numbers.annotate(highest=Max("number")))
        rows = CatalogueObject.objects.filter(pk__within=chunk).exclude(state=State.SUBMITTED)
        columns = ("pk", "kind", "name", "revision", "revision__number", *COLUMNS)
        found += [
            Unsubmitted(pk, kind, name, revision, number, highest.get(pk, 0) + 1, Standing._make(standing))
            for pk, kind, name, revision, number, *standing in rows.order_by("pk").values_list(*columns)
        ]
    return found


def versions_write(
    actor: Actor, workspace: Workspace, rows: Sequence[Unsubmitted], comment: str
) -> list[Act]:
    """Make the next version of each object of its newest revision; return what the record says of it."""
    ids = ids_take(Version, len(rows))
    same = (
        actor.user.pk,
        actor.user.get_username(),
        stored(Version, "created_at", timezone.now()),
        comment[:128],
    )
    rows_insert(
        Version,
        VERSION_COLUMNS,
        ((pk, row.pk, row.number, row.revision_id, *same) for pk, row in zip(ids, rows, strict=True)),
    )
    rows_update(
        CatalogueObject,
        ("version", "version_number", "state"),
        ((pk, row.number, State.SUBMITTED.value, row.pk) for pk, row in zip(ids, rows, strict=True)),
    )
    changes = ((row.standing, row.standing._replace(state=State.SUBMITTED.value)) for row in rows)
    counts_add(workspace.pk, (one for before, after in changes for one in ((before, -1), (after, 1))))
    told = {"reason": comment} if comment else {}
    return [
        Act(
            object_action(row.kind, Verb.SUBMIT),
            row.kind,
            row.name,
            {"version": row.number, **told, "revision": row.revision_number},
        )
        for row in rows
    ]
