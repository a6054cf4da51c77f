"""Asking for an import, and doing it: in the process that was asked, or in a worker.

The queue is a table of the database: no further server is needed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from time import sleep
from typing import IO, Any, BinaryIO, NamedTuple, cast

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone
from django_tasks import task

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.targets import Written
from dlfportal.db.outages import UNSURE, outage_of
from dlfportal.db.statistics import statistics_refresh
from dlfportal.errors import PortalError, gettext_noop
from dlfportal.transfer.imports.apply import plan_apply
from dlfportal.transfer.imports.deaths import runs_give_up
from dlfportal.transfer.imports.drafts import spreading
from dlfportal.transfer.imports.items import WrittenItems, items_keep
from dlfportal.transfer.imports.liveness import heartbeat, runners_alive
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.imports.parallel import rare_collections
from dlfportal.transfer.imports.plan import check_size, package_open, plan_make
from dlfportal.transfer.imports.runs import (
    NoWorker,
    RunLost,
    run_begin,
    run_fail,
    run_options,
    run_succeed,
)
from dlfportal.transfer.imports.spool import Spool
from dlfportal.transfer.models import ImportRun, RunStatus
from dlfportal.transfer.store.buckets import bucket_check, file_open
from dlfportal.transfer.store.paths import obs_file
from dlfportal.transfer.store.storage import obs_size

logger = logging.getLogger(__name__)


class Broken(NamedTuple):
    """What is said of work on an import that came to no end: as its process was told to stop, as nobody knows
    whether it was saved, and for a fault of the portal.
    """

    stopped: str
    lost: str
    fault: str


IMPORT_FAULT = gettext_noop("The import broke off; the server's log says why.")
IMPORT_BROKEN = Broken(
    gettext_noop(
        "The process that ran the import was told to stop before it was done. Nothing was written: import "
        "again."
    ),
    gettext_noop(
        "The connection to the database was lost while the import was saved. Nothing was written: import "
        "again."
    ),
    IMPORT_FAULT,
)
PLAN_BROKEN = Broken(
    gettext_noop(
        "The process that worked on the plan was told to stop before it was done. Nothing was written, and "
        "the plan is kept: try again."
    ),
    gettext_noop(
        "The connection to the database was lost. Nothing was written, and the plan is kept: try again."
    ),
    IMPORT_FAULT,
)
MANY_ROWS = 1000
"""From so many objects on, an import may change what the planner of the database should expect."""

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts to write down how something ended."""


Stop = Callable[[ImportRun, Actor, BinaryIO], None]
"""Is given an import that would write something, and its package, before it does; may raise."""


class ImportBroken(PortalError):
    """The database or a disk could not do what the import took."""


def import_request(
    *,
    actor: Actor,
    workspace: Workspace,
    path: Any,
    options: ImportOptions,
    propose: Callable[[str], str] | None = None,
) -> ImportRun:
    """Ask for the import of a package in the object store and return its task; a worker does it.

    `propose` puts it, by its id, in the queue as one that only proposes what it would write, and returns its
    id there. Raises NotFound or Forbidden (policy), BadObsPath, BucketMissing or ObsUnreadable, BadPackage
    for a file over the limit, NoWorker, or ImportRunning.
    """
    require(actor.user, workspace, Right.EDIT)
    source = obs_file(path)
    bucket_check(workspace, source.bucket)
    check_size(obs_size(source))
    runs_give_up(workspace)
    worker_require()
    with transaction.atomic():
        run = run_begin(actor, workspace, str(source), options, runner="", only_proposes=propose is not None)
        run.queue_id = propose(run.pk) if propose else import_package.enqueue(run.pk).id
        run.save(update_fields=["queue_id"])
    return run


NO_WORKER = gettext_noop(
    "No worker is running, so the import would not begin. Start one with "
    "`manage.py importworker` (`make run` does), then import again."
)


def worker_require(message: str = NO_WORKER) -> None:
    """Raise NoWorker with the message unless a process lives that takes what waits."""
    if not runners_alive(queued=True):
        raise NoWorker(message)


