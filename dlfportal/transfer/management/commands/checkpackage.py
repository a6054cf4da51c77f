"""`checkpackage PACKAGE.zip | --workspace ID`: whether DataArts would take it, for people and for CI."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandError, CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.policy import Right
from dlfportal.catalogue.selections import Resolved
from dlfportal.catalogue.selectors import object_list, others_list
from dlfportal.formats.accept import Objection, Verdict, entry_objection, package_objections
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.reader import MOST_PROBLEMS, BadDocuments, package_take
from dlfportal.transfer.exports.accepting import package_judged
from dlfportal.transfer.exports.package import jobs_named
from dlfportal.transfer.exports.selection import PackageLayout, Selector
from dlfportal.transfer.exports.splitting import JOBS_AT_MOST, PACKAGE_BYTES_AT_MOST
from dlfportal.transfer.imports.drafts import spreading
from dlfportal.transfer.imports.plan import check_size, package_open

REFUSED, BROKEN = 1, 2
"""The exit codes for what DataArts would refuse, and for what cannot be looked at."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an object, or of a package as a whole; `place` is "" for the latter."""

    verdict: Verdict
    kind: str
    cluster: str
    name: str
    place: str
    node: str
    message: str

    @property
    def line(self) -> str:
        """It as one line."""
        name = f"{self.cluster}/{self.name}" if self.cluster else self.name
        node = f" (node {self.node})" if self.node else ""
        place = f" {self.place}{node}:" if self.place else ""
        perhaps = " perhaps:" if self.verdict is Verdict.PERHAPS else ""
        return _printable(f"{self.kind} {name}:{place}{perhaps} {self.message}")

    @property
    def told(self) -> dict[str, str]:
        """It for programs."""
        return {name: str(getattr(self, name)) for name in self.__slots__}


@dataclass(slots=True)
class Totals:
    """How many objects were looked at, would be refused, and are perhaps refused."""

    objects: int = 0
    refused: int = 0
    perhaps: int = 0
    jobs: int = 0

    def add(self, objections: Sequence[Objection], is_job: bool) -> None:
        """Count an object by the worst that is said of it; an object is once refused."""
        self.objects += 1
        self.jobs += is_job
        if any(one.verdict is Verdict.REFUSED for one in objections):
            self.refused += 1
        elif objections:
            self.perhaps += 1


class Command(PortalCommand):
    help = (
        "Look whether DataArts would take a package, a workspace, or jobs of it with all that they use: "
        "names, schedules, limits, properties of nodes, as Huawei documents them. Prints a line for each "
        "place, with “perhaps” where something is only documented otherwise, and ends with the exit code 0 "
        "when nothing would be refused, 1 when something would, 2 when it could not be looked at. Writes "
        "nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("package", nargs="?", metavar="PACKAGE.zip")
        parser.add_argument("--workspace", metavar="WORKSPACE_ID", help="look at this workspace")
        parser.add_argument(
            "--job", action="append", default=[], metavar="NAME", help="only at this job, and what it uses"
        )
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            super().handle(*args, **options)
        except CommandError as error:
            error.returncode = BROKEN
            raise

    def identify(self, options: dict[str, Any]) -> None:
        """Find out who looks into a workspace; into a file anybody may."""
        if bool(options["package"]) == bool(options["workspace"]) or (options["job"] and options["package"]):
            raise CommandError("Name a package, or a workspace with --workspace and perhaps --job.")
        if options["workspace"]:
            super().identify(options)

    def act(self, options: dict[str, Any]) -> None:
        """Look, and print what is found as it is found."""
        totals = Totals()
        said = (
            self._package(options["package"], totals) if options["package"] else self._stored(options, totals)
        )
        is_refused = self._print_json(said, totals) if options["json"] else self._print(said, totals)
        if is_refused:
            sys.exit(REFUSED)

    def _package(self, path: str, totals: Totals) -> Iterator[Said]:
        with _opened(path) as file:
            size = file.seek(0, 2)
            check_size(size)
            yield from _of_package(Path(path).name, size)
            with spreading(file) as spread:
                try:
                    for kind, objections in package_take(package_open(file), package_objections, spread):
                        totals.add(objections, kind is Kind.JOB)
                        yield from map(_said, objections)
                except BadDocuments as error:
                    yield from self._unreadable(error, totals)
            yield from _of_jobs(Path(path).name, totals.jobs)

    def _unreadable(self, error: BadDocuments, totals: Totals) -> Iterator[Said]:
        objects = {problem.key for problem in error.problems}
        totals.objects += len(objects)
        totals.refused += len(objects)
        yield from (_said(entry_objection(problem)) for problem in error.problems)
        if len(error.problems) >= MOST_PROBLEMS:
            self.stderr.write(f"Not looked further after {MOST_PROBLEMS} documents that cannot be read.")

    def _stored(self, options: dict[str, Any], totals: Totals) -> Iterator[Said]:
        workspace = self.workspace_named(options["workspace"], Right.VIEW)
        if names := list(dict.fromkeys(options["job"])):
            resolved = Resolved(jobs_named(workspace, names))
        else:
            resolved = Resolved(object_list(workspace, Kind.JOB), others_list(workspace))
        selector = Selector(workspace, PackageLayout.BATCH)
        for judged in package_judged(actor=self.actor, selector=selector, resolved=resolved):
            totals.add(judged.objections, judged.entry.kind is Kind.JOB)
            yield from map(_said, judged.objections)

    def _print(self, said: Iterable[Said], totals: Totals) -> bool:
        is_refused = False
        for one in said:
            is_refused |= one.verdict is Verdict.REFUSED
            self.stdout.write(one.line)
        self.stderr.write(
            f"{totals.objects} objects: {totals.refused} would be refused, {totals.perhaps} perhaps"
        )
        return is_refused

    def _print_json(self, said: Iterable[Said], totals: Totals) -> bool:
        """Print one JSON text, finding by finding: there may be very many."""
        is_refused, between = False, ""
        self.stdout.write('{"findings": [', ending="")
        for one in said:
            is_refused |= one.verdict is Verdict.REFUSED
            self.stdout.write(f"{between}\n  {json.dumps(one.told, ensure_ascii=False)}", ending="")
            between = ","
        counts = {"objects": totals.objects, "refused": totals.refused, "perhaps": totals.perhaps}
        self.stdout.write(f'\n], "accepted": {json.dumps(not is_refused)}, {json.dumps(counts)[1:]}')
        return is_refused


def _said(one: Objection) -> Said:
    message = one.message % one.params if one.params else one.message
    return Said(one.verdict, str(one.kind), one.cluster, one.name, one.where, one.node, message)


def _of_package(name: str, size: int) -> Iterator[Said]:
    if size > PACKAGE_BYTES_AT_MOST:
        message = f"The package has {size} bytes; DataArts imports {PACKAGE_BYTES_AT_MOST}. Split it."
        yield Said(Verdict.REFUSED, "package", "", name, "", "", message)


def _of_jobs(name: str, jobs: int) -> Iterator[Said]:
    if jobs > JOBS_AT_MOST:
        message = f"The package has {jobs} jobs; DataArts exports {JOBS_AT_MOST} in one call."
        yield Said(Verdict.PERHAPS, "package", "", name, "", "", message)


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise CommandError(f"Cannot read {path!r}: {error.strerror}.") from error
    with file:
        yield file


def _printable(text: str) -> str:
    """Return a text without what would break its line."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
