"""What may be wrong in a workspace: one table of checks, each a condition on the objects of a kind.

Counts, lists and the command ask the same conditions, so a number and the list behind it agree.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from dlfportal.access.models import Workspace
from dlfportal.catalogue.index import State
from dlfportal.catalogue.models import ALIVE, CatalogueObject, KeptCount, Reference
from dlfportal.formats.cron import cron_fault
from dlfportal.formats.fields import (
    DEEPEST_DIRECTORY,
    JOB_NAME,
    LARGEST_CONTENT,
    LONGEST_CDM_NAME,
    LONGEST_JOB_NAME,
    LONGEST_RESOURCE_NAME,
    RESOURCE_NAME,
)
from dlfportal.formats.graph.circles import rings
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import EXPRESSIONS, Target
from dlfportal.formats.rules import MOST_NODES
from dlfportal.formats.schedules import CRON

MOST_JOBS = 10_000
MOST_BYTES = LARGEST_CONTENT
NEAR = 0.9
"""From this part of a limit on, something is near it."""
LONGEST_NAMES: Mapping[Kind, int] = {
    Kind.JOB: LONGEST_JOB_NAME,
    Kind.SCRIPT: LONGEST_JOB_NAME,
    Kind.RESOURCE: LONGEST_RESOURCE_NAME,
    Kind.CDM_JOB: LONGEST_CDM_NAME,
}
NONE = Q(pk__in=())


class Gravity(StrEnum):
    """How much a finding matters: an error keeps something from running, in DLF or after a move there."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


NEAR_BYTES, NEAR_NODES, NEAR_LEVELS = (
    int(most * NEAR) for most in (MOST_BYTES, MOST_NODES, DEEPEST_DIRECTORY)
)
FAULTS_KEPT = 4096
Condition = Callable[[Workspace, Kind], Q]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its word in addresses, the kinds that it looks at, and what an object of them must fit."""

    key: str
    gravity: Gravity
    kinds: tuple[Kind, ...]
    condition: Condition


def checked(workspace: Workspace, kind: Kind, key: str) -> Q:
    """Return the condition on the objects of a kind that the check `key` finds; none without such a check."""
    check = CHECKS.get(key)
    return check.condition(workspace, kind) if check and kind in check.kinds else NONE


def _objects(workspace: Workspace, kind: Kind) -> QuerySet[CatalogueObject]:
    return CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=kind).order_by()


def _unanswered(workspace: Workspace, references: Q) -> QuerySet[Reference]:
    """Return the references that nothing in the workspace answers; a path that need name nothing is none."""
    answers = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=OuterRef("target"))
    by_name = answers.filter(name=OuterRef("name"), cluster=OuterRef("cluster"))
    by_location = CatalogueObject.objects.filter(
        ALIVE, workspace=workspace, kind=Kind.RESOURCE, location=OuterRef("name")
    )
    rows = Reference.objects.filter(references, workspace=workspace, soft=False).order_by()
    for sign in EXPRESSIONS:
        rows = rows.exclude(name__contains=sign).exclude(cluster__contains=sign)
    return rows.filter(~Exists(by_name) & ~(Q(target=Target.RESOURCE) & Exists(by_location)))


def _missing(workspace: Workspace, _kind: Kind) -> Q:
    names = Q(target__in=list(Kind), waits=False)
    return Q(pk__in=_unanswered(workspace, names).values("source"))


def _waits(workspace: Workspace, _kind: Kind) -> Q:
    return Q(pk__in=_unanswered(workspace, Q(target=Target.JOB, waits=True)).values("source"))


def _cycles(workspace: Workspace, _kind: Kind) -> Q:
    """Return the jobs that start themselves through their sub-jobs."""
    jobs = _objects(workspace, Kind.JOB).filter(name=OuterRef("name")).values("pk")[:1]
    rows = Reference.objects.filter(workspace=workspace, target=Target.JOB, cluster="", waits=False)
    edges = rows.order_by().annotate(started=jobs).filter(started__isnull=False)
    found = rings(edges.values_list("source", "started").iterator())
    return Q(pk__within=sorted(pk for ring in found for pk in ring))


def _refused(workspace: Workspace, kind: Kind) -> Q:
    rows = _objects(workspace, kind).filter(schedule=CRON).exclude(cron="")
    refused = [cron for cron in rows.values_list("cron", flat=True).distinct() if cron_fault(cron)]
    return Q(schedule=CRON, cron__within=refused)


def _ended(_workspace: Workspace, _kind: Kind) -> Q:
    return Q(schedule=CRON, runs_until__gt=0, runs_until__lt=int(time.time()))


def _changed(_workspace: Workspace, _kind: Kind) -> Q:
    return Q(state=State.CHANGED)


def _no_owner(_workspace: Workspace, _kind: Kind) -> Q:
    return Q(owner="")


def _credential(_workspace: Workspace, _kind: Kind) -> Q:
    return Q(has_credential=True)


def _same(workspace: Workspace, kind: Kind) -> Q:
    """Return what does the same as another object of its kind."""
    keys = _objects(workspace, kind).filter(content_key__gt=0).values("content_key")
    several = keys.annotate(number=Count("*")).filter(number__gt=1)
    return Q(content_key__in=several.values("content_key"))


def _unused(workspace: Workspace, kind: Kind) -> Q:
    rows = Reference.objects.filter(workspace=workspace, target=kind.value)
    unnamed = ~Exists(rows.filter(name=OuterRef("name"), cluster=OuterRef("cluster")))
    if kind is not Kind.RESOURCE:
        return Q(unnamed)
    soft = rows.filter(cluster="", soft=True)
    by_location = Exists(soft.filter(name=OuterRef("location")))
    ids = soft.annotate(length=Length("name")).filter(length__in=(32, 36)).order_by()
    named = {uid for text in ids.values_list("name", flat=True).distinct() if (uid := _uid(text))}
    return Q(unnamed) & ~(~Q(location="") & Q(by_location)) & ~Q(uid__in=named)


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _limits(workspace: Workspace, kind: Kind) -> Q:
    """Return what is near one of DLF's limits on its own: nodes, bytes, levels of directories."""
    near = Q(size__gte=NEAR_BYTES) | Q(directory__within=_deep(workspace, kind))
    return near | Q(node_count__gte=NEAR_NODES) if kind is Kind.JOB else near


