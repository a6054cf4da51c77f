"""The index of texts in PostgreSQL: a table of an array of keys by the id of the object, with a GIN index.

It has no foreign key: a row may be there before its object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection
from django.db.models import Q

from dlfportal.catalogue.search.rows import ROWS_A_STATEMENT, Change, Row

ADD = """
    INSERT INTO catalogue_grams (object_id, grams)
    SELECT pk, string_to_array(keys, ' ')::int4[] FROM unnest(%s::bigint[], %s::text[]) AS rows (pk, keys)
    ON CONFLICT (object_id) DO UPDATE SET grams = catalogue_grams.grams || EXCLUDED.grams
"""
REPLACE = """
    INSERT INTO catalogue_grams (object_id, grams)
    SELECT pk, string_to_array(keys, ' ')::int4[] FROM unnest(%s::bigint[], %s::text[]) AS rows (pk, keys)
    ON CONFLICT (object_id) DO UPDATE SET grams = EXCLUDED.grams
"""
REMOVE = "DELETE FROM catalogue_grams WHERE object_id = ANY(%s)"
FIND = "SELECT object_id FROM catalogue_grams WHERE"


def rows_add(rows: Iterable[Row]) -> None:
    """Add keys to rows; those that they have already stay."""
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(iterator, ROWS_A_STATEMENT)):
            cursor.execute(ADD, [list(column) for column in zip(*batch, strict=True)])


def rows_replace(changes: Iterable[Change]) -> None:
    """Let each row have the keys that it has now and no other; without a key it goes. No row comes twice."""
    iterator = iter(changes)
    with connection.cursor() as cursor:
        while batch := list(islice(iterator, ROWS_A_STATEMENT)):
            kept = [(pk, after) for pk, _before, after in batch if after]
            if kept:
                cursor.execute(REPLACE, [list(column) for column in zip(*kept, strict=True)])
            if gone := [pk for pk, before, after in batch if before and not after]:
                cursor.execute(REMOVE, [gone])


def rows_find(either: Sequence[Sequence[int]], scopes: Sequence[int], most: int) -> list[int]:
    """Return the ids of at most `most` rows that have all keys of `either` list, and one of the scopes."""
    one = list(scopes) if len(scopes) == 1 else []
    lists = " OR ".join(["grams @> %s::int4[]"] * len(either))
    values: list[list[int]] = [[*one, *keys] for keys in either]
    if not one:
        lists = f"({lists}) AND grams && %s::int4[]"
        values.append(list(scopes))
    with connection.cursor() as cursor:
        cursor.execute(f"{FIND} {lists} LIMIT %s", [*values, most])
        return [pk for (pk,) in cursor.fetchall()]


def row_named(either: Sequence[Sequence[int]], scopes: Sequence[int]) -> Q:
    """Return no condition.

    PostgreSQL reads an object before it checks anything of it, so that the set of the rows found, which
    alone takes as long as to check the text of their objects, would save nothing.
    """
    return Q()


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
