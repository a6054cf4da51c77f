"""Writes that wait for the same disk go there at once, and each is told what came of its own."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from dlfportal.db import together
from dlfportal.db.together import commit_together

pytestmark = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has its own")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A disk that is slow to take the first transaction, counts them all, and fails when it is told to."""
    state: dict[str, Any] = {"commits": 0, "fails": None, "began": threading.Event(), "go": threading.Event()}

    class Transaction(transaction.Atomic):
        def __enter__(self) -> None:
            state["began"].set()
            assert state["go"].wait(10)

        def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
            if error is None:
                if state["fails"]:
                    raise OperationalError(state["fails"])
                state["commits"] += 1

    def atomic(durable: bool = False) -> Transaction:
        assert durable
        return Transaction(None, True, True)

    monkeypatch.setattr(together, "transaction", type("Module", (), {"atomic": staticmethod(atomic)}))
    yield state


def at_once(disk: dict[str, Any], writes: list[Callable[[], Any]]) -> list[Any]:
    """Run the writes in threads of their own while the first waits for the disk; return what each got."""

    def run(write: Callable[[], Any]) -> Any:
        try:
            return commit_together(write)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(writes) + 1) as pool:
        first = pool.submit(run, lambda: "first")
        assert disk["began"].wait(10)
        rest = [pool.submit(run, write) for write in writes]
        while len(together._group._waiting) < len(writes):
            pass
        disk["go"].set()
        assert first.result(10) == "first" or disk["fails"]
        return [one.result(10) for one in rest]


def test_those_that_wait_are_committed_together(disk: dict[str, Any]) -> None:
    found = at_once(disk, [lambda number=number: number for number in range(6)])  # type: ignore[misc]
    assert found == list(range(6))
    assert disk["commits"] == 2, "the first alone, then all that came meanwhile"


def test_a_write_that_fails_leaves_the_others_alone(disk: dict[str, Any]) -> None:
    def breaks() -> None:
        raise ValueError("mine")

    one, failed, other = at_once(disk, [lambda: 1, breaks, lambda: 2])
    assert (one, other) == (1, 2)
    assert isinstance(failed, ValueError)
    assert disk["commits"] == 3, "the two that are left each commit alone"


def test_a_disk_that_fails_is_told_to_each(disk: dict[str, Any]) -> None:
    disk["fails"] = "database or disk is full"
    for error in at_once(disk, [lambda: 1, lambda: 2]):
        assert isinstance(error, OperationalError) and "full" in str(error)
    disk["fails"] = None
    assert commit_together(lambda: 3) == 3, "the next one writes again"


def test_an_interrupted_leader_leaves_nobody_waiting(disk: dict[str, Any]) -> None:
    def interrupted() -> None:
        raise SystemExit(1)

    disk["go"].set()
    with pytest.raises(SystemExit):
        commit_together(interrupted)
    assert commit_together(lambda: 1) == 1


@pytest.fixture
def turn(disk: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The lock of a database file that another process has."""
    database = tmp_path / "dlf.sqlite3"
    database.touch()
    monkeypatch.setitem(connections[connection.alias].settings_dict, "NAME", str(database))
    disk["go"].set()
    file = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT)
    fcntl.flock(file, fcntl.LOCK_EX)
    yield file
    os.close(file)


def test_processes_take_turns(disk: dict[str, Any], turn: int) -> None:
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(commit_together, lambda number=number: number) for number in range(3)]
        while len(together._group._waiting) < len(waiting):
            pass
        assert not disk["began"].wait(0.1), "nothing begins while it is another's turn"
        fcntl.flock(turn, fcntl.LOCK_UN)
        assert [one.result(10) for one in waiting] == [0, 1, 2]
    assert disk["commits"] == 1, "what came meanwhile is committed together"
    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_turn_that_never_comes_is_not_waited_for(
    disk: dict[str, Any], turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "TURN_SECONDS", 0.1)
    assert commit_together(lambda: 1) == 1
    assert disk["commits"] == 1


def test_a_folder_that_takes_no_file_keeps_nobody(
    disk: dict[str, Any], turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(together.os, "open", full)
    assert commit_together(lambda: 1) == 1


@pytest.mark.django_db(transaction=True)
def test_a_write_that_fails_is_rolled_back(transactional_db: None) -> None:
    def half() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO access_project (id, name, enabled) VALUES ('a', 'a', 1)")
        raise ValueError("later")

    with pytest.raises(ValueError, match="later"):
        commit_together(half)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_project")
        assert cursor.fetchone() == (0,)
