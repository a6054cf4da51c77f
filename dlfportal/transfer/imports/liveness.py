"""The processes that run imports: each says every few seconds that it lives.

So a process that was killed is noticed: at once on its own host, where its process number is looked up,
and after `DEAD_AFTER` elsewhere. The clock is the database's, so that hosts need not agree on the time.
"""

from __future__ import annotations

import logging
import os
import platform
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from dlfportal.transfer.models import Runner

logger = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
DEAD_AFTER = timedelta(seconds=30)
"""Longer than SQLite's busy timeout: one long transaction must not make a living process look dead."""

FORGOTTEN_AFTER = timedelta(days=1)
ENDED = 0
"""The process number of a runner that has ended and said so."""


def _this_host() -> str:
    """Name the host since its last start, and the space in which process numbers have a meaning.

    Two hosts may have one name, and containers of one host count their processes apart.
    """
    spaces, boot = Path("/proc/self/ns/pid"), Path("/proc/sys/kernel/random/boot_id")
    space = str(spaces.readlink()) if spaces.is_symlink() else ""
    start = boot.read_text(encoding="ascii").strip() if boot.is_file() else ""
    return f"{platform.node()[:180]} {start} {space}".strip()


@contextmanager
def heartbeat(*, queued: bool, on_beat: Callable[[], None] | None = None) -> Iterator[Runner]:
    """Register this process as a runner for the time of the block.

    `queued` runners take waiting imports. `on_beat` is called, in a thread, with every beat.
    """
    Runner.objects.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
    runner = Runner.objects.create(host=_this_host(), pid=os.getpid(), queued=queued, seen_at=Now())
    stopped = threading.Event()
    thread = threading.Thread(target=_beat, args=(runner.pk, stopped, on_beat), daemon=True)
    thread.start()
    try:
        yield runner
    finally:
        stopped.set()
        thread.join()
        Runner.objects.filter(pk=runner.pk).update(pid=ENDED)


def _beat(pk: str, stopped: threading.Event, on_beat: Callable[[], None] | None) -> None:
    while not stopped.wait(BEAT_SECONDS):
        try:
            Runner.objects.filter(pk=pk).update(seen_at=Now())
            if on_beat:
                on_beat()
        except DatabaseError:
            logger.exception("A runner of imports could not say that it lives.")
        finally:
            connection.close()


def runners_alive(*, queued: bool | None = None) -> set[str]:
    """Return the ids of the runners that live; with `queued`, of those that take waiting imports."""
    rows = _seen_lately()
    if queued is not None:
        rows = rows.filter(queued=queued)
    host = _this_host()
    return {row.pk for row in rows if row.pid != ENDED and (row.host != host or _runs(row.pid))}


def workers_seen_lately() -> bool:
    """Tell whether a worker lives or did a moment ago: it may only be starting again."""
    return _seen_lately().filter(queued=True).exists()


def _seen_lately() -> QuerySet[Runner]:
    return Runner.objects.filter(seen_at__gt=Now() - DEAD_AFTER)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
