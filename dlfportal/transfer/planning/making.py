"""Asking for a plan, and making it: at once if it is small, by a worker else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.contents import contents_store
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.existing import existing_objects
from dlfportal.catalogue.models import ContentNames
from dlfportal.db.statistics import statistics_refresh
from dlfportal.errors import Conflict, PortalError, gettext_noop
from dlfportal.formats.mapping import NameMap, mapping_read, mapping_write
from dlfportal.formats.zip.reader import IncomingPackage
from dlfportal.transfer.imports.adapt import Note
from dlfportal.transfer.imports.drafts import Changes, known_write, spreading_late
from dlfportal.transfer.imports.execute import MANY_ROWS, ending, worker_require
from dlfportal.transfer.imports.items import items_insert
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.options import ImportOptions, options_told
from dlfportal.transfer.imports.parallel import rare_collections
from dlfportal.transfer.imports.plan import Looked, Plan, check_size, package_open, plan_make
from dlfportal.transfer.imports.progress import Progress
from dlfportal.transfer.imports.proposals import proposal_drop, proposal_made
from dlfportal.transfer.imports.runs import AT_REST, RunLost, options_seal, run_options
from dlfportal.transfer.imports.spool import Spool
from dlfportal.transfer.models import ImportItem, ImportRun, PlanFacts, Runner, RunPhase, RunStatus
from dlfportal.transfer.planning.bases import bases_find
from dlfportal.transfer.planning.names import names_here
from dlfportal.transfer.planning.packing import GIVEN_UP, package_bring
from dlfportal.transfer.planning.recognising import Recognising
from dlfportal.transfer.planning.reviewing import facts_of, prior_of, rows_review, uses_of
from dlfportal.transfer.planning.states import KEPT, plan_changed, plan_lock, plan_look
from dlfportal.transfer.store.buckets import bucket_check, file_open
from dlfportal.transfer.store.paths import obs_file
from dlfportal.transfer.store.storage import ObsUnreadable, ObsUnwritable, obs_fetch, obs_size
from dlfportal.transfer.store.uploads import upload_drop, upload_keep

logger = logging.getLogger(__name__)

AT_ONCE_BYTES = 256 * 1024
"""A package up to this size is read within the request."""

SOURCE_LENGTH = 1200
UNNAMED = "package.zip"
PACKAGE_MOVED = gettext_noop(
    "The package is not the one any more that the plan was made of first: look at every row again."
)


class PackageGone(Conflict):
    """The package of a plan is not where it was."""


def plan_begin(
    *,
    actor: Actor,
    workspace: Workspace,
    file: BinaryIO,
    name: str,
    options: ImportOptions,
    mapping: NameMap = MappingProxyType({}),
    profile: str = "",
    here: bool = False,
    action: Action = Action.PLAN_MAKE,
    detail: Mapping[str, Any] = MappingProxyType({}),
) -> ImportRun:
    """Keep the package in `file`, called `name`, and return the plan of importing it.

    It is made already if the package is small or it is to be made `here`, else a worker makes it. `profile`
    is the name of what `mapping` comes from; what is recorded is `action`, with `detail`. Raises NotFound or
    Forbidden (policy), BadPackage for a file over the limit, NoWorker, or ObsUnwritable; then nothing stays.
    """
    require(actor.user, workspace, Right.EDIT)
    size = file.seek(0, 2)
    check_size(size)
    if not _is_at_once(size, here):
        worker_require()
    package = upload_keep(file)
    try:
        run = plan_hand_over(
            actor=actor,
            size=size,
            prepare=lambda: plan_of(workspace, name, str(package), options, mapping, profile),
            action=action,
            detail=detail,
            here=here,
        )
    except BaseException:
        if not ImportRun.objects.filter(package=str(package)).exists():
            upload_drop(package)
        raise
    if run.status == RunStatus.DISCARDED:
        package_forget(run)
    return run


def plan_begin_bucket(
    *,
    actor: Actor,
    workspace: Workspace,
    path: Any,
    options: ImportOptions,
    action: Action = Action.PLAN_MAKE,
) -> ImportRun:
    """Return the plan of importing a package of a bucket of the workspace, which is read where it lies.

    What is recorded is `action`. Raises NotFound or Forbidden (policy), BadObsPath, BucketMissing,
    ObsUnreadable, BadPackage for a file over the limit, or NoWorker.
    """
    require(actor.user, workspace, Right.EDIT)
    source = obs_file(path)
    bucket_check(workspace, source.bucket)
    size = obs_size(source)
    check_size(size)
    return plan_hand_over(
        actor=actor,
        size=size,
        prepare=lambda: plan_of(workspace, str(source), "", options),
        action=action,
    )


def plan_again(*, actor: Actor, run: ImportRun) -> ImportRun:
    """Have a plan made again of the workspace as it stands now; return it. Choices that still fit are kept.

    Raises NotFound or Forbidden (policy), PlanBusy, PlanExpired, PackageGone, or NoWorker.
    """
    require(actor.user, run.workspace, Right.EDIT)
    return plan_hand_over(
        actor=actor,
        size=package_size(run),
        prepare=lambda: plan_lock(run),
        action=Action.PLAN_CHANGE,
        detail={"what": "again"},
    )


def package_size(run: ImportRun) -> int | None:
    """Return the bytes of the package of a plan that can be acted on, None if it is still to be made.

    Raises PackageGone, and as `plan_lock` does.
    """
    found = plan_look(run)
    if found.brings and not found.package:
        return None
    try:
        return obs_size(obs_file(found.package or found.source))
    except ObsUnreadable as error:
        message = gettext_noop(
            "The package of the plan is gone, so the plan can be applied as it is, and not made anew. Send "
            "the package again for another plan."
        )
        raise PackageGone(message) from error


def package_forget(run: ImportRun) -> None:
    """Delete the package that was sent for a plan, which needs it no more; else a worker tries again."""
    if not run.package:
        return
    try:
        upload_drop(obs_file(run.package))
    except ObsUnwritable as error:
        logger.warning("The package of the plan %s could not be deleted: %s", run.pk, error)
        return
    ImportRun.objects.filter(pk=run.pk).update(package="")
    run.package = ""


def plan_of(
    workspace: Workspace,
    source: str,
    package: str,
    options: ImportOptions,
    mapping: NameMap = MappingProxyType({}),
    profile: str = "",
    brings: Mapping[str, Any] = MappingProxyType({}),
) -> ImportRun:
    """Return a new plan, which is not kept yet."""
    return ImportRun(
        workspace=workspace,
        source=_shown(source),
        package=package,
        mapping=mapping_write(mapping),
        profile=profile,
        options=options_told(options),
        sealed=options_seal(options),
        brings=dict(brings),
    )


def _shown(source: str) -> str:
    """Return the name of a package as it can be kept and shown."""
    return "".join(sign for sign in source if sign.isprintable())[:SOURCE_LENGTH] or UNNAMED


def plan_hand_over(
    *,
    actor: Actor,
    size: int | None,
    prepare: Callable[[], ImportRun],
    action: Action,
    detail: Mapping[str, Any] = MappingProxyType({}),
    here: bool = False,
) -> ImportRun:
    """Have the plan that `prepare` returns made, and record what was done; return it as it stands then.

    `prepare` is called within the transaction that hands the plan over, and may change its rows. A package of
    a few bytes is read in this process, or any if it is to be done `here`; `size` is None for one that is
    still to be made. Raises NoWorker, or what `prepare` raises; then nothing has changed.
    """
    at_once = _is_at_once(size, here)
    if not at_once:
        worker_require()
    with heartbeat(queued=False) if at_once else nullcontext() as runner:
        with transaction.atomic():
            run = prepare()
            _wait(actor, run, runner)
            record(actor, run, action, detail)
        if runner:
            plan_take(run.pk)
    run.refresh_from_db()
    return run


def _is_at_once(size: int | None, here: bool) -> bool:
    return here or (size is not None and size <= AT_ONCE_BYTES)


def _wait(actor: Actor, run: ImportRun, runner: Runner | None) -> None:
    """Let a plan wait for being made: by this process, or by a worker."""
    run.user, run.user_name = actor.user, actor.user.get_username()
    run.channel, run.request_id = str(actor.channel), actor.request_id
    run.status, run.expires_at = RunStatus.PLANNING, timezone.now() + KEPT
    run.message, run.params = "", {}
    run.begun_at = run.updated_at = timezone.now()
    run.plan_digest = ""  # its rows may say what the documents do not yet
    run.runner = runner.pk if runner else ""
    run.save()
    if not runner:
        run.queue_id = make_plan.enqueue(run.pk).id
        run.save(update_fields=["queue_id"])


@task()
def make_plan(run_id: str) -> None:
    """Make a waiting plan. The queue keeps the path of this function: a migration must follow a move."""
    plan_take(run_id)


def plan_take(run_id: str) -> None:
    """Make a plan that this process is to make; one that was given up meanwhile is left alone."""
    waiting = ImportRun.objects.filter(pk=run_id, status=RunStatus.PLANNING)
    if not waiting.update(phase=RunPhase.READING, updated_at=timezone.now()):
        return
    run = ImportRun.objects.select_related("workspace__project", "user").get(pk=run_id)
    with ending(run), Spool() as spool, rare_collections():
        if run.user is None:
            raise PortalError(gettext_noop("The person who asked for the import is gone."))
        actor = Actor(run.user, Channel(run.channel), run.request_id)
        package_bring(run, actor)
        with package_file(run, actor) as file:
            _plan(run, actor, file, spool)


@contextmanager
def package_file(run: ImportRun, actor: Actor) -> Iterator[BinaryIO]:
    """Give the package of a plan to read. Raises as `file_open` does."""
    if run.package:
        with obs_fetch(obs_file(run.package)) as file:
            yield cast(BinaryIO, file)
        return
    source = obs_file(run.source)
    with file_open(actor=actor, workspace=run.workspace, path=source, check=check_size) as file:
        yield cast(BinaryIO, file)


def _plan(run: ImportRun, actor: Actor, file: BinaryIO, spool: Spool) -> None:
    options, prior = run_options(run), prior_of(run)
    mapping = mapping_read(run.mapping)
    with spreading_late() as spread, NamedTemporaryFile() as known:
        package = package_open(file)
        looked = _look(run.workspace, package)
        recognising = Recognising(looked)
        known_write((one.sha256 for one in looked.values() if one and one.alive), known.name)
        plan = plan_make(
            actor=actor,
            workspace=run.workspace,
            package=package,
            options=options,
            spread=spread,
            spool=spool,
            changes=Changes(mapping, prior.renames, reviewed=True, known=known.name),
            looked=looked,
            recognise=recognising,
            progress=_progress(run, package),
        )
    contents_store(spool.contents())
    recognising.learn(plan.rows)
    rows_review(run.workspace, plan, options, prior)
    bases_find(actor, run.workspace, plan)
    uses = uses_of(plan.rows)
    names = [(kind, name) for kind, name, _count in uses]
    facts = facts_of(plan, uses, names_here(run.workspace, plan, names, mapping))
    if run.digest and run.digest != plan.digest:
        plan.notes.insert(0, Note(PACKAGE_MOVED, {}))
    _plan_end(run, plan, facts)
    if len(plan.rows) >= MANY_ROWS:
        statistics_refresh(ImportItem, ContentNames)


def _look(workspace: Workspace, package: IncomingPackage) -> Looked:
    """Return what stands under the names of the package's files, most often those of its objects."""
    names = {Identity(one.kind, one.cluster, one.name) for one in package.entries.names}
    there = existing_objects(workspace, names)
    return {identity: there.get(identity) for identity in names}


