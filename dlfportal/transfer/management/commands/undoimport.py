"""`undoimport TASK_ID`: undoes an import, or takes an undo back, on the command line."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from dlfportal.access.command import PortalCommand
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.access.second_person import imports_need_second
from dlfportal.catalogue.undoing.steps import Stay, Step
from dlfportal.transfer.imports.proposals import proposal_standing
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.imports.undo import AT_ONCE, nothing_text, undo_propose, undo_request
from dlfportal.transfer.imports.undo_look import UndoLook, undo_look
from dlfportal.transfer.models import ImportRun, RunStatus


class Command(PortalCommand):
    help = (
        "Undo an import, whichever channel it came by, or take an undo back: all of it, or nothing. Prints a "
        "line for each object: what is done with it, its kind and name. Ends with 1 when an object was "
        "changed since, unless the rest is asked for, and when there is nothing to undo."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("task", metavar="TASK_ID", help="the id of the import task, or of an undo")
        parser.add_argument("--dry-run", action="store_true", help="print what would be done, and do nothing")
        parser.add_argument(
            "--rest", action="store_true", help="leave what was changed since as it is, and undo the rest"
        )

    def act(self, options: dict[str, Any]) -> None:
        """Undo, or show what an undo would do."""
        run = self._run(options["task"])
        look = undo_look(actor=self.actor, run=run)
        self._tell(look)
        if not look.steps:
            raise CommandError(nothing_text(look))
        if look.stays and not options["rest"]:
            raise CommandError(
                f"Changed since: {len(look.stays)}. Nothing was undone; --rest undoes the rest."
            )
        if options["dry_run"]:
            self.stdout.write("Nothing was undone yet.")
            return
        self._propose(run, look, options["rest"])
        undo = undo_request(actor=self.actor, run=run, digest=look.digest, rest=options["rest"])
        if undo.status == RunStatus.FAILED:
            raise CommandError(run_message(undo))
        self.stdout.write(run_message(undo) or f"More than {AT_ONCE}: a worker does it, as task {undo.pk}.")

    def _propose(self, run: ImportRun, look: UndoLook, rest: bool) -> None:
        """Where imports need a second person, propose an undo that nobody has proposed, and end."""
        if imports_need_second(run.workspace) and not proposal_standing(run, look.digest, is_undo=True):
            undo_propose(actor=self.actor, run=run, digest=look.digest, rest=rest, comment="")
            address = reverse("web:import-undo", args=[run.workspace_id, run.pk])
            raise CommandError(
                "Imports of this workspace need a second person. Nothing was undone: the undo is proposed, "
                f"and another developer can look at it and do it: {address}"
            )

    def _run(self, task: str) -> ImportRun:
        """Return the import of a workspace in which the person may edit, or end the command."""
        plain = os.fsencode(task.replace("-", "")).decode(errors="replace")
        runs = ImportRun.objects.filter(workspace__in=workspaces_with(self.actor.user, Right.EDIT))
        run = runs.select_related("workspace__project").filter(pk=plain).first()
        if run is None:
            raise CommandError(
                f"There is no import {task!r} in a workspace where {self.actor.user} may edit."
            )
        return run

    def _tell(self, look: UndoLook) -> None:
        for step in look.steps:
            self._line(step.do, step)
        for stay in look.stays:
            self._line("stays", stay.step, _why(stay))

    def _line(self, word: str, step: Step, why: str = "") -> None:
        kind, cluster, name = step.identity
        place = f"{cluster}/{name}" if cluster else name
        self.stdout.write(f"{word:8} {kind:8} {place}  {why}".rstrip())


def _why(stay: Stay) -> str:
    """Return why an object stays: `edited by dev 2026-11-27 09:15:00`."""
    told = [str(stay.why), *(user.name for user in stay.by)]
    if stay.who:
        told.append(f"by {stay.who}")
    if stay.when:
        told.append(f"{stay.when:%Y-%m-%d %H:%M:%S}")
    return " ".join(told)