def import_file(
    *,
    actor: Actor,
    workspace: Workspace,
    file: BinaryIO,
    source: str,
    options: ImportOptions,
    propose: Stop | None = None,
) -> ImportRun:
    """Import the package in `file` in this process and return its task, ended; `source` names the file.

    `propose` is given one that would write something, to propose it instead. Raises NotFound or
    Forbidden (policy), or ImportRunning. What is wrong with the package is the message of the task.
    """
    require(actor.user, workspace, Right.EDIT)
    runs_give_up(workspace)
    with heartbeat(queued=False) as runner:
        run = run_begin(
            actor, workspace, source, options, runner=runner.pk, only_proposes=propose is not None
        )
        _execute(run, actor, nullcontext(file), propose)
    run.refresh_from_db()
    return run


def run_take(run_id: str, propose: Stop | None = None) -> None:
    """Do an import that this worker has claimed; one that was given up meanwhile is left alone.

    `propose` is given one that would write something, to propose it instead.
    """
    running = ImportRun.objects.filter(pk=run_id, status=RunStatus.RUNNING)
    if not running.update(updated_at=timezone.now()):
        return
    run = ImportRun.objects.select_related("workspace__project", "user").get(pk=run_id)
    if run.user is None:
        run_fail(run, PortalError(gettext_noop("The person who asked for the import is gone.")))
        return
    actor = Actor(run.user, Channel(run.channel), run.request_id)
    opened = file_open(actor=actor, workspace=run.workspace, path=obs_file(run.source), check=check_size)
    _execute(run, actor, opened, propose)


@task()
def import_package(run_id: str) -> None:
    """Do a waiting import. The queue keeps the path of this function: a migration must follow a move."""
    run_take(run_id)


def _execute(
    run: ImportRun, actor: Actor, opened: AbstractContextManager[IO[bytes]], propose: Stop | None
) -> None:
    """Plan and apply; whatever happens, the import ends with a status and a reason."""
    with ending(run), opened as file, Spool() as spool, rare_collections():
        _import(run, actor, cast(BinaryIO, file), spool, propose)


@contextmanager
def ending(run: ImportRun, said: Broken | None = None) -> Iterator[None]:
    """Let what goes wrong in the block end the import with a reason; what nobody thought of is raised too.

    `said` are the words for it, if they are not those of an import or a plan. What the end is not known of
    is asked of the database itself: an import that was saved has ended.
    """
    words = said or (PLAN_BROKEN if run.is_reviewed else IMPORT_BROKEN)
    try:
        yield
    except (SystemExit, KeyboardInterrupt):
        _fail(run, words, RunLost(words.stopped))
        raise
    except Exception as error:
        if outage := outage_of(error):
            logger.error("The import %s broke off: %s", run.pk, error)
            _fail(run, words, ImportBroken(outage.message))
        elif isinstance(error, PortalError):
            _fail(run, words, error)
        else:
            _fail(run, words, PortalError(words.fault))
            raise


def _fail(run: ImportRun, words: Broken, error: PortalError) -> None:
    known = ImportBroken(words.lost) if error.message == UNSURE else error
    insist(partial(run_fail, run, known), error)


def insist(write_down: Callable[[], object], error: Exception) -> None:
    """Write down how something ended; where the database cannot take it, try again for a while.

    Raises `error` when the database stays away: everybody then sees a task whose process has died.
    """
    for pause in (*PAUSES, None):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        try:
            write_down()
            return
        except (DatabaseError, InterfaceError) as trouble:
            if not outage_of(trouble):
                raise
            if pause is None:
                raise error from trouble
            sleep(pause)


def _import(run: ImportRun, actor: Actor, file: BinaryIO, spool: Spool, propose: Stop | None) -> None:
    options = run_options(run)
    with spreading(file) as spread:
        plan = plan_make(
            actor=actor,
            workspace=run.workspace,
            package=package_open(file),
            options=options,
            spread=spread,
            spool=spool,
        )
    items = WrittenItems(plan, items_keep(run, plan))
    if propose and plan.may_apply:
        propose(run, actor, file)

    def finish(written: Mapping[Identity, Written]) -> None:
        items.keep(written)
        run_succeed(run, plan)

    plan_apply(
        actor=actor,
        workspace=run.workspace,
        plan=plan,
        options=options,
        spool=spool,
        source=run.source,
        task_id=run.pk,
        ready=items.ready,
        finish=finish,
    )
    if len(plan.rows) >= MANY_ROWS:
        statistics_refresh()
