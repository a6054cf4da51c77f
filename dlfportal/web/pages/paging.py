"""The pages of a list: which rows the address asks for, and the addresses of the pages around them.

An address names a place, not a number: the row after which, or before which, a page is. So a deep page
costs what the first one costs, and rows that come or go meanwhile neither hide others nor show them twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.db.models import Field
from django.http import QueryDict

from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.lists import Listed, Row
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.db.keyset import Order

PARAMS = ("after", "before", "last", "page")
"""The parameters of an address that say which page of the list it is."""
SKIPPED_AT_MOST = 1000
"""So many rows an address with a page number may skip, as addresses had once; beyond is the first page."""


class Address:
    """The address of a list without the place in it."""

    def __init__(self, params: QueryDict) -> None:
        """`params` are those of the request."""
        self._params = {name: values for name, values in params.lists() if name not in PARAMS}

    def changed(self, **changes: str) -> str:
        """Return the address with other values of some parameters; an empty value takes one away."""
        params = {**self._params, **{name: [value] for name, value in changes.items()}}
        return (
            f"?{urlencode([(name, value) for name, values in params.items() for value in values if value])}"
        )

    def pairs(self, *without: str) -> list[tuple[str, str]]:
        """Return its parameters and their values, for a form that keeps them."""
        return [
            (name, value)
            for name, values in self._params.items()
            if name not in without
            for value in values[-1:]
        ]


class Mark(NamedTuple):
    """A place in a list, and the number of the row that was there, if it was known."""

    values: list[Any]
    number: int | None


class Marks:
    """Writes places of one order into addresses, and reads them; what was tampered with is none."""

    def __init__(self, order: Order) -> None:
        """Places are those of `order`: one of another order is none."""
        self._order = order
        self._fields = [_field(name) for name in order.names]
        self._signer = Signer(sep=".", salt=f"dlfportal.list.{' '.join(order.fields)}")

    def write(self, row: Row, number: int | None) -> str:
        """Return the text for the place of a row, which stands as `number` in the list."""
        # To read values off, a row is as good as the model.
        values = [field.value_to_string(cast(CatalogueObject, row)) for field in self._fields]
        return self._signer.sign_object([number, *values], compress=True)

    def read(self, text: str) -> Mark | None:
        """Return the place that `write` made a text of."""
        try:
            number, *values = self._signer.unsign_object(text)
        except BadSignature:
            return None
        return Mark(
            [field.to_python(value) for field, value in zip(self._fields, values, strict=True)], number
        )


def _field(name: str) -> Field[Any, Any]:
    field: Field[Any, Any] = CatalogueObject._meta.get_field(name)  # type: ignore[assignment]
    return field


@dataclass(frozen=True, slots=True)
class Window:
    """The rows of one page. `start` is the number of the first one, None where that is not known."""

    rows: list[Row]
    start: int | None
    is_first: bool
    is_last: bool
    total: Total

    @property
    def start_text(self) -> str:
        """The number of the first row as pages show it."""
        return f"{self.start or 0:,}"

    @property
    def end_text(self) -> str:
        """The number of the last row as pages show it."""
        return f"{self.end or 0:,}"

    @property
    def end(self) -> int | None:
        """The number of the last row."""
        return None if self.start is None else self.start + len(self.rows) - 1


class Windows:
    """Reads pages of `size` rows of a list in its order."""

    def __init__(self, listed: Listed, order: Order, size: int) -> None:
        self._listed, self._order, self._size = listed, order, size
        self._total = listed.total

    def read(self, params: Mapping[str, str]) -> Window:
        """Return the page that the parameters of an address ask for; the first one, if they make no sense."""
        marks = Marks(self._order)
        if after := marks.read(params.get("after", "")):
            return self._after(after)
        if before := marks.read(params.get("before", "")):
            return self._before(before)
        if "last" in params:
            return self._last()
        return self._numbered(params.get("page", ""))

    def _after(self, mark: Mark) -> Window:
        rows = self._listed.rows(self._order, self._size + 1, mark.values)
        found = self._order.after(rows, mark.values, self._size + 1)
        if not found:
            return self._last()
        start = None if mark.number is None else mark.number + 1
        return self._window(found, start, is_first=False, is_last=len(found) <= self._size)

    def _before(self, mark: Mark) -> Window:
        order = self._order.reversed
        rows = self._listed.rows(order, self._size + 1, mark.values)
        found = order.after(rows, mark.values, self._size + 1)
        if len(found) <= self._size:
            return self._first()
        start = None if mark.number is None else mark.number - self._size
        return self._window(found[: self._size][::-1], start, is_first=False, is_last=False)

    def _first(self, skip: int = 0) -> Window:
        end = skip + self._size + 1
        found = self._order.begin(self._listed.rows(self._order, end), end)[skip:]
        if skip and not found:
            return self._last()
        return self._window(found, skip + 1, is_first=not skip, is_last=len(found) <= self._size)

    def _last(self) -> Window:
        """Return the last page: as many rows as are left over when one pages there."""
        number, is_more = self._total
        left = self._size if is_more else (number - 1) % self._size + 1
        order = self._order.reversed
        found = order.begin(self._listed.rows(order, left + 1), left + 1)
        return self._window(found[:left][::-1], None, is_first=len(found) <= left, is_last=True)

    def _numbered(self, text: str) -> Window:
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
        skip = max(0, number - 1) * self._size
        return self._first(skip if skip <= SKIPPED_AT_MOST else 0)

    def _window(self, found: list[Any], start: int | None, *, is_first: bool, is_last: bool) -> Window:
        rows = [Row._make(row) for row in found[: self._size]]
        start, total = _numbers(len(rows), start, self._total, is_first=is_first, is_last=is_last)
        return Window(rows, start, is_first, is_last, total)


def _numbers(
    count: int, start: int | None, total: Total, *, is_first: bool, is_last: bool
) -> tuple[int | None, Total]:
    """Return the number of the first of `count` rows and the total, such that they agree.

    An edge is certain; between edges a number is that of when one came by, and rows may have come or gone.
    """
    if is_first:
        start = 1
    elif is_last and not total.is_more:
        start = total.number - count + 1
    if start is None or start < (1 if is_first else 2):
        return None, total
    end = start + count - 1
    if is_last:
        return start, Total(end, False)
    if total.number > end:
        return start, total
    return (start, Total(end, True)) if total.is_more else (None, total)


@dataclass(frozen=True, slots=True)
class Pager:
    """The addresses of the pages around one; "" where there is none."""

    first: str
    previous: str
    next: str
    last: str


def pager_of(window: Window, order: Order, address: Address) -> Pager:
    """Return the addresses of the pages around one; everything else in the address stays as it is."""
    marks = Marks(order)
    previous = following = ""
    if not window.is_first:
        previous = address.changed(before=marks.write(window.rows[0], window.start))
    if not window.is_last:
        following = address.changed(after=marks.write(window.rows[-1], window.end))
    return Pager(
        first=previous and address.changed(),
        previous=previous,
        next=following,
        last=following and address.changed(last="1"),
    )
