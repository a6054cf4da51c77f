"""`importpackage PACKAGE.zip --workspace WORKSPACE_ID`: imports and their plans on the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandError, CommandParser

from dlfportal.access.command import PortalCommand
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.access.second_person import imports_need_second
from dlfportal.catalogue.mapping_profiles import profile_get
from dlfportal.formats.mapping import NameMap, mapping_read
from dlfportal.transfer.imports.drafts import spreading
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from dlfportal.transfer.imports.plan import package_open, plan_make
from dlfportal.transfer.imports.proposals import proposal_standing
from dlfportal.transfer.imports.texts import item_message, note_text, notes_text, run_lines
from dlfportal.transfer.models import Choice, ImportRun, RunStatus
from dlfportal.transfer.planning.applying import plan_apply_begin
from dlfportal.transfer.planning.choosing import plan_choose, plan_rename_many
from dlfportal.transfer.planning.files import plan_compare, plan_document, plan_id_of
from dlfportal.transfer.planning.making import plan_begin
from dlfportal.transfer.planning.plans import plan_counts, plan_get
from dlfportal.transfer.planning.proposing import import_file_ask, plan_propose, proposed_error


class Command(PortalCommand):
    help = (
        "Import a package into a workspace: all of it, or nothing. Prints a line for each object: what is "
        "done with it, its kind and name, and why. Ends with 1 when nothing was (or would be) written "
        "because something is wrong. With --plan-out the plan is kept and written to a file that people can "
        "review; --apply does exactly what that file says, and refuses it when anything has changed since."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("package", metavar="PACKAGE.zip", type=Path, nargs="?")
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
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--dry-run", action="store_true", help="print the plan and write nothing")
        ways.add_argument("--plan-out", type=Path, metavar="FILE", help="keep the plan and write it to FILE")
        ways.add_argument("--apply", type=Path, metavar="FILE", help="apply the plan that FILE says")
        names = parser.add_mutually_exclusive_group()
        names.add_argument("--profile", help="map names as this profile of the workspace says")
        names.add_argument("--map", type=Path, metavar="FILE", help="map names as the entries in FILE say")
        parser.add_argument("--skip", action="append", default=[], metavar="KIND:NAME", help="leave it out")
        parser.add_argument("--rename", action="append", default=[], metavar="KIND:OLD=NEW")

    def act(self, options: dict[str, Any]) -> None:
        """Import the package, show what an import would do, or apply a plan."""
        workspace = self.workspace_named(options["workspace"], Right.EDIT)
        if options["apply"]:
            self._apply(workspace, options)
            return
        if not options["package"]:
            raise CommandError("Give the package to import.")
        chosen = ImportOptions(
            policy=Policy(options["policy"]), target_status=TargetStatus(options["status"])
        )
        changed = [name for name in ("profile", "map", "skip", "rename") if options[name]]
        with _opened(options["package"]) as file:
            if options["dry_run"]:
                if changed:
                    raise CommandError(f"--dry-run knows no --{changed[0]}: use --plan-out.")
                self._plan(workspace, file, chosen)
            elif options["plan_out"] or changed:
                self._review(workspace, file, chosen, options)
            else:
                self._import(workspace, file, _name(options["package"]), chosen)

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
        run = import_file_ask(
            actor=self.actor, workspace=workspace, file=file, source=source, options=options
        )
        self._tell_items(run)
        self._end(run)

    def _review(
        self, workspace: Workspace, file: BinaryIO, chosen: ImportOptions, options: dict[str, Any]
    ) -> None:
        """Make a plan with all that is asked for, and write it to a file, or apply it."""
        run = plan_begin(
            actor=self.actor,
            workspace=workspace,
            file=file,
            name=_name(options["package"]),
            options=chosen,
            mapping=self._mapping(workspace, options),
            profile=options["profile"] or "",
            here=True,
        )
        if run.status != RunStatus.PLANNED or not run.plan_digest:
            raise CommandError("\n".join(run_lines(run)))
        run = self._choose(run, options)
        if not options["plan_out"]:
            self._propose(run, run.plan_digest)
            run = plan_apply_begin(actor=self.actor, run=run, digest=run.plan_digest, here=True)
            self._tell_items(run)
            self._end(run)
            return
        text = json.dumps(plan_document(run), ensure_ascii=False, indent=2)
        try:
            options["plan_out"].write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['plan_out']} cannot be written: {error.strerror}") from error
        self._tell_items(run)
        counts = plan_counts(run)
        self.stdout.write(
            f"Nothing was written; the plan would write {counts.writes_new} new and {counts.writes_changed} "
            f"changed objects. It is kept until {run.expires_at:%Y-%m-%d %H:%M} UTC: digest {run.plan_digest}"
        )

    def _mapping(self, workspace: Workspace, options: dict[str, Any]) -> NameMap:
        if options["profile"]:
            return profile_get(actor=self.actor, workspace=workspace, name=options["profile"]).mapping
        return mapping_read(_json(options["map"])) if options["map"] else {}

    def _choose(self, run: ImportRun, options: dict[str, Any]) -> ImportRun:
        places = _places(run) if options["skip"] or options["rename"] else {}
        if options["rename"]:
            pairs = [_pair(text) for text in options["rename"]]
            names = {_place(places, old): new for old, new in pairs}
            run = plan_rename_many(actor=self.actor, run=run, digest=run.plan_digest, names=names, here=True)
        if options["skip"]:
            skipped = [_place(places, label) for label in options["skip"]]
            run = plan_choose(
                actor=self.actor, run=run, digest=run.plan_digest, choice=Choice.SKIP, positions=skipped
            )
        return run

    def _apply(self, workspace: Workspace, options: dict[str, Any]) -> None:
        document = _json(options["apply"])
        pk, digest = plan_id_of(document, workspace.pk)
        run = plan_get(actor=self.actor, workspace=workspace, run_id=pk)
        if run.status == RunStatus.PLANNED and run.plan_digest:
            plan_compare(run, document)
        self._propose(run, digest)
        run = plan_apply_begin(actor=self.actor, run=run, digest=digest, here=True)
        if run.status == RunStatus.SUCCESSFUL:
            self._tell_items(run)
        self._end(run)

    def _propose(self, run: ImportRun, digest: str) -> None:
        """Where imports need a second person, propose a plan that nobody has proposed, and end."""
        if imports_need_second(run.workspace) and not proposal_standing(run, digest):
            plan_propose(actor=self.actor, run=run, digest=digest, comment="")
            raise proposed_error(run)

    def _end(self, run: ImportRun) -> None:
        message = "\n".join(run_lines(run))
        if run.status != RunStatus.SUCCESSFUL:
            raise CommandError(message)
        self.stdout.write(message)

    def _tell_items(self, run: ImportRun) -> None:
        for item in run.items.iterator():
            name = f"{item.name} -> {item.new_name}" if item.new_name else item.name
            outcome = item.outcome if item.choice != Choice.SKIP else "left out"
            self._tell(outcome, item.kind, item.cluster, name, item_message(run, item))

    def _tell(self, outcome: str, kind: str, cluster: str, name: str, message: str) -> None:
        place = f"{cluster}/{name}" if cluster else name
        self.stdout.write(f"{outcome:8} {kind:8} {place}  {message}".rstrip())


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    with file:
        if not file.seekable():
            raise CommandError(f"{path} is not a file: give one that can be read twice.")
        yield file


def _name(path: Path) -> str:
    return os.fsencode(path.name).decode(errors="replace")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{path} is no JSON: {error}") from error


def _places(run: ImportRun) -> Mapping[str, int]:
    """Return the positions of the objects of a plan by `kind:name`, of CDM jobs `cdm_job:cluster/name`."""
    rows = run.items.values_list("kind", "cluster", "name", "position")
    return {
        f"{kind}:{cluster}/{name}" if cluster else f"{kind}:{name}": place
        for kind, cluster, name, place in rows
    }


def _place(places: Mapping[str, int], label: str) -> int:
    if label not in places:
        raise CommandError(f"The package has no {label}: give kind:name, as in script:load_sql.")
    return places[label]


def _pair(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not equals or not new.strip():
        raise CommandError(f"{text} is no kind:old=new.")
    return old, new
