"""Lookups of our own: many values at once, a condition only checked, a beginning; what can be an id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Field, Lookup
from django.db.models.lookups import FieldGetDbPrepValueMixin
from django.db.models.sql.compiler import SQLCompiler

from dlfportal.db.prepared import Given, Slot, many

LAST_CHARACTER = "\U0010ffff"


def is_row_id(text: Any) -> bool:
    """Return whether `text` can be the id of a row; what a browser sends may be anything."""
    return isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) <= 18


@Field.register_lookup
class Within(Lookup[Any]):
    """`column__within=values`, for texts and whole numbers: what `in` says, as one parameter.

    Django prepares each value of `in` on its own; with ten thousands that takes longer than the query.
    """

    lookup_name = "within"
    prepare_rhs = False
    rhs: Sequence[str] | Sequence[int] | Given

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the SQL of PostgreSQL and its parameters."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, self._values()]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the SQL of SQLite and its parameters."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, self._values()]  # noqa: S608

    def _values(self) -> Any:
        """Return the one parameter, or where the values of a prepared query go."""
        return Slot(self.rhs.name, many=True) if isinstance(self.rhs, Given) else many(self.rhs)


class _Checking(Lookup[Any]):
    """A condition that no index serves: a row is checked for it when something else has found the row.

    Left to itself, a database may take the index of a column that half of the rows have the same value in,
    and then sort them all for one page. PostgreSQL takes a condition on an expression for a rare one and
    then does the same with any other index; of a CASE it expects half of the rows.
    """

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the SQL of PostgreSQL and its parameters."""
        condition, params = self.condition(compiler, connection, *self.process_lhs(compiler, connection))
        return f"CASE WHEN {condition} THEN TRUE ELSE FALSE END", params

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the SQL of SQLite: the column within an expression, which keeps indexes out."""
        column, params = self.process_lhs(compiler, connection)
        return self.condition(compiler, connection, f"({column} || '')", params)

    def condition(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, column: str, params: Sequence[Any]
    ) -> tuple[str, Sequence[Any]]:
        """Return the condition on a column and its parameters."""
        raise NotImplementedError


@Field.register_lookup
class Checked(_Checking):
    """`column__checked=value`, for texts: equality that no index serves."""

    lookup_name = "checked"

    def condition(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, column: str, params: Sequence[Any]
    ) -> tuple[str, Sequence[Any]]:
        """Return that the column has the value."""
        value, values = self.process_rhs(compiler, connection)
        return f"{column} = {value}", [*params, *values]


@Field.register_lookup
class CheckedWithin(_Checking):
    """`column__checked_within=texts`: what `within` says, by no index."""

    lookup_name = "checked_within"
    prepare_rhs = False
    rhs: Sequence[str]

    def condition(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, column: str, params: Sequence[Any]
    ) -> tuple[str, Sequence[Any]]:
        """Return that the column has one of the values."""
        is_sqlite = connection.vendor == "sqlite"
        values = "IN (SELECT value FROM json_each(%s))" if is_sqlite else "= ANY(%s)"
        return f"{column} {values}", [*params, many(self.rhs)]


@DateTimeField.register_lookup
class CheckedFrom(FieldGetDbPrepValueMixin, _Checking):
    """`column__checked_from=time`: at that time or later, by no index."""

    lookup_name = "checked_from"

    def condition(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, column: str, params: Sequence[Any]
    ) -> tuple[str, Sequence[Any]]:
        """Return that the column has the time or a later one."""
        value, values = self.process_rhs(compiler, connection)
        return f"{column} >= {value}", [*params, *values]


@Field.register_lookup
class Begins(Lookup[Any]):
    """`column__begins=text`: exactly what begins with `text`, by an index that has the column in order.

    `startswith` is no help there: SQLite's LIKE ignores case, and so no index serves it. On PostgreSQL the
    index needs the operator class `varchar_pattern_ops`.
    """

    lookup_name = "begins"
    rhs: str

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the SQL of PostgreSQL and its parameters."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", [*params, connection.ops.prep_for_like_query(self.rhs) + "%"]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the SQL of SQLite, which compares text by its code points, and its parameters."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} >= %s AND {column} < %s", [*params, self.rhs, *params, self.rhs + LAST_CHARACTER]
