"""What every answer and every connection of the portal holds to, and what a load balancer is told."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from dlfportal.access.models import Workspace
from dlfportal.errors import Conflict, StaleEdit, StalePlan
from dlfportal.handlers import PortalErrorMiddleware
from tests.portal import ROOT


def test_no_page_lets_a_script_of_its_text_run(client_for: Any, admin: User) -> None:
    for path in ("/accounts/login/", "/", "/admin/", "/nothing/", "/api/docs/"):
        policy = client_for(admin).get(path)["Content-Security-Policy"]
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        assert rules["default-src"] == "'self'", path
        assert "unsafe" not in policy and "*" not in policy, path
        assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
        assert rules["form-action"] == "'self'"


PROBE = """
import django; django.setup()
from django.db import connection, transaction
def ask(pragma):
    cursor = connection.cursor(); cursor.execute("PRAGMA " + pragma); return cursor.fetchone()[0]
print(ask("journal_mode"), ask("synchronous"), ask("busy_timeout"))
import sqlite3
other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
with transaction.atomic():
    try:
        other.execute("BEGIN IMMEDIATE"); print("deferred")
    except sqlite3.OperationalError as error:
        print(error)
"""


def test_sqlite_keeps_what_it_acknowledged_and_writers_queue(tmp_path: Path) -> None:
    """synchronous 2 is FULL; a transaction that has written nothing yet holds the write lock already."""
    environment = {"DLF_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "dlfportal.settings"}
    run = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert run.stdout.splitlines() == ["wal 2 30000", "database is locked"], run.stderr


@pytest.mark.parametrize("statement", ["INSERT", "SAVEPOINT"])
@pytest.mark.parametrize("reason", ["database is locked", "database or disk is full", "readonly database"])
def test_healthz_is_503_when_the_database_cannot_be_written(db: None, statement: str, reason: str) -> None:
    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(statement):
            raise OperationalError(reason) from sqlite3.OperationalError(reason)
        return execute(sql, *rest)

    assert Client().get("/healthz").json() == {"status": "ok"}
    with connection.execute_wrapper(fail):
        answer = Client().get("/healthz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer.json() == {"status": "database unavailable"}


def test_healthz_leaves_nothing_behind(db: None) -> None:
    def sessions() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_session")
            return int(cursor.fetchone()[0])

    Client().get("/healthz")
    assert sessions() == 0


@pytest.mark.parametrize("kind", [Conflict, StaleEdit, StalePlan])
def test_a_conflict_is_409_on_a_page(db: None, admin: User, kind: type[Conflict]) -> None:
    request = RequestFactory().get("/")
    request.user = admin
    answer = PortalErrorMiddleware(lambda _request: None).process_exception(  # type: ignore[arg-type,return-value]
        request, kind("The name is taken.")
    )
    assert answer is not None and answer.status_code == 409
    assert "Error 409" in answer.content.decode() and "The name is taken." in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/nothing/", {}, 404),
        ("/admin/auth/user/", {}, 403),
        ("/healthz", {"headers": {"Host": "evil.example"}}, 400),
        ("/?a=%00", {}, 400),
        ("/v1/x/jobs", {}, 401),
        ("/v3/nothing", {}, 404),
    ],
)
def test_a_refusal_is_one_line_without_a_traceback(
    client_for: Any,
    workspace_admin: User,
    caplog: pytest.LogCaptureFixture,
    path: str,
    sent: dict[str, Any],
    status: int,
) -> None:
    client = client_for(workspace_admin)
    caplog.clear()
    assert client.get(path, **sent).status_code == status
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info is None and "\n" not in caplog.records[0].getMessage()


def test_a_forged_form_and_a_body_too_large_are_one_line_each(
    workspace_admin: User, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(workspace_admin)
    caplog.clear()
    for sent, status in (({"description": "x"}, 403), ({"description": "x" * 13_000_000}, 413)):
        assert client.post("/access-keys/", sent).status_code == status
    assert [line.exc_info for line in caplog.records] == [None, None]


def test_a_refusal_of_djangos_own_kind_is_one_line(
    client_for: Any, viewer: User, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_user: User) -> None:
        raise PermissionDenied("because")

    monkeypatch.setattr("dlfportal.web.views.home.groups_of", refuse)
    client = client_for(viewer)
    caplog.clear()
    assert client.get("/").status_code == 403
    assert [line.getMessage() for line in caplog.records] == ["Forbidden (Permission denied): /: because"]
