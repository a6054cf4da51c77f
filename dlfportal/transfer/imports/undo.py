"""Undoing an import as a whole: in the process that was asked, or, of many objects, in a worker.

An undo takes the workspace's one place for an import, and ends as one does; it can be undone likewise.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from dlfportal.access import policy
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.undoing.writing import steps_write
from dlfportal.db.statistics import statistics_refresh
from dlfportal.errors import BadRequest, Conflict, PortalError, gettext_noop
from dlfportal.transfer.imports.deaths import runs_give_up
from dlfportal.transfer.imports.execute import MANY_ROWS, Broken, ending, worker_require
from dlfportal.transfer.imports.liveness import heartbeat, silence_announce
from dlfportal.transfer.imports.parallel import rare_collections
from dlfportal.transfer.imports.proposals import comment_check, proposal_make, second_pass
from dlfportal.transfer.imports.runs import ImportRunning
from dlfportal.transfer.imports.undo_look import UndoLook, undo_look
from dlfportal.transfer.imports.undo_write import UndoKeep, cause_of, former_drafts
from dlfportal.transfer.models import ImportRun, RunPhase, RunStatus

AT_ONCE = 500
"""Up to so many objects are put back within a request; more are a worker's."""

UNDO_BROKEN = Broken(
    gettext_noop(
        "The process that undid this was told to stop before it was done. Nothing was changed: undo it again."
    ),
    gettext_noop("The connection to the database was lost meanwhile. Nothing was changed: undo it again."),
    gettext_noop("The undo broke off, and nothing was changed; the server's log says why."),
)
NO_WORKER = gettext_noop(
    "No worker is running, so the undo would not begin. Start one with `manage.py importworker` "
    "(`make run` does), then undo again."
)


class NothingToUndo(BadRequest):
    """The import left nothing that could be put back."""


class UndoMoved(Conflict):
    """What would be done is not what was shown; nothing was done."""

    def __init__(self) -> None:
        super().__init__(
            gettext_noop(
                "Something changed since you looked, so the undo would do something else. Nothing was "
                "undone: look at it again."
            )
        )


class UndoBlocked(Conflict):
    """Some objects were changed since the import, and nobody asked to undo the rest."""

    def __init__(self, look: UndoLook) -> None:
        super().__init__(
            gettext_noop(
                "Changed since, so they would stay: %(count)s (%(names)s). Nothing was undone: ask to undo "
                "the rest."
            ),
            count=len(look.stays),
            names=", ".join(stay.step.identity.name for stay in look.stays[:3]),
        )


def undo_request(*, actor: Actor, run: ImportRun, digest: str, rest: bool) -> ImportRun:
    """Undo an import as it was shown under `digest`, and return the undo: ended, or waiting for a worker.

    `rest` undoes what can be undone while other objects stay. `run` has its workspace with it.

    Raises NotFound or Forbidden (policy), NothingToUndo, UndoMoved, UndoBlocked, ImportRunning, NoWorker, and
    what `second_pass` raises.
    What keeps a begun undo from its end is its message.
    """
    policy.require(actor.user, run.workspace, Right.EDIT)
    runs_give_up(run.workspace)
    look = undo_look(actor=actor, run=run)
    _refuse(look, digest, rest)
    if len(look.steps) > AT_ONCE:
        return _enqueue(actor, look)
    with heartbeat(queued=False) as runner:
        undo = _begin(actor, look, runner.pk)
        with _ending(undo):
            _do(undo, actor, look)
    undo.refresh_from_db()
    return undo


def undo_propose(*, actor: Actor, run: ImportRun, digest: str, rest: bool, comment: str) -> None:
    """Propose to undo an import as it was shown under `digest`, so that another person can do it.

    Raises NotFound or Forbidden (policy), BadRequest for the comment, NothingToUndo, UndoMoved, UndoBlocked,
    or Conflict where no second person is needed.
    """
    policy.require(actor.user, run.workspace, Right.EDIT)
    kept = comment_check(comment)
    with transaction.atomic():
        look = undo_look(actor=actor, run=run)
        _refuse(look, digest, rest)
        asked = rest and bool(look.stays)
        proposal_make(actor, run, look.digest, comment=kept, is_undo=True, rest=asked)


