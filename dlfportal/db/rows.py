"""Inserting many rows of a table at once.

Django's `bulk_create` makes an object for each row and, on SQLite, a statement for every few rows;
ten thousands of them would hold the one write lock several times as long as this does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, CharField, ForeignKey, IntegerField, Model, TextField

ROWS_A_STATEMENT = 5000
VALUES_KEPT = 1000

PLAIN_FIELDS = (CharField, TextField, IntegerField, ForeignKey)
AS_THEY_ARE = frozenset({str, int, type(None)})
"""Types of values that every database takes as they are in those fields."""


class _Insertion(NamedTuple):
    """How a row of a model is inserted: its `values` go as they are, but for those that are `made`."""

    sql: str
    values: Callable[[Model], tuple[Any, ...]]
    made: Sequence[tuple[int, Any]]
    plain: Sequence[tuple[int, Any]]
    returning: bool


def row_insert(row: Model) -> None:
    """Insert a new row as it stands, and give it its id: what `save` does, without compiling it each time.

    Raises as `save` does, and like it spoils the transaction around it when it fails.
    """
    database = connections[connection.alias]
    insertion = _insertion(type(row), database.vendor)
    values = list(insertion.values(row))
    for place, field in insertion.plain:
        if type(values[place]) not in AS_THEY_ARE:
            values[place] = _made(row, field, database)
    for place, field in insertion.made:
        values[place] = _made(row, field, database)
    with transaction.mark_for_rollback_on_error(using=database.alias), database.cursor() as cursor:
        cursor.execute(insertion.sql, values)
        if insertion.returning:
            row.pk = cursor.fetchone()[0]
        elif row.pk is None:
            row.pk = cursor.lastrowid
    row._state.adding = False
    row._state.db = database.alias


def _made(row: Model, field: Any, database: BaseDatabaseWrapper) -> Any:
    """Return what the database takes for a field of a new row."""
    return field.get_db_prep_save(field.pre_save(row, True), database)


@cache
def _insertion(model: type[Model], vendor: str) -> _Insertion:
    """Return how a row of `model` is inserted; an id that the database makes is not among the values."""
    pk: Any = model._meta.pk
    made = isinstance(pk, AutoField)
    returning = made and vendor == "postgresql"
    fields: list[Any] = [field for field in model._meta.concrete_fields if not (made and field is pk)]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    ending = f" RETURNING {connection.ops.quote_name(pk.column)}" if returning else ""
    plain = [(place, field) for place, field in enumerate(fields) if isinstance(field, PLAIN_FIELDS)]
    return _Insertion(
        f"INSERT INTO {table} ({names}) VALUES ({marks}){ending}",  # noqa: S608
        attrgetter(*(field.attname for field in fields)),
        [(place, field) for place, field in enumerate(fields) if not isinstance(field, PLAIN_FIELDS)],
        plain,
        returning,
    )


def rows_insert(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, ignore: bool = False
) -> None:
    """Insert rows given as values of `columns`, ids by attribute name; `ignore` passes over conflicts.

    Every column without a default in the database must be there. Only names from the model's own
    definition go into the text; values are parameters. Making the rows must ask nothing of the database,
    which is taking them in meanwhile.
    """
    table, names = model._meta.db_table, column_names(model, columns)
    if ignore or connection.vendor == "sqlite":
        _in_batches(_values_insertion(table, names) + (" ON CONFLICT DO NOTHING" if ignore else ""), rows)
    else:
        _copy(table, names, rows)


def rows_wait(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows into a temporary table, given as values of its quoted columns; takes no lock."""
    if connection.vendor == "sqlite":
        _in_batches(_values_insertion(table, names), rows, locking=False)
    else:
        _copy(table, names, rows)


def _values_insertion(table: str, names: Sequence[str]) -> str:
    marks = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608


def _copy(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def column_names(model: type[Model], columns: Iterable[str]) -> list[str]:
    """Return the quoted names of columns that are given by attribute name."""
    fields: Any = [model._meta.get_field(name) for name in columns]
    return [connection.ops.quote_name(field.column) for field in fields]


def rows_update(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update rows given as values of `columns` and, last, the id."""
    changes = ", ".join(f"{name} = %s" for name in column_names(model, columns))
    sql = f"UPDATE {model._meta.db_table} SET {changes} WHERE id = %s"  # noqa: S608
    _in_batches(sql, rows)


def row_change(model: type[Model], changes: Mapping[str, Any], **where: Any) -> None:
    """Set `changes`, values by field name, in the rows whose fields have the values of `where`."""
    database = connections[connection.alias]
    sql, fields = _change(model, database.vendor, tuple(changes), tuple(where))
    given = (*changes.values(), *where.values())
    values = [field.get_db_prep_save(value, database) for field, value in zip(fields, given, strict=True)]
    with transaction.mark_for_rollback_on_error(using=database.alias), database.cursor() as cursor:
        cursor.execute(sql, values)


@cache
def _change(
    model: type[Model], vendor: str, changes: Sequence[str], where: Sequence[str]
) -> tuple[str, Sequence[Any]]:
    """Return the statement of `row_change`, and the fields of its values."""
    fields: list[Any] = [model._meta.get_field(name) for name in (*changes, *where)]
    equal = [f"{connection.ops.quote_name(field.column)} = %s" for field in fields]
    sets, wanted = ", ".join(equal[: len(changes)]), " AND ".join(equal[len(changes) :])
    table = connection.ops.quote_name(model._meta.db_table)
    return f"UPDATE {table} SET {sets} WHERE {wanted}", fields  # noqa: S608


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


def ids_reserve(model: type[Model], count: int) -> Sequence[int]:
    """Return `count` fresh ids of a table that nobody else will get, for rows that come later, or never."""
    if connection.vendor == "postgresql":
        return ids_take(model, count)
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        ids = ids_take(model, count)
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
    return ids


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


def _in_batches(sql: str, rows: Iterable[Sequence[Any]], *, locking: bool = True) -> None:
    """Do a statement for each of the rows; `locking` makes one transaction of each batch."""
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(iterator, ROWS_A_STATEMENT)):
            with transaction.atomic(savepoint=False) if locking else nullcontext():
                cursor.executemany(sql, batch)
