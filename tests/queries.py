"""The guard against queries that grow with the rows: count, grow tenfold, count again; look at the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext


def count_queries(call: Callable[[], object]) -> int:
    """Return how many queries `call` makes."""
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def assert_same_queries(build_more: Callable[[], object], call: Callable[[], object]) -> None:
    """Fail unless `call` makes as many queries after `build_more` (ten times the rows) as before.

    The call runs once beforehand, so that caches Django fills on first use do not count.
    """
    call()
    before = count_queries(call)
    build_more()
    after = count_queries(call)
    assert after == before, f"{before} queries became {after} with ten times the rows"


def plan_of(rows: QuerySet[Any, Any]) -> str:
    """Return how the database would find the rows."""
    return str(rows.explain())


def assert_walks(rows: QuerySet[Any, Any], index: str) -> None:
    """Fail unless SQLite finds the rows in their order by this index: no more of them than it returns.

    PostgreSQL chooses by the size of the table, which is small in a test.
    """
    if connection.vendor == "sqlite":
        plan = plan_of(rows)
        assert f"INDEX {index} " in plan, plan
        assert "TEMP B-TREE" not in plan, plan
        assert "SCAN" not in plan, plan
