"""Cron expressions and times as DLF writes them (documents reference, section 1.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
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

STEPPED = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")
MOST_KEPT = 4096

Finding = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Cron:
    """A six-field expression taken apart: at which minutes of which hours of which days it starts.

    `days` are days of the month and `weekdays` those of the week, 1 for Sunday; without a word on either it
    starts every day. `mark` is what names a day in another way: `L`, `LW`, `L-3`, `15W`, `6L`, `2#1`.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    mark: str = ""

    @property
    def is_daily(self) -> bool:
        """Whether it starts every day."""
        return not (self.days or self.weekdays or self.mark)

    @property
    def starts_a_day(self) -> int:
        """How often it starts on a day on which it does."""
        return len(self.minutes) * len(self.hours)


@lru_cache(MOST_KEPT)
def cron_read(expression: str) -> Cron | None:
    """Take an expression apart; None when DLF would refuse it, or when it says what we do not follow.

    That is: the calendar (`C`), a day both of the month and of the week, and a list with such a mark in it,
    `1,L` apart from.
    """
    if cron_fault(expression):
        return None
    _second, minute, hour, day, _month, week = expression.split()
    minutes, hours = _numbers("minute", minute), _numbers("hour", hour)
    is_any_day, is_any_weekday = day in ("?", "*"), week in ("?", "*")
    if not minutes or not hours or not (is_any_day or is_any_weekday):
        return None
    if is_any_day and is_any_weekday:
        return Cron(minutes, hours)
    return _on_days(minutes, hours, day) if is_any_weekday else _on_weekdays(minutes, hours, week)


def _on_days(minutes: tuple[int, ...], hours: tuple[int, ...], text: str) -> Cron | None:
    if "C" in text or "?" in text:
        return None
    *others, last = sorted(text.split(","), key=lambda part: not part[:1].isdigit())
    if SPECIAL["day"].fullmatch(last):
        days = _numbers("day", ",".join(others)) if others else ()
        return None if days is None or (days and last != "L") else Cron(minutes, hours, days, mark=last)
    days = _numbers("day", text)
    return Cron(minutes, hours, _or_all("day", days)) if days else None


def _on_weekdays(minutes: tuple[int, ...], hours: tuple[int, ...], text: str) -> Cron | None:
    if "C" in text or "?" in text:
        return None
    if text == "L":  # the last day of a week that begins with Sunday
        return Cron(minutes, hours, weekdays=(7,))
    if SPECIAL["week"].fullmatch(text):
        return Cron(minutes, hours, mark=text)
    weekdays = _numbers("week", text)
    return Cron(minutes, hours, weekdays=_or_all("week", weekdays)) if weekdays else None


def _or_all(field: str, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return no numbers for all of them, which say nothing."""
    low, high = BOUNDS[field]
    return () if len(numbers) == high - low + 1 else numbers


def _numbers(field: str, text: str) -> tuple[int, ...] | None:
    """Return the numbers that a field names, sorted; a range may go over the end, as 22-2 does."""
    low, high = BOUNDS[field]
    size = high - low + 1
    found: set[int] = set()
    for part in text.split(","):
        match = STEPPED.fullmatch(part)
        if not match:
            return None
        begin, end, step = (int(group) if group else None for group in match.groups())
        if step is not None and not 0 < step <= size:
            return None
        first = low if begin is None else begin
        last = end if end is not None else first if begin is not None and step is None else high
        last += size if last < first else 0
        found.update((number - low) % size + low for number in range(first, last + 1, step or 1))
    return tuple(sorted(found))


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
