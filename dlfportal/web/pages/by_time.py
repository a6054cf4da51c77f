"""Pages of rows from the newest to the oldest: an address names the row behind or before which a page is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from dlfportal.db.keyset import Order, Place

Row = TypeVar("Row", bound=Model)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK = re.compile(r"([0-9]{1,17})-([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class TimePage(Generic[Row]):
    """The rows of one page, and the addresses of the pages around it, "" where there is none."""

    rows: list[Row]
    newest: str
    newer: str
    older: str


def time_page(
    rows: QuerySet[Row], field: str, params: Mapping[str, str], size: int, link: Callable[..., str]
) -> TimePage[Row]:
    """Return the page that `after` or `before` of `params` asks for; the newest one where that is not whole.

    `field` is the time of a row, whose id is one of 32 hex digits; `link` makes the address of a page of
    its parameter.
    """
    order = Order((f"-{field}", "-id"))
    found, is_first, is_last = _window(rows, order, params, size)
    newer = link(before=_write(found[0], field)) if found and not is_first else ""
    older = link(after=_write(found[-1], field)) if found and not is_last else ""
    return TimePage(found, newer and link(), newer, older)


def _window(
    rows: QuerySet[Row], order: Order, params: Mapping[str, str], size: int
) -> tuple[list[Row], bool, bool]:
    """Return the rows of a page, and whether it is the newest and the oldest."""
    before, after = _read(params.get("before", "")), _read(params.get("after", ""))
    if before is not None:
        back = order.reversed
        found = back.begin(rows.filter(back.past(before)), size + 1)
        if len(found) > size:
            return found[size - 1 :: -1], False, False
    elif after is not None:
        rows = rows.filter(order.past(after))
    found = order.begin(rows, size + 1)
    return found[:size], before is not None or after is None, len(found) <= size


def _write(row: Any, field: str) -> str:
    return f"{(getattr(row, field) - EPOCH) // timedelta(microseconds=1)}-{row.pk}"


def _read(text: str) -> Place | None:
    found = MARK.fullmatch(text)
    return [EPOCH + timedelta(microseconds=int(found[1])), found[2]] if found else None
