"""Group commit: what several threads of a process want on disk at the same moment goes there at once.

SQLite lets one transaction write at a time, and each waits for the disk before the next may begin. Where
requests wait for that, the first of them commits for all that wait: the disk is waited for once, and
each write is as durable as alone before its thread goes on. PostgreSQL does the same by itself.

Processes take turns by a file lock: SQLite lets those that wait sleep for longer and longer, so that the
disk stands still meanwhile, and then their turn is a matter of luck.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition
from typing import Any, TypeVar

from django.db import connection, connections, transaction

Result = TypeVar("Result")

TURN_SECONDS = 10.0
"""So long a process waits for its turn; then SQLite alone says whether it may write."""
LOOKED_EVERY = 0.0005


class _Write:
    """One thread's write: what it does, and what came of it once it is `done`."""

    def __init__(self, write: Callable[[], Any]) -> None:
        self.write = write
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = False


class _Group:
    """The writes of this process that wait; the thread that finds nobody at it commits all of them."""

    def __init__(self) -> None:
        self._turn = Condition()
        self._waiting: list[_Write] = []
        self._busy = False
        self._processes = _Processes()

    def commit(self, write: Callable[[], Any]) -> Any:
        """Return what `write` returns, committed, or raise what kept it from being committed."""
        mine = _Write(write)
        with self._turn:
            self._waiting.append(mine)
            self._turn.wait_for(lambda: mine.done or not self._busy)
            if leads := not mine.done:
                self._busy = True
        if leads:
            self._lead()
        if mine.error:
            raise mine.error
        return mine.result

    def _lead(self) -> None:
        """Commit what waits once it is this process's turn, and let the next thread lead."""
        batch: list[_Write] = []
        try:
            with self._processes.turn():
                with self._turn:
                    batch, self._waiting = self._waiting, []
                _commit(batch)
        finally:
            with self._turn:
                self._busy = False
                for one in batch:
                    one.done = True
                self._turn.notify_all()


class _Processes:
    """The processes that write into one SQLite file: each in its turn, as far as they keep to it."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn of this process and keep it for a while; where no file can say, go at once."""
        file = self._file()
        if file is None or not _locked(file):
            yield
            return
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def _file(self) -> int | None:
        """Return the open file beside the database that has the lock; a database in memory has none."""
        database = connections[connection.alias]
        name = str(database.settings_dict["NAME"])
        if name not in self._files and Path(name).is_file():
            with suppress(OSError):
                self._files[name] = os.open(f"{name}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._files.get(name)


def _locked(file: int) -> bool:
    """Lock a file, and return whether that went in time."""
    until = time.monotonic() + TURN_SECONDS
    while time.monotonic() < until:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOKED_EVERY)
        except OSError:
            return False
        else:
            return True
    return False


def commit_together(write: Callable[[], Result]) -> Result:
    """Run `write` in a transaction, perhaps together with others', and return its result once it is durable.

    It runs in whichever thread commits, so it uses nothing of its own thread, such as a cursor, and once
    more when another's write fails: what it inserts, it makes anew. Raises
    what `write` raises, which leaves the others' writes alone, and django.db.Error when the transaction
    cannot begin or commit: then nothing of it was written.
    """
    if connection.vendor == "sqlite":
        result: Result = _group.commit(write)
        return result
    with transaction.atomic(durable=True):
        return write()


def _commit(batch: list[_Write]) -> None:
    """Commit the writes in one transaction; if one of them fails, each in its own."""
    failing: _Write | None = None
    try:
        with transaction.atomic(durable=True):
            for failing in batch:
                failing.result = failing.write()
            failing = None
    except Exception as error:
        if failing is None or len(batch) == 1:
            # No transaction could begin or commit: trying each would make the last wait for all.
            _refuse(batch, error)
        else:
            for one in batch:
                _commit([one])
    except BaseException as end:
        _refuse(batch, end)
        raise


def _refuse(batch: list[_Write], error: BaseException) -> None:
    for one in batch:
        one.error = error


def _begin_anew() -> None:
    """Forget the threads of the process that this one was forked from."""
    global _group  # noqa: PLW0603 - the one group of a process
    _group = _Group()


_group = _Group()
os.register_at_fork(after_in_child=_begin_anew)
