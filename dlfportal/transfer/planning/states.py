"""The state of a plan: whether somebody may act on it, and what tells one from another."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dlfportal.errors import Conflict, NotFound, gettext_noop
from dlfportal.transfer.imports.proposals import proposal_drop
from dlfportal.transfer.models import Choice, ImportRun, Outcome, RunStatus

KEPT = timedelta(days=7)
"""So long after the last thing that somebody did with it a plan is kept."""

COLUMNS = (
    *("position", "kind", "cluster", "name", "outcome", "choice", "new_name", "sha256"),
    *("object", "was_deleted", "revision_before"),
)
ITEMS_A_READ = 2000

BUSY = {
    RunStatus.PLANNING: gettext_noop("The plan is being made. Wait for it, then try again."),
    RunStatus.RUNNING: gettext_noop("The plan is being applied. Nothing can be changed any more."),
    RunStatus.SUCCESSFUL: gettext_noop("The plan has been applied. Nothing can be changed any more."),
    RunStatus.FAILED: gettext_noop("The import has ended. Make a new plan of the package."),
    RunStatus.DISCARDED: gettext_noop("The plan was given up. Make a new plan of the package."),
}


class PlanMissing(NotFound):
    """There is no import of this id in the workspace, or the person may not know of it."""


class PlanMoved(Conflict):
    """Somebody changed the plan since it was shown; nothing was done."""


class PlanBusy(Conflict):
    """The plan is being made or applied, or has ended."""


class PlanExpired(Conflict):
    """Nobody did anything with the plan for so long that it is not kept any more."""


class PlanUnmade(Conflict):
    """The plan could not be made so far, so there is nothing to act on."""


def plan_lock(run: ImportRun) -> ImportRun:
    """Return the plan as it stands, locked until the transaction ends, if it can be acted on.

    Raises PlanBusy or PlanExpired.
    """
    return _standing(run, ImportRun.objects.select_for_update(of=("self",)))


def plan_look(run: ImportRun) -> ImportRun:
    """Return the plan as it stands, if it can be acted on just now. Raises as `plan_lock` does."""
    return _standing(run, ImportRun.objects.all())


def _standing(run: ImportRun, rows: QuerySet[ImportRun]) -> ImportRun:
    found = rows.select_related("workspace__project").filter(pk=run.pk).first()
    if found is None:
        raise PlanMissing(gettext_noop("The plan does not exist any more."))
    if found.status != RunStatus.PLANNED:
        raise PlanBusy(BUSY[RunStatus(found.status)])
    if found.is_expired:
        raise PlanExpired(
            gettext_noop("The plan is older than %(days)s days. Make a new plan of the package."),
            days=KEPT.days,
        )
    return found


def plan_lock_shown(run: ImportRun, digest: str) -> ImportRun:
    """Return the plan as `plan_lock` does, if it is the one that was shown. Raises PlanMoved, PlanUnmade."""
    found = plan_lock(run)
    if not found.plan_digest:
        raise PlanUnmade(gettext_noop("The plan could not be made yet. Have it made again first."))
    if found.plan_digest != digest:
        raise PlanMoved(
            gettext_noop("Somebody changed the plan meanwhile. Nothing was done: look at it again.")
        )
    return found


def plan_digest(run: ImportRun) -> str:
    """Return what is equal for plans that do the same, given what stands in the workspace."""
    made = hashlib.sha256()
    head = [run.workspace_id, run.digest, run.options, run.mapping]
    made.update(json.dumps(head, sort_keys=True).encode())
    rows = run.items.order_by("position").values_list(*COLUMNS)
    found = rows.iterator(ITEMS_A_READ)
    while piece := list(islice(found, ITEMS_A_READ)):
        made.update(json.dumps(piece).encode())
    return made.hexdigest()


def plan_changed(run: ImportRun) -> None:
    """Keep a plan longer, and make its digest anew, after its rows or options have changed."""
    now = timezone.now()
    run.plan_digest, run.expires_at, run.updated_at = plan_digest(run), now + KEPT, now
    run.message, run.params = "", {}
    run.save(update_fields=["plan_digest", "expires_at", "updated_at", "message", "params"])


def plan_end(run: ImportRun, message: str, **params: Any) -> None:
    """Give a plan up, with the reason: what was proposed and what its parameters were to be goes with it."""
    proposal_drop(run)
    now = timezone.now()
    run.status, run.message, run.params, run.sealed = RunStatus.DISCARDED, message, params, ""
    run.updated_at = run.ended_at = now
    run.save(update_fields=["status", "message", "params", "sealed", "updated_at", "ended_at"])


def is_text(value: str) -> bool:
    """Return whether a database keeps a text: one without U+0000 and halves of characters."""
    return not any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in value)


def default_choice(outcome: str, policy: str) -> Choice:
    """Return what is done with an object of a plan unless a person says otherwise."""
    return Choice.SKIP if outcome == Outcome.CHANGED and policy == "SKIP" else Choice.TAKE
