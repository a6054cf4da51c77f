"""Whether objects still stand as they were left; who changed those that do not, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from dlfportal.access.models import Workspace
from dlfportal.catalogue.acting.uses import User
from dlfportal.catalogue.existing import Existing, existing_objects
from dlfportal.catalogue.models import CatalogueObject, Deletion, Revision, Version
from dlfportal.catalogue.undoing.steps import Do, Stay, Step, Why
from dlfportal.chunks import in_chunks


class _Row(NamedTuple):
    """How an object stands."""

    revision_id: int
    version_id: int | None
    deleted_at: datetime | None
    cluster: str
    name: str


def rows_standing(steps: Sequence[Step], *, lock: bool = False) -> dict[int, _Row]:
    """Return by id how the objects stand, with `lock` locked for this transaction in one order for all."""
    found: dict[int, _Row] = {}
    for chunk in in_chunks(sorted(step.pk for step in steps)):
        rows = CatalogueObject.objects.filter(pk__within=chunk).order_by("pk")
        rows = rows.select_for_update() if lock else rows
        columns = ("pk", "revision_id", "version_id", "deleted_at", "cluster", "name")
        found.update((pk, _Row(*row)) for pk, *row in rows.values_list(*columns))
    return found


def changed(step: Step, row: _Row) -> Why | None:
    """Return in what way an object does not stand as it was left, None where it does."""
    if step.now.alive and row.deleted_at is not None:
        return Why.DELETED
    if not step.now.alive and row.deleted_at is None:
        return Why.REVIVED
    if (row.cluster, row.name) != step.identity[1:]:
        return Why.RENAMED
    if row.revision_id != step.now.revision_id:
        return Why.EDITED
    return Why.SUBMITTED if row.version_id != step.version_id else None


def stays_changed(workspace: Workspace, steps: Sequence[Step]) -> list[Stay]:
    """Return those of the objects that do not stand as they were left."""
    rows = rows_standing(steps)
    found = [(step, why) for step in steps if (why := changed(step, rows[step.pk]))]
    stays = _told(found, rows)
    changed_ids = {step.pk for step, _why in found}
    revived = [step for step in steps if step.do is Do.REVIVE and step.pk not in changed_ids]
    return [*stays, *_taken(workspace, revived)]


def _told(found: Sequence[tuple[Step, Why]], rows: dict[int, _Row]) -> Iterator[Stay]:
    """Yield the objects that were changed, each with who did it and when."""
    by_revision = _people(Revision, "created_at", [rows[step.pk].revision_id for step, _why in found])
    versions = [rows[step.pk].version_id for step, why in found if why is Why.SUBMITTED]
    by_version = _people(Version, "created_at", [pk for pk in versions if pk])
    by_deletion = _people(
        Deletion, "at", [rows[step.pk].revision_id for step, why in found if why is Why.DELETED], "revision"
    )
    for step, why in found:
        row = rows[step.pk]
        if why is Why.DELETED:
            person = by_deletion.get(row.revision_id, NOBODY)
        elif why is Why.SUBMITTED:
            person = by_version.get(row.version_id or 0, NOBODY)
        else:
            person = by_revision.get(row.revision_id, NOBODY)
        yield Stay(step, why, *person)


NOBODY: tuple[str, datetime | None] = ("", None)


def _people(
    model: type[Revision] | type[Version] | type[Deletion], at: str, ids: Sequence[int], key: str = "pk"
) -> dict[int, tuple[str, datetime | None]]:
    """Return who made these rows, and when."""
    found: dict[int, tuple[str, datetime | None]] = {}
    for chunk in in_chunks(ids):
        rows = model.objects.filter(**{f"{key}__in": chunk}).order_by()
        found.update((pk, (who, when)) for pk, who, when in rows.values_list(key, "author_name", at))
    return found


def _taken(workspace: Workspace, steps: Sequence[Step]) -> Iterator[Stay]:
    """Yield the deleted objects whose names others have now, or had after them."""
    there = existing_objects(workspace, [step.identity for step in steps])
    others = [(step, one) for step in steps if (one := there.get(step.identity)) and one.pk != step.pk]
    people = _people(Revision, "created_at", [one.revision_id for _step, one in others])
    for step, one in others:
        yield Stay(step, Why.TAKEN, *people.get(one.revision_id, NOBODY), (_user(step, one),))


def _user(step: Step, other: Existing) -> User:
    kind, cluster, name = step.identity
    return User(other.pk, kind.value, cluster, name)
