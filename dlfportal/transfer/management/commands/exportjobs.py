"""`exportjobs WORKSPACE_ID [NAME ...]`: packages on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.catalogue.selections import Resolved
from dlfportal.catalogue.selectors import object_list, others_list
from dlfportal.formats.kinds import Kind
from dlfportal.formats.registry import FORMATS
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.gaps import dynamic_uses, unpacking_faults, unused
from dlfportal.transfer.exports.package import Download, export_job, export_jobs, jobs_named
from dlfportal.transfer.exports.selection import Contents, LongContents, PackageLayout, Selector
from dlfportal.transfer.exports.splitting import export_split, part_name
from dlfportal.transfer.exports.summary import summary_of
from dlfportal.transfer.store.atomic_file import whole_file


class Command(PortalCommand):
    help = (
        "Export jobs of a workspace: one name gives DLF_{name}.zip, several, --all or --everything give "
        "jobs.zip. What is not in the package is listed on standard error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("workspace_id")
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--all", action="store_true", help="every job of the workspace")
        parser.add_argument(
            "--everything",
            action="store_true",
            help="every job, and the scripts, resources and CDM jobs that no job uses",
        )
        parser.add_argument("--no-depend", action="store_true", help="leave out scripts and resources")
        parser.add_argument("--status", choices=list(ExportStatus), default=ExportStatus.DEVELOP)
        parser.add_argument(
            "--split",
            action="store_true",
            help="packages that DataArts takes: at most 100 jobs and 10 MB each, every one with all that its "
            "jobs use; --output is their folder",
        )
        parser.add_argument("--output", help="file or folder to write to, - for standard output")

    def act(self, options: dict[str, Any]) -> None:
        """Write the package, and say what it does not have."""
        if [bool(options["names"]), options["all"], options["everything"]].count(True) != 1:
            raise CommandError("Name the jobs to export, or use --all or --everything.")
        workspace = self.workspace_named(options["workspace_id"], Right.VIEW)
        for package in self._packages(workspace, options):
            self._deliver(package, options["output"])
            self._tell_gaps(package.contents)
            if options["all"] and not options["split"]:
                self._tell_unused(workspace, package.contents.held)
        if options["all"] and options["split"]:
            jobs = object_list(workspace, Kind.JOB)
            self._tell_unused(workspace, summary_of(workspace, jobs, None).held)

    def _packages(self, workspace: Workspace, options: dict[str, Any]) -> Iterator[Download]:
        """Yield the package, or its parts one after the other, each to be taken before the next."""
        if not options["split"]:
            yield self._package(workspace, options)
            return
        if options["output"] and not Path(options["output"]).is_dir():
            raise CommandError("With --split, --output is a folder that exists.")
        depend, status = not options["no_depend"], ExportStatus(options["status"])
        selector = Selector(workspace, PackageLayout.BATCH, depend, status)
        parts = export_split(actor=self.actor, selector=selector, resolved=self._chosen(workspace, options))
        for number, part in enumerate(parts, 1):
            if not part.fits:
                self.stderr.write(f"larger than DataArts takes: {part_name(number, len(parts))}")
            resolved = part.resolved(workspace)
            yield export_jobs(
                actor=self.actor,
                workspace=workspace,
                jobs=resolved.jobs,
                others=resolved.others,
                depend=depend,
                status=status,
                name=part_name(number, len(parts)),
            )

    def _chosen(self, workspace: Workspace, options: dict[str, Any]) -> Resolved:
        if options["names"]:
            return Resolved(jobs_named(workspace, list(dict.fromkeys(options["names"]))))
        others = others_list(workspace) if options["everything"] else None
        return Resolved(object_list(workspace, Kind.JOB), others)

    def _package(self, workspace: Workspace, options: dict[str, Any]) -> Download:
        names = list(dict.fromkeys(options["names"]))
        how: dict[str, Any] = {
            "actor": self.actor,
            "workspace": workspace,
            "depend": not options["no_depend"],
            "status": ExportStatus(options["status"]),
        }
        if len(names) == 1:
            return export_job(name=names[0], **how)
        if names:
            return export_jobs(jobs=jobs_named(workspace, names), **how)
        jobs = object_list(workspace, Kind.JOB)
        if options["everything"]:
            return export_jobs(
                jobs=jobs, others=others_list(workspace), selection={"everything": True}, **how
            )
        return export_jobs(jobs=jobs, selection={"all": True}, **how)

    def _deliver(self, package: Download, output: str | None) -> None:
        if output == "-":
            with closing(package.stream):
                sys.stdout.buffer.writelines(package.stream)
            return
        target = Path(output or ".")
        try:
            self.stdout.write(str(_write(package, target)))
        except OSError as error:
            raise CommandError(f"Cannot write to {str(target)!r}: {error.strerror}.") from error

    def _tell_gaps(self, contents: Contents | LongContents) -> None:
        """Say on standard error what the package does not have, and what cannot be unpacked everywhere."""
        for label in contents.missing:
            self.stderr.write(f"missing: {label}")
        for label in contents.left_out:
            self.stderr.write(f"not in the package: {label} (a job of it starts or waits for it)")
        for use in dynamic_uses(contents):
            self.stderr.write(f"named by an expression: {use.label} (job {use.job}, node {use.node})")
        for fault in unpacking_faults(contents):
            self.stderr.write(f"unpacking: {fault.message % fault.params}")

    def _tell_unused(self, workspace: Workspace, held: Mapping[Kind, int]) -> None:
        """Say on standard error what packages of all jobs do not have, because no job uses it."""
        if left := unused(workspace, held):
            counts = ", ".join(f"{FORMATS[kind].folder} {count}" for kind, count in left)
            self.stderr.write(f"not in the package: {counts}, which no job uses; --everything takes them")


def _write(package: Download, output: Path) -> Path:
    """Write the package and return its path; a package broken off never stands under its name.

    A pipe or a device is written into: it must not be replaced by a file.
    """
    target = output / package.name if output.is_dir() else output
    with closing(package.stream):
        if target.exists() and not target.is_file():
            with target.open("wb") as stream:
                stream.writelines(package.stream)
            return target
        whole = target.resolve()
        with whole_file(whole, folder=whole.parent, prefix=".dlf-") as file:
            file.writelines(package.stream)
    return target
