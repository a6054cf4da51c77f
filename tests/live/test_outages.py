"""A portal whose database or disk goes away under it: 503 while it lasts, and no traceback in the log."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import requests

from tests.portal import SAMPLE_PROJECT, Portal
from tests.postgres import PostgresServer, postgres_folder
from tests.tools import everything_must_run

SENTENCE = "Nothing was saved"


def csrf(browser: requests.Session, portal: Portal) -> str:
    """Return the value of the sign-in form; its cookie is in `browser` then."""
    page = browser.get(f"{portal.url}/accounts/login/", timeout=30).text
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def signed_in(portal: Portal) -> requests.Session:
    """Return a browser that is signed in as admin."""
    browser = requests.Session()
    form = {"username": "admin", "password": portal.password, "csrfmiddlewaretoken": csrf(browser, portal)}
    answer = browser.post(f"{portal.url}/accounts/login/", form, timeout=30, allow_redirects=False)
    assert answer.status_code == 302
    return browser


def answers(portal: Portal, browser: requests.Session, token: str, name: str) -> dict[str, requests.Response]:
    """Ask for what a database must write: on the wire, for a token, in the admin."""
    job = {"name": name, "nodes": [], "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
    user = {"name": "admin", "password": portal.password, "domain": {"name": "team"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    form = {"name": "x", "id": "f" * 32, "enabled": "on", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    wire = {"headers": {"X-Auth-Token": token}, "timeout": 60}
    return {
        "create": requests.post(f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs", json=job, **wire),  # type: ignore[arg-type]
        "token": requests.post(
            f"{portal.url}/v3/auth/tokens", json={"auth": {"identity": identity}}, timeout=60
        ),
        "admin": browser.post(
            f"{portal.url}/admin/access/project/add/", form, timeout=60, allow_redirects=False
        ),
        "healthz": requests.get(f"{portal.url}/healthz", timeout=60),
    }


def all_unavailable(got: dict[str, requests.Response]) -> None:
    assert {name: answer.status_code for name, answer in got.items()} == dict.fromkeys(got, 503)
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in got.values())
    assert got["create"].json()["error_code"] == "APIGW.0201"
    assert got["token"].json()["error"]["code"] == 503
    assert SENTENCE in got["admin"].text and SENTENCE in got["create"].text


def log_of(portal: Portal) -> str:
    return (portal.folder / "server.log").read_text()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of 64 MB on `folder`; only root may."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)])
    if mounted.returncode:
        pytest.skip("only root mounts a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_locked_a_full_and_a_mended_sqlite(tmp_path: Path) -> None:
    if os.environ.get("DATABASE_URL"):
        pytest.skip("of SQLite only")
    with small_disk(tmp_path) as folder:
        portal = Portal(folder)
        portal.environment["DJANGO_SETTINGS_MODULE"] = "tests.impatient"
        portal.start()
        try:
            browser, token = signed_in(portal), portal.token()
            other = sqlite3.connect(folder / "dlf.sqlite3")
            other.execute("BEGIN IMMEDIATE")
            all_unavailable(answers(portal, browser, token, "locked"))
            other.execute("ROLLBACK")
            filler = folder / "filler"
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what it has already it may use again
            with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
                while True:
                    file.write(b"x" * 4096)
            all_unavailable(answers(portal, browser, token, "full"))
            filler.unlink()
            assert answers(portal, browser, token, "mended")["create"].status_code == 204
            log = log_of(portal)
            assert "Traceback" not in log
            assert log.count("Service Unavailable: ") == 8
        finally:
            portal.stop()


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    programs = postgres_folder()
    if programs is None:
        assert not everything_must_run()
        pytest.skip("no PostgreSQL server is installed")
    with PostgresServer(programs) as running:
        yield running


def test_a_postgres_that_is_killed_and_comes_back(tmp_path: Path, server: PostgresServer) -> None:
    if os.environ.get("DATABASE_URL"):
        pytest.skip("brings its own server, once")
    portal = Portal(tmp_path, server.url)
    portal.start()
    try:
        browser, token = signed_in(portal), portal.token()
        assert answers(portal, browser, token, "before")["create"].status_code == 204
        server.stop()
        all_unavailable(answers(portal, browser, token, "away"))
        server.start()
        for number in range(16):  # every thread of every process had a connection that is dead
            assert answers(portal, browser, token, f"back_{number}")["create"].status_code == 204
        assert _lost_while_committing(portal, server, token) == 503
        assert "Traceback" not in log_of(portal)
    finally:
        portal.stop()


def _lost_while_committing(portal: Portal, server: PostgresServer, token: str) -> int:
    """Let the connection that creates a job end in its COMMIT, and return the status of the answer."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON audit_auditentry "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"
        )
        job = {"name": "unsure", "nodes": [], "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
        answer = requests.post(
            f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs", json=job, headers={"X-Auth-Token": token}, timeout=60
        )
        connection.execute("DROP TRIGGER dies ON audit_auditentry")
    assert "may have been saved: look before you repeat it" in answer.json()["error_msg"]
    return answer.status_code
