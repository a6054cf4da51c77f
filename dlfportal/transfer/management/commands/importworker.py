"""`importworker`: does the imports, and the acts on many objects, that API and pages ask for."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic, sleep
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from dlfportal.catalogue.recount import counts_fold
from dlfportal.catalogue.reports import reports_refresh
from dlfportal.transfer.acting.runs import bulk_forget, bulk_give_up
from dlfportal.transfer.imports.deaths import runs_give_up
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.planning.cleaning import contents_clean, plans_clean

logger = logging.getLogger(__name__)

KEPT_DAYS = 7
AGAIN_AFTER = 2.0
"""Seconds until a worker looks again for a database that was away."""
FORGET_AFTER = 600.0
"""Seconds until a worker looks again for acts that ended too long ago: it reads their whole table."""
CLEANED_EVERY = 600.0
"""Seconds between two looks for plans that are too old and packages that nobody needs."""
CONTENTS_EVERY = 86_400.0
"""Seconds between two looks for documents that nothing points to."""
ROWS_A_BEAT = 2000
"""So many rows of counts a beat folds: well below a tenth of a second of work."""


class Command(BaseCommand):
    help = (
        "Do the imports and the acts on many objects that wait, one after the other, until stopped. Any "
        "number of workers may run, on any number of hosts that share the database and the object store."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--follow-parent", action="store_true", help="stop when the parent process ends")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _stop)
        watch = _watch(options["follow_parent"])
        while not _work(watch, options["verbosity"]):
            sleep(AGAIN_AFTER)


def _stop(number: int, frame: object) -> None:
    """End in order, so that everybody knows it at once; `db_worker` has a way of its own once it runs."""
    raise SystemExit


def _work(watch: Callable[[], None], verbosity: int) -> bool:
    """Do what waits until stopped, and return True; False when the database could not be reached.

    The worker claims imports under the id of its heartbeat: so everybody sees whether it still lives.
    """
    options = {"startup_delay": False, "reload": False, "verbosity": verbosity}
    try:
        with heartbeat(queued=True, on_beat=watch) as runner:
            runs_give_up()
            bulk_give_up()
            call_command("prune_db_task_results", min_age_days=KEPT_DAYS, verbosity=0)
            call_command("db_worker", worker_id=runner.pk, **options)
    except (OperationalError, InterfaceError):
        logger.exception("The database is away or busy: trying again.")
        connection.close()
        return False
    return True


class _Aside:
    """Work beside the beats, which must not wait for it: who does not beat is taken for dead."""

    def __init__(self, work: Callable[[], None], every: float) -> None:
        self._work, self._every = work, every
        self._thread, self._next = threading.Thread(), monotonic()

    def go_on(self) -> None:
        """Begin the work anew when it is done, and it is time for it."""
        if self._thread.is_alive() or monotonic() < self._next:
            return
        self._next = monotonic() + self._every
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()


def _watch(follow_parent: bool) -> Callable[[], None]:
    """Return what is called with every beat: it ends dead imports, keeps counts, and stops a worker whose
    parent has ended, once.

    The worker ends after the import that it is doing; at a second signal it would break that off.
    """
    parent = os.getppid()
    told = threading.Event()
    aside = (
        _Aside(_keep_reports, 0.0),
        _Aside(partial(_clean, plans_clean), CLEANED_EVERY),
        _Aside(partial(_clean, contents_clean), CONTENTS_EVERY),
    )
    forget_at = 0.0

    def beat() -> None:
        nonlocal forget_at
        runs_give_up()
        bulk_give_up()
        _keep_counts()
        if monotonic() >= forget_at:
            forget_at = monotonic() + FORGET_AFTER
            _forget_acts()
        for work in aside:
            work.go_on()
        if follow_parent and os.getppid() != parent and not told.is_set():
            told.set()
            os.kill(os.getpid(), signal.SIGTERM)

    return beat


def _keep_counts() -> None:
    """Fold what writes added to the counts; they are right without it, so the next beat will do as well."""
    try:
        counts_fold(ROWS_A_BEAT)
    except (DatabaseError, InterfaceError):
        logger.warning("The kept counts were not folded: trying again.", exc_info=True)
        connection.close()


def _forget_acts() -> None:
    """Delete acts that ended long ago; nobody misses it when that waits for a later beat."""
    try:
        bulk_forget()
    except (DatabaseError, InterfaceError):
        logger.warning("Old acts on many objects were not deleted: trying again.", exc_info=True)
        connection.close()


def _clean(clean: Callable[[], None]) -> None:
    """Delete what nobody needs any more; a later look will do as well."""
    try:
        clean()
    except (DatabaseError, InterfaceError):
        logger.warning("What nobody needs was not cleaned up: trying again.", exc_info=True)
    finally:
        connection.close()


def _keep_reports() -> None:
    """Count the health of large workspaces that changed; pages say how old it is, so a later beat will do."""
    try:
        reports_refresh()
    except (DatabaseError, InterfaceError):
        logger.warning("The health of a workspace was not counted: trying again.", exc_info=True)
    finally:
        connection.close()
