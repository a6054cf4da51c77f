"""How far the work on an import, a plan or an undo is, for those who wait for it."""

from __future__ import annotations

import time

from django.utils import timezone

from dlfportal.transfer.models import ImportRun, RunPhase

PROGRESS_SECONDS = 1.0


class Progress:
    """Tells from time to time how far the work on an import is; never within a transaction."""

    def __init__(self, run: ImportRun, phase: RunPhase, total: int) -> None:
        self._run, self._phase, self._total = run, phase, total
        self._told = time.monotonic()

    def __call__(self, done: int) -> None:
        """Tell that so much is done, if it was not told a moment ago."""
        if time.monotonic() - self._told < PROGRESS_SECONDS:
            return
        self.tell(done)

    def tell(self, done: int) -> None:
        """Tell at once that so much is done."""
        self._told = time.monotonic()
        running = ImportRun.objects.filter(pk=self._run.pk)
        running.update(phase=self._phase, done=done, total=self._total, updated_at=timezone.now())
