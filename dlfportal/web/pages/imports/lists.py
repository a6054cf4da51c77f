"""The plans and imports of a workspace, newest first, whichever channel they came by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from dlfportal.audit.texts import CHANNELS
from dlfportal.db.keyset import Order, Place
from dlfportal.links import import_plan_url, import_run_url, import_url, imports_url
from dlfportal.transfer.imports.deaths import runs_seen
from dlfportal.transfer.imports.texts import note_text, run_name
from dlfportal.transfer.models import ImportRun, RunStatus
from dlfportal.transfer.planning.plans import plans_of
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.pages.imports.words import TONES
from dlfportal.web.requests import actor_of

SIZE = 50
PLANS = (RunStatus.PLANNING, RunStatus.PLANNED, RunStatus.DISCARDED)
"""The states in which a plan has not become an import."""
ORDER = Order(("-created_at", "-id"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK = re.compile(r"([0-9]{1,17})-([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One plan or import."""

    run: ImportRun

    @property
    def url(self) -> str:
        """Its page: the plan until it is applied, then what became of it."""
        leads = import_plan_url if self.run.status in PLANS else import_run_url
        return leads(self.run.workspace_id, self.run.pk)

    @property
    def name(self) -> str:
        """What was imported; of an undo, that it is one."""
        return run_name(self.run) if self.run.undoes_id else self.run.source

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES.get(self.run.status, "")

    @property
    def said(self) -> str:
        """How it ended, "" while it has not."""
        return note_text((self.run.message, self.run.params)) if self.run.message else ""

    @property
    def channel(self) -> str | Promise:
        """The channel somebody used."""
        return CHANNELS.get(self.run.channel, self.run.channel)


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """What the list of imports shows."""

    frame: Frame
    lines: list[RunLine]
    newest: str
    newer: str
    older: str

    @property
    def import_url(self) -> str:
        """Where a package comes in."""
        return import_url(self.frame.workspace.pk)


def imports_page(request: HttpRequest, workspace_id: str) -> ImportsPage:
    """Return the plans and imports that the address asks for. Raises NotFound for strangers."""
    frame = frame_of(request, workspace_id, "imports")
    runs = plans_of(actor=actor_of(request), workspace=frame.workspace)
    window = _window(runs, _read(request.GET.get("after", "")), _read(request.GET.get("before", "")))
    shown, pk = window.runs, workspace_id
    newer = imports_url(pk, before=_write(shown[0])) if shown and not window.is_first else ""
    older = imports_url(pk, after=_write(shown[-1])) if shown and not window.is_last else ""
    lines = [RunLine(run) for run in runs_seen(shown)]
    return ImportsPage(frame, lines, newer and imports_url(pk), newer, older)


class _Window(NamedTuple):
    """The runs of one page, and whether it is the newest or the oldest."""

    runs: list[ImportRun]
    is_first: bool
    is_last: bool


def _window(rows: QuerySet[ImportRun], after: Place | None, before: Place | None) -> _Window:
    """Return the page after or before a place; the newest one where that has no whole page."""
    if before is not None:
        order = ORDER.reversed
        found = order.begin(rows.filter(order.past(before)), SIZE + 1)
        if len(found) > SIZE:
            return _Window(found[SIZE - 1 :: -1], is_first=False, is_last=False)
    elif after is not None:
        rows = rows.filter(ORDER.past(after))
    found = ORDER.begin(rows, SIZE + 1)
    return _Window(found[:SIZE], before is not None or after is None, len(found) <= SIZE)


def _write(run: ImportRun) -> str:
    return f"{(run.created_at - EPOCH) // timedelta(microseconds=1)}-{run.pk}"


def _read(text: str) -> Place | None:
    found = MARK.fullmatch(text)
    return [EPOCH + timedelta(microseconds=int(found[1])), found[2]] if found else None
