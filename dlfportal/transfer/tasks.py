"""Asking for an import. The queue is a table of the database: no further server is needed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django_tasks import task

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.errors import gettext_noop
from dlfportal.transfer.buckets import bucket_check
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.obs import obs_file, obs_size
from dlfportal.transfer.options import ImportOptions
from dlfportal.transfer.plan import check_size
from dlfportal.transfer.runners import runners_alive
from dlfportal.transfer.running import run_take
from dlfportal.transfer.runs import NoWorker, run_begin, runs_give_up


@task()
def import_package(run_id: str) -> None:
    """Do a waiting import."""
    run_take(run_id)


def import_request(*, actor: Actor, workspace: Workspace, path: Any, options: ImportOptions) -> ImportRun:
    """Ask for the import of a package in the object store and return its run; a worker does it.

    Raises NotFound or Forbidden (policy), BadObsPath, BucketMissing or ObsUnreadable, BadPackage
    for a file over the limit, NoWorker, or ImportRunning.
    """
    require(actor.user, workspace, Right.EDIT)
    source = obs_file(path)
    bucket_check(workspace, source.bucket)
    check_size(obs_size(source))
    runs_give_up(workspace)
    if not runners_alive(queued=True):
        raise NoWorker(
            gettext_noop(
                "No worker is running, so the import would not begin. Start one with "
                "`manage.py importworker` (`make run` does), then import again."
            )
        )
    with transaction.atomic():
        run = run_begin(actor, workspace, str(source), options, runner="")
        run.queue_id = import_package.enqueue(run.pk).id
        run.save(update_fields=["queue_id"])
    return run
