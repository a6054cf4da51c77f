"""The processes that run imports: each says every few seconds that it lives.

So a process that was killed is noticed after `DEAD_AFTER`, wherever it ran. The clock is the
database's, so that hosts need not agree on the time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet
from django.db.models.functions import Greatest, Now

from dlfportal.transfer.models import Runner

logger = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
DEAD_AFTER = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(days=1)
OBJECTS_A_SECOND = 2000
"""So many objects an import makes visible in a second, on a slow machine."""


@contextmanager
def heartbeat(*, queued: bool, on_beat: Callable[[], None] | None = None) -> Iterator[Runner]:
    """Register this process as a runner for the time of the block.

    `queued` runners take waiting imports. `on_beat` is called, in a thread, with every beat.
    """
    Runner.objects.filter(alive_until__lt=Now() - FORGOTTEN_AFTER).delete()
    runner = Runner(queued=queued, alive_until=Now() + DEAD_AFTER)
    stopped = threading.Event()
    thread = threading.Thread(target=_beat, args=(runner.pk, stopped, on_beat), daemon=True)
    try:  # a process that is told to stop at any moment from here on says that it ended
        runner.save(force_insert=True)
        thread.start()
        yield runner
    finally:
        stopped.set()
        if thread.is_alive():
            thread.join()
        try:
            _end(runner.pk)
        except (DatabaseError, InterfaceError) as error:
            logger.error("A runner of imports could not say that it ended: %s", error)  # noqa: TRY400


def _end(pk: str) -> None:
    """Say that a runner ended, over a new connection where the old one was broken off within a statement."""
    ended = Runner.objects.filter(pk=pk)
    try:
        ended.update(alive_until=Now())
    except (DatabaseError, InterfaceError):
        connection.close()
        ended.update(alive_until=Now())


def _beat(pk: str, stopped: threading.Event, on_beat: Callable[[], None] | None) -> None:
    while not stopped.wait(BEAT_SECONDS):
        try:
            _extend(Runner.objects.filter(pk=pk), DEAD_AFTER)
            if on_beat:
                on_beat()
        except (DatabaseError, InterfaceError):
            logger.exception("A runner of imports could not say that it lives.")
        finally:
            connection.close()


def silence_announce(objects: int) -> None:
    """Let nobody take a runner for dead while an import makes so many objects visible.

    SQLite has one write lock: until that transaction ends, no runner can say that it lives.
    """
    if connection.vendor == "sqlite":
        longest = DEAD_AFTER + timedelta(seconds=objects / OBJECTS_A_SECOND)
        _extend(Runner.objects.filter(alive_until__gt=Now()), longest)


def _extend(runners: QuerySet[Runner], time: timedelta) -> None:
    runners.update(alive_until=Greatest("alive_until", Now() + time))


def runners_alive(*, queued: bool | None = None) -> set[str]:
    """Return the ids of the runners that live; with `queued`, of those that take waiting imports."""
    rows = Runner.objects.filter(alive_until__gt=Now())
    if queued is not None:
        rows = rows.filter(queued=queued)
    return set(rows.values_list("pk", flat=True))


def workers_seen_lately() -> bool:
    """Return whether a worker lives or did a moment ago: it may only be starting again."""
    return Runner.objects.filter(alive_until__gt=Now() - DEAD_AFTER, queued=True).exists()
