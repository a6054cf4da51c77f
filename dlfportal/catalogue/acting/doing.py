"""Doing something with many objects: one transaction, one act of the record, in as few statements as can be.

Each way does what the service of one object in `services` does, and leaves the same rows behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import Act, acts_stage, audit_record, audit_record_many
from dlfportal.catalogue.acting.asked import ACTIONS, Asked, BulkVerb, Done, SetChanged, fits
from dlfportal.catalogue.acting.deleting import Going, going_read, going_write
from dlfportal.catalogue.acting.rewriting import Rewriting, rewriting_plan
from dlfportal.catalogue.acting.submitting import unsubmitted, versions_write
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.selections import Choice, Print, Resolved, choice_resolve, print_of
from dlfportal.catalogue.selectors import objects_gathered
from dlfportal.chunks import in_chunks
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import Kind

Finish = Callable[[Done], None]


def _nothing(done: Done) -> None:
    """Do nothing more in the transaction."""


def bulk_do(
    *,
    actor: Actor,
    workspace: Workspace,
    asked: Asked,
    choice: Choice,
    shown: Print,
    finish: Finish = _nothing,
) -> Done:
    """Do what is asked with the objects of a choice, all or none, if they are those that were `shown`.

    `finish` is called as the last thing in the transaction. Objects of kinds without it, and those that have
    it already, stay as they are. Raises NotFound or Forbidden (policy), SetChanged, BadRequest when
    nothing is chosen, StalePlan when an object was changed while it was being written.
    """
    policy.require(actor.user, workspace, Right.CHANGE)
    ids = _ids_shown(workspace, choice, shown)
    if not ids:
        raise BadRequest(gettext_noop("Nothing is chosen. Tick objects in a list first."))
    fitting = _fitting(ids, asked.verb)
    unfit = len(ids) - len(fitting)
    return WAYS[asked.verb](actor, workspace, asked, fitting, unfit, finish)


def _ids_shown(workspace: Workspace, choice: Choice, shown: Print) -> list[int]:
    """Return the ids of the objects that a choice means, which are those that were shown."""
    resolved = choice_resolve(workspace, choice)
    parts = [list(part.order_by().values_list("pk", flat=True)) for part in resolved.parts()]
    jobs, *others = (objects_gathered(workspace, None, ids) for ids in parts)
    now = print_of(Resolved(jobs, next(iter(others), None)))
    if now != shown:
        raise SetChanged(shown.count, now.count)
    return sorted(pk for ids in parts for pk in ids)


def _fitting(ids: Sequence[int], verb: BulkVerb) -> list[int]:
    """Return the ids of the objects of the kinds that something can be done with."""
    kinds = [kind for kind in Kind if fits(verb, kind)]
    if len(kinds) == len(Kind):
        return list(ids)
    found: list[int] = []
    for chunk in in_chunks(ids):
        rows = CatalogueObject.objects.filter(pk__within=chunk, kind__in=kinds).order_by()
        found += rows.values_list("pk", flat=True)
    return sorted(found)


def _lock(actor: Actor, workspace: Workspace, ids: Sequence[int]) -> None:
    """Ask the policy again, for finding the objects took its time; lock them, in one order for all.

    What they point to is read afterwards: see `services`. Raises SetChanged if one is gone.
    """
    policy.require(actor.user, workspace, Right.CHANGE)
    rows = CatalogueObject.objects.filter(ALIVE).order_by("pk").select_for_update()
    found = sum(len(rows.filter(pk__within=chunk).values_list("pk")) for chunk in in_chunks(ids))
    if found != len(ids):
        raise SetChanged(len(ids), found)


def _submit(
    actor: Actor, workspace: Workspace, asked: Asked, ids: Sequence[int], unfit: int, finish: Finish
) -> Done:
    with transaction.atomic():
        _lock(actor, workspace, ids)
        rows = unsubmitted(ids)
        entry = _begin(actor, workspace, asked, len(rows))
        if entry:
            _parts(actor, entry, versions_write(actor, workspace, rows, asked.comment))
        done = Done(len(rows), len(ids) - len(rows), unfit, entry=entry)
        finish(done)
    return done


def _delete(
    actor: Actor, workspace: Workspace, asked: Asked, ids: Sequence[int], unfit: int, finish: Finish
) -> Done:
    with transaction.atomic():
        _lock(actor, workspace, ids)
        going: list[Going] = going_read(workspace, ids)
        entry = _begin(actor, workspace, asked, len(going))
        if entry:
            _parts(actor, entry, going_write(actor, workspace, going))
        done = Done(len(going), 0, unfit, entry=entry)
        finish(done)
    return done


def _rewrite(
    actor: Actor, workspace: Workspace, asked: Asked, ids: Sequence[int], unfit: int, finish: Finish
) -> Done:
    """Write the documents anew through the bulk write, which refuses what moved since they were read."""
    plan: Rewriting = rewriting_plan(actor, workspace, asked, ids)
    same = len(ids) - len(plan.write.drafts)
    if not plan.write.drafts:
        with transaction.atomic():
            done = Done(0, same, unfit)
            finish(done)
        return done
    with plan.write.ahead(), transaction.atomic():
        entry = _begin(actor, workspace, asked, len(plan.write.drafts))
        plan.write.write(part_of=entry)
        done = Done(len(plan.write.drafts), same, unfit, plan.warnings, entry)
        finish(done)
    return done


Way = Callable[[Actor, Workspace, Asked, Sequence[int], int, Finish], Done]
WAYS: Mapping[BulkVerb, Way] = {
    BulkVerb.SUBMIT: _submit,
    BulkVerb.TAG: _rewrite,
    BulkVerb.MOVE: _rewrite,
    BulkVerb.DELETE: _delete,
}


def _begin(actor: Actor, workspace: Workspace, asked: Asked, count: int) -> AuditEntry | None:
    """Record the act on so many objects; what changes nothing is none."""
    if not count:
        return None
    detail: dict[str, Any] = {"count": count, **asked.detail}
    return audit_record(
        actor=actor,
        action=ACTIONS[asked.verb],
        workspace_id=workspace.pk,
        workspace_name=workspace.name,
        detail=detail,
    )


def _parts(actor: Actor, entry: AuditEntry, acts: Sequence[Act]) -> None:
    """Record what was done with each object, as parts of the act."""
    staged = acts_stage(acts)
    audit_record_many(
        actor=actor,
        workspace_id=entry.workspace_id,
        workspace_name=entry.workspace_name,
        acts=staged,
        part_of=entry,
    )
    staged.drop()
