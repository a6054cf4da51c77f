"""Putting objects back: one transaction, one act of the record, in as few statements as can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from django.db import transaction

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import acts_stage, audit_record_many
from dlfportal.catalogue.acting.deleting import going_read, going_write
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.drafts import LightDraft
from dlfportal.catalogue.targets import Written
from dlfportal.catalogue.undoing.standing import changed, rows_standing
from dlfportal.catalogue.undoing.steps import Do, Step
from dlfportal.errors import Conflict, gettext_noop

NAMED = 3

Done = Mapping[int, Written]
"""What was done, by the ids of the objects; of what was deleted, without a revision after."""


class Moved(Conflict):
    """Something does not stand any more as it did when people looked; nothing was undone."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            gettext_noop(
                "%(names)s changed meanwhile (%(count)s in all). Nothing was undone: look at it again."
            ),
            names=", ".join(names[:NAMED]),
            count=len(names),
        )


class Around(Protocol):
    """What the caller does around the write."""

    def ready(self, done: Done) -> None:
        """Prepare, before the transaction, to keep what is to be done."""

    def begin(self) -> AuditEntry:
        """Look again whether it may be done, as the first thing in the transaction; record it."""

    def finish(self, entry: AuditEntry, done: Done) -> None:
        """Keep what was done, as the last thing in the transaction."""


def steps_write(
    *,
    actor: Actor,
    workspace: Workspace,
    steps: Sequence[Step],
    drafts: Sequence[LightDraft],
    cause: Cause,
    around: Around,
    announce: Callable[[int], None] = lambda objects: None,
) -> None:
    """Put the objects back, all or none; `drafts` are made of the former documents.

    `announce` is told before the transaction how many they are. Raises NotFound or Forbidden (policy), Moved
    or StalePlan when one of them does not stand any more as its step says.
    """
    policy.require(actor.user, workspace, Right.EDIT)
    write = BulkWrite(
        actor=actor,
        workspace=workspace,
        drafts=drafts,
        planned={step.identity: step.now for step in steps},
        cause=cause,
        submit=False,
        backs={step.pk: step.back for step in steps},
        right=Right.EDIT,
    )
    with write.ahead():
        done = _done(steps, write)
        around.ready(done)
        announce(len(steps))
        with transaction.atomic():
            _refuse_moved(steps)
            entry = around.begin()
            write.write(part_of=entry)
            _delete(actor, workspace, steps, cause, entry)
            around.finish(entry, _done(steps, write))


def _done(steps: Sequence[Step], write: BulkWrite) -> Done:
    written = {one.object_id: one for one in write.written.values()}
    return {
        step.pk: written.get(step.pk)
        or Written(step.pk, False, step.now.revision_id, None, step.version_id, None)
        for step in steps
    }


def _refuse_moved(steps: Sequence[Step]) -> None:
    """Lock the objects, and refuse when one of them does not stand as its step says."""
    rows = rows_standing(steps, lock=True)
    moved = [step.identity.name for step in steps if changed(step, rows[step.pk])]
    if moved:
        raise Moved(moved)


def _delete(
    actor: Actor, workspace: Workspace, steps: Sequence[Step], cause: Cause, entry: AuditEntry
) -> None:
    """Delete what was new, and record it as parts of the act."""
    ids = sorted(step.pk for step in steps if step.do is Do.DELETE)
    if not ids:
        return
    acts = going_write(actor, workspace, going_read(workspace, ids))
    told = [act._replace(detail={**cause.detail, **act.detail}) for act in acts]
    staged = acts_stage(told)
    audit_record_many(
        actor=actor,
        workspace_id=workspace.pk,
        workspace_name=workspace.name,
        acts=staged,
        part_of=entry,
    )
    staged.drop()
