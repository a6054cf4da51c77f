"""How many objects each check of `health` finds: counted at once where that is cheap, else kept by workers.

Counting a workspace of a hundred thousand jobs takes more than a second, so the beat of a worker does it,
after a change, and the page says when that was. A small workspace is counted when somebody asks.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.selectors import NEWEST_FIRST, listed_parts
from dlfportal.catalogue.alone import COUNTED_AT_ONCE, alone_find
from dlfportal.catalogue.counts import Total, kind_counts
from dlfportal.catalogue.health import CHECKS, Check, Gravity, checked
from dlfportal.catalogue.job_groups import Groups, Ring, groups_count, groups_from, rings_find
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import ALIVE, CatalogueObject, HealthReport
from dlfportal.db.merged import first_keys
from dlfportal.formats.kinds import Kind

MOST = 1000
"""A page counts so far, and says that there are more."""
AGAIN_AFTER = timedelta(minutes=10)
"""What was counted is counted again then, change or not: schedules end by themselves."""
REST = 20
"""A worker counts a workspace again only after so many times the seconds that the last time took."""


class Finding(NamedTuple):
    """How many objects of a kind a check finds."""

    check: Check
    kind: Kind
    total: Total


@dataclass(frozen=True, slots=True)
class Health:
    """What the checks find in a workspace. `counted_at` is None for a count of this very moment."""

    findings: list[Finding]
    counted_at: datetime | None = None

    @property
    def found(self) -> list[Finding]:
        """What is found at all, the gravest first."""
        return [one for one in self.findings if one.total.number]

    @property
    def errors(self) -> list[Finding]:
        """What keeps something from running."""
        return [one for one in self.found if one.check.gravity is Gravity.ERROR]


@dataclass(frozen=True, slots=True)
class JobGroups:
    """The connected parts of the jobs of a workspace. `counted_at` as above."""

    groups: Groups
    counted_at: datetime | None = None


def health_of(workspace: Workspace) -> Health:
    """Return what the checks find, for a page: counted now if that is cheap, else what is kept.

    Without anything kept, as before the first beat of a worker, it is counted now whatever it costs.
    """
    report = _report(workspace)
    return Health(_findings(report.counts), report.counted_at) if report else health_count(workspace, MOST)


def job_groups_of(workspace: Workspace) -> JobGroups:
    """Return the connected parts of its jobs, for a page: counted now or kept, as above."""
    report = _report(workspace)
    if report and report.groups:
        return JobGroups(groups_from(report.groups), report.counted_at)
    return JobGroups(groups_count(workspace))


@dataclass(frozen=True, slots=True)
class JobRings:
    """Which jobs are in circles, None where that is not known (yet). `counted_at` as above."""

    rings: list[Ring] | None
    counted_at: datetime | None = None


def job_rings_of(workspace: Workspace) -> JobRings:
    """Return which of its jobs are in circles, for a page: found now in a small workspace, else kept."""
    if _is_small(workspace):
        return JobRings(rings_find(workspace))
    report = _report(workspace)
    rings = groups_from(report.groups).rings if report and report.groups else None
    return JobRings(rings, report.counted_at if report else None)


def _report(workspace: Workspace) -> HealthReport | None:
    """Return what is kept of a large workspace."""
    return None if _is_small(workspace) else HealthReport.objects.filter(workspace=workspace).first()


def _is_small(workspace: Workspace) -> bool:
    return sum(kind_counts([workspace])[workspace.pk].values()) <= COUNTED_AT_ONCE


def health_count(workspace: Workspace, most: int | None = None) -> Health:
    """Count what the checks find: all of it, or one more than `most` of each."""
    return Health(
        [
            Finding(check, kind, _count(workspace, kind, check, most))
            for check in CHECKS.values()
            for kind in check.kinds
        ]
    )


def _count(workspace: Workspace, kind: Kind, check: Check, most: int | None) -> Total:
    rows = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=kind).order_by()
    found = rows.filter(checked(workspace, kind, check.key)).values("pk")
    number = found.count() if most is None else found[: most + 1].count()
    return Total(number, False) if most is None or number <= most else Total(most, True)


def _findings(counts: Any) -> list[Finding]:
    """Return the findings that a report keeps; a check that it does not know has found nothing."""
    return [
        Finding(check, kind, Total(*counts.get(f"{check.key} {kind}", (0, False))))
        for check in CHECKS.values()
        for kind in check.kinds
    ]


def health_told(health: Health, now: datetime) -> dict[str, Any]:
    """Return what the checks find, for programs; `more` says that a count is cut there."""
    return {
        "ok": not health.errors,
        "counted_at": (health.counted_at or now).isoformat(timespec="seconds"),
        "checks": [
            {
                "check": one.check.key,
                "kind": KINDS[one.kind].slug,
                "level": str(one.check.gravity),
                "count": one.total.number,
                "more": one.total.is_more,
            }
            for one in health.findings
        ],
    }


def reports_refresh(workspaces: Iterable[Workspace] | None = None) -> int:
    """Count one of the large workspaces that changed since they were counted; return how many were: 0 or 1.

    For the beat of a worker: at most one at a time, and none too often.
    """
    asked = Workspace.objects.all() if workspaces is None else workspaces
    counts = kind_counts(large := list(asked))
    for workspace in large:
        is_large = sum(counts[workspace.pk].values()) > COUNTED_AT_ONCE
        if is_large and _is_due(workspace, mark := _mark(workspace)):
            _keep(workspace, mark)
            return 1
    return 0


def _is_due(workspace: Workspace, mark: int) -> bool:
    report = HealthReport.objects.filter(workspace=workspace).first()
    if report is None:
        return True
    age = timezone.now() - report.counted_at
    return age > AGAIN_AFTER or (mark != report.mark and age.total_seconds() > REST * report.seconds)


def _mark(workspace: Workspace) -> int:
    """Return the newest entry of the record of a workspace: it changes with every write."""
    parts = listed_parts([workspace.pk], list(Channel))
    return next(iter(first_keys(AuditEntry.objects.all(), parts, NEWEST_FIRST, 1)), 0)


def _keep(workspace: Workspace, mark: int) -> None:
    begun = time.monotonic()
    findings = health_count(workspace).findings
    counts = {f"{one.check.key} {one.kind}": list(one.total) for one in findings}
    values = {"mark": mark, "counts": counts, "counted_at": timezone.now()}
    values["groups"] = {**groups_count(workspace).kept(), "alone": alone_find(workspace)}
    values["seconds"] = time.monotonic() - begun
    HealthReport.objects.update_or_create(workspace=workspace, defaults=values)
