"""Rows that are written once and stay as they are."""

from __future__ import annotations

from typing import Any

from django.db import models

from dlfportal.db.rows import row_insert


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Refuses to change or delete rows in bulk."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError(f"{self.model.__name__} rows never change")

    def delete(self) -> Any:
        raise TypeError(f"{self.model.__name__} rows are never deleted")


class AppendOnlyModel(models.Model):
    """Base of the record and of revisions: a row can be added, not changed and not deleted."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows never change")
        row_insert(self)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} rows are never deleted")
