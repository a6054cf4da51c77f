"""Imports whose process has died.

The queue says which worker claimed an import, and the heartbeat whether that worker lives. Who looks at
such an import sees it as failed (`runs_seen`); the beat of a worker, or the next import of the
workspace, writes it down (`runs_give_up`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dlfportal.access.models import Project, Workspace
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.audit.actor import Actor
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.transfer.imports.liveness import runners_alive, workers_seen_lately
from dlfportal.transfer.imports.runs import NoWorker, RunLost, run_fail
from dlfportal.transfer.models import ImportRun, RunStatus

DIED = gettext_noop(
    "The process that ran the import ended before it was done. Nothing was written: import again."
)
NOT_TAKEN = gettext_noop("No worker took the import. Start one and import again.")
ENDING = ["status", "message", "params", "notes", "digest", "updated_at", "ended_at"]
"""What changes when an import ends."""


class TaskMissing(NotFound):
    """There is no import of this id, or it is of a workspace the person may not know of."""


class _Queued(NamedTuple):
    """A task of the queue: its state there, and the workers that claimed it."""

    status: str
    worker_ids: list[str]


GONE = _Queued("", [])


class Death(NamedTuple):
    """An import that does not run any more, and why."""

    run: ImportRun
    error: NoWorker | RunLost


def runs_give_up(workspace: Workspace | None = None) -> None:
    """End as failed the imports whose process has died, and those that no worker takes any more."""
    running = ImportRun.objects.filter(status=RunStatus.RUNNING).select_related("workspace", "user")
    if workspace:
        running = running.filter(workspace=workspace)
    for run, error in _deaths(list(running)):
        if run_fail(run, error) and run.queue_id:
            _drop(run.queue_id)


def task_get(*, actor: Actor, project: Project, task_id: str) -> ImportRun:
    """Return an import of the project by its id, with its workspace, as it is to be shown.

    Raises TaskMissing, also for a plan: it becomes a task when it is applied.
    """
    workspaces = workspaces_with(actor.user, Right.VIEW).filter(project=project)
    tasks = ImportRun.objects.exclude(status=RunStatus.PLANNED).select_related("workspace")
    run = tasks.filter(pk=task_id, workspace__in=workspaces).first()
    if run is None:
        raise TaskMissing(gettext_noop("The task %(id)s does not exist."), id=task_id)
    return runs_seen([run])[0]


def runs_seen(runs: Iterable[ImportRun]) -> list[ImportRun]:
    """Return `runs` as they are to be shown: one whose process has died as failed. Writes nothing."""
    found = list(runs)
    for run, error in _deaths(found):
        run.refresh_from_db(fields=ENDING)
        if run.status == RunStatus.RUNNING:  # it did not end between the look at it and that at its process
            run.status, run.message, run.params = RunStatus.FAILED, error.message, error.params
    return found


def dead_ids() -> list[str]:
    """Return the ids of the imports that are marked as running and are to be shown as failed."""
    running = list(ImportRun.objects.filter(status=RunStatus.RUNNING).order_by())
    return [run.pk for run in runs_seen(running) if run.status == RunStatus.FAILED]


def _deaths(runs: Sequence[ImportRun]) -> list[Death]:
    running = [run for run in runs if run.status == RunStatus.RUNNING]
    if not running:
        return []
    rows = DBTaskResult.objects.filter(pk__in=[run.queue_id for run in running if run.queue_id])
    queue = {str(pk): _Queued(*row) for pk, *row in rows.values_list("pk", "status", "worker_ids")}
    living, awaited = runners_alive(), workers_seen_lately()
    found = []
    for run in running:
        if error := _death(run, queue.get(run.queue_id, GONE), living, awaited):
            found.append(Death(run, error))
    return found


def _death(run: ImportRun, queued: _Queued, living: set[str], awaited: bool) -> NoWorker | RunLost | None:
    """Return why an import does not run any more, or None; `awaited` says that a worker may yet come."""
    if queued.status == TaskResultStatus.READY:
        return None if awaited else NoWorker(NOT_TAKEN)
    if queued.status == TaskResultStatus.RUNNING:
        by = queued.worker_ids[-1:]  # the one that claimed it last
    else:
        by = [] if run.queue_id else [run.runner]
    return None if living.intersection(by) else RunLost(DIED)


def _drop(queue_id: str) -> None:
    """Take an import that was given up out of the queue, where it waits or is claimed."""
    rows = DBTaskResult.objects.filter(
        pk=queue_id, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    rows.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
