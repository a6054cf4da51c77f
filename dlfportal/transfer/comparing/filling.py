"""Reading the documents of many pairs: asked of a worker, who does it a while at a time.

It waits in the queue of the imports: each piece is short, and asks for the next one behind what waits.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.comparing.pairs import Outcome
from dlfportal.catalogue.comparing.reading import readings_forget, readings_keep
from dlfportal.errors import Conflict, PortalError, gettext_noop
from dlfportal.transfer.comparing.comparison import Comparison, comparison_read
from dlfportal.transfer.imports.liveness import runners_alive
from dlfportal.transfer.imports.runs import NoWorker

logger = logging.getLogger(__name__)

SECONDS = 15.0
"""So long a worker reads before it looks for other work."""
LOST_AFTER = timedelta(seconds=120)
"""What a worker began so long ago and did not end, it does not do any more."""
MOST_WAITING = 50


def readings_request(*, actor: Actor, comparison: Comparison) -> None:
    """Ask a worker to read the pairs of a comparison that the person may see; once is enough.

    Raises NoWorker, or Conflict when too many comparisons wait.
    """
    if not worker_lives():
        raise NoWorker(
            gettext_noop(
                "No worker is running, so this would not begin. Start one with `manage.py importworker` "
                "(`make run` does), then ask again."
            )
        )
    waiting, arguments = _waiting(), _arguments(actor, comparison)
    if list(arguments) in waiting:
        return
    if len(waiting) >= MOST_WAITING:
        raise Conflict(
            gettext_noop("%(count)s comparisons wait for a worker. Ask again later."), count=len(waiting)
        )
    compare_read.enqueue(*arguments)


def worker_lives() -> bool:
    """Return whether a process lives that would read them."""
    return bool(runners_alive(queued=True))


def readings_asked(*, actor: Actor, comparison: Comparison) -> bool:
    """Return whether a worker reads the pairs of a comparison, or is going to."""
    return list(_arguments(actor, comparison)) in _waiting()


@task()
def compare_read(user_id: int, here: str, there: str, profile: str) -> None:
    """Read pairs for some seconds. The queue keeps the path of this function: a migration must follow a move.

    The rights are those that the person has now: what one may not see any more is not read.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    begun = time.monotonic()
    try:
        comparison = comparison_read(Actor(user, Channel.WEB), here, there, profile)
    except PortalError as error:
        logger.info("A comparison is not read any more: %s", error)
        return
    differing = [
        pair for pair in comparison.paired().unlike if pair.outcome in (Outcome.DIFFER, Outcome.RENAMED)
    ]
    for _count in readings_keep(differing, comparison.view):
        if time.monotonic() - begun > SECONDS:
            compare_read.enqueue(user_id, here, there, profile)
            return
    readings_forget()


def _arguments(actor: Actor, comparison: Comparison) -> tuple[int, str, str, str]:
    return actor.user.pk, comparison.here.text, comparison.there.text, comparison.profile


def _waiting() -> list[object]:
    """Return the arguments of what waits for a worker, or is being done."""
    rows = DBTaskResult.objects.filter(task_path=compare_read.module_path)
    ready = rows.filter(status=TaskResultStatus.READY)
    running = rows.filter(status=TaskResultStatus.RUNNING, started_at__gt=timezone.now() - LOST_AFTER)
    found = [
        *ready.values_list("args_kwargs", flat=True)[:MOST_WAITING],
        *running.values_list("args_kwargs", flat=True),
    ]
    return [kept["args"] for kept in found]
