"""What becomes of tasks: the queue says who claimed one, the heartbeat whether that process lives."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dlfportal.transfer.imports.liveness import runners_alive, workers_seen_lately


class Fate(Enum):
    """What becomes of a task that has not ended."""

    RUNS = auto()
    """It runs, or waits for a worker that may come."""
    UNTAKEN = auto()
    """No worker takes it."""
    DIED = auto()
    """The process that had it has ended."""


class _Queued(NamedTuple):
    """A task of the queue: its state there, and the workers that claimed it."""

    status: str
    worker_ids: list[str]


GONE = _Queued("", [])


def fates_of(tasks: Mapping[str, tuple[str, str]]) -> dict[str, Fate]:
    """Return what becomes of tasks, given as id -> (id in the queue or "", then the process that has it)."""
    if not tasks:
        return {}
    rows = DBTaskResult.objects.filter(pk__in=[queue_id for queue_id, _runner in tasks.values() if queue_id])
    queue = {str(pk): _Queued(*row) for pk, *row in rows.values_list("pk", "status", "worker_ids")}
    living, awaited = runners_alive(), workers_seen_lately()
    return {
        pk: _fate(queue.get(queue_id, GONE), "" if queue_id else runner, living, awaited)
        for pk, (queue_id, runner) in tasks.items()
    }


def _fate(queued: _Queued, runner: str, living: set[str], awaited: bool) -> Fate:
    """Return what becomes of a task; `awaited` says that a worker may yet come."""
    if queued.status == TaskResultStatus.READY:
        return Fate.RUNS if awaited else Fate.UNTAKEN
    # the one that claimed it last
    by = queued.worker_ids[-1:] if queued.status == TaskResultStatus.RUNNING else [runner]
    return Fate.RUNS if living.intersection(by) else Fate.DIED


def task_drop(queue_id: str) -> None:
    """Take what was given up out of the queue, where it waits or is claimed."""
    rows = DBTaskResult.objects.filter(
        pk=queue_id, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    rows.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