def _refuse(look: UndoLook, digest: str, rest: bool) -> None:
    if digest != look.digest:
        raise UndoMoved
    if not look.steps:
        raise NothingToUndo(nothing_text(look))
    if look.stays and not rest:
        raise UndoBlocked(look)


def nothing_text(look: UndoLook) -> str:
    """Return why there is nothing to undo, as an English template."""
    if look.run.status == RunStatus.RUNNING:
        return gettext_noop("It has not ended yet, so there is nothing to undo.")
    if look.stays:
        return gettext_noop("Nothing can be undone: all that was written was changed since.")
    if look.later:
        return gettext_noop("All that was written was undone already.")
    if look.run.status == RunStatus.PLANNED:
        return gettext_noop("It is a plan, and nothing of it was written, so there is nothing to undo.")
    if look.run.status == RunStatus.FAILED:
        return gettext_noop("It failed and wrote nothing, so there is nothing to undo.")
    return gettext_noop("Nothing was written, so there is nothing to undo.")


def _enqueue(actor: Actor, look: UndoLook) -> ImportRun:
    worker_require(NO_WORKER)
    with transaction.atomic():
        undo = _begin(actor, look, "")
        undo.queue_id = undo_import.enqueue(undo.pk).id
        undo.save(update_fields=["queue_id"])
    return undo


def _begin(actor: Actor, look: UndoLook, runner: str) -> ImportRun:
    """Make the run of an undo; `runner` "" lets it wait for a worker. Raises as `second_pass` does too.

    What stays was asked to stay.
    """
    try:
        with transaction.atomic():
            ImportRun.objects.select_for_update().get(pk=look.run.pk)
            proposal = second_pass(actor, look.run, look.digest, is_undo=True, rest=bool(look.stays))
            return ImportRun.objects.create(
                workspace=look.run.workspace,
                undoes=look.run,
                user=actor.user,
                user_name=actor.user.get_username(),
                channel=actor.channel,
                request_id=actor.request_id,
                source=look.run.source,
                digest=look.digest,
                runner=runner,
                proposed_by=proposal.user_name if proposal else "",
                comment=proposal.comment if proposal else "",
            )
    except IntegrityError as error:
        raise ImportRunning(
            gettext_noop("An import of this workspace is running. Wait until it has ended, then undo again.")
        ) from error


@task()
def undo_import(run_id: str) -> None:
    """Do a waiting undo. The queue keeps the path of this function: a migration must follow a move."""
    undo_take(run_id)


def undo_take(run_id: str) -> None:
    """Do an undo that this worker has claimed; one that was given up meanwhile is left alone."""
    running = ImportRun.objects.filter(pk=run_id, status=RunStatus.RUNNING)
    if not running.update(phase=RunPhase.CHECKING, updated_at=timezone.now()):
        return
    undo = ImportRun.objects.select_related("workspace__project", "user", "undoes__workspace__project").get(
        pk=run_id
    )
    with _ending(undo):
        _take(undo)


def _take(undo: ImportRun) -> None:
    if undo.user is None:
        raise PortalError(gettext_noop("The person who asked for this is gone."))
    actor = Actor(undo.user, Channel(undo.channel), undo.request_id)
    look = undo_look(actor=actor, run=cast(ImportRun, undo.undoes))
    if look.digest != undo.digest:
        raise UndoMoved
    _do(undo, actor, look)


@contextmanager
def _ending(undo: ImportRun) -> Iterator[None]:
    """Whatever happens in the block, the undo ends with a status and a reason."""
    with ending(undo, UNDO_BROKEN), rare_collections():
        yield


def _do(undo: ImportRun, actor: Actor, look: UndoLook) -> None:
    steps_write(
        actor=actor,
        workspace=undo.workspace,
        steps=look.steps,
        drafts=former_drafts(undo, look),
        cause=cause_of(look.run),
        around=UndoKeep(undo, actor, look),
        announce=silence_announce,
    )
    if len(look.steps) >= MANY_ROWS:
        statistics_refresh()
