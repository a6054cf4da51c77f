"""`importpackage PACKAGE.zip --workspace WORKSPACE_ID`: imports on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandError, CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.transfer.imports.drafts import spreading
from dlfportal.transfer.imports.execute import import_file
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from dlfportal.transfer.imports.plan import package_open, plan_make
from dlfportal.transfer.imports.texts import item_message, note_text, notes_text, run_lines
from dlfportal.transfer.models import RunStatus


class Command(PortalCommand):
    help = (
        "Import a package into a workspace: all of it, or nothing. Prints a line for each object: what is "
        "done with it, its kind and name, and why. Ends with 1 when nothing was (or would be) written "
        "because something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("package", metavar="PACKAGE.zip", type=Path)
        parser.add_argument("--workspace", required=True, metavar="WORKSPACE_ID")
        parser.add_argument(
            "--policy",
            choices=[policy.value for policy in Policy],
            default=Policy.SKIP.value,
            help="what happens to objects that exist: SKIP (default) leaves them, OVERWRITE replaces them",
        )
        parser.add_argument(
            "--status",
            choices=[status.value for status in TargetStatus],
            default=TargetStatus.SUBMITTED.value,
        )
        parser.add_argument("--dry-run", action="store_true", help="print the plan and write nothing")

    def act(self, options: dict[str, Any]) -> None:
        """Import the package, or show what an import would do."""
        workspace = self.workspace_named(options["workspace"], Right.EDIT)
        chosen = ImportOptions(
            policy=Policy(options["policy"]), target_status=TargetStatus(options["status"])
        )
        try:
            file = options["package"].open("rb")
        except OSError as error:
            raise CommandError(f"{options['package']} cannot be read: {error.strerror}") from error
        with file:
            if not file.seekable():
                raise CommandError(f"{options['package']} is not a file: give one that can be read twice.")
            if options["dry_run"]:
                self._plan(workspace, file, chosen)
            else:
                name = os.fsencode(options["package"].name).decode(errors="replace")
                self._import(workspace, file, name, chosen)

    def _plan(self, workspace: Workspace, file: BinaryIO, options: ImportOptions) -> None:
        with spreading(file) as spread:
            plan = plan_make(
                actor=self.actor,
                workspace=workspace,
                package=package_open(file),
                options=options,
                spread=spread,
            )
        for row in plan.rows:
            self._tell(row.outcome, *row.identity, notes_text(row.notes))
        for note in plan.notes:
            self.stdout.write(note_text(note))
        counts = ", ".join(f"{count} {outcome}" for outcome, count in plan.counts.items())
        if not plan.is_valid:
            raise CommandError(f"The package would be refused: {counts}.")
        self.stdout.write(f"Nothing was written; the import would be: {counts}.")

    def _import(self, workspace: Workspace, file: BinaryIO, source: str, options: ImportOptions) -> None:
        run = import_file(actor=self.actor, workspace=workspace, file=file, source=source, options=options)
        for item in run.items.iterator():
            self._tell(item.outcome, item.kind, item.cluster, item.name, item_message(run, item))
        message = "\n".join(run_lines(run))
        if run.status != RunStatus.SUCCESSFUL:
            raise CommandError(message)
        self.stdout.write(message)

    def _tell(self, outcome: str, kind: str, cluster: str, name: str, message: str) -> None:
        place = f"{cluster}/{name}" if cluster else name
        self.stdout.write(f"{outcome:8} {kind:8} {place}  {message}".rstrip())
