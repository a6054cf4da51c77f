"""Columns that Django does not have."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class CodePointField(models.TextField):  # type: ignore[type-arg]
    """Text that both databases compare and order by Unicode code points, and by an index alone.

    PostgreSQL orders text by the language of the database otherwise; SQLite always orders it so.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Return the type of the column with its collation."""
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        return {**parameters, "collation": "C" if connection.vendor == "postgresql" else None}
