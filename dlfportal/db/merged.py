"""The first rows of a list over many parts of a table, each part read from its own stretch of an index.

`workspace IN (...) ORDER BY name LIMIT 50` reads and sorts all rows of these workspaces, since no index
has them in one order. Here each workspace gives its own first rows by an index that begins with the
workspace, and only these are sorted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, Max, Min, Q, QuerySet
from django.db.models.expressions import Col, RawSQL

Part = Mapping[str, str]
"""What the rows of one part have in the columns, all of text, with which an index begins."""


def first_keys(rows: QuerySet[Any], parts: Sequence[Part], order: Sequence[str], most: int) -> list[Any]:
    """Return the keys of the first `most` of the `rows` that belong to one of the `parts`, in order.

    All parts name the same columns, and no two are the same. `order` is as in `order_by`, by columns of
    the table itself; when it is empty, any `most` rows are returned, at the cost of reading just these.
    """
    if not parts or most < 1:
        return []
    if len(parts) == 1:
        return list(rows.filter(**parts[0]).order_by(*order).values_list("pk", flat=True)[:most])
    of_part = _of_part(parts)
    lateral = connections[rows.db].vendor == "postgresql"
    listed = [column.removeprefix("-") for column in order] if lateral else []
    inner = rows.filter(**of_part).order_by(*order).values("pk", *listed)[:most]
    try:
        inner_sql, inner_values = inner.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return []
    picked = _lateral(inner_sql, order) if lateral else _correlated(rows, inner_sql, order)
    # Only names from the model's own definition go into the text; values are parameters.
    sql = f"WITH {_with_parts(parts)} {picked} LIMIT %s"
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, [*_values(parts), *inner_values, most])
        return [row[0] for row in cursor.fetchall()]


def far_value(rows: QuerySet[Any], parts: Sequence[Part], order: Sequence[str], count: int) -> Any:
    """Return a value of the first column of `order` up to which no part has more than about `count` rows.

    It is that of the row `count` on, of the part where that row comes first; None where no part has as many.
    """
    column, part = order[0].removeprefix("-"), _of_part(parts)
    nearest = Max if order[0].startswith("-") else Min
    value = rows.filter(**part).order_by(*order).values(column)[count : count + 1]
    field = rows.model._meta.get_field(column)
    try:
        inner_sql, inner_values = value.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return None
    found = f"SELECT ({inner_sql}) AS value FROM part"  # noqa: S608
    sql = f"WITH {_with_parts(parts)} SELECT {nearest.function}(value) FROM ({found}) AS far"  # noqa: S608
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, [*_values(parts), *inner_values])
        return _converted(rows.db, field, cursor.fetchone()[0])


def _converted(using: str, field: Field[Any, Any], value: Any) -> Any:
    """Return a value as the database gave it as the field has it."""
    expression = Col("", field)
    for convert in connections[using].ops.get_db_converters(expression):
        value = convert(value, expression, connections[using])
    return value


def _names(parts: Sequence[Part]) -> list[str]:
    return [f"part{number}" for number in range(len(parts[0]))]


def _of_part(parts: Sequence[Part]) -> dict[str, RawSQL]:
    """Return the condition that a row belongs to the part that a query goes through."""
    return {
        column: RawSQL(f"part.{name}", ())  # noqa: S611 - a name made here
        for column, name in zip(parts[0], _names(parts), strict=True)
    }


def _with_parts(parts: Sequence[Part]) -> str:
    """Return the parts as a table of a query, whose values are those of `_values`."""
    names = _names(parts)
    marks = ", ".join([f"({', '.join(['%s'] * len(names))})"] * len(parts))
    return f"part({', '.join(names)}) AS (VALUES {marks})"


def _values(parts: Sequence[Part]) -> list[str]:
    return [part[column] for part in parts for column in parts[0]]


def _lateral(inner_sql: str, order: Sequence[str]) -> str:
    """Return the query of PostgreSQL, where each part asks for its rows."""
    columns = [f"column{number}" for number in range(len(order))]
    found = f"found({', '.join(['key', *columns])})"
    sql = f"SELECT key FROM part CROSS JOIN LATERAL ({inner_sql}) AS {found}"  # noqa: S608
    return sql + _order_by(columns, order)


def _correlated(rows: QuerySet[Any], inner_sql: str, order: Sequence[str]) -> str:
    """Return the query of SQLite, which has no LATERAL: each part names the keys of its rows."""
    meta = rows.model._meta
    quote = connections[rows.db].ops.quote_name
    key = f"found.{quote(meta.pk.column)}"
    fields = [meta.get_field(column.removeprefix("-")) for column in order]
    joined = f"{quote(meta.db_table)} AS found ON {key} IN ({inner_sql})"
    columns = [f"found.{quote(field.column)}" for field in fields]
    return f"SELECT {key} FROM part CROSS JOIN {joined}" + _order_by(columns, order)  # noqa: S608


def _order_by(columns: Sequence[str], order: Sequence[str]) -> str:
    """Return the ORDER BY of `columns`, each in the direction that `order` says."""
    pairs = zip(columns, order, strict=True)
    terms = [f"{column} DESC" if asked.startswith("-") else column for column, asked in pairs]
    return f" ORDER BY {', '.join(terms)}" if terms else ""


def in_order(rows: QuerySet[Any], keys: Collection[Any], order: Sequence[str]) -> list[Any]:
    """Return `keys`, of rows of this table, in `order`; those of rows that are gone are left out."""
    plain: QuerySet[Any] = QuerySet(rows.model, using=rows.db)
    return list(plain.filter(pk__within=list(keys)).order_by(*order).values_list("pk", flat=True))


class Ways(NamedTuple):
    """Where a search looks: each of the `exact` conditions, and what begins with `text` in `column`.

    `exact` are pairs of a condition and the parts in which an index answers it; `begins` are the parts in
    which an index has `column` in order.
    """

    text: str
    column: str
    begins: Sequence[Part]
    exact: Sequence[tuple[Q, Sequence[Part]]]


class FoundKeys(NamedTuple):
    """The keys that a search found, in order, and whether it was too vague.

    Then what only begins with its text was too much to be looked through, and is not among them.
    """

    keys: list[Any]
    is_vague: bool


def find_keys(rows: QuerySet[Any], ways: Ways, order: Sequence[str], most: int) -> FoundKeys:
    """Return, in order, the first keys of the rows that one of the `ways` leads to: one more than `most` at
    least if there are so many.

    What begins with the text is in the order of its names, so it is read whole if there are at most `most`
    rows of it; of more, only those are taken that are named exactly so.
    """
    begin = rows.filter(**{f"{ways.column}__begins": ways.text})
    found = first_keys(begin, ways.begins, (), most + 1)
    is_vague = len(found) > most
    exact = list(ways.exact)
    if is_vague:
        found = []
        exact.append((Q(**{ways.column: ways.text}), ways.begins))
    keys = set(found)
    for condition, parts in exact:
        keys.update(first_keys(rows.filter(condition), parts, order, most + 1))
    return FoundKeys(in_order(rows, keys, order), is_vague)
