"""A database or disk that cannot: 503 with Retry-After and one line of the log, on every channel."""

from __future__ import annotations

import errno
import itertools
import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, InternalError, OperationalError, connection
from django.db.utils import InterfaceError
from django.test import Client

from dlfportal.access.models import AccessKey, Workspace
from dlfportal.db.outages import AWAY, BUSY, DISK, FULL, UNSURE, outage_of
from tests.api.conftest import token_of
from tests.factories import PASSWORD, JobFactory


def raised(kind: type[Exception], cause: Exception) -> Exception:
    """Return the error as Django raises it."""
    try:
        raise kind(*cause.args) from cause
    except kind as error:
        return error


def postgres(state: str | None, text: str = "it failed") -> psycopg.Error:
    error = psycopg.OperationalError(text)
    error.sqlstate = state
    return error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (raised(OperationalError, sqlite3.OperationalError("database is locked")), BUSY),
        (raised(OperationalError, sqlite3.OperationalError("database table is locked: x")), BUSY),
        (raised(OperationalError, sqlite3.OperationalError("database or disk is full")), FULL),
        (
            raised(OperationalError, sqlite3.OperationalError("attempt to write a readonly database")),
            FULL,
        ),
        (raised(OperationalError, sqlite3.OperationalError("disk I/O error")), FULL),
        (raised(OperationalError, sqlite3.OperationalError("unable to open database file")), FULL),
        (raised(OperationalError, sqlite3.OperationalError("no such table: x")), None),
        (raised(OperationalError, postgres(None, "connection refused")), AWAY),
        (raised(InterfaceError, psycopg.InterfaceError("the connection is closed")), AWAY),
        (raised(OperationalError, postgres("08006")), AWAY),
        (raised(OperationalError, postgres("57P01")), AWAY),
        (raised(OperationalError, postgres("57014")), BUSY),
        (raised(OperationalError, postgres("40P01")), BUSY),
        (raised(OperationalError, postgres("53300")), BUSY),
        (raised(OperationalError, postgres("53100")), FULL),
        (raised(InternalError, postgres("25006")), FULL),
        (raised(InternalError, postgres("25P02")), None),
        (raised(InternalError, psycopg.InternalError("oops")), None),
        (raised(OperationalError, postgres("42P01")), None),
        (IntegrityError("UNIQUE constraint failed: the disk is full"), None),
        (DatabaseError("something"), None),
        (OSError(errno.ENOSPC, "No space left on device"), DISK),
        (OSError(errno.EROFS, "Read-only file system"), DISK),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), DISK),
        (raised(RuntimeError, OSError(errno.ENOSPC, "No space left on device")), DISK),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("database is locked"), None),
        (None, None),
    ],
)
def test_each_error_is_told_from_a_mistake(error: Exception | None, message: str | None) -> None:
    found = outage_of(error)
    assert (found and found.message) == message


def test_a_connection_lost_while_committing_may_have_saved() -> None:
    def _commit() -> None:
        raise OperationalError("server closed the connection") from postgres(None)

    try:
        _commit()
    except OperationalError as error:
        found = outage_of(error)
    assert found is not None and found.message == UNSURE


@contextmanager
def broken(error: Exception, only: str = "", after: int = 0) -> Iterator[None]:
    """Let each statement that begins with `only` fail, but for the first `after`."""
    left = itertools.count(after, -1)

    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(only) and next(left) <= 0:
            raise OperationalError(*error.args) from error
        return execute(sql, *rest)

    with connection.execute_wrapper(fail):
        yield


def lines_of(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name.startswith("django")]


READS = ["/", "/w/{w}/jobs/", "/w/{w}/jobs/nightly/", "/admin/", "/admin/catalogue/job/", "/help/"]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("error", [sqlite3.OperationalError("database is locked"), postgres(None)])
def test_a_page_answers_503_with_one_line_and_no_traceback(
    caplog: pytest.LogCaptureFixture,
    client_for: Any,
    developer: User,
    workspace: Workspace,
    path: str,
    error: Exception,
) -> None:
    JobFactory(workspace=workspace, name="nightly")
    client = client_for(developer)
    client.raise_request_exception = False
    with broken(error):
        answer = client.get(path.format(w=workspace.pk))
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Nothing was saved" in answer.content.decode()
    [line] = lines_of(caplog)
    assert line.exc_info is None
    assert re.fullmatch(r"Service Unavailable: \S+: .+", line.getMessage())