def _deep(workspace: Workspace, kind: Kind) -> list[str]:
    """Return the directories of a kind that are nearly as deep as DLF allows."""
    kept = KeptCount.objects.filter(workspace=workspace, kind=kind, facet="directory").order_by()
    values = kept.values_list("value", flat=True).distinct()
    return [value for value in values if value.count("/") >= NEAR_LEVELS]


def _many(workspace: Workspace, kind: Kind) -> Q:
    """Return every job of a workspace that has nearly as many as DLF allows."""
    near = int(MOST_JOBS * NEAR)
    return Q() if _objects(workspace, kind)[:near].count() == near else NONE


def _names(_workspace: Workspace, kind: Kind) -> Q:
    too_long = Q(name__regex=f"^.{{{LONGEST_NAMES[kind] + 1}}}")
    allowed = ALLOWED.get(kind)
    return ~Q(name__regex=f"^{allowed.pattern}$") | too_long if allowed else too_long


ALLOWED: Mapping[Kind, re.Pattern[str]] = {
    Kind.JOB: JOB_NAME,
    Kind.SCRIPT: JOB_NAME,
    Kind.RESOURCE: RESOURCE_NAME,
}
"""What a name may be made of; that of a CDM job may be of anything."""


ALL = tuple(Kind)
JOBS = (Kind.JOB,)
CHECKS: dict[str, Check] = {
    check.key: check
    for check in (
        Check("missing", Gravity.ERROR, (Kind.JOB, Kind.RESOURCE), _missing),
        Check("cycle", Gravity.ERROR, JOBS, _cycles),
        Check("waits", Gravity.ERROR, JOBS, _waits),
        Check("cron", Gravity.ERROR, JOBS, _refused),
        Check("names", Gravity.ERROR, ALL, _names),
        Check("ended", Gravity.WARNING, JOBS, _ended),
        Check("changed", Gravity.WARNING, ALL, _changed),
        Check("owner", Gravity.WARNING, JOBS, _no_owner),
        Check("credential", Gravity.WARNING, (Kind.JOB, Kind.SCRIPT), _credential),
        Check("limits", Gravity.WARNING, (Kind.JOB, Kind.SCRIPT, Kind.RESOURCE), _limits),
        Check("many", Gravity.WARNING, JOBS, _many),
        Check("same", Gravity.NOTE, ALL, _same),
        Check("unused", Gravity.NOTE, (Kind.SCRIPT, Kind.RESOURCE, Kind.CDM_JOB), _unused),
    )
}
"""The checks by their word, the gravest first."""


class Listed(Protocol):
    """What a list reads of an object, as far as checks are about it."""

    @property
    def name(self) -> str: ...
    @property
    def directory(self) -> str: ...
    @property
    def schedule(self) -> str: ...
    @property
    def cron(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def node_count(self) -> int: ...


def warnings_of(kind: Kind, row: Listed) -> list[str]:
    """Return the checks that find an object by its own columns: no query, where the condition reads a table.

    What a list shows apart is not among them: no owner, a state, a schedule that has ended.
    """
    return [key for key, finds in OF_A_ROW.items() if kind in CHECKS[key].kinds and finds(kind, row)]


def _row_refused(_kind: Kind, row: Listed) -> bool:
    return row.schedule == CRON and row.cron != "" and _is_refused(row.cron)


@lru_cache(FAULTS_KEPT)
def _is_refused(cron: str) -> bool:
    return cron_fault(cron) is not None


def _row_named(kind: Kind, row: Listed) -> bool:
    allowed = ALLOWED.get(kind)
    return len(row.name) > LONGEST_NAMES[kind] or bool(allowed and not allowed.fullmatch(row.name))


def _row_near(_kind: Kind, row: Listed) -> bool:
    levels = row.directory.count("/")
    return row.size >= NEAR_BYTES or row.node_count >= NEAR_NODES or levels >= NEAR_LEVELS


OF_A_ROW: Mapping[str, Callable[[Kind, Listed], bool]] = {
    "cron": _row_refused,
    "names": _row_named,
    "limits": _row_near,
}
"""Checks whose condition an object's own columns answer: each finds what its condition in `CHECKS` finds."""
