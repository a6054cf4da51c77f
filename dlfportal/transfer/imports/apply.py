"""Doing what a plan says: exactly that, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.causes import Cause
from dlfportal.catalogue.contents import contents_store
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.models import Origin
from dlfportal.catalogue.targets import Written
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.transfer.imports.drafts import names_told
from dlfportal.transfer.imports.liveness import silence_announce
from dlfportal.transfer.imports.options import ImportOptions, TargetStatus, options_told
from dlfportal.transfer.imports.plan import Plan
from dlfportal.transfer.imports.spool import Spool


class PlanInvalid(BadRequest):
    """The package has objects that cannot be kept; nothing of it is written."""

    def __init__(self, plan: Plan) -> None:
        names = [row.identity.name for row in plan.invalid]
        super().__init__(
            gettext_noop(
                "Invalid objects of the package: %(count)s (%(names)s). Nothing was written. Mend them or "
                "leave them out, and import again."
            ),
            count=len(names),
            names=names_told(names),
        )


def plan_apply(
    *,
    actor: Actor,
    workspace: Workspace,
    plan: Plan,
    options: ImportOptions,
    spool: Spool | None,
    source: str,
    task_id: str,
    comment: str = "",
    proposed_by: str = "",
    ready: Callable[[Mapping[Identity, Written]], None] = lambda written: None,
    finish: Callable[[Mapping[Identity, Written]], None] = lambda written: None,
) -> None:
    """Write what `plan` says, whose new contents are in `spool`, or stored if there is none.

    `ready` is called before the transaction with what is to be written, `finish` as the last thing in it
    with what was written: most often, but not surely, the same.

    `source` names the package, `task_id` is the id of the import task, `comment` what a person wrote, and
    `proposed_by` the name of who proposed it, "" where it took no second person.

    Contents are written and rows are made ahead, so the transaction is short. Raises NotFound or
    Forbidden (policy), PlanInvalid, or StalePlan when the workspace has changed since; then nothing was
    written.
    """
    if not plan.is_valid:
        raise PlanInvalid(plan)
    if spool:
        contents_store(spool.contents())
    write = BulkWrite(
        actor=actor,
        workspace=workspace,
        drafts=plan.writes,
        planned=plan.planned,
        cause=Cause(comment, Origin.IMPORT, task_id),
        submit=options.target_status is not TargetStatus.SAVED,
        right=Right.EDIT,
    )
    detail = {
        "source": source,
        "task_id": task_id,
        "digest": plan.digest,
        "options": options_told(options),
        "counts": plan.counts,
        **({"reason": comment} if comment else {}),
        **({"proposed_by": proposed_by} if proposed_by else {}),
    }
    with write.ahead():
        ready(write.written)
        silence_announce(len(plan.writes))
        with transaction.atomic():
            act = audit_record(
                actor=actor,
                action=Action.IMPORT,
                workspace_id=workspace.pk,
                workspace_name=workspace.name,
                detail=detail,
            )
            finish(write.write(part_of=act))
