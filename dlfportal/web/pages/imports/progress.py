"""How a plan or an import that has not ended is getting on."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise

from dlfportal.links import import_plan_url, import_run_url
from dlfportal.transfer.imports.liveness import runners_alive
from dlfportal.transfer.imports.texts import run_name
from dlfportal.transfer.models import ImportRun, RunStatus
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.imports.words import PHASES

SECOND, MINUTE = 1, 60


@dataclass(frozen=True)
class ProgressPage:
    """What the page of a plan that is being made, or of an import that runs, shows."""

    frame: Frame
    run: ImportRun

    @property
    def is_plan(self) -> bool:
        """Whether a plan is being made: nothing is written."""
        return bool(self.run.status == RunStatus.PLANNING)

    @property
    def undo(self) -> str:
        """What an undo is called, "" for what is none."""
        return run_name(self.run) if self.run.undoes_id else ""

    @property
    def url(self) -> str:
        """Its own address."""
        leads = import_plan_url if self.is_plan else import_run_url
        return leads(self.frame.workspace.pk, self.run.pk)

    @property
    def phase(self) -> str | Promise:
        """What is done now."""
        return PHASES[self.run.phase]

    @property
    def waits_in_vain(self) -> bool:
        """Whether it waits for a worker, and none is alive."""
        waits = not self.run.phase and bool(self.run.queue_id)
        return waits and not runners_alive(queued=True)

    @property
    def elapsed(self) -> str:
        """How long it has taken since somebody asked for it, in minutes and seconds."""
        begun = self.run.begun_at or self.run.created_at
        seconds = max(0, int((timezone.now() - begun).total_seconds()))
        return f"{seconds // MINUTE}:{seconds % MINUTE:02}"
