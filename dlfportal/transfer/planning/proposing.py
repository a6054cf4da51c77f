"""Imports that need a second person: proposing a plan, and what becomes of an import that was just asked for.

Where a workspace needs none, an import is done as ever.
"""

from __future__ import annotations

from functools import partial
from typing import Any, BinaryIO

from django.db import transaction
from django.urls import reverse
from django_tasks import task

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.errors import PortalError, gettext_noop
from dlfportal.transfer.imports.execute import import_file, import_request, run_take
from dlfportal.transfer.imports.options import ImportOptions, TargetStatus
from dlfportal.transfer.imports.proposals import (
    SecondNeeded,
    comment_check,
    proposal_keep,
    proposal_make,
)
from dlfportal.transfer.imports.runs import run_options
from dlfportal.transfer.models import ImportRun, RunStatus
from dlfportal.transfer.planning.applying import plan_check
from dlfportal.transfer.planning.choosing import plan_options
from dlfportal.transfer.planning.making import plan_begin, plan_begin_bucket
from dlfportal.transfer.planning.states import plan_lock_shown

PROPOSED = gettext_noop(
    "Imports of this workspace need a second person. Nothing was written: the import is proposed as a plan, "
    "which another developer can look at and apply: %(address)s"
)


def plan_propose(
    *, actor: Actor, run: ImportRun, digest: str, comment: str, target_status: TargetStatus | None = None
) -> ImportRun:
    """Propose a plan as it was shown, so that another person can apply it; return it.

    Raises NotFound or Forbidden (policy), BadRequest for the comment, PlanBlocked, Conflict where no second
    person is needed, and what `plan_lock_shown` raises.
    """
    require(actor.user, run.workspace, Right.EDIT)
    kept = comment_check(comment)
    with transaction.atomic():
        found = plan_lock_shown(run, digest)
        if target_status and target_status is not run_options(found).target_status:
            found = plan_options(actor=actor, run=run, digest=digest, target_status=target_status)
        plan_check(found)
        found.comment = kept
        found.save(update_fields=["comment"])
        proposal_make(actor, found, found.plan_digest, comment=kept)
    return found


def import_ask(
    *, actor: Actor, workspace: Workspace, path: Any, options: ImportOptions, site: str = ""
) -> ImportRun:
    """Ask for the import of a package in the object store, as `import_request` does, and return its task.

    Where imports need a second person, one that would write something fails, and says the address, at `site`,
    of the proposal. Raises what `import_request` raises.
    """
    require(actor.user, workspace, Right.EDIT)
    asked: dict[str, Any] = {"actor": actor, "workspace": workspace, "path": path, "options": options}
    if not imports_need_second(workspace):
        return import_request(**asked)
    return import_request(**asked, propose=lambda pk: str(propose_package.enqueue(pk, site).id))


@task()
def propose_package(run_id: str, site: str) -> None:
    """Do a waiting import, or propose what it would write, with its address at `site`.

    The queue keeps the path of this function: a migration must follow a move.
    """
    run_take(run_id, partial(_propose_bucket, site))


def _propose_bucket(site: str, run: ImportRun, actor: Actor, file: BinaryIO) -> None:
    """Propose what the import of a package in the object store would write. Raises SecondNeeded for it."""
    if imports_need_second(run.workspace):
        plan = plan_begin_bucket(
            actor=actor,
            workspace=run.workspace,
            path=run.source,
            options=run_options(run),
            action=Action.PLAN_PROPOSE,
        )
        _propose(actor, plan, site)


def import_file_ask(
    *, actor: Actor, workspace: Workspace, file: BinaryIO, source: str, options: ImportOptions
) -> ImportRun:
    """Import the package in `file` in this process, as `import_file` does, and return its task, ended.

    Where imports need a second person, one that would write something fails, as by `import_ask`.
    """
    require(actor.user, workspace, Right.EDIT)
    propose = _propose_file if imports_need_second(workspace) else None
    return import_file(
        actor=actor, workspace=workspace, file=file, source=source, options=options, propose=propose
    )


def _propose_file(run: ImportRun, actor: Actor, file: BinaryIO) -> None:
    """Propose what the import of a file would write. Raises SecondNeeded for it."""
    plan = plan_begin(
        actor=actor,
        workspace=run.workspace,
        file=file,
        name=run.source,
        options=run_options(run),
        here=True,
        action=Action.PLAN_PROPOSE,
    )
    _propose(actor, plan)


def proposal_address(plan: ImportRun, site: str = "") -> str:
    """Return where people look at a proposal."""
    return f"{site.rstrip('/')}{reverse('web:import-plan', args=[plan.workspace_id, plan.pk])}"


def proposed_error(plan: ImportRun, site: str = "") -> PortalError:
    """Return why an import was not done, and where it is proposed."""
    return SecondNeeded(PROPOSED, address=proposal_address(plan, site), plan=plan.pk)


def _propose(actor: Actor, plan: ImportRun, site: str = "") -> None:
    """Propose a plan that was just asked for, and recorded as proposed; a worker may still have to make it.

    Raises SecondNeeded with its address, or PortalError where there can be no plan.
    """
    with transaction.atomic():
        found = ImportRun.objects.select_for_update().get(pk=plan.pk)
        if found.status == RunStatus.PLANNING or found.plan_digest:
            proposal_keep(actor, found, found.plan_digest, comment="")
            error = proposed_error(found, site)
        else:
            error = PortalError(found.message, **found.params)
    raise error
