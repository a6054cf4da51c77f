"""The week of a workspace as a map: seven days by twenty-four hours, each filled cell a link to its jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dlfportal.access.models import Workspace
from dlfportal.catalogue.timings import Group, schedule_groups
from dlfportal.catalogue.weeks import (
    Beside,
    WeekMap,
    common_zone,
    names_starting,
    slot_read,
    slot_text,
    week_map,
    zones_of,
)
from dlfportal.formats.kinds import Kind
from dlfportal.formats.schedules import DAYS, EVENT, HOURS, ONCE, zone_of
from dlfportal.links import list_url, object_url, week_cell_url, with_query
from dlfportal.web.schedules import cron_short

STEPS = 5
ZONES_OFFERED = 12
OFTEN_SHOWN = 5
NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a day: `number` is what it shows, `step` how strong its hue is, from 1; 0 is nothing.

    `starts` is the word of addresses for it.
    """

    number: int
    step: int
    said: str
    url: str
    starts: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the map; `label` is its short name, `name` its whole one with the date."""

    label: str
    name: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the map leaves out: so many, and the list that shows them."""

    said: str
    url: str


@dataclass(frozen=True, slots=True)
class CellPage:
    """What one hour of the map says when it is pointed at: the sentence, first jobs, and how many more."""

    said: str
    jobs: list[tuple[str, str]]
    more: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """The map, what to choose, and what is said beside it. `by_jobs`: cells count jobs, not starts."""

    cells_url: str
    zone: str
    zones: list[str]
    by_jobs: bool
    first: date
    days: list[Day]
    busiest: str
    often: list[str]
    beside: list[LeftOut]
    is_more: bool

    @property
    def last(self) -> date:
        """The last day of the map."""
        return self.first + timedelta(days=DAYS - 1)

    @property
    def hours(self) -> range:
        """The heads of the columns."""
        return range(HOURS)

    @property
    def is_empty(self) -> bool:
        """Whether nothing starts by time."""
        return not any(cell.number for day in self.days for cell in day.cells)


def week_page(workspace: Workspace, reader_zone: str, params: Mapping[str, str]) -> WeekPage:
    """Return the map in the zone that the parameters choose, else in that of most jobs."""
    groups = schedule_groups(workspace)
    asked = params.get("zone", "")
    zone = asked if asked and zone_of(asked) else common_zone(groups)
    found = week_map(groups, zone)
    by_jobs = params.get("count") == "jobs"
    offered = [zone, *zones_of(groups)[:ZONES_OFFERED], reader_zone, "UTC"]
    often = sorted(found.often, key=lambda group: -group.running)
    return WeekPage(
        cells_url=week_cell_url(workspace.pk),
        zone=zone,
        zones=list(dict.fromkeys(offered)),
        by_jobs=by_jobs,
        first=found.first,
        days=_days(workspace.pk, found, found.jobs if by_jobs else found.starts),
        busiest=_busiest(found),
        often=list(dict.fromkeys(cron_short(group.cron) for group in often))[:OFTEN_SHOWN],
        beside=list(_beside(workspace.pk, found, often)),
        is_more=found.is_more,
    )


def _days(workspace_id: str, found: WeekMap, numbers: Sequence[int]) -> list[Day]:
    most, jobs_url = max(numbers), list_url(workspace_id, Kind.JOB)
    dates = {day.weekday(): day for day in (found.first + timedelta(days=place) for place in range(DAYS))}
    return [
        Day(
            str(WEEKDAYS_ABBR[day]),
            f"{WEEKDAYS[day]} {dates[day]:%Y-%m-%d}",
            [
                _cell(jobs_url, found, day * HOURS + hour, numbers[day * HOURS + hour], most)
                for hour in range(HOURS)
            ],
        )
        for day in range(DAYS)
    ]


def _cell(jobs_url: str, found: WeekMap, cell: int, number: int, most: int) -> Cell:
    if not number:
        return Cell(0, 0, "", "", "")
    starts = slot_text(cell, found.zone)
    url = with_query(jobs_url, {"starts": starts})
    return Cell(number, -(-number * STEPS // most), _said(found, cell), url, starts)


def _said(found: WeekMap, cell: int) -> str:
    hour = cell % HOURS
    starts = ngettext("%(count)s start", "%(count)s starts", found.starts[cell]) % {
        "count": f"{found.starts[cell]:,}"
    }
    jobs = ngettext("of %(count)s job", "of %(count)s jobs", found.jobs[cell]) % {
        "count": f"{found.jobs[cell]:,}"
    }
    return _("%(day)s %(begin)s to %(end)s: %(starts)s %(jobs)s") % {
        "day": WEEKDAYS[cell // HOURS],
        "begin": f"{hour:02}:00",
        "end": f"{hour + 1:02}:00",
        "starts": starts,
        "jobs": jobs,
    }


def cell_page(workspace: Workspace, starts: str) -> CellPage | None:
    """Return what the hour of the week that an address names says; None for what is no hour."""
    slot = slot_read(starts)
    if slot is None or slot.beside:
        return None
    groups = schedule_groups(workspace)
    found = week_map(groups, slot.zone or common_zone(groups))
    names = names_starting(workspace, starts)[:NAMES_SHOWN]
    more = found.jobs[slot.cell] - len(names)
    return CellPage(
        _said(found, slot.cell),
        [(name, object_url(workspace.pk, Kind.JOB, name)) for name in names],
        _("and %(count)s more") % {"count": f"{more:,}"} if more else "",
    )


def _busiest(found: WeekMap) -> str:
    """Return the busiest hour of a day over the week as a sentence, "" when nothing starts."""
    sums = [sum(found.jobs[hour::HOURS]) for hour in range(HOURS)]
    hour = max(range(HOURS), key=lambda place: sums[place])
    if not sums[hour]:
        return ""
    jobs = round(sums[hour] / DAYS) or 1
    values = {"begin": f"{hour:02}:00", "end": f"{hour + 1:02}:00", "count": f"{jobs:,}"}
    return (
        ngettext(
            "Busiest: %(begin)s–%(end)s, about %(count)s job a day.",
            "Busiest: %(begin)s–%(end)s, about %(count)s jobs a day.",
            jobs,
        )
        % values
    )


def _beside(workspace_id: str, found: WeekMap, often: Sequence[Group]) -> list[LeftOut]:
    """Return what is not on the map, with the lists that show it."""

    def starts(beside: Beside) -> dict[str, str]:
        return {"starts": f"{beside},{found.zone}" if beside is Beside.QUIET else str(beside)}

    others = found.others.copy()
    by_event, once = others.pop(EVENT, 0), others.pop(ONCE, 0)
    rows = [
        (by_event, _("%(count)s by event"), {"schedule": EVENT}),
        (once, _("%(count)s by hand or all the time"), {"schedule": ONCE}),
        (
            sum(group.running for group in often),
            _("%(count)s more often than hourly"),
            starts(Beside.OFTEN),
        ),
        (found.quiet, _("%(count)s not in these days"), starts(Beside.QUIET)),
        (found.ended, _("%(count)s ended"), {"check": "ended"}),
        (found.upcoming, _("%(count)s not yet begun"), starts(Beside.UPCOMING)),
        (found.refused, _("%(count)s with an expression that DLF refuses"), {"check": "cron"}),
        (found.unknown, _("%(count)s without a preview"), starts(Beside.UNKNOWN)),
        (others.total(), _("%(count)s of another kind"), starts(Beside.OTHER)),
    ]
    return [
        LeftOut(said % {"count": f"{count:,}"}, list_url(workspace_id, Kind.JOB, **params))
        for count, said, params in rows
        if count
    ]
