"""A snapshot shows one state, whatever others commit, and does not keep them from writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from dlfportal.db.snapshot import snapshot
from tests.catalogue.racing import apart


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def write() -> None:
    with transaction.atomic():
        run("INSERT INTO snapshot_seen (number) VALUES (2)")


def count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM snapshot_seen")
        found: int = cursor.fetchone()[0]
        return found


@pytest.fixture
def table(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A table with one row, in a database that several connections share."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setitem(connections.settings["default"], "NAME", str(tmp_path / "seen.sqlite3"))
        apart(lambda: run("CREATE TABLE snapshot_seen (number INTEGER)"))
        apart(write)
        yield
        apart(lambda: run("DROP TABLE snapshot_seen"))


def test_what_is_committed_meanwhile_is_not_seen(table: None) -> None:
    def read() -> list[int]:
        with snapshot():
            seen = [count()]
            apart(write)
            return [*seen, count()]

    assert apart(read) == [1, 1]
    assert apart(count) == 2


def test_a_snapshot_ends_with_its_block_even_after_an_error(table: None) -> None:
    def read() -> list[int]:
        with pytest.raises(ZeroDivisionError), snapshot():
            count()
            raise ZeroDivisionError
        apart(write)
        write()
        return [count()]

    assert apart(read) == [3]


def test_inside_a_transaction_of_the_caller_nothing_changes(table: None) -> None:
    def both() -> int:
        with transaction.atomic(), snapshot():
            write()
        return count()

    assert apart(both) == 2
