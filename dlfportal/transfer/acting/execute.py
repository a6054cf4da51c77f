"""Asking a worker for an act on many objects, and doing it there.

It waits in the queue of the imports, a table of the database: the same workers do both.
"""

from __future__ import annotations

import logging
from functools import partial

from django.db import transaction
from django_tasks import task

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.acting.asked import Asked
from dlfportal.catalogue.acting.doing import bulk_do
from dlfportal.catalogue.selections import Choice, Print
from dlfportal.db.outages import UNSURE, outage_of
from dlfportal.errors import PortalError, gettext_noop
from dlfportal.transfer.acting.runs import bulk_fail, bulk_start, bulk_succeed
from dlfportal.transfer.imports.execute import insist
from dlfportal.transfer.imports.liveness import runners_alive, silence_announce
from dlfportal.transfer.imports.runs import NoWorker, RunLost
from dlfportal.transfer.models import BulkRun

logger = logging.getLogger(__name__)

AT_ONCE = 500
"""Up to so many objects are acted on within a request; more are a worker's."""

STOPPED = gettext_noop(
    "The process that did this was told to stop before it was done. Nothing was changed: ask for it again."
)
LOST = gettext_noop(
    "The connection to the database was lost meanwhile. Nothing was changed: ask for it again."
)
BROKEN = gettext_noop("This broke off, and nothing was changed; the server's log says why.")


def bulk_request(
    *, actor: Actor, workspace: Workspace, asked: Asked, choice: Choice, shown: Print
) -> BulkRun:
    """Ask for an act on the objects of a choice that were `shown`, and return it; a worker does it.

    Raises NotFound or Forbidden (policy), or NoWorker.
    """
    require(actor.user, workspace, Right.CHANGE)
    if not runners_alive(queued=True):
        raise NoWorker(
            gettext_noop(
                "No worker is running, so this would not begin. Start one with `manage.py importworker` "
                "(`make run` does), then ask again."
            )
        )
    with transaction.atomic():
        run = BulkRun.objects.create(
            workspace=workspace,
            user=actor.user,
            user_name=actor.user.get_username(),
            channel=actor.channel,
            request_id=actor.request_id,
            asked=asked.write(),
            chosen=choice.write(),
            count=shown.count,
            digest=shown.digest,
        )
        run.queue_id = act_on_many.enqueue(run.pk).id
        run.save(update_fields=["queue_id"])
    return run


@task()
def act_on_many(run_id: str) -> None:
    """Do a waiting act. The queue keeps the path of this function: a migration must follow a move."""
    bulk_take(run_id)


def bulk_take(run_id: str) -> None:
    """Do an act that this worker has claimed; whatever happens, it ends with a status and a reason."""
    run = bulk_start(run_id)
    if run is None:
        return
    try:
        _do(run)
    except (SystemExit, KeyboardInterrupt):
        _fail(run, RunLost(STOPPED))
        raise
    except Exception as error:
        if outage := outage_of(error):
            logger.error("The act %s broke off: %s", run.pk, error)
            _fail(run, PortalError(LOST if outage.message == UNSURE else outage.message))
        elif isinstance(error, PortalError):
            _fail(run, error)
        else:
            _fail(run, PortalError(BROKEN))
            raise


def _do(run: BulkRun) -> None:
    if run.user is None:
        raise PortalError(gettext_noop("The person who asked for this is gone."))
    silence_announce(run.count)
    bulk_do(
        actor=Actor(run.user, Channel(run.channel), run.request_id),
        workspace=run.workspace,
        asked=Asked.read(run.asked),
        choice=Choice.read(run.chosen),
        shown=Print(run.count, run.digest),
        finish=partial(bulk_succeed, run),
    )


def _fail(run: BulkRun, error: PortalError) -> None:
    """End the act with the reason; one that was saved when the connection was lost has ended already."""
    insist(partial(bulk_fail, run, error), error)
