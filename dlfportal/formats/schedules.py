"""What the document of a job says of when it runs, and when that is. Knows neither the database nor words.

Next runs are looked for by cronsim. What it does not follow, or Quartz reads differently, has no preview
rather than a guess: `next_runs` and `week_of` are None then.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from dlfportal.formats.cron import Cron, cron_read
from dlfportal.formats.shapes import part, shown

CRON, EVENT, ONCE = "CRON", "EVENT", "EXECUTE_ONCE"
REAL_TIME = "REAL_TIME"
DENSE_FROM = 25
"""A job that starts so often on a day starts more often than hourly."""
HOURS = 24
DAYS = 7
PAIRS_KEPT = 8192

MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(Z|[+-]\d\d(?::?\d\d)?)?")
OFFSET = re.compile(r"(?:GMT|UTC|UT|Z)?([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
NOTHING_AHEAD = re.compile(r"(?:GMT|UTC|UT|Z)", re.IGNORECASE)


class Phase(StrEnum):
    """Where a schedule stands at a moment."""

    UPCOMING = "upcoming"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Timing:
    """When a job starts.

    `type` is the word of the document (`CRON`, `EVENT`, `EXECUTE_ONCE`, or another), `event` what an event
    comes from, as in "DIS clicks". `zone` is as the document writes it, "" when it does not. `interval`
    is `intervalType`. `start` and `end` bound the runs; both belong to them.
    """

    type: str
    expression: str = ""
    zone: str = ""
    interval: str = ""
    event: str = ""
    start: datetime | None = None
    end: datetime | None = None

    def phase(self, at: datetime) -> Phase:
        """Return where the schedule stands at a moment: only one by time begins and ends."""
        if self.end is not None and self.end < at:
            return Phase.ENDED
        return Phase.UPCOMING if self.start is not None and self.start > at else Phase.RUNNING


def timing_of(document: Any) -> Timing:
    """Return when the job of a document runs; parts of an odd shape count as absent."""
    schedule = part(document, "schedule")
    type_, cron, event = shown(schedule.get("type")), part(schedule, "cron"), part(schedule, "event")
    if type_ == EVENT:
        words = (event.get("eventType"), event.get("channel") or event.get("topic"))
        return Timing(type_, event=" ".join(word for word in words if isinstance(word, str) and word))
    if type_ != CRON:
        return Timing(type_)
    zone = _text(cron, "expressionTimeZone")
    return Timing(
        type_,
        expression=_text(cron, "expression"),
        zone=zone,
        interval=_text(cron, "intervalType"),
        start=moment_of(_text(cron, "startTime"), zone),
        end=moment_of(_text(cron, "endTime"), zone),
    )


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found.strip() if isinstance(found, str) else ""


def moment_of(text: str, zone: str = "") -> datetime | None:
    """Return the moment that DLF writes as `2018-10-22T23:59:59+08`; None when it is none.

    Without an offset it is a time of `zone`, or of UTC when there is no such zone.
    """
    match = MOMENT.fullmatch(text)
    if not match:
        return None
    try:
        local = datetime.fromisoformat(match[1])
        offset = zone_of(match[2]) if match[2] else zone_of(zone)
        return local.replace(tzinfo=offset or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache
def zone_of(text: str) -> tzinfo | None:
    """Return the time zone that a document names: `Asia/Shanghai`, `GMT+8`, `UTC+08:00`, `+0800`."""
    if match := OFFSET.fullmatch(text):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes >= HOURS * 60:
            return None
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
    if NOTHING_AHEAD.fullmatch(text):
        return UTC
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # no such zone, or no name of one
        return None


def next_runs(timing: Timing, after: datetime, count: int, default: tzinfo) -> list[datetime] | None:
    """Return the first `count` starts later than `after`, in the zone of the expression; fewer if it ends.

    `default` is the zone of a document that names none. None when there is no preview: for an expression
    that DLF refuses or cronsim does not follow, and for a zone that nobody knows.
    """
    cron = cron_read(timing.expression) if timing.type == CRON else None
    zone = zone_of(timing.zone) if timing.zone else default
    if cron is None or zone is None or (rewritten := _rewritten(cron)) is None:
        return None
    if timing.start is not None and timing.start > after:
        after = timing.start - timedelta(seconds=1)
    runs = _starts(rewritten, after.astimezone(zone))
    if timing.end is not None:
        end = timing.end
        runs = takewhile(lambda run: run <= end, runs)
    return list(islice(runs, count))


def _rewritten(cron: Cron) -> str | None:
    """Return the five fields that cronsim reads, None for what it lacks (`15W`, `L-3`).

    All minutes or hours are written as `*`: then it counts real hours where clocks change, and fixed times
    go by the clock on the wall.
    """
    mark, weekdays = cron.mark, [str(number - 1) for number in cron.weekdays]
    if mark[-1:] == "W" and mark != "LW" or mark.startswith("L-"):
        return None
    days = [str(number) for number in cron.days]
    if mark in ("L", "LW"):
        days.append(mark)
    elif mark:
        weekdays.append(f"{int(mark[0]) - 1}{mark[1:]}")
    minute, hour = _listed(cron.minutes, 60), _listed(cron.hours, HOURS)
    return f"{minute} {hour} {','.join(days) or '*'} * {','.join(weekdays) or '*'}"


def _listed(numbers: tuple[int, ...], size: int) -> str:
    return "*" if len(numbers) == size else ",".join(map(str, numbers))


def _starts(rewritten: str, after: datetime) -> Iterator[datetime]:
    """Yield the starts later than `after` in its zone, each once, to the end of the calendar."""
    last = after.astimezone(UTC)  # times of one zone compare by its clock, which may go back
    try:
        for run in CronSim(rewritten, after):
            if (
                moment := run.astimezone(UTC)
            ) > last:  # what falls into a left-out hour comes once, at its end
                yield run
                last = moment
    except (CronSimError, ValueError, OverflowError):
        return


@dataclass(frozen=True, slots=True)
class Week:
    """The starts of an expression in seven days: how many in each cell, which is weekday * 24 + hour.

    Weekdays count from 0 for Monday. One that starts more often than hourly on a day is `dense`, and its
    cells are not counted out.
    """

    cells: tuple[tuple[int, int], ...] = ()
    is_dense: bool = False


@lru_cache(PAIRS_KEPT)
def week_of(expression: str, zone: str, default: str, shown_in: str, first: date) -> Week | None:
    """Return the starts within seven days from `first` in the zone `shown_in`; None when nobody knows.

    `zone` is that of the expression as the document writes it, `default` that of one that names none.
    """
    cron = cron_read(expression)
    if cron is not None and cron.starts_a_day >= DENSE_FROM:
        return Week(is_dense=True)
    own, other = zone_of(zone or default), zone_of(shown_in)
    if cron is None or own is None or other is None or (rewritten := _rewritten(cron)) is None:
        return None
    begin = datetime.combine(first, time(), tzinfo=other).astimezone(UTC)
    end = datetime.combine(first + timedelta(days=DAYS), time(), tzinfo=other).astimezone(UTC)
    runs = _starts(rewritten, (begin - timedelta(seconds=1)).astimezone(own))
    cells = Counter(cell_of(run.astimezone(other)) for run in takewhile(lambda run: run < end, runs))
    return Week(tuple(sorted(cells.items())))


def cell_of(moment: datetime) -> int:
    """Return the cell of a week that a moment is in, by the clock of its zone."""
    return moment.weekday() * HOURS + moment.hour
