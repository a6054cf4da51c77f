"""How the run of an import is taken, ends and is given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now

from dlfportal.access.models import Workspace
from dlfportal.transfer.imports import execute
from dlfportal.transfer.imports.execute import run_take
from dlfportal.transfer.imports.runs import runs_give_up
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import ImportRun, Runner, RunStatus
from tests.importing import alive, imported, job, pack

pytestmark = pytest.mark.django_db


def waiting(workspace: Workspace, user: User | None, **fields: Any) -> ImportRun:
    """Keep the run of an import that waits for a worker."""
    given = {"user_name": "x", "channel": "api", "source": "obs://packages/a.zip", **fields}
    return ImportRun.objects.create(workspace=workspace, user=user, **given)


def worker_seen(seconds: int) -> Runner:
    """Keep a worker of another host that said so many seconds ago that it lives."""
    return Runner.objects.create(
        host="elsewhere", pid=1, queued=True, seen_at=Now() - timedelta(seconds=seconds)
    )


def test_an_import_of_somebody_who_is_gone_fails_with_the_reason(workspace: Workspace) -> None:
    run = waiting(workspace, None)
    run_take(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert "is gone" in run_message(run)


def test_a_run_is_taken_once(workspace: Workspace, developer: User) -> None:
    run = waiting(workspace, developer, runner="f" * 32)
    run_take(run.pk)
    run.refresh_from_db()
    assert (run.status, run.runner, run.message) == (RunStatus.RUNNING, "f" * 32, "")


def test_a_run_that_was_given_up_is_not_taken(workspace: Workspace, developer: User) -> None:
    run = waiting(workspace, developer, status=RunStatus.FAILED, message="given up")
    run_take(run.pk)
    run.refresh_from_db()
    assert (run.status, run.runner, run.message) == (RunStatus.FAILED, "", "given up")


def test_a_crash_ends_the_run_with_a_reason(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(execute, "plan_apply", crash)
    with pytest.raises(ZeroDivisionError):
        imported(workspace, pack(job()))
    run = ImportRun.objects.get()
    assert run.status == RunStatus.FAILED
    assert "log says why" in run_message(run)
    assert alive(workspace) == []


def test_a_waiting_import_is_given_up_only_when_no_worker_was_seen(
    workspace: Workspace, developer: User
) -> None:
    run = waiting(workspace, developer)
    worker_seen(31)
    runs_give_up()
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert "No worker" in run_message(run)


def test_giving_up_is_of_one_workspace(
    workspace: Workspace, other_workspace: Workspace, developer: User
) -> None:
    here, there = waiting(workspace, developer), waiting(other_workspace, developer)
    runs_give_up(workspace)
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.status, there.status) == (RunStatus.FAILED, RunStatus.RUNNING)
