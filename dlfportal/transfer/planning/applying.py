"""Applying a plan: exactly what was seen, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.drafts import Identity, LightDraft, draft_again
from dlfportal.catalogue.existing import Existing
from dlfportal.catalogue.models import Content, Revision
from dlfportal.catalogue.selectors import content_bytes
from dlfportal.catalogue.targets import Written
from dlfportal.chunks import in_chunks
from dlfportal.db.statistics import statistics_refresh
from dlfportal.errors import Conflict, PortalError, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports.adapt import Note
from dlfportal.transfer.imports.apply import plan_apply
from dlfportal.transfer.imports.drafts import EMPTIED, names_told
from dlfportal.transfer.imports.execute import MANY_ROWS, ending, worker_require
from dlfportal.transfer.imports.items import WrittenItems
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.parallel import rare_collections
from dlfportal.transfer.imports.plan import Plan
from dlfportal.transfer.imports.progress import Progress
from dlfportal.transfer.imports.proposals import second_pass
from dlfportal.transfer.imports.rows import PlanRow, Reviewed
from dlfportal.transfer.imports.runs import ImportRunning, run_options, run_succeed
from dlfportal.transfer.models import Choice, ImportRun, Outcome, RunPhase, RunStatus
from dlfportal.transfer.planning.making import package_forget
from dlfportal.transfer.planning.plans import plan_counts
from dlfportal.transfer.planning.reviewing import NOTHING
from dlfportal.transfer.planning.states import ITEMS_A_READ, plan_lock_shown

AT_ONCE = 100
"""Up to so many objects are written within the request."""
COLUMNS = (
    *("pk", "kind", "cluster", "name", "outcome", "choice", "new_name", "sha256", "messages"),
    *("object_id", "was_deleted", "revision_before_id"),
)


class PlanBlocked(Conflict):
    """The plan has nothing to write, or objects that cannot be."""


def plan_apply_begin(*, actor: Actor, run: ImportRun, digest: str, here: bool = False) -> ImportRun:
    """Apply the plan that was shown, and return the import: ended if it is small, else a worker does it.

    `here` does it in this process, however much there is to write.

    Raises NotFound or Forbidden (policy), PlanBlocked, ImportRunning, NoWorker, and what `plan_lock_shown`
    and `second_pass` raise. What stops the import itself becomes the message of the plan, which can be made
    again then.
    """
    require(actor.user, run.workspace, Right.EDIT)
    counts = plan_counts(run)
    at_once = here or counts.writes_new + counts.writes_changed <= AT_ONCE
    if not at_once:
        worker_require()
    with heartbeat(queued=False) if at_once else nullcontext() as runner:
        try:
            with transaction.atomic():
                found = plan_lock_shown(run, digest)
                plan_check(found)
                proposal = second_pass(actor, found, found.plan_digest)
                found.proposed_by = proposal.user_name if proposal else ""
                _start(actor, found, runner.pk if runner else "")
        except IntegrityError as error:
            raise ImportRunning(
                gettext_noop("Another import of this workspace is running. Wait for it, then apply the plan.")
            ) from error
        if runner:
            apply_take(found.pk)
    found.refresh_from_db()
    return found


def plan_check(run: ImportRun) -> None:
    """Raise PlanBlocked if a plan cannot be applied as it is."""
    counts = plan_counts(run)
    if counts.blocking:
        invalid = run.items.filter(outcome=Outcome.INVALID).exclude(choice=Choice.SKIP)
        raise PlanBlocked(
            gettext_noop(
                "Invalid objects of the package: %(count)s (%(names)s). Leave them out, or mend them."
            ),
            count=counts.blocking,
            names=names_told(list(invalid.values_list("name", flat=True)[:10])),
        )
    if not counts.may_apply:
        raise PlanBlocked(gettext_noop("There is nothing to write: all is the same, or left out."))


def _start(actor: Actor, run: ImportRun, runner: str) -> None:
    run.user, run.user_name = actor.user, actor.user.get_username()
    run.channel, run.request_id = str(actor.channel), actor.request_id
    run.status, run.runner = RunStatus.RUNNING, runner
    run.begun_at = run.updated_at = timezone.now()
    run.message, run.params, run.phase, run.done, run.total = "", {}, "", 0, 0
    run.save()
    if not runner:
        run.queue_id = apply_plan.enqueue(run.pk).id
        run.save(update_fields=["queue_id"])


@task()
def apply_plan(run_id: str) -> None:
    """Apply a waiting plan. The queue keeps the path of this function: a migration must follow a move."""
    apply_take(run_id)


def apply_take(run_id: str) -> None:
    """Apply a plan that this process is to apply; one that was given up meanwhile is left alone."""
    running = ImportRun.objects.filter(pk=run_id, status=RunStatus.RUNNING)
    if not running.update(phase=RunPhase.CHECKING, updated_at=timezone.now()):
        return
    run = ImportRun.objects.select_related("workspace__project", "user").get(pk=run_id)
    with ending(run), rare_collections():
        if run.user is None:
            raise PortalError(gettext_noop("The person who asked for the import is gone."))
        _apply(run, Actor(run.user, Channel(run.channel), run.request_id))
    run.refresh_from_db(fields=["status"])
    if run.status == RunStatus.SUCCESSFUL:
        package_forget(run)


def _apply(run: ImportRun, actor: Actor) -> None:
    plan, ids = plan_again_of(run)
    items = WrittenItems(plan, ids)

    def finish(written: Mapping[Identity, Written]) -> None:
        items.keep(written)
        run_succeed(run, plan)

    ImportRun.objects.filter(pk=run.pk).update(phase=RunPhase.WRITING, updated_at=timezone.now())
    plan_apply(
        actor=actor,
        workspace=run.workspace,
        plan=plan,
        options=run_options(run),
        spool=None,
        source=run.source,
        task_id=run.pk,
        comment=run.comment,
        proposed_by=run.proposed_by,
        ready=items.ready,
        finish=finish,
    )
    if len(plan.rows) >= MANY_ROWS:
        statistics_refresh()


def plan_again_of(run: ImportRun) -> tuple[Plan, Sequence[int]]:
    """Return the plan that the items of an import are, and their ids in its order.

    What is left out keeps nothing from being written: it may stand as it likes. Raises PortalError when a
    document that is to be written is not there any more.
    """
    plan, ids = Plan(digest=run.digest), []
    items = [_Item(*values) for values in _values(run)]
    drafts = dict(_drafts(run, items))
    existing = _existing(items)
    for item in items:
        row = item.row(drafts.get(item.pk))
        plan.rows.append(row)
        ids.append(item.pk)
        if item.is_taken and item.outcome != Outcome.INVALID:
            plan.planned[item.target] = existing.get(item.pk)
    return plan, ids


class _Item:
    """An item of a plan, as it is read for its apply."""

    __slots__ = (
        *("pk", "identity", "outcome", "choice", "new_name", "sha256", "messages"),
        *("object_id", "was_deleted", "revision_id"),
    )

    def __init__(
        self,
        pk: int,
        kind: str,
        cluster: str,
        name: str,
        outcome: str,
        choice: str,
        new_name: str,
        sha256: str,
        messages: list[Any],
        object_id: int | None,
        was_deleted: bool,
        revision_id: int | None,
    ) -> None:
        self.pk, self.identity, self.outcome = pk, Identity(Kind(kind), cluster, name), Outcome(outcome)
        self.choice, self.new_name, self.sha256, self.messages = Choice(choice), new_name, sha256, messages
        self.object_id, self.was_deleted, self.revision_id = object_id, was_deleted, revision_id

    @property
    def is_taken(self) -> bool:
        """Whether something is done with the object."""
        return self.choice != Choice.SKIP

    @property
    def is_written(self) -> bool:
        """Whether the document of the object is written."""
        return self.is_taken and self.outcome in (Outcome.NEW, Outcome.CHANGED)

    @property
    def target(self) -> Identity:
        """What the object is called in the workspace."""
        return self.identity._replace(name=self.new_name) if self.new_name else self.identity

    def row(self, draft: LightDraft | None) -> PlanRow:
        """Return the row of the plan."""
        left_out = not self.is_taken and self.outcome != Outcome.INVALID
        outcome = Outcome.SKIPPED if left_out else self.outcome
        reviewed = Reviewed(NOTHING, self.choice, self.new_name)
        notes = [Note(*note) for note in self.messages]
        return PlanRow(self.identity, outcome, notes, draft, reviewed=reviewed)


def _values(run: ImportRun) -> Iterator[tuple[Any, ...]]:
    rows: Iterator[tuple[Any, ...]] = (
        run.items.order_by("position").values_list(*COLUMNS).iterator(ITEMS_A_READ)
    )
    return rows


def _drafts(run: ImportRun, items: Sequence[_Item]) -> Iterator[tuple[int, LightDraft]]:
    """Yield (item, draft) of what is written, made of the documents that were stored with the plan."""
    written = [item for item in items if item.is_written]
    progress = Progress(run, RunPhase.CHECKING, len(written))
    for number, chunk in enumerate(in_chunks(written)):
        progress(number * len(chunk))
        sha256s = [item.sha256 for item in chunk]
        kept = Content.objects.filter(sha256__within=sha256s).in_bulk(field_name="sha256")
        for item in chunk:
            if item.sha256 not in kept:
                raise PortalError(
                    gettext_noop("The document of %(name)s is not kept any more. Have the plan made again."),
                    name=item.identity.name,
                )
            emptied = [str(note[1].get("path", "")) for note in item.messages if note[0] == EMPTIED]
            yield item.pk, draft_again(item.target, content_bytes(kept[item.sha256]), item.sha256, emptied)


def _existing(items: Sequence[_Item]) -> dict[int, Existing]:
    """Return what stood under the names of the items when the plan was made, by item."""
    wanted = [item for item in items if item.object_id and item.revision_id]
    found: dict[int, tuple[int, str]] = {}
    for chunk in in_chunks([item.revision_id for item in wanted]):
        rows = Revision.objects.filter(pk__within=chunk).order_by()
        for pk, number, sha256 in rows.values_list("pk", "number", "content__sha256"):
            found[pk] = (number, sha256)
    return {
        item.pk: Existing(item.object_id, not item.was_deleted, item.revision_id, *found[item.revision_id])
        for item in wanted
        if item.object_id and item.revision_id in found
    }
