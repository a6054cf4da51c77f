"""The process that does the imports of a live portal, and what its database says of them."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg

from tests.portal import ROOT, Portal

WAIT_SECONDS = 120.0


class Worker:
    """The process that does the imports of a portal."""

    def __init__(self, portal: Portal) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "importworker"], env=portal.environment, cwd=ROOT
        )
        wait_for(lambda: count(portal, f"transfer_runner WHERE queued AND pid = {self.process.pid}"))

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process by a signal, and wait for it."""
        self.process.send_signal(how)
        self.process.wait(timeout=30)


def rows(portal: Portal, sql: str) -> list[Any]:
    """Ask the portal's database, past the portal."""
    if url := portal.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]
    connection_ = sqlite3.connect(portal.folder / "dlf.sqlite3", timeout=30)
    try:
        return connection_.execute(sql).fetchall()
    finally:
        connection_.close()


def count(portal: Portal, what: str) -> int:
    found: int = rows(portal, f"SELECT count(*) FROM {what}")[0][0]
    return found


def wait_for(met: Callable[[], Any]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
