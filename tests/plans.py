"""How SQLite means to read its tables: proves without large tables that a cost does not grow."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

BY_KEY = re.compile(r"\((rowid|id)=\?\)")


class Step(NamedTuple):
    """A step of a plan: steps of one `parent` are one loop within the other."""

    number: int
    parent: int
    text: str


def plan_of(sql: str) -> list[Step]:
    """Return SQLite's plan for a query."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}", ())
        return [Step(row[0], row[1], row[3]) for row in cursor.fetchall()]


def growing_steps(sql: str, tables: Collection[str]) -> list[str]:
    """Return the steps of a query whose cost grows with one of the `tables`.

    These are: a table read from end to end, unless a LIMIT is all that ends it; and rows that are sorted,
    unless each was found by its key.
    """
    steps = plan_of(sql)
    found = [step.text for step in steps if _table(step, sql, "SCAN") in tables and not _is_walk(sql)]
    for sort in (step for step in steps if step.text.startswith("USE TEMP B-TREE")):
        loops = [
            step for step in steps if step.parent == sort.parent and _table(step, sql, "SEARCH") in tables
        ]
        if not all(BY_KEY.search(step.text) for step in loops):
            found.append(sort.text)
    return found


def growing_queries(call: Callable[[], object], tables: Collection[str]) -> list[str]:
    """Return the queries of `call` with such steps, each with its plan."""
    with CaptureQueriesContext(connection) as queries:
        call()
    asked = {entry["sql"] for entry in queries if entry["sql"].startswith(("SELECT", "WITH"))}
    return [
        "\n".join([*(step.text for step in plan_of(sql)), sql]) for sql in asked if growing_steps(sql, tables)
    ]


def assert_walks(rows: QuerySet[Any, Any], index: str) -> None:
    """Fail unless SQLite finds the rows in their order by this index: no more of them than it returns.

    PostgreSQL chooses by the size of the table, which is small in a test.
    """
    if connection.vendor == "sqlite":
        plan = rows.explain()
        assert f"INDEX {index} " in plan, plan
        assert "TEMP B-TREE" not in plan, plan
        assert "SCAN" not in plan, plan


def _table(step: Step, sql: str, verb: str) -> str:
    """Return the table that a step reads, which a plan may call by its alias."""
    name = re.match(rf"{verb} (\w+)", step.text)
    if name is None:
        return ""
    aliased = re.search(rf'"(\w+)" (?:AS )?"?{name[1]}"?(?: ON\b| USING\b| WHERE\b|$)', sql)
    return aliased[1] if aliased else name[1]


def _is_walk(sql: str) -> bool:
    """Return whether a query takes the first rows of a whole table, in the order of its key."""
    return "LIMIT" in sql and "WHERE" not in sql
