"""A plan, its apply and the undo of it, in a process and a database of their own.

`python -m bench.run bench.planning ROUNDS PACKAGE CHANGED` prints a JSON object: seconds by what was done.
"""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command

from bench.filling import hasten, settle, superuser
from dlfportal.access.models import Project, Workspace
from dlfportal.audit.actor import Actor
from dlfportal.transfer.imports.execute import import_file
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.options import ImportOptions, Policy
from dlfportal.transfer.imports.undo import undo_request, undo_take
from dlfportal.transfer.imports.undo_look import undo_look
from dlfportal.transfer.models import ImportRun, RunStatus
from dlfportal.transfer.planning.applying import apply_take, plan_apply_begin
from dlfportal.transfer.planning.making import plan_begin

WORKSPACE = "7" * 32


def main(rounds: str, package: str, changed: str) -> None:
    """Import a package, plan it again as often as asked, then plan, apply and undo the changed one.

    The first plan reads what the documents name; those after it find that kept.
    """
    call_command("migrate", verbosity=0)
    hasten()
    actor, workspace = _workspace(Path(package))
    settle()
    found: dict[str, list[float]] = {"read": [], "plan": []}
    found["first plan"] = [_seconds(lambda: _plan(actor, workspace, Path(package)))]
    for _ in range(int(rounds)):
        found["read"].append(_seconds(lambda: _read(Path(package))))
        found["plan"].append(_seconds(lambda: _plan(actor, workspace, Path(package))))
    with heartbeat(queued=True):  # this process is the worker
        plan = _plan(actor, workspace, Path(changed))
        found["apply"] = [_seconds(lambda: _apply(actor, plan))]
        digest = undo_look(actor=actor, run=plan).digest  # what people see before, as they see the plan
        found["undo"] = [_seconds(lambda: _undo(actor, plan, digest))]
    print(json.dumps(found))


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _workspace(package: Path) -> tuple[Actor, Workspace]:
    """Return a workspace that holds all of a package."""
    actor = superuser()
    project = Project.objects.create(pk=WORKSPACE, name="bench")
    workspace = Workspace.objects.create(pk=WORKSPACE, project=project, name="default")
    with package.open("rb") as file:
        run = import_file(
            actor=actor, workspace=workspace, file=file, source=package.name, options=ImportOptions()
        )
    _expect(run, RunStatus.SUCCESSFUL)
    return actor, workspace


def _read(package: Path) -> None:
    """Read each document and parse it with the stdlib: no more."""
    with zipfile.ZipFile(package) as archive:
        for info in archive.infolist():
            json.loads(archive.read(info))


def _plan(actor: Actor, workspace: Workspace, package: Path) -> ImportRun:
    options = ImportOptions(policy=Policy.OVERWRITE)
    with package.open("rb") as file:
        run = plan_begin(
            actor=actor, workspace=workspace, file=file, name=package.name, options=options, here=True
        )
    _expect(run, RunStatus.PLANNED)
    return run


def _apply(actor: Actor, run: ImportRun) -> None:
    plan_apply_begin(actor=actor, run=run, digest=run.plan_digest)
    apply_take(run.pk)
    run.refresh_from_db()
    _expect(run, RunStatus.SUCCESSFUL)


def _undo(actor: Actor, run: ImportRun, digest: str) -> None:
    undo = undo_request(actor=actor, run=run, digest=digest, rest=False)
    undo_take(undo.pk)
    undo.refresh_from_db()
    _expect(undo, RunStatus.SUCCESSFUL)


def _expect(run: ImportRun, status: RunStatus) -> None:
    if run.status != status:
        raise RuntimeError(f"{run.status}: {run.message % run.params}")
