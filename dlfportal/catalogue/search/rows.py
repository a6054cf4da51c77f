"""The index of texts, whichever database keeps it: rows of keys, found by the keys that they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.db.models import Q

Row = tuple[int, str]
"""The id of an object, and its keys with a space between."""

Change = tuple[int, str, str]
"""The id of an object, the keys that it had and those that it has now, "" for none."""

ROWS_A_STATEMENT = 2000


class Index(Protocol):
    """What `sqlite` and `postgresql` do."""

    def rows_add(self, rows: Iterable[Row]) -> None: ...
    def rows_replace(self, changes: Iterable[Change]) -> None: ...
    def rows_find(self, either: Sequence[Sequence[int]], scopes: Sequence[int], most: int) -> list[int]: ...
    def row_named(self, either: Sequence[Sequence[int]], scopes: Sequence[int]) -> Q: ...
    def lock_for_rows(self) -> None: ...
    def rows_clear(self) -> None: ...
