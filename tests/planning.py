"""Plans of imports, for tests."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.models import ImportItem, ImportRun
from dlfportal.transfer.planning.making import plan_begin
from tests.importing import OVERWRITE, pack


def by(user: User) -> Actor:
    return Actor(user, Channel.WEB, "r" * 32)


def planned(
    workspace: Workspace, user: User, *documents: dict[str, Any], options: ImportOptions = OVERWRITE
) -> ImportRun:
    """Return the plan of importing a package of jobs and scripts, made."""
    return planned_file(workspace, user, pack(*documents), options)


def planned_file(
    workspace: Workspace, user: User, file: BytesIO, options: ImportOptions = OVERWRITE
) -> ImportRun:
    return plan_begin(actor=by(user), workspace=workspace, file=file, name="a.zip", options=options)


def item(run: ImportRun, name: str) -> ImportItem:
    found: ImportItem = run.items.get(name=name)
    return found


def choices(run: ImportRun) -> dict[str, str]:
    """Return name -> outcome and choice."""
    return {one.name: f"{one.outcome} {one.choice}" for one in run.items.all()}
