"""What an undo writes: the documents that come back, its items, and the record of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dlfportal.access.policy import Right, workspaces_with
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.drafts import Kept, LightDraft, draft_kept
from dlfportal.catalogue.models import Content, Origin
from dlfportal.catalogue.undoing.steps import Do, Step
from dlfportal.catalogue.undoing.uses import stays_used
from dlfportal.catalogue.undoing.writing import Done, Moved
from dlfportal.chunks import pieces
from dlfportal.db.rows import stored
from dlfportal.db.staged import Staged
from dlfportal.errors import gettext_noop
from dlfportal.transfer.imports.items import WRITTEN_COLUMNS
from dlfportal.transfer.imports.parallel import spreading
from dlfportal.transfer.imports.progress import Progress
from dlfportal.transfer.imports.proposals import proposal_drop
from dlfportal.transfer.imports.runs import RunLost, run_end
from dlfportal.transfer.imports.undo_look import UndoLook, written_at
from dlfportal.transfer.models import Choice, ImportItem, ImportRun, RunPhase, RunStatus, Undone

DOCUMENTS_A_READ = 500
BYTES_A_READ = 8 * 1024 * 1024

OUTCOMES = {Do.RESTORE: Undone.RESTORED, Do.DELETE: Undone.DELETED, Do.REVIVE: Undone.REVIVED}
DONE = gettext_noop("%(restored)s restored, %(deleted)s deleted, %(revived)s brought back.")
GIVEN_UP = gettext_noop("The undo was given up meanwhile. Nothing was changed: undo it again.")
ITEM_COLUMNS = (
    *("position", "kind", "cluster", "name", "outcome", "sha256", "choice", "new_name", "messages"),
    *WRITTEN_COLUMNS[1:],
)


def former_drafts(undo: ImportRun, look: UndoLook) -> Sequence[LightDraft]:
    """Return what is to be written of the former documents; for many bytes, made on all processors.

    The undo says how many are made, and then that it writes.
    """
    back = sum(1 for step in look.steps if step.former)
    progress = Progress(undo, RunPhase.CHECKING, back)
    progress.tell(0)
    made: list[LightDraft] = []
    with spreading(look.size, _bytes) as spread:
        for draft in spread(draft_kept, _kept(look.steps)):
            made.append(draft)
            progress(len(made))
    Progress(undo, RunPhase.WRITING, len(look.steps)).tell(len(look.steps))
    return made


def _kept(steps: Sequence[Step]) -> Iterator[Kept]:
    """Yield the documents that come back, some at a time."""
    back = [(step, step.former) for step in steps if step.former]
    for piece in pieces(back, lambda one: one[1].size, DOCUMENTS_A_READ, BYTES_A_READ):
        rows = Content.objects.filter(pk__within=sorted({former.content_id for _step, former in piece}))
        data = dict(rows.values_list("pk", "data"))
        for step, former in piece:
            yield Kept(step.identity, former.sha256, former.size, bytes(data[former.content_id]))


def _bytes(kept: Kept) -> int:
    return kept.size


def cause_of(run: ImportRun) -> Cause:
    """Return why the revisions are made that undo an import."""
    return Cause(origin=Origin.UNDO, origin_id=run.pk)


class UndoKeep:
    """What is kept of an undo around its write: see `catalogue.undoing.writing.Around`."""

    def __init__(self, undo: ImportRun, actor: Actor, look: UndoLook) -> None:
        self._undo, self._actor, self._look = undo, actor, look
        self._since = written_at(look.run)
        self._staged: Staged | None = None
        self._told: Done = {}

    def ready(self, done: Done) -> None:
        """Make the items ahead of the transaction."""
        self._staged = Staged(ImportItem, ITEM_COLUMNS, self._items(done), "undone")
        self._told = done

    def begin(self) -> AuditEntry:
        """Refuse what something new points to, and record the undo."""
        look, workspace = self._look, self._undo.workspace
        staying = {stay.step.pk for stay in look.stays}
        visible = workspaces_with(self._actor.user, Right.VIEW)
        used = stays_used(workspace, look.steps, staying, self._since, visible)
        if used:
            raise Moved([stay.step.identity.name for stay in used])
        detail = {
            "source": self._undo.source,
            "task_id": self._undo.pk,
            "undoes": look.run.pk,
            "of": "undo" if look.run.undoes_id else "import",
            "counts": self._counts,
            "stayed": len(look.stays),
        }
        if self._undo.proposed_by:
            detail |= {"proposed_by": self._undo.proposed_by, "reason": self._undo.comment}
        return audit_record(
            actor=self._actor,
            action=Action.UNDO,
            workspace_id=workspace.pk,
            workspace_name=workspace.name,
            detail=detail,
        )

    def finish(self, entry: AuditEntry, done: Done) -> None:
        """Keep the items, and mark the undo as done."""
        if self._staged is None or done != self._told:
            self.ready(done)
        assert self._staged is not None  # noqa: S101 - `ready` made it
        self._staged.insert(run=self._undo.pk)
        params = {**self._counts, "act": entry.pk}
        if not run_end(self._undo, RunStatus.SUCCESSFUL, DONE, params):
            raise RunLost(GIVEN_UP)
        if self._undo.proposed_by:
            proposal_drop(self._look.run)

    @property
    def _counts(self) -> dict[str, int]:
        return {OUTCOMES[do].value: count for do, count in self._look.counts.items()}

    def _items(self, done: Done) -> Iterator[tuple[Any, ...]]:
        nothing = stored(ImportItem, "messages", [])
        for position, step in enumerate(self._look.steps):
            kind, cluster, name = step.identity
            sha256 = step.former.sha256 if step.former else ""
            plan = (kind.value, cluster, name, OUTCOMES[step.do].value, sha256, str(Choice.TAKE), "")
            yield position, *plan, nothing, *done[step.pk]
