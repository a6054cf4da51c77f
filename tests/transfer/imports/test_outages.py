"""A disk that is full or a database that goes away: the import ends, and says what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.errors import PortalError
from dlfportal.transfer.imports import execute, spool
from dlfportal.transfer.imports.runs import run_fail
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import ImportRun, RunStatus
from tests.importing import imported, job, pack, script

FULL = "disk is full or read-only. Nothing was saved"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "PAUSES", (0.0, 0.0))


def ended(run: ImportRun) -> str:
    """Return the message of an import that failed and wrote nothing."""
    run.refresh_from_db()
    assert (run.status, run.sealed) == (RunStatus.FAILED, "")
    assert not CatalogueObject.objects.exists()
    return run_message(run)


@pytest.mark.django_db
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_package_that_fills_the_disk(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "TemporaryFile", lambda: Path("/dev/full").open("w+b"))  # noqa: SIM115
    run = imported(workspace, pack(job()))
    assert FULL in ended(run)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite lets a test say how large it may grow")
def test_a_database_that_fills_its_disk(workspace: Workspace) -> None:
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
    try:
        digits = " ".join(str(number**7) for number in range(60_000))
        run = imported(workspace, pack(script(content=digits)))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert FULL in ended(run)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (psycopg.errors.DiskFull("could not extend file"), FULL),
        (psycopg.errors.OutOfMemory("out of memory"), FULL),
        (psycopg.errors.AdminShutdown("terminating connection"), "does not answer"),
    ],
)
def test_what_postgresql_says(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, cause: Exception, said: str
) -> None:
    def fail(**_: Any) -> None:
        raise OperationalError(str(cause)) from cause

    monkeypatch.setattr(execute, "plan_apply", fail)
    assert said in ended(imported(workspace, pack(job())))


def lose(monkeypatch: pytest.MonkeyPatch, *, done: bool) -> None:
    """Lose the connection while the import is saved, before or after the database has done it."""
    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def _commit(self: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM transfer_importrun WHERE status = 'SUCCESSFUL'")
            if not cursor.fetchone():
                commit(self)
                return
        monkeypatch.setattr(BaseDatabaseWrapper, "_commit", commit)
        if done:
            commit(self)
        error = psycopg.OperationalError("server closed the connection unexpectedly")
        raise OperationalError(str(error)) from error

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", _commit)


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_before_all_was_saved(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch, done=False)
    assert "was lost while the import was saved. Nothing was written" in ended(
        imported(workspace, pack(job()))
    )


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_after_all_was_saved(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the import is in the same transaction: a look at the task shows which it was."""
    lose(monkeypatch, done=True)
    run = imported(workspace, pack(job()))
    assert (run.status, CatalogueObject.objects.count()) == (RunStatus.SUCCESSFUL, 1)
    assert run_message(run).startswith("1 new")


@pytest.mark.django_db
def test_a_database_that_comes_back_gets_the_reason(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[PortalError] = []

    def busy_once(run: ImportRun, error: PortalError) -> bool:
        tried.append(error)
        if len(tried) == 1:
            raise OperationalError("database is locked")
        return run_fail(run, error)

    monkeypatch.setattr(execute, "run_fail", busy_once)
    assert "[" in ended(imported(workspace, pack({**job(), "name": "a[", "nodes": 1})))
    assert len(tried) == 2


@pytest.mark.django_db
def test_a_database_that_stays_away_is_told_to_who_asked(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the import was saved can then not be known."""

    def away(*_: Any, **__: Any) -> None:
        cause = psycopg.OperationalError("server closed the connection unexpectedly")
        raise OperationalError(str(cause)) from cause

    def _commit(**_: Any) -> None:
        away()

    monkeypatch.setattr(execute, "plan_apply", _commit)
    monkeypatch.setattr(execute, "run_fail", away)
    with pytest.raises(execute.ImportBroken, match=r"may have been saved: look before you repeat it"):
        imported(workspace, pack(job()))
