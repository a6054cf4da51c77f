"""One unchanging view of the catalogue across several reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Model


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all reads inside see the same committed state, without taking the write lock.

    On SQLite this is a deferred transaction (Django's own would begin IMMEDIATE and lock writers
    out), on PostgreSQL a read-only one of isolation level REPEATABLE READ. Inside a transaction
    of the caller it changes nothing.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def snapshot_to_mend(model: type[Model]) -> Iterator[None]:
    """Let all reads inside see the same committed state, and write what it lacks; one at a time of a table.

    On PostgreSQL others write rows of the table meanwhile; SQLite has its one write lock. Inside a
    transaction of the caller it changes nothing.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(model._meta.db_table)
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                # It takes no snapshot yet: what is read is the state after the wait for this lock.
                cursor.execute(f"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE")
        yield
