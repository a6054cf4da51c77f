"""The schedules of a workspace with how many jobs have each: kept like the other counts of `counts`."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, SCHEDULED, CatalogueObject, KeptCount
from dlfportal.db.prepared import Given, Prepared
from dlfportal.formats.kinds import Kind

TIMING = "timing"
"""The facet of these counts."""
FAR = 2**62
"""Later than any begin. A stretch that ends somewhere leads SQLite to the index of begins."""
SCHEDULES_KEPT = 8192
GROUPS_AT_MOST = 5000
"""So many different schedules of a workspace are looked at."""


class Timing(NamedTuple):
    """A schedule, as the columns of the same names."""

    schedule: str
    cron: str
    cron_zone: str


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


def timing_text(timing: Timing) -> str:
    """Return the value under which a schedule is counted: any of its parts may hold any sign."""
    return json.dumps(timing, ensure_ascii=False)


@lru_cache(SCHEDULES_KEPT)
def timing_read(text: str) -> Timing:
    """Return the schedule that is counted under a value."""
    return Timing(*json.loads(text))


def ended_now() -> Q:
    """Return the condition on jobs that their schedule has ended."""
    return Q(runs_until__gt=0, runs_until__lt=int(time.time()))


def upcoming_now() -> Q:
    """Return the condition on jobs that their schedule has not begun yet, and has not ended either."""
    now = int(time.time())
    return Q(runs_from__gt=now, runs_from__lt=FAR) & (Q(runs_until=0) | Q(runs_until__gte=now))


def running_now() -> Q:
    """Return the condition on jobs that their schedule has begun and has not ended."""
    now = int(time.time())
    return Q(runs_from__lte=now) & (Q(runs_until=0) | Q(runs_until__gte=now))


JOBS_HELD = Prepared(
    lambda: (
        KeptCount.objects.filter(workspace=Given("workspace"), facet=TIMING, kind=Kind.JOB.value)
        .values("value")
        .annotate(count=Sum("amount"))
        .filter(count__gt=0)
        .order_by("value")
        .values_list("value", "count")[: GROUPS_AT_MOST + 1]
    )
)


def schedule_groups(workspace: Workspace) -> list[Group]:
    """Return the schedules of the living jobs of a workspace, one more than are looked at at most.

    Those that have ended or not yet begun are found by an index; no other job is read.
    """
    held = JOBS_HELD.rows(workspace=workspace.pk)
    ended, upcoming = _counted(workspace, ended_now()), _counted(workspace, upcoming_now())
    groups = []
    for text, jobs in held:
        timing = timing_read(text)
        counts = jobs, ended.get(timing, 0), upcoming.get(timing, 0)
        groups.append(Group(timing.cron, timing.cron_zone, timing.schedule, *counts))
    return groups


def _counted(workspace: Workspace, condition: Q) -> dict[Timing, int]:
    rows = CatalogueObject.objects.filter(ALIVE, condition, workspace=workspace, kind=Kind.JOB).order_by()
    found = rows.values_list(*SCHEDULED).annotate(number=Count("*"))
    return {Timing(*timing): number for *timing, number in found}
