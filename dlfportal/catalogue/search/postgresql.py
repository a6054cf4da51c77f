"""The index of texts in PostgreSQL: a table of an array of keys by the id of the object, with a GIN index.

It has no foreign key: a row may be there before its object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection

from dlfportal.catalogue.search.rows import ROWS_A_STATEMENT, Row

INSERT = "INSERT INTO catalogue_grams (object_id, grams) VALUES (%s, %s::int4[]) ON CONFLICT (object_id) DO "
ADD = INSERT + "UPDATE SET grams = catalogue_grams.grams || EXCLUDED.grams"
REPLACE = INSERT + "UPDATE SET grams = EXCLUDED.grams"
REMOVE = "DELETE FROM catalogue_grams WHERE object_id = %s"
FIND = "SELECT object_id FROM catalogue_grams WHERE grams @> %s::int4[] LIMIT %s"
FIND_IN = "SELECT object_id FROM catalogue_grams WHERE grams @> %s::int4[] AND grams && %s::int4[] LIMIT %s"


def rows_add(rows: Iterable[Row]) -> None:
    """Add keys to rows; those that they have already stay."""
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(iterator, ROWS_A_STATEMENT)):
            cursor.executemany(ADD, [(pk, _array(keys)) for pk, keys in batch])


def row_replace(pk: int, before: str, after: str) -> None:
    """Let a row have the keys `after` and no other; without a key it goes."""
    with connection.cursor() as cursor:
        if after:
            cursor.execute(REPLACE, [pk, _array(after)])
        elif before:
            cursor.execute(REMOVE, [pk])


def rows_find(keys: Sequence[int], scopes: Sequence[int], most: int) -> list[int]:
    """Return the ids of at most `most` rows that have each of the keys, and one of the scopes."""
    all_keys = [*keys, *scopes] if len(scopes) == 1 else list(keys)
    with connection.cursor() as cursor:
        if len(scopes) > 1:
            cursor.execute(FIND_IN, [all_keys, list(scopes), most])
        else:
            cursor.execute(FIND, [all_keys, most])
        return [pk for (pk,) in cursor.fetchall()]


def lock_for_rows() -> None:
    """Keep the index from being emptied until the transaction ends; waits for one that empties it."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalogue_grams IN ROW EXCLUSIVE MODE")


def rows_clear() -> None:
    """Empty the index in a transaction, in which it is filled again; others see it full all the while.

    Writers wait for the end of that transaction, as they do on SQLite.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalogue_grams IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM catalogue_grams")


def _array(keys: str) -> str:
    return f"{{{keys.replace(' ', ',')}}}"