def _progress(run: ImportRun, package: IncomingPackage) -> Progress:
    return Progress(run, RunPhase.CHECKING, len(package.entries))


def _plan_end(run: ImportRun, plan: Plan, facts: dict[str, Any]) -> None:
    """Keep a plan that is made, instead of its former rows. Raises RunLost if it was given up meanwhile."""
    with transaction.atomic():
        making = ImportRun.objects.select_for_update().filter(pk=run.pk, status=RunStatus.PLANNING)
        found = making.first()
        if found is None:
            raise RunLost(GIVEN_UP)
        found.items.all().delete()
        items_insert(found, plan)
        PlanFacts.objects.update_or_create(run=found, defaults=facts)
        found.digest, found.notes = plan.digest, [list(note) for note in plan.notes]
        found.status = RunStatus.PLANNED
        for name, value in AT_REST.items():
            setattr(found, name, value)
        found.save()
        plan_changed(found)
        bind = proposal_made if plan.may_apply else proposal_drop
        bind(found)


def record(actor: Actor, run: ImportRun, action: Action, detail: Mapping[str, Any]) -> None:
    """Record what somebody did with a plan: who changed it last may not be the one who applies it.

    What was proposed of it before is void.
    """
    proposal_drop(run)
    run.changed_by = actor.user
    run.save(update_fields=["changed_by"])
    audit_record(
        actor=actor,
        action=action,
        workspace_id=run.workspace.pk,
        workspace_name=run.workspace.name,
        detail={"task_id": run.pk, "source": run.source, **detail},
    )
