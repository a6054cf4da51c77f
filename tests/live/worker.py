"""The process that does the imports of a live portal, and what its database says of them."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg

from tests.portal import Portal

WAIT_SECONDS = 120.0
KILLS = [f"kill{number:02}" for number in range(int(os.environ.get("DLF_KILLS", "1")))]
"""The tries of the tests that kill a worker: `DLF_KILLS=20` makes so many instead of one."""


class Worker:
    """The process that does the imports of a portal."""

    def __init__(self, portal: Portal) -> None:
        before = runners(portal)
        self.process = portal.begin("importworker")
        wait_for(lambda: runners(portal) - before)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process by a signal, and wait for it."""
        self.process.send_signal(how)
        self.process.wait(timeout=30)


def runners(portal: Portal) -> set[str]:
    """Return the ids of the workers that were ever seen."""
    return {pk for (pk,) in rows(portal, "SELECT id FROM transfer_runner WHERE queued")}


def silence_passes(portal: Portal) -> None:
    """Let the time pass after which a process that says nothing is taken for dead."""
    if portal.environment.get("DATABASE_URL"):
        write(portal, "UPDATE transfer_runner SET alive_until = now() - interval '1 second'")
    else:
        write(portal, "UPDATE transfer_runner SET alive_until = datetime('now', '-1 second')")


def write(portal: Portal, sql: str) -> None:
    """Change the portal's database, past the portal."""
    if url := portal.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            connection.execute(sql)  # type: ignore[arg-type]
        return
    with closing(sqlite3.connect(portal.folder / "dlf.sqlite3", timeout=30)) as file, file:
        file.execute(sql)


def rows(portal: Portal, sql: str) -> list[Any]:
    """Ask the portal's database, past the portal."""
    if url := portal.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]
    with closing(sqlite3.connect(portal.folder / "dlf.sqlite3", timeout=30)) as file:
        return file.execute(sql).fetchall()


def count(portal: Portal, what: str) -> int:
    found: int = rows(portal, f"SELECT count(*) FROM {what}")[0][0]
    return found


def wait_for(met: Callable[[], Any]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
