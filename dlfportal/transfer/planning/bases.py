"""Where both sides of a changed object come from: the last state that two places had in common.

Two ways lead to it. A package that is exactly a past export of another workspace: the newest state that the
object had there, before the export, and here too. Else what last left this workspace in an export: elsewhere
people went on from that. Only exports of workspaces that the reader may view are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.existing import existing_objects
from dlfportal.catalogue.models import Revision
from dlfportal.chunks import in_chunks
from dlfportal.transfer.exports.packed import entries_unpack
from dlfportal.transfer.imports.plan import Plan
from dlfportal.transfer.imports.rows import PlanRow
from dlfportal.transfer.models import Export, ExportState, Outcome

EXPORTS_READ = 50
ENTRIES_READ = 200_000
"""So many past exports of the workspace are looked through, the newest first, and entries of them in all."""


class Base(NamedTuple):
    """A revision that two sides come from, and the SHA-256 of its document."""

    revision_id: int
    sha256: str


def package_recognised(actor: Actor, digest: str) -> Export | None:
    """Return the newest complete export that made exactly this package, of a workspace one may view."""
    if not digest:
        return None
    seen = workspaces_with(actor.user, Right.VIEW)
    found = Export.objects.filter(digest=digest, state=ExportState.COMPLETE, workspace__in=seen)
    export: Export | None = (
        found.defer("contents", "missing")
        .select_related("workspace__project")
        .order_by("-started_at")
        .first()
    )
    return export


def bases_find(actor: Actor, workspace: Workspace, plan: Plan) -> None:
    """Give each changed row of a plan the revision that both sides come from, where it is known."""
    rows = {
        existing.pk: row
        for row in plan.rows
        if row.outcome is Outcome.CHANGED and (existing := plan.planned.get(row.target))
    }
    if not rows:
        return
    export = package_recognised(actor, plan.digest)
    bases = _left_last(workspace, rows)
    if export and export.workspace_id != workspace.pk:
        bases |= _in_common(export.workspace, rows)
    for pk, base in bases.items():
        _set(rows[pk], base, plan)


def _set(row: PlanRow, base: Base, plan: Plan) -> None:
    there = plan.planned[row.target]
    if row.reviewed and row.draft and there:
        row.reviewed.base = base.revision_id
        row.reviewed.both_changed = base.sha256 not in (there.sha256, row.draft.sha256)


def _left_last(workspace: Workspace, rows: Mapping[int, PlanRow]) -> dict[int, Base]:
    """Return, by the id of an object, its revision that last left the workspace in an export."""
    left = _exported(workspace)
    found: dict[int, Base] = {}
    for pk, revision_id, sha256 in _revisions(list(rows)):  # the oldest first
        if revision_id in left:
            found[pk] = Base(revision_id, sha256)
    return found


def _exported(workspace: Workspace) -> set[int]:
    """Return the ids of the revisions in the newest exports of a workspace."""
    exports = Export.objects.filter(workspace=workspace, state=ExportState.COMPLETE, entries__gt=0)
    found: set[int] = set()
    read = 0
    for pk, entries in exports.order_by("-started_at").values_list("pk", "entries")[:EXPORTS_READ]:
        read += entries
        if read > ENTRIES_READ:
            break
        contents = Export.objects.filter(pk=pk).values_list("contents", flat=True).get()
        found.update(entry.revision_id for entry in entries_unpack(bytes(contents)))
    return found


def _in_common(origin: Workspace, rows: Mapping[int, PlanRow]) -> dict[int, Base]:
    """Return, by the id of an object, its newest revision whose document it had in `origin` too."""
    there = existing_objects(origin, [row.identity for row in rows.values()])
    origins = {existing.pk: identity for identity, existing in there.items()}
    known: dict[Identity, set[str]] = {}
    for pk, _revision_id, sha256 in _revisions(list(origins)):
        known.setdefault(origins[pk], set()).add(sha256)
    return {
        pk: Base(revision_id, sha256)
        for pk, revision_id, sha256 in _revisions(list(rows))  # the newest of several comes last
        if sha256 in known.get(rows[pk].identity, ())
    }


def _revisions(objects: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Yield (object, revision, SHA-256) of all revisions of the objects, the oldest of each first."""
    for chunk in in_chunks(objects):
        rows = Revision.objects.filter(object__id__within=chunk).order_by("object_id", "number")
        yield from rows.values_list("object_id", "pk", "content__sha256")
