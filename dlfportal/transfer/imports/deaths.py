"""Imports whose process has died.

`queue` knows whether an import still runs. Who looks at one that does not sees it as failed (`runs_seen`);
the beat of a worker, or the next import of the workspace, writes it down (`runs_give_up`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dlfportal.access.models import Project, Workspace
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.audit.actor import Actor
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.transfer.imports.queue import Fate, fates_of, task_drop
from dlfportal.transfer.imports.runs import NoWorker, RunLost, run_fail
from dlfportal.transfer.models import NO_TASKS, ImportRun, RunStatus

DIED = gettext_noop(
    "The process that ran the import ended before it was done. Nothing was written: import again."
)
NOT_TAKEN = gettext_noop("No worker took the import. Start one and import again.")
PLAN_DIED = gettext_noop(
    "The process that worked on the plan ended before it was done. Nothing was written, and the plan is "
    "kept: try again."
)
PLAN_NOT_TAKEN = gettext_noop(
    "No worker took up the plan. Nothing was written, and the plan is kept: start a worker and try again."
)
AT_WORK = (RunStatus.PLANNING, RunStatus.RUNNING)
UNDO_DIED = gettext_noop(
    "The process that undid this ended before it was done. Nothing was changed: undo it again."
)
UNDO_NOT_TAKEN = gettext_noop(
    "No worker took the undo. Nothing was changed: start a worker and undo it again."
)
ENDING = ["status", "message", "params", "notes", "digest", "updated_at", "ended_at"]
"""What changes when an import ends."""


class TaskMissing(NotFound):
    """There is no import of this id, or it is of a workspace the person may not know of."""


class Death(NamedTuple):
    """An import that does not run any more, and why."""

    run: ImportRun
    error: NoWorker | RunLost


def runs_give_up(workspace: Workspace | None = None) -> None:
    """End as failed the imports whose process has died, and those that no worker takes any more."""
    running = ImportRun.objects.filter(status__in=AT_WORK).select_related("workspace", "user")
    if workspace:
        running = running.filter(workspace=workspace)
    for run, error in _deaths(list(running)):
        if run_fail(run, error) and run.queue_id:
            task_drop(run.queue_id)


def task_get(*, actor: Actor, project: Project, task_id: str) -> ImportRun:
    """Return an import of the project by its id, with its workspace, as it is to be shown.

    Raises TaskMissing, also for a plan, which becomes a task when it is applied, and for an undo: a client
    of DLF knows none.
    """
    workspaces = workspaces_with(actor.user, Right.VIEW).filter(project=project)
    tasks = ImportRun.objects.filter(undoes=None).exclude(status__in=NO_TASKS)
    run = tasks.select_related("workspace").filter(pk=task_id, workspace__in=workspaces).first()
    if run is None:
        raise TaskMissing(gettext_noop("The task %(id)s does not exist."), id=task_id)
    return runs_seen([run])[0]


def runs_seen(runs: Iterable[ImportRun]) -> list[ImportRun]:
    """Return `runs` as they are to be shown: one whose process has died as failed. Writes nothing."""
    found = list(runs)
    for run, error in _deaths(found):
        run.refresh_from_db(fields=ENDING)
        if run.status in AT_WORK:  # it did not end between the look at it and that at its process
            run.status = RunStatus.PLANNED if run.is_reviewed else RunStatus.FAILED
            run.message, run.params = error.message, error.params
    return found


def dead_ids() -> list[str]:
    """Return the ids of the imports that are marked as running and are to be shown as failed."""
    running = list(ImportRun.objects.filter(status=RunStatus.RUNNING).order_by())
    return [run.pk for run in runs_seen(running) if run.status == RunStatus.FAILED]


def _deaths(runs: Sequence[ImportRun]) -> list[Death]:
    running = [run for run in runs if run.status in AT_WORK]
    fates = fates_of({run.pk: (run.queue_id, run.runner) for run in running})
    return [Death(run, error) for run in running if (error := _error(run, fates[run.pk]))]


def _error(run: ImportRun, fate: Fate) -> NoWorker | RunLost | None:
    """Return why an import does not run any more, or None."""
    if fate is Fate.RUNS:
        return None
    if fate is Fate.UNTAKEN:
        return NoWorker(_which(run, NOT_TAKEN, PLAN_NOT_TAKEN, UNDO_NOT_TAKEN))
    return RunLost(_which(run, DIED, PLAN_DIED, UNDO_DIED))


def _which(run: ImportRun, of_import: str, of_plan: str, of_undo: str) -> str:
    """Return the sentence that fits what was going on."""
    if run.undoes_id:
        return of_undo
    return of_plan if run.is_reviewed else of_import
