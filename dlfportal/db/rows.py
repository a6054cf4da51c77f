"""Inserting many rows of a table at once.

Django's `bulk_create` makes an object for each row and, on SQLite, a statement for every few rows;
ten thousands of them would hold the one write lock several times as long as this does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

ROWS_A_STATEMENT = 5000
VALUES_KEPT = 1000


def rows_insert(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, ignore: bool = False
) -> None:
    """Insert rows given as values of `columns`, ids by attribute name; `ignore` passes over conflicts.

    Every column without a default in the database must be there. Only names from the model's own
    definition go into the text; values are parameters.
    """
    fields = [model._meta.get_field(name) for name in columns]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)  # type: ignore[union-attr]
    marks = ", ".join(["%s"] * len(fields))
    ending = " ON CONFLICT DO NOTHING" if ignore else ""
    sql = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks}){ending}"  # noqa: S608
    _in_batches(sql, rows)


def rows_update(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update rows given as values of `columns` and, last, the id."""
    names = (str(model._meta.get_field(name).column) for name in columns)  # type: ignore[union-attr]
    changes = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in names)
    sql = f"UPDATE {model._meta.db_table} SET {changes} WHERE id = %s"  # noqa: S608
    _in_batches(sql, rows)


def ids_take(model: type[Model], count: int) -> Sequence[int]:
    """Return `count` fresh ids of a table, for rows that this transaction inserts.

    PostgreSQL's sequence gives them; on SQLite nobody else can write meanwhile, and what is inserted
    moves its own count on.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sql, [table, count])
            return [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = next(iter(cursor.fetchone() or ()), 0)
        return range(last + 1, last + count + 1)


def stored(model: type[Model], column: str, value: Any) -> Any:
    """Return `value` as the database takes it in a column whose type is not plain text or a number."""
    field: Any = model._meta.get_field(column)
    return field.get_db_prep_save(value, connection)


def storing(model: type[Model], column: str) -> Callable[[Any], Any]:
    """Return what does as `stored` for many JSON values of one column; of those that recur, once."""
    kept: dict[str, Any] = {}

    def convert(value: Any) -> Any:
        key = repr(value)
        if key in kept:
            return kept[key]
        made = stored(model, column, value)
        if len(kept) < VALUES_KEPT:
            kept[key] = made
        return made

    return convert


def _in_batches(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(iterator, ROWS_A_STATEMENT)):
            with transaction.atomic(savepoint=False):
                cursor.executemany(sql, batch)
