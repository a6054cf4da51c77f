"""Imports and undos that one person proposes and another one does, where the workspace wants that.

A proposal is of exactly what was seen, by its digest: whatever changes makes it void.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require, rights_in
from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.errors import BadRequest, Conflict, gettext_noop
from dlfportal.transfer.models import ImportItem, ImportRun, Proposal, RunStatus, Undone

LONGEST_COMMENT = 255
MOST_WAITING = 50
STANDS = Q(object__revision=F("revision_after"), object__deleted_at=None) & (
    Q(object__version=F("version_after")) | Q(object__version=None, version_after=None)
)
STANDS_DELETED = Q(outcome=Undone.DELETED, object__deleted_at__isnull=False) & Q(
    object__revision=F("revision_before")
)
"""The objects that stand as an import left them, and those that stand deleted as an undo left them."""


class SecondNeeded(Conflict):
    """The workspace wants this proposed by one person and done by another, and nobody has proposed it."""


class SamePerson(Conflict):
    """Who proposed it, or changed it last, wants to do it."""


class NothingProposed(Conflict):
    """There is no proposal (any more)."""


def comment_check(comment: str) -> str:
    """Return a comment as it is kept. Raises BadRequest for one that cannot be."""
    if len(comment) > LONGEST_COMMENT or any(
        sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in comment
    ):
        raise BadRequest(
            gettext_noop("A comment has at most %(most)s characters, all of which can be kept."),
            most=LONGEST_COMMENT,
        )
    return comment.strip()


def second_pass(
    actor: Actor, run: ImportRun, digest: str, *, is_undo: bool = False, rest: bool = False
) -> Proposal | None:
    """Let the actor apply a plan, or undo an import, if the workspace wants no second person, or this is one.

    `run` is the plan, or what is undone. Return what was proposed, None where that takes no proposal. Raises
    SecondNeeded or SamePerson.
    """
    if not imports_need_second(run.workspace):
        return None
    found = proposal_standing(run, digest, is_undo=is_undo)
    if found is None or found.rest != rest:
        raise SecondNeeded(
            gettext_noop(
                "Imports of this workspace need a second person, and nobody has proposed this as it stands "
                "now. Propose it, then another developer can do it."
            )
        )
    if found.user is None or Right.EDIT not in rights_in(found.user, run.workspace):
        raise SecondNeeded(
            gettext_noop("%(name)s, who proposed this, may not edit here any more. Propose it yourself."),
            name=found.user_name,
        )
    if actor.user.pk == found.user.pk:
        raise SamePerson(gettext_noop("You proposed this yourself, so another developer has to do it."))
    if not is_undo and actor.user.pk == last_changer(run):
        raise SamePerson(gettext_noop("You changed this plan last, so another developer has to apply it."))
    return found


def last_changer(run: ImportRun) -> int | None:
    """Return the id of the person who made a plan or changed it last."""
    return run.changed_by_id or run.user_id


def proposal_of(run: ImportRun) -> Proposal | None:
    """Return what was proposed of a plan or an import, void or not."""
    return Proposal.objects.select_related("user").filter(run=run.pk).first()


def proposal_standing(run: ImportRun, digest: str, *, is_undo: bool = False) -> Proposal | None:
    """Return the proposal of exactly this, None for none."""
    found = proposal_of(run)
    return found if found and digest and (found.digest, found.is_undo) == (digest, is_undo) else None


def proposal_make(
    actor: Actor, run: ImportRun, digest: str, *, comment: str, is_undo: bool = False, rest: bool = False
) -> None:
    """Keep a proposal, instead of the one before, and record it. Raises Conflict where none is needed."""
    if not imports_need_second(run.workspace):
        raise Conflict(gettext_noop("Imports of this workspace need no second person: do it without one."))
    proposal_keep(actor, run, digest, comment=comment, is_undo=is_undo, rest=rest)
    _record(actor, Action.UNDO_PROPOSE if is_undo else Action.PLAN_PROPOSE, run, comment)


def proposal_keep(
    actor: Actor, run: ImportRun, digest: str, *, comment: str, is_undo: bool = False, rest: bool = False
) -> None:
    """Keep a proposal, instead of the one before; the caller has recorded it.

    A plan that is being made has no `digest` yet: see `proposal_made`.
    """
    kept: dict[str, Any] = {
        "user": actor.user,
        "user_name": actor.user.get_username(),
        "channel": str(actor.channel),
        "request_id": actor.request_id,
        "is_undo": is_undo,
        "digest": digest,
        "rest": rest,
        "standing": _standing([run.pk]).get(run.pk, 0) if is_undo else 0,
        "comment": comment,
        "at": timezone.now(),
    }
    Proposal.objects.update_or_create(run=run, defaults=kept)


def proposal_made(run: ImportRun) -> None:
    """Bind a proposal that came before its plan was made to the plan."""
    Proposal.objects.filter(run=run.pk, digest="", is_undo=False).update(digest=run.plan_digest)


def proposal_drop(run: ImportRun) -> None:
    """Forget what was proposed: it is void."""
    Proposal.objects.filter(run=run.pk).delete()


def proposal_withdraw(*, actor: Actor, run: ImportRun) -> None:
    """Take a proposal back, or refuse it: everybody who may edit may.

    Raises NotFound or Forbidden (policy), or NothingProposed, also for what is being done already.
    """
    require(actor.user, run.workspace, Right.EDIT)
    with transaction.atomic():
        ImportRun.objects.select_for_update().get(pk=run.pk)
        if ImportRun.objects.filter(Q(pk=run.pk) | Q(undoes=run.pk), status=RunStatus.RUNNING).exists():
            raise NothingProposed(gettext_noop("It is being done already: it cannot be taken back any more."))
        if not Proposal.objects.filter(run=run.pk).delete()[0]:
            raise NothingProposed(gettext_noop("Nothing is proposed here any more."))
        _record(actor, Action.PROPOSAL_WITHDRAW, run, "")


def proposals_waiting(*, actor: Actor, workspace: Workspace) -> list[Proposal]:
    """Return what waits for a second person, newest first, each with its run. Raises NotFound (policy).

    The undo of an import of which something was changed since is void, and waits for nobody.
    """
    require(actor.user, workspace, Right.VIEW)
    if not imports_need_second(workspace):
        return []
    now: datetime = timezone.now()
    plan = Q(is_undo=False, run__status=RunStatus.PLANNED, run__expires_at__gt=now) & ~Q(digest="")
    undo = Q(is_undo=True, run__status=RunStatus.SUCCESSFUL)
    rows = Proposal.objects.filter(run__workspace=workspace).select_related("run")
    rows = rows.filter(Q(plan, digest=F("run__plan_digest")) | undo)
    found = list(rows.order_by("-at", "pk")[:MOST_WAITING])
    standing = _standing([one.run_id for one in found if one.is_undo])
    return [one for one in found if not one.is_undo or standing.get(one.run_id, 0) == one.standing]


def _standing(runs: Iterable[str]) -> dict[str, int]:
    """Return by import how many of its objects stand as it left them: what was changed never does again."""
    items = ImportItem.objects.filter(STANDS | STANDS_DELETED, run__in=list(runs))
    return dict(items.order_by().values_list("run").annotate(count=Count("pk")))


def _record(actor: Actor, action: Action, run: ImportRun, comment: str) -> None:
    audit_record(
        actor=actor,
        action=action,
        workspace_id=run.workspace.pk,
        workspace_name=run.workspace.name,
        detail={"task_id": run.pk, "source": run.source} | ({"reason": comment} if comment else {}),
    )
