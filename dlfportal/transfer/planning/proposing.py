"""Imports that need a second person: proposing a plan, and what becomes of an import that was just asked for.

Where a workspace needs none, an import is done as ever.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.errors import PortalError, gettext_noop
from dlfportal.transfer.imports.execute import import_file, import_request
from dlfportal.transfer.imports.options import ImportOptions, TargetStatus
from dlfportal.transfer.imports.proposals import SecondNeeded, comment_check, proposal_make
from dlfportal.transfer.imports.runs import params_kept, record_failure, run_options
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

    Where imports need a second person the task has failed, and says the address, at `site`, of the proposal.
    Raises what `import_request` and `plan_begin_bucket` raise.
    """
    require(actor.user, workspace, Right.EDIT)
    if not imports_need_second(workspace):
        return import_request(actor=actor, workspace=workspace, path=path, options=options)
    plan = plan_begin_bucket(actor=actor, workspace=workspace, path=path, options=options)
    return _proposed(actor, plan, site)


def import_file_ask(
    *, actor: Actor, workspace: Workspace, file: BinaryIO, source: str, options: ImportOptions
) -> ImportRun:
    """Import the package in `file` in this process, as `import_file` does, and return its task, ended.

    Where imports need a second person it is proposed, as by `import_ask`.
    """
    require(actor.user, workspace, Right.EDIT)
    if not imports_need_second(workspace):
        return import_file(actor=actor, workspace=workspace, file=file, source=source, options=options)
    plan = plan_begin(actor=actor, workspace=workspace, file=file, name=source, options=options, here=True)
    return _proposed(actor, plan)


def proposal_address(plan: ImportRun, site: str = "") -> str:
    """Return where people look at a proposal."""
    return f"{site.rstrip('/')}{reverse('web:import-plan', args=[plan.workspace_id, plan.pk])}"


def proposed_error(plan: ImportRun, site: str = "") -> PortalError:
    """Return why an import was not done, and where it is proposed."""
    return SecondNeeded(PROPOSED, address=proposal_address(plan, site))


def _proposed(actor: Actor, plan: ImportRun, site: str = "") -> ImportRun:
    """Propose a plan that was just asked for, and return the task of the import, which has failed."""
    with transaction.atomic():
        rows = ImportRun.objects.select_for_update(of=("self",)).select_related("workspace")
        found = rows.get(pk=plan.pk)
        error = PortalError(found.message, **found.params)
        if found.status != RunStatus.DISCARDED:
            proposal_make(actor, found, found.plan_digest, comment="")
            error = proposed_error(found, site)
        run = _failed(actor, found, error)
        record_failure(run, Action.IMPORT_FAIL, error)
    return run


def _failed(actor: Actor, plan: ImportRun, error: PortalError) -> ImportRun:
    return ImportRun.objects.create(
        workspace=plan.workspace,
        user=actor.user,
        user_name=actor.user.get_username(),
        channel=actor.channel,
        request_id=actor.request_id,
        source=plan.source,
        options=plan.options,
        status=RunStatus.FAILED,
        message=error.message,
        params=params_kept(error),
        ended_at=timezone.now(),
    )
