"""From one workspace to another, with no file in between: an export that becomes a plan."""

from __future__ import annotations

from contextlib import closing
from tempfile import TemporaryFile

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.selections import Choice, Resolved, choice_resolve
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.layout import BATCH_PACKAGE
from dlfportal.formats.mapping import NameMap
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import export_jobs
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.planning.making import plan_begin

BROUGHT = "brought"
"""In the records of both workspaces: the package went from one to the other."""


class NothingChosen(BadRequest):
    """What was chosen means no object (any more)."""


def plan_from_workspace(
    *,
    actor: Actor,
    workspace: Workspace,
    origin: Workspace,
    choice: Choice,
    options: ImportOptions,
    mapping: NameMap | None = None,
    profile: str = "",
    submitted: bool = False,
    depend: bool = True,
) -> ImportRun:
    """Return the plan of importing the objects of another workspace, with what they use if `depend`.

    `submitted` takes the submitted state instead of the newest. It is recorded there as an export, and here
    as any plan is. Raises NotFound or Forbidden (policy, of both workspaces), NothingChosen, NotSubmitted,
    and what `plan_begin` raises.
    """
    require(actor.user, workspace, Right.EDIT)
    require(actor.user, origin, Right.VIEW)
    resolved = choice_resolve(origin, choice)
    if not _is_something(resolved):
        raise NothingChosen(gettext_noop("Nothing that was chosen is there (any more): choose again."))
    package = export_jobs(
        actor=actor,
        workspace=origin,
        jobs=resolved.jobs,
        others=resolved.others,
        depend=depend,
        status=ExportStatus.SUBMIT if submitted else ExportStatus.DEVELOP,
        selection=choice.write(),
        noted={BROUGHT: True},
    )
    with TemporaryFile() as file:
        with closing(package.stream) as stream:
            for piece in stream:
                file.write(piece)
        return plan_begin(
            actor=actor,
            workspace=workspace,
            file=file,
            name=BATCH_PACKAGE,
            options=options,
            mapping=mapping or {},
            profile=profile,
            detail={BROUGHT: True},
        )


def _is_something(resolved: Resolved) -> bool:
    return any(objects.exists() for objects in resolved.parts())
