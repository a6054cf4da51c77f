"""The runs of imports: how one begins and ends, and how it is told as a task."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone
from django_tasks import TaskResultStatus, default_task_backend
from django_tasks.exceptions import TaskResultDoesNotExist

from dlfportal.access.models import Project, Workspace
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.access.sealing import seal, unseal
from dlfportal.audit.actor import Actor
from dlfportal.errors import Conflict, NotFound, PortalError, gettext_noop
from dlfportal.transfer.imports.liveness import DEAD_AFTER, runners_alive, workers_seen_lately
from dlfportal.transfer.imports.options import (
    ImportOptions,
    options_read,
    options_told,
    options_write,
)
from dlfportal.transfer.imports.plan import Plan
from dlfportal.transfer.models import ImportItem, ImportRun, Outcome, RunStatus

DIED = gettext_noop(
    "The process that ran the import ended before it was done. Nothing was written: import again."
)


WEIGHT = (Outcome.INVALID, Outcome.SKIPPED, Outcome.CHANGED, Outcome.NEW, Outcome.SAME)
"""What became of an object, in the order people look: the ones that need a look come first."""


class TaskMissing(NotFound):
    """There is no import of this id, or it is of a workspace the person may not know of."""


class NoWorker(Conflict):
    """No process lives that would do the import."""


class ImportRunning(Conflict):
    """Another import of the workspace is running or waiting."""


class RunLost(Conflict):
    """The run was given up, as if its process had died; what it did is taken back."""


def runs_give_up(workspace: Workspace | None = None) -> None:
    """End as failed the imports whose process has died, and those that no worker takes any more."""
    runs = ImportRun.objects.filter(status=RunStatus.RUNNING)
    if workspace:
        runs = runs.filter(workspace=workspace)
    for run in runs:
        if run.runner and run.runner not in runners_alive():
            run_fail(run, RunLost(DIED))
        elif not run.runner and not workers_seen_lately():
            run_fail(run, NoWorker(gettext_noop("No worker took the import. Start one and import again.")))
        elif not run.runner and _is_dropped(run):
            run_fail(run, RunLost(DIED))


def _is_dropped(run: ImportRun) -> bool:
    """Whether a worker took a waiting run from the queue and died before it began."""
    try:
        queued = default_task_backend.get_result(run.queue_id)
    except TaskResultDoesNotExist:
        return True
    if queued.status == TaskResultStatus.RUNNING:
        return queued.started_at is not None and timezone.now() - queued.started_at > DEAD_AFTER
    return queued.is_finished


def task_get(*, actor: Actor, project: Project, task_id: str) -> ImportRun:
    """Return an import of the project by its id, with its workspace. Raises TaskMissing."""
    workspaces = workspaces_with(actor.user, Right.VIEW).filter(project=project)
    found = ImportRun.objects.select_related("workspace").filter(pk=task_id, workspace__in=workspaces)
    run = found.first()
    if run and run.status == RunStatus.RUNNING:
        runs_give_up(run.workspace)
        run = found.first()
    if run is None:
        raise TaskMissing(gettext_noop("The task %(id)s does not exist."), id=task_id)
    return run


def run_begin(
    actor: Actor, workspace: Workspace, source: str, options: ImportOptions, runner: str
) -> ImportRun:
    """Make the run of an import; `runner` "" lets it wait for a worker. Raises ImportRunning."""
    try:
        with transaction.atomic():
            return ImportRun.objects.create(
                workspace=workspace,
                user=actor.user,
                user_name=actor.user.get_username(),
                channel=actor.channel,
                request_id=actor.request_id,
                source=source,
                options=options_told(options),
                sealed=seal(json.dumps(options_write(options))),
                runner=runner,
            )
    except IntegrityError as error:
        raise ImportRunning(
            gettext_noop("Another import of this workspace is running. Wait for it, then import again.")
        ) from error


def run_options(run: ImportRun) -> ImportOptions:
    """Return the options of a run that has not ended. Raises Unreadable."""
    return options_read(json.loads(unseal(run.sealed)))


def run_succeed(run: ImportRun, plan: Plan) -> None:
    """Mark the run as done, in the transaction that does it; a run given up meanwhile takes it all back."""
    message = gettext_noop(
        "%(new)s new, %(changed)s changed, %(same)s the same, %(skipped)s skipped because they exist."
    )
    if not _end(run, RunStatus.SUCCESSFUL, message, plan.counts):
        raise RunLost(gettext_noop("The import was given up meanwhile. Nothing was written: import again."))


def run_fail(run: ImportRun, error: PortalError) -> None:
    """End a run with the reason; one that has ended already stays as it is."""
    params = {key: value if isinstance(value, int) else str(value) for key, value in error.params.items()}
    _end(run, RunStatus.FAILED, error.message, params)


def _end(run: ImportRun, status: RunStatus, message: str, params: dict[str, Any]) -> bool:
    """End the run; what its parameters were to be, perhaps a secret, is not kept any longer."""
    now = timezone.now()
    mine = ImportRun.objects.filter(pk=run.pk, runner=run.runner, status=RunStatus.RUNNING)
    return bool(
        mine.update(
            status=status,
            message=message,
            params=params,
            sealed="",
            updated_at=now,
            ended_at=now,
        )
    )


def items_shown(run: ImportRun, most: int) -> tuple[Sequence[ImportItem], int]:
    """Return the first objects of an import, at most `most`, and how many more there are."""
    weight = Case(*(When(outcome=outcome, then=Value(place)) for place, outcome in enumerate(WEIGHT)))
    items = list(run.items.order_by(weight, "position")[:most])
    return items, run.items.count() - len(items) if len(items) == most else 0


def runs_refresh(runs: QuerySet[ImportRun]) -> None:
    """End those of `runs` as failed whose process has died, before a person looks at them."""
    if runs.filter(status=RunStatus.RUNNING).exists():
        runs_give_up()
