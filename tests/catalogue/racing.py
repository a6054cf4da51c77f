"""Writers that race: threads with connections of their own, on a database that makes them queue."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor

Value = TypeVar("Value")
Scene = tuple[Actor, Workspace]
"""Who writes, and where, in a database that several connections share."""


def apart(call: Callable[[], Value]) -> Value:
    """Return what `call` returns in a thread, and so on a connection, of its own."""

    def run() -> Value:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=60)


def race(*calls: Callable[[], object]) -> list[object]:
    """Start all calls at once; return for each its result or the exception it ended with."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return call()
        except Exception as error:  # noqa: BLE001
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls, timeout=60))
