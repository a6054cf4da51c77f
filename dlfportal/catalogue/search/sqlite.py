"""The index of texts in SQLite: an FTS5 table whose rows are lists of keys, with the id of the object.

The table keeps no text of its own (`content=''`) and only which rows have a key (`detail=none`): a row is
added to, and what it no longer has is taken away, by its keys. It has no trigger and no foreign key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Lookup, Q
from django.db.models.sql.compiler import SQLCompiler

from dlfportal.catalogue.search.rows import ROWS_A_STATEMENT, Change, Row

ADD = "INSERT INTO catalogue_grams (rowid, grams) VALUES (%s, %s)"
TAKE_AWAY = "INSERT INTO catalogue_grams (catalogue_grams, rowid, grams) VALUES ('delete', %s, %s)"
FIND = "SELECT rowid FROM catalogue_grams WHERE catalogue_grams MATCH %s"
HAVE = f"{FIND} AND rowid BETWEEN %s AND %s"
GAP = 500
"""To find the place of an id in the list of a key takes about as long as to read so many ids of it."""


def rows_add(rows: Iterable[Row]) -> None:
    """Add keys to rows; those that they have already stay."""
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(iterator, ROWS_A_STATEMENT)):
            cursor.executemany(ADD, batch)


def rows_replace(changes: Iterable[Change]) -> None:
    """Take from each row the keys that it had, then add those that it has now; no row comes twice.

    A row that has not even its first key is not in the index. Nothing is taken away from it: the table
    counts its keys and calls itself damaged when there are less than none.
    """
    iterator = iter(changes)
    with connection.cursor() as cursor:
        while batch := list(islice(iterator, ROWS_A_STATEMENT)):
            firsts: dict[str, list[int]] = {}
            for pk, before, _after in batch:
                if before:
                    firsts.setdefault(before.partition(" ")[0], []).append(pk)
            there = {pk for key, pks in firsts.items() for pk in _having(cursor, key, pks)}
            if there:
                cursor.executemany(TAKE_AWAY, [(pk, before) for pk, before, _after in batch if pk in there])
            if added := [(pk, after) for pk, _before, after in batch if after]:
                cursor.executemany(ADD, added)


def _having(cursor: CursorWrapper, key: str, pks: Sequence[int]) -> set[int]:
    """Return those of some rows that have a key: where their ids lie close together, by one reading."""
    ids = sorted(pks)
    ends = [place for place in range(1, len(ids)) if ids[place] - ids[place - 1] > GAP]
    found: set[int] = set()
    for begin, end in pairwise([0, *ends, len(ids)]):
        cursor.execute(HAVE, [key, ids[begin], ids[end - 1]])
        found.update(pk for (pk,) in cursor.fetchall())
    return found.intersection(ids)


def rows_find(either: Sequence[Sequence[int]], scopes: Sequence[int], most: int) -> list[int]:
    """Return the ids of at most `most` rows that have all keys of `either` list, and one of the scopes."""
    with connection.cursor() as cursor:
        cursor.execute(f"{FIND} LIMIT %s", [_match(either, scopes), most])
        return [pk for (pk,) in cursor.fetchall()]


def row_named(either: Sequence[Sequence[int]], scopes: Sequence[int]) -> Q:
    """Return the condition that the row of an object is among those that `rows_find` finds.

    The first object that is checked for it makes a set of them all. An index that has a list in its order
    has the ids too, so that no object is read which is not in the set.
    """
    return Q(Named(F("pk"), _match(either, scopes)))


class Named(Lookup[Any]):
    """`Named(pk, match)`: a row that matches has this id. No index of ids serves it."""

    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return the SQL and its parameters."""
        pk, params = self.process_lhs(compiler, connection)
        return f"+{pk} IN ({FIND})", [*params, self.rhs]


def _match(either: Sequence[Sequence[int]], scopes: Sequence[int]) -> str:
    lists = " OR ".join(f"({' AND '.join(map(str, keys))})" for keys in either)
    return f"({lists}) AND ({' OR '.join(map(str, scopes))})"


def lock_for_rows() -> None:
    """Keep the index from being emptied until the transaction ends: SQLite has one writer at a time."""


def rows_clear() -> None:
    """Empty the index in a transaction, in which it is filled again; others see it full all the while."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalogue_grams (catalogue_grams) VALUES ('delete-all')")
