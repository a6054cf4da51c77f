"""What plans leave behind: a worker gives up old ones, and deletes the packages that nobody needs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dlfportal.audit.actions import Action
from dlfportal.catalogue.orphans import orphans_delete, orphans_mark
from dlfportal.chunks import in_chunks
from dlfportal.errors import PortalError, gettext_noop
from dlfportal.transfer.imports.runs import record_failure
from dlfportal.transfer.models import ImportItem, ImportRun, PlanFacts, RunStatus
from dlfportal.transfer.planning.making import package_forget
from dlfportal.transfer.planning.states import KEPT, plan_end
from dlfportal.transfer.store.storage import ObsUnreadable, ObsUnwritable
from dlfportal.transfer.store.uploads import upload_drop, uploads_before

logger = logging.getLogger(__name__)

ABANDONED_AFTER = timedelta(days=1)
"""An upload that no plan speaks of has lost its process by then."""
AT_ONCE = 100
ALIVE = (RunStatus.PLANNING, RunStatus.PLANNED, RunStatus.RUNNING)
EXPIRED = gettext_noop("Nobody did anything with the plan for %(days)s days, so it is not kept any more.")


def plans_clean() -> None:
    """Give up plans that are too old, and delete what those and others do not need any more."""
    for pk in _expired():
        _expire(pk)
    _forget_rows()
    _forget_packages()
    _forget_uploads()


def contents_clean() -> None:
    """Delete the documents that no revision and no plan has needed for a day."""
    orphans_delete(_planned)
    orphans_mark(_planned)


def _planned(sha256s: Sequence[str]) -> set[str]:
    """Return which of the documents plans keep."""
    found: set[str] = set()
    for chunk in in_chunks(sha256s):
        items = ImportItem.objects.filter(run__status__in=ALIVE, sha256__within=chunk).order_by()
        found.update(items.values_list("sha256", flat=True))
    return found


def _expired() -> list[str]:
    old = ImportRun.objects.filter(status=RunStatus.PLANNED, expires_at__lte=timezone.now())
    return list(old.values_list("pk", flat=True)[:AT_ONCE])


def _expire(pk: str) -> None:
    """Give a plan up unless somebody has done something with it meanwhile."""
    with transaction.atomic():
        rows = ImportRun.objects.select_for_update(of=("self",)).select_related("workspace", "user")
        run = rows.filter(pk=pk, status=RunStatus.PLANNED, expires_at__lte=timezone.now()).first()
        if run:
            plan_end(run, EXPIRED, days=KEPT.days)
            record_failure(run, Action.PLAN_FAIL, PortalError(EXPIRED, days=KEPT.days))


def _forget_rows() -> None:
    """Delete the rows of plans that were given up: nobody can apply them."""
    given_up = ImportRun.objects.filter(status=RunStatus.DISCARDED, facts__isnull=False)
    for pk in list(given_up.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            ImportItem.objects.filter(run=pk).delete()
            PlanFacts.objects.filter(run=pk).delete()


def _forget_packages() -> None:
    ended = (RunStatus.DISCARDED, RunStatus.SUCCESSFUL, RunStatus.FAILED)
    for run in ImportRun.objects.filter(status__in=ended).exclude(package="")[:AT_ONCE]:
        package_forget(run)


def _forget_uploads() -> None:
    """Delete what was sent and never became a plan."""
    try:
        old = uploads_before(timezone.now() - ABANDONED_AFTER)
        known = set(
            ImportRun.objects.filter(package__in=[str(path) for path in old]).values_list(
                "package", flat=True
            )
        )
        for path in old:
            if str(path) not in known:
                upload_drop(path)
    except (ObsUnreadable, ObsUnwritable) as error:
        logger.warning("Uploads that nobody needs could not be deleted: %s", error)
