"""Imports whose process has died: shown as failed at once, and written down by who may write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django_tasks_db.models import DBTaskResult

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.transfer.imports.deaths import dead_ids, runs_give_up, runs_seen
from dlfportal.transfer.imports.execute import import_package, run_take
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import ImportRun, Runner, RunStatus
from tests.importing import waiting

pytestmark = pytest.mark.django_db


def queued(workspace: Workspace, user: User, status: str = "READY", worker: str = "") -> ImportRun:
    """Keep an import that is in the queue: waiting, or claimed by a worker."""
    run = waiting(workspace, user)
    run.queue_id = import_package.enqueue(run.pk).id
    run.save()
    claims = [worker] if worker else []
    DBTaskResult.objects.filter(pk=run.queue_id).update(status=status, worker_ids=claims)
    return run


def worker_seen(seconds: int) -> str:
    """Keep a worker that was taken for alive until so many seconds ago; returns its id."""
    pk: str = Runner.objects.create(queued=True, alive_until=Now() - timedelta(seconds=seconds)).pk
    return pk


@pytest.mark.parametrize(
    ("status", "worker", "told"),
    [
        ("READY", "living", ""),  # it waits while the worker does another
        ("READY", "ended", ""),  # the worker may only be starting again
        ("READY", "gone", "No worker took the import"),
        ("RUNNING", "living", ""),
        ("RUNNING", "ended", "ended before it was done"),
        ("RUNNING", "gone", "ended before it was done"),
        ("RUNNING", "", "ended before it was done"),
        ("FAILED", "living", "ended before it was done"),
        ("SUCCESSFUL", "living", "ended before it was done"),
    ],
)
def test_the_queue_says_who_has_an_import_and_the_heartbeat_whether_that_lives(
    workspace: Workspace, developer: User, status: str, worker: str, told: str
) -> None:
    ids = {
        "living": lambda: worker_seen(-15),
        "ended": lambda: worker_seen(1),
        "gone": lambda: worker_seen(16),
    }
    pk = ids[worker]() if worker else ""
    run = queued(workspace, developer, status, "" if status == "READY" else pk)
    (seen,) = runs_seen([ImportRun.objects.get(pk=run.pk)])
    assert told in run_message(seen) and bool(told) == (seen.status == RunStatus.FAILED)
    assert dead_ids() == ([run.pk] if told else [])
    runs_give_up()
    run.refresh_from_db()
    assert (run.status, run.message) == (seen.status, seen.message)


def test_who_looks_writes_nothing(workspace: Workspace, developer: User) -> None:
    run = queued(workspace, developer, "RUNNING", "0" * 32)
    before = list(ImportRun.objects.values())
    runs_seen([run])
    assert list(ImportRun.objects.values()) == before
    assert not AuditEntry.objects.exists()


def test_an_import_that_ends_while_one_looks_is_not_shown_as_dead(
    workspace: Workspace, developer: User
) -> None:
    """Between the look at the import and the look at its process it came to its end."""
    run = queued(workspace, developer, "SUCCESSFUL", worker_seen(1))
    ImportRun.objects.update(status=RunStatus.SUCCESSFUL, message="1 new")
    (seen,) = runs_seen([run])
    assert (seen.status, seen.message) == (RunStatus.SUCCESSFUL, "1 new")


def test_a_dead_import_is_recorded_once_and_keeps_no_secret(workspace: Workspace, developer: User) -> None:
    run = queued(workspace, developer, "RUNNING", worker_seen(1))
    ImportRun.objects.update(sealed="perhaps a secret")
    runs_give_up()
    runs_give_up()
    (entry,) = AuditEntry.objects.filter(action="package.import_fail")
    assert (entry.user, entry.workspace_id, entry.detail["task_id"]) == (developer, workspace.pk, run.pk)
    assert "ended before it was done" in entry.detail["reason"]
    run.refresh_from_db()
    assert run.sealed == "" and run.ended_at is not None


@pytest.mark.parametrize("status", ["READY", "RUNNING"])
def test_an_import_that_was_given_up_leaves_the_queue(
    workspace: Workspace, developer: User, status: str
) -> None:
    """A worker that starts later goes on with the next."""
    run = queued(workspace, developer, status, worker_seen(31))
    runs_give_up()
    assert not DBTaskResult.objects.ready().exists() and not DBTaskResult.objects.running().exists()
    run_take(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED


def test_giving_up_is_of_one_workspace(
    workspace: Workspace, other_workspace: Workspace, developer: User
) -> None:
    here, there = waiting(workspace, developer), waiting(other_workspace, developer)
    runs_give_up(workspace)
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.status, there.status) == (RunStatus.FAILED, RunStatus.RUNNING)


def test_an_import_of_a_command_lives_as_long_as_its_process(workspace: Workspace, developer: User) -> None:
    with heartbeat(queued=False) as runner:
        run = waiting(workspace, developer, runner=runner.pk)
        assert runs_seen([run])[0].status == RunStatus.RUNNING
    assert runs_seen([run])[0].status == RunStatus.FAILED


def test_a_plan_is_never_dead(workspace: Workspace, developer: User) -> None:
    plan = waiting(workspace, developer, status=RunStatus.PLANNED)
    runs_give_up()
    assert runs_seen([plan])[0].status == RunStatus.PLANNED and dead_ids() == []
    plan.refresh_from_db()
    assert plan.status == RunStatus.PLANNED
