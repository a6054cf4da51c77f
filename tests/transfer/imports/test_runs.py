"""How the task of an import is taken and ends."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.transfer.imports import execute
from dlfportal.transfer.imports.execute import run_take
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import ImportRun, RunStatus
from tests.importing import alive, imported, job, pack, package, waiting

pytestmark = pytest.mark.django_db


def failures() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="package.import_fail"))


def test_an_import_of_somebody_who_is_gone_fails_with_the_reason(workspace: Workspace) -> None:
    run = waiting(workspace, None)
    run_take(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert "is gone" in run_message(run)
    (entry,) = failures()
    assert (entry.user, entry.user_name, entry.channel) == (None, "x", "api")


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.PLANNED, RunStatus.SUCCESSFUL])
def test_only_an_import_that_runs_is_taken(workspace: Workspace, developer: User, status: str) -> None:
    run = waiting(workspace, developer, status=status, message="as it was")
    run_take(run.pk)
    run.refresh_from_db()
    assert (run.status, run.message) == (status, "as it was")
    assert not failures()


def test_a_crash_ends_the_import_with_a_reason(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(execute, "plan_apply", crash)
    with pytest.raises(ZeroDivisionError):
        imported(workspace, pack(job()))
    run = ImportRun.objects.get()
    assert run.status == RunStatus.FAILED
    assert "log says why" in run_message(run)
    assert alive(workspace) == []


def test_what_an_import_does_is_recorded_under_the_request_that_asked_for_it(
    workspace: Workspace, developer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = waiting(workspace, developer, request_id="r" * 32)
    monkeypatch.setattr(execute, "file_open", lambda **_: nullcontext(pack(job())))
    run_take(run.pk)
    assert {(entry.user, entry.request_id) for entry in AuditEntry.objects.all()} == {(developer, "r" * 32)}


@pytest.mark.parametrize("told", [SystemExit, KeyboardInterrupt])
def test_an_import_that_is_told_to_stop_says_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, told: type[BaseException]
) -> None:
    """A person then knows that the portal was stopped, and that the package is not at fault."""

    def stop(**_: Any) -> None:
        raise told

    monkeypatch.setattr(execute, "plan_apply", stop)
    with pytest.raises(told):
        imported(workspace, pack(job()))
    run = ImportRun.objects.get()
    assert (run.status, run.sealed) == (RunStatus.FAILED, "")
    assert run_message(run) == (
        "The process that ran the import was told to stop before it was done. "
        "Nothing was written: import again."
    )
    assert alive(workspace) == []


def test_a_failed_import_is_recorded_once_with_its_reason(workspace: Workspace, developer: User) -> None:
    run = imported(workspace, package({"readme.txt": b"x"}), user=developer)
    (entry,) = failures()
    assert (entry.user, entry.workspace_id, entry.channel) == (developer, workspace.pk, "web")
    assert entry.detail["task_id"] == run.pk and entry.detail["source"] == "test.zip"
    assert "holds no jobs" in entry.detail["reason"]
    assert entry.detail["options"]["sameNamePolicy"] == "SKIP"


def test_a_good_import_is_not_recorded_as_failed(workspace: Workspace) -> None:
    imported(workspace, pack(job()))
    assert not failures()


def test_a_plan_holds_nothing_of_the_workspace(workspace: Workspace, developer: User) -> None:
    """Any number of plans may wait to be applied; only one import of a workspace runs."""
    plans = [waiting(workspace, developer, status=RunStatus.PLANNED) for _ in range(2)]
    assert imported(workspace, pack(job())).status == RunStatus.SUCCESSFUL
    for plan in plans:
        plan.refresh_from_db()
        assert plan.status == RunStatus.PLANNED
