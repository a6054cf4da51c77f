"""When a job runs, as its page shows it: words, next runs, its week, what it waits for, and its faults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext

from dlfportal.formats.cron import cron_fault
from dlfportal.formats.references import Target
from dlfportal.formats.schedules import CRON, DAYS, HOURS, Phase, next_runs, timing_of, week_of, zone_of
from dlfportal.formats.shapes import part, shown
from dlfportal.web.pages.uses import Use, share
from dlfportal.web.schedules import schedule_sentence

RUNS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Run:
    """One start: as a clock of the job's zone shows it, and as a moment."""

    own: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week with the number of starts in each of its hours."""

    name: Promise | str
    hours: list[int]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs.

    `fault` says why DLF would refuse the expression; `runs` is None where nobody can say when it starts,
    `week` empty where there is nothing to draw, and `dense` means more often than hourly. `start` and
    `end` are as the document writes them, `ended` and `begins` the moments where they matter now.
    """

    type: str
    sentence: str
    fault: str
    expression: str
    zone: str
    start: str
    end: str
    ended: datetime | None
    begins: datetime | None
    runs: list[Run] | None
    week: list[WeekDay]
    dense: bool
    depend: dict[str, Any]
    event: dict[str, str]
    uses: list[Use]
    previous: bool

    @property
    def next(self) -> Run | None:
        """The next start."""
        return self.runs[0] if self.runs else None


def schedule_of(document: dict[str, Any], process_type: str, uses: list[Use], now: datetime) -> Schedule:
    """Return when the job of a document runs, seen at a moment; odd shapes are passed over.

    `uses` is what the document points to.
    """
    timing = timing_of(document)
    cron, event = part(document, "schedule", "cron"), part(document, "schedule", "event")
    default = ZoneInfo(settings.TIME_ZONE)
    found = next_runs(timing, now, RUNS_SHOWN, default)
    phase = timing.phase(now)
    week, dense = _week(timing.expression, timing.zone, now) if timing.type == CRON else ([], False)
    own = [use for use in uses if use.reference.path[:1] == ("schedule",)]
    return Schedule(
        type=timing.type,
        sentence=schedule_sentence(timing, process_type),
        fault=_fault(timing.type, timing.expression),
        expression=timing.expression,
        zone=timing.zone,
        start=shown(cron.get("startTime")),
        end=shown(cron.get("endTime")),
        ended=timing.end if phase is Phase.ENDED else None,
        begins=timing.start if phase is Phase.UPCOMING else None,
        runs=None if found is None else [Run(f"{run:%Y-%m-%d %H:%M}", run.astimezone(UTC)) for run in found],
        week=week,
        dense=dense,
        depend=part(cron, "dependJobs"),
        event={key: shown(value) for key, value in event.items()},
        uses=[entry.use for entry in share(own) if entry.use.reference.target is Target.JOB],
        previous=cron.get("dependPrePeriod") in (True, "true"),
    )


def _fault(kind: str, expression: str) -> str:
    """Return why DLF would refuse an expression, in the reader's words, "" if it would not."""
    if kind != CRON or not expression or not (found := cron_fault(expression)):
        return ""
    message, params = found
    return gettext(message) % params if params else gettext(message)


def _week(expression: str, zone: str, now: datetime) -> tuple[list[WeekDay], bool]:
    """Return the starts of this week by day and hour in the job's zone, and whether they are too many."""
    default = settings.TIME_ZONE
    own = zone_of(zone or default)
    if own is None:
        return [], False
    today = timezone.localtime(now, own).date()
    week = week_of(expression, zone, default, zone or default, today - timedelta(days=today.weekday()))
    if week is None or week.is_dense:
        return [], bool(week)
    cells = dict(week.cells)
    days = [
        WeekDay(WEEKDAYS_ABBR[day], [cells.get(day * HOURS + hour, 0) for hour in range(HOURS)])
        for day in range(DAYS)
    ]
    return days if cells else [], False
