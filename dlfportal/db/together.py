"""Group commit: what several threads of a process want on disk at the same moment goes there at once.

SQLite lets one transaction write at a time, and each waits for the disk before the next may begin. Where
requests wait for that, the first of them commits for all that wait: the disk is waited for once, and
each write is as durable as alone before its thread goes on. PostgreSQL does the same by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Condition
from typing import Any, TypeVar

from django.db import connection, transaction

Result = TypeVar("Result")


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

    def commit(self, write: Callable[[], Any]) -> Any:
        """Return what `write` returns, committed, or raise what kept it from being committed."""
        mine = _Write(write)
        with self._turn:
            self._waiting.append(mine)
            self._turn.wait_for(lambda: mine.done or not self._busy)
            if not mine.done:
                self._busy = True
                batch, self._waiting = self._waiting, []
        if not mine.done:
            try:
                _commit(batch)
            finally:
                with self._turn:
                    self._busy = False
                    for one in batch:
                        one.done = True
                    self._turn.notify_all()
        if mine.error:
            raise mine.error
        return mine.result


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
