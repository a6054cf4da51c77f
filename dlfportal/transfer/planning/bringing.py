"""From one workspace to another, with no file in between: an export that becomes a plan."""

from __future__ import annotations

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.selections import Choice, Resolved
from dlfportal.formats.layout import BATCH_PACKAGE
from dlfportal.formats.mapping import NameMap
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.planning.making import plan_begin, plan_hand_over, plan_of
from dlfportal.transfer.planning.packing import BROUGHT, Wanted, package_made, wanted_resolve

AT_ONCE_OBJECTS = 100
"""The package of so many objects and what they use is made within the request; that of more by a worker."""


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
    as any plan is. A worker makes the package of many objects: then the rights are asked for again. Raises
    NotFound or Forbidden (policy, of both workspaces), NothingChosen, NotSubmitted, NoWorker, and what
    `plan_begin` raises.
    """
    require(actor.user, workspace, Right.EDIT)
    require(actor.user, origin, Right.VIEW)
    wanted = Wanted(choice, submitted, depend)
    if _are_many(wanted_resolve(origin, wanted)):
        return plan_hand_over(
            actor=actor,
            size=None,
            prepare=lambda: plan_of(
                workspace, BATCH_PACKAGE, "", options, mapping or {}, profile, wanted.write(origin)
            ),
            action=Action.PLAN_MAKE,
            detail={BROUGHT: True},
        )
    with package_made(actor, origin, wanted) as file:
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


def _are_many(resolved: Resolved) -> bool:
    """Return whether making the package takes longer than a request should."""
    most = AT_ONCE_OBJECTS + 1
    return sum(objects.order_by()[:most].count() for objects in resolved.parts()) >= most