def test_no_page_of_a_refusal_ends_as_a_mistake_when_the_database_goes_while_it_is_made(
    client_for: Any, developer: User
) -> None:
    """It has the person's menu on it, which asks the database."""
    client = client_for(developer)
    client.raise_request_exception = False
    statuses = []
    while 404 not in statuses:
        with broken(sqlite3.OperationalError("disk I/O error"), after=len(statuses)):
            statuses.append(client.get("/w/nothing/jobs/").status_code)
    assert len(statuses) > 3 and set(statuses[:-1]) == {503}


@pytest.mark.parametrize("path", ["/admin/access/workspace/{w}/change/", "/accounts/login/"])
def test_what_cannot_be_written_is_503_in_admin_and_at_sign_in(
    client_for: Any, workspace_admin: User, workspace: Workspace, path: str
) -> None:
    signing_in = "login" in path
    client = Client() if signing_in else client_for(workspace_admin)
    client.raise_request_exception = False
    sent = {"username": "workspace_admin", "password": PASSWORD, "name": "renamed"}
    with broken(sqlite3.OperationalError("database or disk is full"), "INSERT"):
        answer = client.post(path.format(w=workspace.pk), sent)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "full or read-only" in answer.content.decode()
    workspace.refresh_from_db()
    assert workspace.name == "default"


def test_a_session_that_cannot_be_saved_is_503_and_not_a_session_that_is_gone(
    caplog: pytest.LogCaptureFixture, client_for: Any, developer: User
) -> None:
    client = client_for(developer)
    client.raise_request_exception = False
    with broken(sqlite3.OperationalError("database is locked"), 'UPDATE "django_session"'):
        value = client.get("/access-keys/").context["form_value"]
        answer = client.post("/access-keys/", {"description": "sync", "form": value})
    assert answer.status_code == 503
    assert AccessKey.objects.exists()
    assert "may have been saved" in answer.content.decode()
    [line] = lines_of(caplog)
    assert line.getMessage() == "Service Unavailable: /access-keys/: database is locked"


def test_the_wire_answers_503_in_its_envelope(
    caplog: pytest.LogCaptureFixture, developer: User, workspace: Workspace
) -> None:
    client = Client(headers={"X-Auth-Token": token_of(developer, "b" * 32)}, raise_request_exception=False)
    for error, text in (
        (sqlite3.OperationalError("database or disk is full"), "full or read-only"),
        (postgres(None), "does not answer"),
    ):
        caplog.clear()
        with broken(error):
            answer = client.get(f"/v1/{'b' * 32}/jobs")
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert answer.json()["error_code"] == "APIGW.0201"
        assert text in answer.json()["error_msg"]
        [line] = lines_of(caplog)
        assert line.exc_info is None and str(error) in line.getMessage()


@pytest.mark.parametrize("method", ["get", "post"])
def test_iam_answers_503_in_its_own_shape(developer: User, method: str) -> None:
    user = {"name": "developer", "password": PASSWORD, "domain": {"name": "team"}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    client = Client(headers={"X-Auth-Token": token_of(developer, "b" * 32)}, raise_request_exception=False)
    with broken(sqlite3.OperationalError("database or disk is full"), "" if method == "get" else "INSERT"):
        if method == "get":
            answer = client.get("/v3/projects")
        else:
            answer = client.post("/v3/auth/tokens", body, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    error = answer.json()["error"]
    assert (error["code"], error["title"]) == (503, "Service Unavailable")


def test_a_full_disk_of_the_portal_is_503(
    client_for: Any, workspace_admin: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("dlfportal.adminsite.people.workspace_save", full)
    client = client_for(workspace_admin)
    answer = client.post(f"/admin/access/workspace/{workspace.pk}/change/", {"name": "renamed"})
    assert answer.status_code == 503
    assert "disk" in answer.content.decode()


def test_a_mistake_stays_one_with_its_traceback(
    caplog: pytest.LogCaptureFixture, client_for: Any, developer: User
) -> None:
    client = client_for(developer)
    client.raise_request_exception = False
    with broken(sqlite3.OperationalError("no such table: nothing")):
        answer = client.get("/")
    assert answer.status_code == 500
    assert any(record.exc_info for record in lines_of(caplog))
