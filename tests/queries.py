"""The guard against queries that grow with the rows: count, grow tenfold, count again."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
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
