"""The plans and imports of a workspace, newest first, whichever channel they came by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext

from dlfportal.audit.texts import CHANNELS
from dlfportal.links import import_plan_url, import_run_url, import_undo_url, import_url, imports_url
from dlfportal.transfer.imports.deaths import runs_seen
from dlfportal.transfer.imports.proposals import proposals_waiting
from dlfportal.transfer.imports.texts import note_text, run_name
from dlfportal.transfer.models import ImportRun, Proposal, RunStatus
from dlfportal.transfer.planning.plans import plans_of
from dlfportal.web.pages.by_time import time_page
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.pages.imports.words import TONES
from dlfportal.web.requests import actor_of
from dlfportal.web.undo_words import undo_title

SIZE = 50
PLANS = (RunStatus.PLANNING, RunStatus.PLANNED, RunStatus.DISCARDED)
"""The states in which a plan has not become an import."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One plan or import; a plan may be one that `is_proposed` to a second person."""

    run: ImportRun
    is_proposed: bool = False

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
    def state(self) -> str:
        """The word for its state."""
        return gettext("proposed") if self.is_proposed else self.run.get_status_display()

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
class WaitingLine:
    """A plan or an undo that waits for a second person."""

    proposal: Proposal
    is_mine: bool

    @property
    def url(self) -> str:
        """Where it is looked at and done."""
        leads = import_undo_url if self.proposal.is_undo else import_plan_url
        return leads(self.proposal.run.workspace_id, self.proposal.run_id)

    @property
    def name(self) -> str:
        """What would be done."""
        run = self.proposal.run
        return undo_title(run) if self.proposal.is_undo else run.source


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """What the list of imports shows, first of all what is `waiting` for a second person."""

    frame: Frame
    waiting: list[WaitingLine]
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
    page = time_page(runs, "created_at", request.GET, SIZE, partial(imports_url, workspace_id))
    waiting = _waiting(request, frame)
    proposed = {line.proposal.run_id for line in waiting if not line.proposal.is_undo}
    lines = [RunLine(run, run.pk in proposed) for run in runs_seen(page.rows)]
    return ImportsPage(frame, waiting, lines, page.newest, page.newer, page.older)


def _waiting(request: HttpRequest, frame: Frame) -> list[WaitingLine]:
    found = proposals_waiting(actor=actor_of(request), workspace=frame.workspace)
    return [WaitingLine(one, one.user_id == request.user.pk) for one in found]
