"""The backend for SQLite takes statements and values as Django's own does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dlfportal.db.sqlite3 import base

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite only")


@pytest.mark.parametrize("_again", [1, 2])
def test_marks_and_percent_signs_are_read_as_django_reads_them(_again: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s, '%%s', '50%%', %s", ["a", "%s"])
        assert cursor.fetchone() == ("a", "%s", "50%", "%s")
        cursor.execute("SELECT %(one)s, %(two)s", {"two": 2, "one": 1})
        assert cursor.fetchone() == (1, 2)
        cursor.execute("SELECT '%s', '%%'")
        assert cursor.fetchone() == ("%s", "%%"), "without values a statement stays as it is"
        cursor.execute("CREATE TEMPORARY TABLE marks (value text)")
        cursor.executemany("INSERT INTO marks VALUES (%s)", [["%s"], ["?"]])
        cursor.execute("SELECT value FROM marks ORDER BY value")
        assert cursor.fetchall() == [("%s",), ("?",)]
        cursor.execute("DROP TABLE marks")


def test_a_statement_is_looked_through_once_and_counted_each_time() -> None:
    before = base._with_marks.cache_info()
    with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        for value in range(3):
            cursor.execute("SELECT %s AS looked_through_once", [value])
    after = base._with_marks.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits, len(asked)) == (1, 2, 3)
