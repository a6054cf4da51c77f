"""Columns that every list and page of the admin shows alike."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Model
from django.utils.safestring import SafeString

from dlfportal.times import moment

NO_TIME = "—"


def time_column(model: type[Model], field: str) -> Any:
    """Return the column of a time of `model`; the types of Django know no such thing among `fields`."""
    return _TimeColumn(model, field)


class _TimeColumn:
    """A time of a row, shown as every page shows times: in a list, and read-only on the page of the row."""

    def __init__(self, model: type[Model], field: str) -> None:
        self.field = self.__name__ = self.admin_order_field = field
        self.short_description = cast(Any, model._meta.get_field(field)).verbose_name

    def __call__(self, row: Any) -> SafeString | str:
        """Return the time as HTML, a dash where the row has none: on the page of a row Django writes None."""
        value = getattr(row, self.field)
        return moment(value) if value else NO_TIME
