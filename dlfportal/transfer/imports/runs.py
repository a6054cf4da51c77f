"""The tasks of imports: how one begins and ends, and what is to be shown of it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.access.sealing import seal, unseal
from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.services import audit_record
from dlfportal.errors import Conflict, PortalError, gettext_noop
from dlfportal.formats.zip.limits import BadPackage
from dlfportal.transfer.imports.options import (
    ImportOptions,
    options_read,
    options_told,
    options_write,
)
from dlfportal.transfer.imports.plan import Plan
from dlfportal.transfer.imports.proposals import SecondNeeded, proposal_drop
from dlfportal.transfer.models import ImportRun, RunStatus

AS_ASKED = gettext_noop(
    "%(new)s new, %(changed)s changed, %(same)s the same, %(skipped)s skipped because they exist."
)
AS_PLANNED = gettext_noop(
    "%(new)s new, %(changed)s changed, %(same)s the same, %(skipped)s left out, as planned."
)
TOOK = "took"
"""Among the values of the message of an import that was done: the seconds that it took."""
AT_REST: dict[str, Any] = {"runner": "", "queue_id": "", "phase": "", "done": 0, "total": 0}
"""What says of an import that nobody is working on it."""


class NoWorker(Conflict):
    """No process lives that would do the import."""


class ImportRunning(Conflict):
    """Another import of the workspace is running or waiting."""


class NoPlan(Conflict):
    """Imports of the workspace need a second person, so there is none without a plan."""


class RunLost(Conflict):
    """The import was given up, as if its process had died; what it did is taken back."""


def run_begin(
    actor: Actor,
    workspace: Workspace,
    source: str,
    options: ImportOptions,
    runner: str,
    *,
    only_proposes: bool = False,
) -> ImportRun:
    """Make the task of an import; `runner` "" lets it wait for a worker.

    One that `only_proposes` what it would write needs no second person. Raises ImportRunning, or NoPlan where
    any other import comes as a plan.
    """
    if not only_proposes and imports_need_second(workspace):
        raise NoPlan(gettext_noop("Imports of this workspace need a second person: import again."))
    try:
        with transaction.atomic():
            return ImportRun.objects.create(
                workspace=workspace,
                user=actor.user,
                user_name=actor.user.get_username(),
                channel=actor.channel,
                request_id=actor.request_id,
                source=source,
                options=options_told(options),
                sealed=options_seal(options),
                runner=runner,
            )
    except IntegrityError as error:
        raise ImportRunning(
            gettext_noop("Another import of this workspace is running. Wait for it, then import again.")
        ) from error


def options_seal(options: ImportOptions) -> str:
    """Return options as they are kept with an import until it ends: values of parameters may be secret."""
    return seal(json.dumps(options_write(options)).encode())


def run_options(run: ImportRun) -> ImportOptions:
    """Return the options of an import that has not ended. Raises Unreadable."""
    return options_read(json.loads(unseal(run.sealed)))


def run_succeed(run: ImportRun, plan: Plan) -> None:
    """Mark the import as done, in the transaction that does it.

    `run` is as it was when the work on it began: how long that took is kept, as a plan may wait for days.
    Raises RunLost for one that was given up meanwhile: the transaction then takes all of it back.
    """
    message = AS_PLANNED if run.is_reviewed else AS_ASKED
    took = (timezone.now() - run.updated_at).total_seconds()
    if not run_end(run, RunStatus.SUCCESSFUL, message, {**plan.counts, TOOK: round(took, 1)}):
        raise RunLost(gettext_noop("The import was given up meanwhile. Nothing was written: import again."))
    if run.proposed_by:
        proposal_drop(run)


def run_fail(run: ImportRun, error: PortalError) -> bool:
    """End an import with the reason, and record it; return False for one that has ended already.

    What was to be a plan, or is applied from one, becomes a plan again that says the reason; only a package
    that cannot be read gives no plan. That it was proposed instead is recorded already. `run` has its
    workspace and its person with it.
    """
    with transaction.atomic():
        was = ImportRun.objects.filter(pk=run.pk).values_list("status", flat=True).first()
        if was not in (RunStatus.RUNNING, RunStatus.PLANNING):
            return False
        stays = run.is_reviewed and not (isinstance(error, BadPackage) and not run.digest)
        if stays:
            ended = _put_back(run, str(was), error.message, params_kept(error))
        else:
            given_up = RunStatus.DISCARDED if run.is_reviewed else RunStatus.FAILED
            proposal_drop(run)
            ended = run_end(run, given_up, error.message, params_kept(error), str(was))
        if ended and not isinstance(error, SecondNeeded):
            record_failure(run, _failure(run, str(was)), error)
        return ended


def _failure(run: ImportRun, was: str) -> Action:
    """Return what the record calls it that the run failed."""
    if run.undoes_id:
        return Action.UNDO_FAIL
    return Action.PLAN_FAIL if was == RunStatus.PLANNING else Action.IMPORT_FAIL


def params_kept(error: PortalError) -> dict[str, Any]:
    """Return the values of an error's message as JSON can keep them."""
    return {key: value if isinstance(value, int) else str(value) for key, value in error.params.items()}


def record_failure(run: ImportRun, action: Action, error: PortalError) -> None:
    """Record why an import or its plan came to nothing; `run` has its workspace and its person with it."""
    person = run.user or User(username=run.user_name)
    detail = {"task_id": run.pk, "source": run.source, "options": run.options, "reason": str(error)}
    if run.undoes_id:
        detail["undoes"] = run.undoes_id
    audit_record(
        actor=Actor(person, Channel(run.channel), run.request_id),
        action=action,
        workspace_id=run.workspace.pk,
        workspace_name=run.workspace.name,
        detail=detail,
    )


def _put_back(run: ImportRun, was: str, message: str, params: dict[str, Any]) -> bool:
    """Make an import a plan again, which can be applied or made anew."""
    standing = ImportRun.objects.filter(pk=run.pk, status=was)
    return bool(
        standing.update(
            status=RunStatus.PLANNED,
            message=message,
            params=params,
            updated_at=timezone.now(),
            **AT_REST,
        )
    )


def run_end(
    run: ImportRun, status: RunStatus, message: str, params: dict[str, Any], was: str = RunStatus.RUNNING
) -> bool:
    """End the import, and return False when it had ended already.

    What its parameters were to be, perhaps a secret, is not kept any longer.
    """
    now = timezone.now()
    standing = ImportRun.objects.filter(pk=run.pk, status=was)
    return bool(
        standing.update(
            status=status,
            message=message,
            params=params,
            sealed="",
            phase="",
            updated_at=now,
            ended_at=now,
        )
    )
