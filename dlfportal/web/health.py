"""The answer for load balancers: is this process up, and can its database be read and written."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from dlfportal.db.outages import RETRY_SECONDS

PATIENCE = 3
"""Seconds to wait for the write lock of SQLite: load balancers wait little longer for their answer."""

PROBE_BYTES = 64 * 1024
"""More than the free places of a database's pages hold, so that a full one shows."""

SPARE_BYTES = 1024 * 1024
"""On a disk with less, the next requests will fail."""


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 `{"status": "ok"}`, or 503 when the database cannot be read or written."""
    try:
        with _impatient():
            _write_and_undo()
        status = "ok" if _has_room() else "disk full"
    except (DatabaseError, InterfaceError, OSError):
        status = "database unavailable"
    if status == "ok":
        return JsonResponse({"status": status})
    return JsonResponse({"status": status}, status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def _write_and_undo() -> None:
    """Write a row larger than any gap, and take it back: nothing is left of it."""
    with transaction.atomic():
        probe = Session(session_key="healthz", session_data="x" * PROBE_BYTES, expire_date=timezone.now())
        probe.save(force_insert=True)
        transaction.set_rollback(True)


@contextmanager
def _impatient() -> Iterator[None]:
    """Wait for SQLite's lock no longer than `PATIENCE`."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {min(before, PATIENCE * 1000)}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")


def _has_room() -> bool:
    """Return whether the disk of the SQLite file has room; PostgreSQL's own disk is not ours to see."""
    folder = Path(str(connection.settings_dict["NAME"])).parent
    if connection.vendor != "sqlite" or not folder.is_dir():
        return True
    return shutil.disk_usage(folder).free > SPARE_BYTES
