"""Rows that are written ahead into a temporary table, so that a transaction only has to move them.

A bulk write holds the one write lock of SQLite for as long as its transaction lasts, and making rows in
Python takes longer than what the database then does with them. A temporary table belongs to one
connection and needs no lock; it waits on disk, so memory holds a few rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from dlfportal.db.rows import column_names, rows_wait


class Staged:
    """Values of some columns of a table, in order, to be inserted or to change rows at once.

    `purpose` tells several sets for one table apart; a new one replaces the last of its purpose on this
    connection. Only names from the models' own definitions go into SQL; values are parameters.
    """

    def __init__(
        self, model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], purpose: str = "new"
    ) -> None:
        """Write `rows`, values of `columns`, ahead of the transaction that they are for.

        Making them must ask nothing of the database, which is taking them in meanwhile.
        """
        self._model = model
        self._target = model._meta.db_table
        self._columns = column_names(model, columns)
        self._table = f"staged_{self._target}_{purpose}"
        types = (model._meta.get_field(name).db_type(connection) for name in columns)
        shape = ", ".join(f"{name} {kind}" for name, kind in zip(self._columns, types, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self._table}")
            cursor.execute(f"CREATE TEMPORARY TABLE {self._table} ({shape})")
        rows_wait(self._table, self._columns, rows)

    def insert(self, **same: Any) -> None:
        """Insert the rows; `same` are the columns, by attribute name, that are alike in all of them."""
        shared = column_names(self._model, list(same))
        names = ", ".join([*self._columns, *shared])
        values = ", ".join([*self._columns, *("%s" for _ in shared)])
        sql = f"INSERT INTO {self._target} ({names}) SELECT {values} FROM {self._table}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, list(same.values()))

    def update(self, **same: Any) -> None:
        """Change the rows whose `id` is among the values: the other columns, and `same` in all of them."""
        changes = [f"{name} = {self._table}.{name}" for name in self._columns if name != '"id"']
        changes += [f"{name} = %s" for name in column_names(self._model, list(same))]
        sql = (
            f"UPDATE {self._target} SET {', '.join(changes)} FROM {self._table}"  # noqa: S608
            f" WHERE {self._target}.id = {self._table}.id"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, list(same.values()))

    def drop(self) -> None:
        """Forget the rows. Not within a transaction that has failed."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self._table}")
