"""When the jobs of a workspace start: the coming seven days as a map of hours, never read job by job.

Jobs with one expression in one zone start together, so each such pair is expanded once and counted as often
as it occurs. How often is kept: see `timings`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.timings import (
    GROUPS_AT_MOST,
    SCHEDULES_KEPT,
    Group,
    running_now,
    schedule_groups,
    upcoming_now,
)
from dlfportal.formats.cron import cron_fault
from dlfportal.formats.kinds import Kind
from dlfportal.formats.schedules import CRON, DAYS, EVENT, HOURS, ONCE, week_of, zone_of

NAMES_READ = 500
Cells = tuple[tuple[int, int], ...]
"""Cells of a week with how many starts are in each, as in `formats.schedules.Week`."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Beside(StrEnum):
    """What the address of a list says for jobs that the map leaves out.

    They start more often than hourly; not in these days; later than now for the first time; at times that
    nobody knows; never, as DLF refuses them; or by what the portal has no word for.
    """

    OFTEN = "often"
    QUIET = "quiet"
    UPCOMING = "upcoming"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    OTHER = "other"


class Slot(NamedTuple):
    """What the address of a list asks for: the jobs that start in an hour of a weekday, by a zone's clock.

    `cell` is as in `formats.schedules.Week`. With `beside` it is those that no cell shows.
    """

    cell: int
    zone: str
    beside: Beside | None = None


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
        if group.schedule == CRON:
            _add(found, group)
        else:
            found.others[group.schedule] += group.jobs
    return found


def _add(found: WeekMap, group: Group) -> None:
    found.ended += group.ended
    found.upcoming += group.upcoming
    running = group.running
    cells, beside = _place(group.cron, group.zone, found.zone, found.first)
    match beside:
        case Beside.REFUSED:
            found.refused += group.jobs
        case Beside.UNKNOWN:
            found.unknown += running
        case Beside.OFTEN:
            found.often += [group] if running else []
        case Beside.QUIET:
            found.quiet += running
    for cell, starts in cells:
        found.starts[cell] += starts * running
        found.jobs[cell] += running


@lru_cache(SCHEDULES_KEPT)
def _place(cron: str, zone: str, shown_in: str, first: date) -> tuple[Cells, Beside | None]:
    """Return the cells in which an expression starts in a week, or where it is named beside the map."""
    if cron and cron_fault(cron):
        return (), Beside.REFUSED
    week = week_of(cron, zone, settings.TIME_ZONE, shown_in, first)
    if week is None:
        return (), Beside.UNKNOWN
    if week.is_dense:
        return (), Beside.OFTEN
    return week.cells, None if week.cells else Beside.QUIET


def _today(zone: str) -> date:
    return datetime.now(zone_of(zone) or UTC).date()


def slot_read(text: str) -> Slot | None:
    """Return what `tue-02`, `tue-02,Asia/Shanghai`, `often` or `quiet,UTC` says; None for what says nothing.

    Without a zone it is that of most jobs, "" here.
    """
    hour, _, zone = text.partition(",")
    if zone and zone_of(zone) is None:
        return None
    if hour in list(Beside):
        return Slot(0, zone, Beside(hour))
    day, _, number = hour.partition("-")
    if day not in WEEKDAYS or len(number) != 2 or not (number.isascii() and number.isdecimal()):
        return None
    if int(number) >= HOURS:
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
    if slot.beside is Beside.OTHER:
        return ~Q(schedule__in=(CRON, EVENT, ONCE))
    if slot.beside is Beside.UPCOMING:
        return Q(schedule=CRON) & upcoming_now()
    by_time = [group for group in schedule_groups(workspace)[:GROUPS_AT_MOST] if group.schedule == CRON]
    found = _having(_in_slot(by_time, slot))
    return found if slot.beside is Beside.REFUSED else found & running_now()


def names_starting(workspace: Workspace, text: str) -> list[str]:
    """Return the names of jobs that start in what `text` names, in order: of many only some."""
    jobs = CatalogueObject.objects.filter(ALIVE, starting(workspace, text), workspace=workspace)
    rows = jobs.filter(kind=Kind.JOB).order_by().values_list("name", flat=True)
    return sorted(rows[:NAMES_READ])


def _in_slot(groups: Sequence[Group], slot: Slot) -> Iterator[Group]:
    """Yield the groups of jobs by time that the map counts where a slot says."""
    zone = slot.zone or common_zone(groups)
    first = _today(zone)
    for group in groups:
        cells, beside = _place(group.cron, group.zone, zone, first)
        if beside is slot.beside and (beside or slot.cell in dict(cells)):
            yield group


def _having(groups: Iterable[Group]) -> Q:
    """Return the condition on jobs by time that their schedule is one of these."""
    pairs: dict[str, list[str]] = {}
    for group in groups:
        pairs.setdefault(group.zone, []).append(group.cron)
    found = Q(pk__in=())
    for zone, crons in pairs.items():
        found |= Q(cron_zone=zone, cron__within=crons)
    return Q(schedule=CRON) & found
