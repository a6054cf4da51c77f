"""Queries that are compiled once and asked many times.

Django compiles a query anew each time it is asked, which takes ten times as long as the database needs for
a row. What every request asks is therefore written once, as a queryset like any other, with `Given` in
the place of values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=Model)
Convert = Callable[[Any, Any, BaseDatabaseWrapper], Any]


class Slot(NamedTuple):
    """Where a value goes among the parameters of a statement; `many` of them go as one parameter."""

    name: str
    many: bool


class Given(Expression):
    """A text or whole number that is given each time a prepared query is asked.

    In the place of the values of the lookup `within` it stands for all of them.
    """

    def __init__(self, name: str) -> None:
        super().__init__(output_field=Field())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the mark of one parameter, and which value goes there."""
        return "%s", [Slot(self.name, many=False)]


class _Statement(NamedTuple):
    """A compiled query: its SQL, its parameters, and by place in a row what makes Python of a value."""

    sql: str
    params: Sequence[Any]
    converters: Mapping[int, tuple[Sequence[Convert], Any]]


class Prepared:
    """A query of `values_list`, compiled when it is first asked; `build` makes it, with `Given` values."""

    def __init__(self, build: Callable[[], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self._build = build
        self._statements: dict[str, _Statement] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of the query with these values, those of `Given` by name."""
        database = connections[connection.alias]
        statement = self._statements.get(database.vendor) or self._compile()
        params = [_filled(param, values) for param in statement.params]
        with database.cursor() as cursor:
            cursor.execute(statement.sql, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return _converted(rows, statement.converters) if statement.converters else rows

    def row(self, **values: Any) -> tuple[Any, ...] | None:
        """Return the first row of the query with these values, or None."""
        rows = self.rows(**values)
        return rows[0] if rows else None

    def _compile(self) -> _Statement:
        compiler = self._build().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        selected = [column[0] for column in compiler.select]
        statement = _Statement(sql, params, compiler.get_converters(selected))
        self._statements[connection.vendor] = statement
        return statement


def columns(model: type[Model], path: str = "") -> list[str]:
    """Return what `values_list` is given for whole rows of `model`, which stands behind `path`."""
    return [f"{path}{field.attname}" for field in model._meta.concrete_fields]


def instance(model: type[Row], values: Sequence[Any]) -> Row:
    """Return the row of `model` that has the values of its `columns`; no signal is sent of it."""
    row = model.__new__(model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, connection.alias
    row.__dict__.update(zip(_names(model), values, strict=True))
    return row


def instances(values: Sequence[Any], *models: type[Model]) -> tuple[Any, ...]:
    """Return the rows of several models whose values stand one after the other, as `instance` does."""
    rest = iter(values)
    return tuple(instance(model, tuple(islice(rest, len(_names(model))))) for model in models)


@cache
def _names(model: type[Model]) -> Sequence[str]:
    return columns(model)


def many(values: Sequence[int] | Sequence[str]) -> Any:
    """Return values as the database takes them in the one parameter of the lookup `within`."""
    return json.dumps(list(values)) if connection.vendor == "sqlite" else list(values)


def _filled(param: Any, values: Mapping[str, Any]) -> Any:
    if not isinstance(param, Slot):
        return param
    return many(values[param.name]) if param.many else values[param.name]


def _converted(
    rows: Sequence[tuple[Any, ...]], converters: Mapping[int, tuple[Sequence[Convert], Any]]
) -> list[tuple[Any, ...]]:
    converted = []
    for row in rows:
        values = list(row)
        for place, (steps, expression) in converters.items():
            for step in steps:
                values[place] = step(values[place], expression, connection)
        converted.append(tuple(values))
    return converted
