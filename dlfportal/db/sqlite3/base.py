"""What Django loads for the engine `dlfportal.db.sqlite3`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

STATEMENTS_KEPT = 512


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with a cursor that knows the statements it has seen."""

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)


class Cursor(base.SQLiteCursorWrapper):
    """Django's own; it looks for the marks of parameters, `%s`, once in a statement and not every time."""

    def convert_query(self, query: str, *, param_names: Iterable[str] | None = None) -> str:
        return (
            _with_marks(query)
            if param_names is None
            else super().convert_query(query, param_names=param_names)
        )


@lru_cache(STATEMENTS_KEPT)
def _with_marks(query: str) -> str:
    """Return a statement with the marks that SQLite knows."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
