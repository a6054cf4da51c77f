"""When the jobs of a workspace start: the coming seven days as a map of hours, never read job by job.

Jobs with one expression in one zone start together, so each such pair is expanded once and counted as often
as it occurs. An index holds all that is asked for here.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.formats.cron import cron_fault
from dlfportal.formats.kinds import Kind
from dlfportal.formats.schedules import CRON, DAYS, HOURS, Week, week_of, zone_of

GROUPS_AT_MOST = 5000
"""So many different schedules of a workspace are looked at, in the order of their expressions."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFTEN = "often"
"""What the address of a list says for the jobs that start more often than hourly."""


class Group(NamedTuple):
    """The jobs with one schedule: how many, and how many of them have ended or not yet begun."""

    cron: str
    zone: str
    schedule: str
    jobs: int
    ended: int
    upcoming: int

    @property
    def running(self) -> int:
        """How many start now."""
        return self.jobs - self.ended - self.upcoming


class Slot(NamedTuple):
    """What the address of a list asks for: the jobs that start in an hour of a weekday, by a zone's clock.

    `cell` is as in `formats.schedules.Week`, or -1 for those that start more often than hourly.
    """

    cell: int
    zone: str


@dataclass(slots=True)
class WeekMap:
    """The starts of seven days from `first` in `zone`: for each cell how many, and of how many jobs.

    `often` are the groups that start more often than hourly, which no cell counts. Left out and counted are
    those that have ended or not yet begun, have no preview, do not start in these days, or are refused;
    `others` are jobs that do not start by time, by the type of their schedule.
    """

    zone: str
    first: date
    starts: list[int] = field(default_factory=lambda: [0] * (DAYS * HOURS))
    jobs: list[int] = field(default_factory=lambda: [0] * (DAYS * HOURS))
    often: list[Group] = field(default_factory=list)
    ended: int = 0
    upcoming: int = 0
    unknown: int = 0
    refused: int = 0
    quiet: int = 0
    others: Counter[str] = field(default_factory=Counter)
    is_more: bool = False

    @property
    def mapped(self) -> int:
        """How many starts the map shows."""
        return sum(self.starts)


def schedule_groups(workspace: Workspace) -> list[Group]:
    """Return the schedules of the living jobs of a workspace, one more than are looked at at most.

    In the order of the index, so that nothing need be sorted.
    """
    now = int(time.time())
    rows = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=Kind.JOB).order_by()
    ended, upcoming = Q(runs_until__gt=0, runs_until__lt=now), Q(runs_from__gt=now)
    grouped = rows.values_list("cron", "cron_zone", "schedule").annotate(
        jobs=Count("*"), ended=Count("pk", filter=ended), upcoming=Count("pk", filter=upcoming & ~ended)
    )
    return [Group._make(row) for row in grouped[: GROUPS_AT_MOST + 1]]


def zones_of(groups: Iterable[Group]) -> list[str]:
    """Return the zones in which the schedules are written, the commonest first; unnamed is the portal's."""
    zones: Counter[str] = Counter()
    for group in groups:
        if group.schedule == CRON and group.running:
            zones[group.zone or settings.TIME_ZONE] += group.running
    return [zone for zone, _ in zones.most_common() if zone_of(zone)]


def common_zone(groups: Iterable[Group]) -> str:
    """Return the zone in which most jobs are scheduled."""
    return next(iter(zones_of(groups)), settings.TIME_ZONE)


def week_map(groups: Sequence[Group], zone: str) -> WeekMap:
    """Return the map of the seven days that begin today in a zone that exists."""
    found = WeekMap(zone, _today(zone), is_more=len(groups) > GROUPS_AT_MOST)
    for group in groups[:GROUPS_AT_MOST]:
        if group.schedule != CRON:
            found.others[group.schedule] += group.jobs
        elif not group.cron:
            found.unknown += group.jobs
        elif cron_fault(group.cron):
            found.refused += group.jobs
        else:
            _add(found, group)
    return found


def _add(found: WeekMap, group: Group) -> None:
    found.ended += group.ended
    found.upcoming += group.upcoming
    week = _week(group, found.zone, found.first)
    if week is None:
        found.unknown += group.running
    elif week.is_dense:
        found.often += [group] if group.running else []
    elif not week.cells:
        found.quiet += group.running
    for cell, starts in week.cells if week else ():
        found.starts[cell] += starts * group.running
        found.jobs[cell] += group.running


def _week(group: Group, zone: str, first: date) -> Week | None:
    return week_of(group.cron, group.zone, settings.TIME_ZONE, zone, first)


def _today(zone: str) -> date:
    return datetime.now(zone_of(zone) or UTC).date()


def slot_read(text: str) -> Slot | None:
    """Return what `tue-02`, `tue-02,Asia/Shanghai` or `often` says; None for what says nothing.

    Without a zone it is that of most jobs, "" here.
    """
    hour, _, zone = text.partition(",")
    if hour == OFTEN:
        return Slot(-1, "")
    day, _, number = hour.partition("-")
    if day not in WEEKDAYS or len(number) != 2 or not (number.isascii() and number.isdecimal()):
        return None
    if int(number) >= HOURS or (zone and zone_of(zone) is None):
        return None
    return Slot(WEEKDAYS.index(day) * HOURS + int(number), zone)


def slot_text(cell: int, zone: str) -> str:
    """Return what addresses say for a cell of a week in a zone."""
    return f"{WEEKDAYS[cell // HOURS]}-{cell % HOURS:02},{zone}"


def starting(workspace: Workspace, text: str) -> Q:
    """Return the condition on jobs that they start in what `text` names, as the map counts them."""
    slot = slot_read(text)
    if slot is None:
        return Q(pk__in=())
    groups = [group for group in schedule_groups(workspace)[:GROUPS_AT_MOST] if group.schedule == CRON]
    zone = slot.zone or common_zone(groups)
    first = _today(zone)
    pairs: dict[str, list[str]] = {}
    for group in groups:
        week = _week(group, zone, first)
        if week and (week.is_dense if slot.cell < 0 else slot.cell in dict(week.cells)):
            pairs.setdefault(group.zone, []).append(group.cron)
    now = int(time.time())
    found = Q(pk__in=())
    for name, crons in pairs.items():
        found |= Q(cron_zone=name, cron__within=crons)
    running = (Q(runs_until=0) | Q(runs_until__gte=now)) & Q(runs_from__lte=now)
    return Q(schedule=CRON) & running & found
