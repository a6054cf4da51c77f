"""Pages of rows by place, not by number: what comes after a row is found by an index, however deep it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

Place = Sequence[Any]
"""Where a row stands in an order: its values of the fields."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order in which no two rows have the same place, and no value is NULL.

    `fields` are as `order_by` takes them. After the first they all go one way, so that an index which has
    the fields in this order serves both it and its reverse.
    """

    fields: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields without their directions."""
        return tuple(field.removeprefix("-") for field in self.fields)

    @property
    def reversed(self) -> Order:
        """The order from the end."""
        return Order(tuple(field[1:] if field.startswith("-") else f"-{field}" for field in self.fields))

    def begin(self, rows: QuerySet[Any, Any], count: int) -> list[Any]:
        """Return the first `count` rows."""
        return list(rows.order_by(*self.fields)[:count])

    def after(self, rows: QuerySet[Any, Any], place: Place, count: int) -> list[Any]:
        """Return the first `count` rows that come after a place, whether or not a row is there now."""
        found: list[Any] = []
        for part in self.ranges(rows, place):
            if len(found) < count:
                found += part[: count - len(found)]
        return found

    def beyond(self, place: Place) -> Q:
        """Return the condition that a row comes after a place: to be checked, as no index serves it well."""
        first, *rest = self.fields
        equal = Q(**{self.names[0]: place[0]})
        return _beyond([first], place) | equal & _beyond(rest, place[1:])

    def past(self, place: Place) -> Q:
        """Return the condition that a row comes after a place, of an order whose fields all go one way.

        An index of the order finds the first such row; only rows equal in the first field are walked over.
        """
        return _beyond(self.fields, place)

    def ahead(self, rows: QuerySet[Any, Any], place: Place | None, count: int) -> Place | None:
        """Return the place of a row that is at least `count` rows on, at most twice as many.

        None when there may be no such row. No place: from the first row on.
        """
        keys = rows.values_list(*self.names)
        parts = [keys.order_by(*self.fields)] if place is None else self.ranges(keys, place)
        found = (part[count - 1 : count] for part in parts)
        return next((row for rows in found for row in rows), None)

    def ranges(self, rows: QuerySet[Any, Any], place: Place) -> list[QuerySet[Any, Any]]:
        """Return the rows after a place as ranges of an index, in their order.

        First what is equal in the first field, then what is beyond it. As one condition they would be a
        walk over all that is equal there, such as all objects of one import.
        """
        first, *rest = self.fields
        equal = rows.filter(**{self.names[0]: place[0]}).filter(_beyond(rest, place[1:]))
        beyond = rows.filter(_beyond([first], place))
        return [equal.order_by(*rest), beyond.order_by(*self.fields)]


def _beyond(fields: Sequence[str], place: Place) -> Q:
    """Return the condition that a row comes after a place in fields that go one way."""
    (field, *fields), (value, *place) = fields, place
    sign, name = ("lt", field[1:]) if field.startswith("-") else ("gt", field)
    beyond = Q(**{f"{name}__{sign}": value})
    if not fields:
        return beyond
    return Q(**{f"{name}__{sign}e": value}) & (beyond | _beyond(fields, place))
