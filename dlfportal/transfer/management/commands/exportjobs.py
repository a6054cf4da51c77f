"""`exportjobs WORKSPACE_ID [NAME ...]`: packages on the command line."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.catalogue.selectors import object_list
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import Download, export_job, export_jobs, jobs_named
from dlfportal.transfer.store.atomic_file import whole_file


class Command(PortalCommand):
    help = (
        "Export jobs of a workspace: one name gives DLF_{name}.zip, several or --all give jobs.zip. "
        "References that nothing answers are listed on standard error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("workspace_id")
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--all", action="store_true", help="every job of the workspace")
        parser.add_argument("--no-depend", action="store_true", help="leave out scripts and resources")
        parser.add_argument("--status", choices=list(ExportStatus), default=ExportStatus.DEVELOP)
        parser.add_argument("--output", help="file or folder to write to, - for standard output")

    def act(self, options: dict[str, Any]) -> None:
        """Write the package."""
        if bool(options["names"]) == options["all"]:
            raise CommandError("Name the jobs to export, or use --all.")
        workspace = self.workspace_named(options["workspace_id"], Right.VIEW)
        package = self._package(workspace, options)
        if options["output"] == "-":
            with closing(package.stream):
                sys.stdout.buffer.writelines(package.stream)
        else:
            output = Path(options["output"] or ".")
            try:
                self.stdout.write(str(_write(package, output)))
            except OSError as error:
                raise CommandError(f"Cannot write to {str(output)!r}: {error.strerror}.") from error
        for label in package.missing:
            self.stderr.write(f"missing: {label}")

    def _package(self, workspace: Workspace, options: dict[str, Any]) -> Download:
        names = list(dict.fromkeys(options["names"]))
        depend, status = not options["no_depend"], ExportStatus(options["status"])
        if len(names) == 1:
            return export_job(
                actor=self.actor, workspace=workspace, name=names[0], depend=depend, status=status
            )
        jobs = jobs_named(workspace, names) if names else object_list(workspace, Kind.JOB)
        return export_jobs(
            actor=self.actor,
            workspace=workspace,
            jobs=jobs,
            depend=depend,
            status=status,
            selection=None if names else {"all": True},
        )


def _write(package: Download, output: Path) -> Path:
    """Write the package and return its path; a package broken off never stands under its name."""
    target = output / package.name if output.is_dir() else output
    with closing(package.stream), whole_file(target, folder=target.parent, prefix=".dlf-") as file:
        file.writelines(package.stream)
    return target
