"""Cron expressions and times as DLF writes them (documents reference, section 1.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dlfportal.errors import gettext_noop

FIELDS = ("second", "minute", "hour", "day", "month", "week")
BOUNDS = {"second": (0, 0), "minute": (0, 59), "hour": (0, 23), "day": (1, 31), "week": (1, 7)}
NUMBER = r"(\d{1,2})"
RANGE = re.compile(rf"(?:\*|{NUMBER}(?:-{NUMBER})?)(?:/\d{{1,2}})?")
SPECIAL = {
    "day": re.compile(r"\?|C|L|L-\d{1,2}|LW|\d{1,2}[WC]"),
    "week": re.compile(r"\?|C|L|[1-7][LC]|[1-7]#[1-5]"),
}
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z|[+-]\d\d(?::?\d\d)?)?")

Finding = tuple[str, Mapping[str, Any]]


def cron_fault(expression: str) -> Finding | None:
    """Return what is wrong with a six-field cron expression as (message, params), or None."""
    parts = expression.split()
    if len(parts) != len(FIELDS):
        message = gettext_noop(
            "A cron expression has six fields, from second to week; this one has %(count)s."
        )
        return message, {"count": len(parts)}
    for number, (field, text) in enumerate(zip(FIELDS, parts, strict=True), 1):
        if field == "month" and text != "*":
            return gettext_noop("The month of a cron expression can only be *."), {}
        if field != "month" and not all(_fits(field, part) for part in text.split(",")):
            message = gettext_noop("Field %(number)s of the cron expression cannot be “%(text)s”.")
            return message, {"number": number, "text": text[:60]}
    return None


def _fits(field: str, part: str) -> bool:
    special = SPECIAL.get(field)
    if special and special.fullmatch(part):
        return True
    match = RANGE.fullmatch(part)
    if not match or (field == "second" and part != "0"):
        return False
    low, high = BOUNDS[field]
    return all(low <= int(number) <= high for number in match.groups() if number)


def is_moment(text: str) -> bool:
    """Say whether `text` is a time such as `2018-10-22T23:59:59+08` (or with +0800, +08:00, Z, no zone)."""
    match = MOMENT.fullmatch(text)
    if not match:
        return False
    try:
        datetime.fromisoformat(match[1])
    except ValueError:
        return False
    return True
