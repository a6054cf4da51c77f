"""The acts on many objects that wait for a worker: how one begins and ends, and what is to be shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.acting.asked import Done
from dlfportal.errors import NotFound, PortalError, gettext_noop
from dlfportal.transfer.imports.queue import Fate, fates_of, task_drop
from dlfportal.transfer.imports.runs import NoWorker, RunLost
from dlfportal.transfer.models import BulkRun, RunStatus

DIED = gettext_noop(
    "The process that did this ended before it was done. Nothing was changed: ask for it again."
)
NOT_TAKEN = gettext_noop("No worker took this up. Nothing was changed: start a worker and ask for it again.")
ENDING = ["status", "message", "params", "result", "started_at", "ended_at"]
"""What changes when an act begins and ends."""
KEPT = timedelta(days=30)
"""So long after its end an act is kept; the record keeps what it did."""
FORGOTTEN_AT_ONCE = 100


def bulk_get(*, actor: Actor, workspace: Workspace, pk: str) -> BulkRun:
    """Return an act of a workspace as it is to be shown: one whose process has died has failed.

    Writes nothing. Raises NotFound, also for strangers.
    """
    policy.require(actor.user, workspace, Right.VIEW)
    run = BulkRun.objects.filter(pk=pk, workspace=workspace).first()
    if run is None:
        raise NotFound(gettext_noop("There is no such act in this workspace."))
    for _run, error in _deaths([run]):
        run.refresh_from_db(fields=ENDING)
        if run.status == RunStatus.RUNNING:  # it did not end between the look at it and that at its process
            run.status, run.message, run.params = RunStatus.FAILED, error.message, error.params
    return run


def bulk_give_up() -> None:
    """End as failed the acts whose process has died, and those that no worker takes any more."""
    running = BulkRun.objects.filter(status=RunStatus.RUNNING).select_related("workspace", "user")
    for run, error in _deaths(list(running)):
        if bulk_fail(run, error):
            task_drop(run.queue_id)


def bulk_forget() -> None:
    """Delete some of the acts that ended too long ago."""
    ended = BulkRun.objects.exclude(status=RunStatus.RUNNING).filter(ended_at__lt=timezone.now() - KEPT)
    some = list(ended.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    BulkRun.objects.filter(pk__in=some).delete()


def bulk_start(pk: str) -> BulkRun | None:
    """Note that a worker begins an act and return it; None for one that was given up meanwhile."""
    running = BulkRun.objects.filter(pk=pk, status=RunStatus.RUNNING)
    if not running.update(started_at=timezone.now()):
        return None
    return BulkRun.objects.select_related("workspace__project", "user").get(pk=pk)


def bulk_succeed(run: BulkRun, done: Done) -> None:
    """Mark an act as done, in the transaction that does it.

    Raises RunLost for one that was given up meanwhile: the transaction then takes all of it back.
    """
    act = done.entry.pk if done.entry else None
    result = {"changed": done.changed, "same": done.same, "unfit": done.unfit, "act": act}
    running = BulkRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING)
    if not running.update(status=RunStatus.SUCCESSFUL, result=result, ended_at=timezone.now()):
        raise RunLost(gettext_noop("This was given up meanwhile. Nothing was changed: ask for it again."))


def bulk_fail(run: BulkRun, error: PortalError) -> bool:
    """End an act with the reason, and record it; return False for one that has ended already.

    `run` has its workspace and its person with it.
    """
    params = {key: value if isinstance(value, int) else str(value) for key, value in error.params.items()}
    person = run.user or User(username=run.user_name)
    with transaction.atomic():
        running = BulkRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING)
        if not running.update(
            status=RunStatus.FAILED, message=error.message, params=params, ended_at=timezone.now()
        ):
            return False
        audit_record(
            actor=Actor(person, Channel(run.channel), run.request_id),
            action=Action.OBJECTS_FAIL,
            workspace_id=run.workspace.pk,
            workspace_name=run.workspace.name,
            detail={"verb": run.asked["verb"], "count": run.count, "reason": str(error)},
        )
        return True


def _deaths(runs: Sequence[BulkRun]) -> list[tuple[BulkRun, PortalError]]:
    """Return the acts that do not run any more, each with why."""
    running = [run for run in runs if run.status == RunStatus.RUNNING]
    fates = fates_of({run.pk: (run.queue_id, "") for run in running})
    errors: dict[Fate, PortalError] = {Fate.UNTAKEN: NoWorker(NOT_TAKEN), Fate.DIED: RunLost(DIED)}
    return [(run, errors[fates[run.pk]]) for run in running if fates[run.pk] in errors]
