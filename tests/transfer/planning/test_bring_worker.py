"""Taking many objects of another workspace: a worker makes the package, and asks for the rights again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dlfportal.access.models import Membership, Role, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selections import Choice
from dlfportal.transfer.exports.selection import NotSubmitted
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.runs import NoWorker
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import Export, ImportRun, RunPhase, RunStatus
from dlfportal.transfer.planning import bringing, packing
from dlfportal.transfer.planning.bringing import plan_from_workspace
from dlfportal.transfer.planning.making import plan_again, plan_take
from tests.factories import JobFactory, MembershipFactory, ScriptFactory, WorkspaceFactory, node
from tests.importing import OVERWRITE
from tests.planning import by, choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def origin(workspace: Workspace, developer: User) -> Workspace:
    """A workspace that the developer may view, with a job that uses a script."""
    origin = WorkspaceFactory(name="development", project=workspace.project)
    MembershipFactory(user=developer, workspace=origin, role=Role.VIEWER)
    ScriptFactory(workspace=origin, name="load")
    JobFactory(workspace=origin, name="daily", nodes=[node("n", scriptName="load")])
    return origin


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker that lives, and every object is one of many."""
    monkeypatch.setattr(bringing, "AT_ONCE_OBJECTS", 0)
    with heartbeat(queued=True):
        yield


def brought(workspace: Workspace, origin: Workspace, developer: User, submitted: bool = False) -> ImportRun:
    return plan_from_workspace(
        actor=by(developer),
        workspace=workspace,
        origin=origin,
        choice=Choice(everything=True),
        options=OVERWRITE,
        submitted=submitted,
    )


def test_a_worker_makes_the_package_and_the_plan(
    workspace: Workspace, origin: Workspace, developer: User, worker: None, folder: Path
) -> None:
    run = brought(workspace, origin, developer)
    assert (run.status, run.package, Export.objects.count()) == (RunStatus.PLANNING, "", 0)
    plan_take(run.pk)
    run.refresh_from_db()
    assert choices(run) == {"daily": "new take", "load": "new take"}
    assert (run.status, run.source, len(list(folder.iterdir()))) == (RunStatus.PLANNED, "jobs.zip", 1)
    export = Export.objects.get()
    assert (export.workspace, export.state, export.user_name) == (origin, "complete", "developer")
    made = AuditEntry.objects.get(action="plan.make")
    assert made.detail["brought"] is True and origin.pk not in str(made.detail)
    again = plan_again(actor=by(developer), run=run)
    assert (again.status, Export.objects.count()) == (RunStatus.PLANNED, 1), "the package is kept"


def test_the_rights_are_asked_for_again_when_it_runs(
    workspace: Workspace, origin: Workspace, developer: User, worker: None, folder: Path
) -> None:
    for place, role in ((origin, None), (workspace, Role.VIEWER)):
        run = brought(workspace, origin, developer)
        membership = Membership.objects.filter(user=developer, workspace=place)
        was = membership.get().role
        if role:
            membership.update(role=role)
        else:
            membership.delete()
        plan_take(run.pk)
        run.refresh_from_db()
        assert (run.status, run.plan_digest, run.package) == (RunStatus.PLANNED, "", "")
        assert run_message(run)
        Membership.objects.update_or_create(user=developer, workspace=place, defaults={"role": was})
    assert not folder.exists() and not Export.objects.exists()


def test_what_is_gone_when_it_runs_ends_the_plan_with_a_reason(
    workspace: Workspace, origin: Workspace, developer: User, worker: None
) -> None:
    run = brought(workspace, origin, developer)
    CatalogueObject.objects.filter(workspace=origin).update(deleted_at=timezone.now())
    plan_take(run.pk)
    run.refresh_from_db()
    assert (run.status, run.plan_digest) == (RunStatus.PLANNED, "")
    assert "choose again" in run_message(run)


def test_a_worker_that_died_before_the_package_was_made_makes_it_later(
    workspace: Workspace, origin: Workspace, developer: User, worker: None
) -> None:
    run = brought(workspace, origin, developer)
    ImportRun.objects.filter(pk=run.pk).update(status=RunStatus.PLANNED, phase="", queue_id="")
    run.refresh_from_db()
    assert plan_again(actor=by(developer), run=run).status == RunStatus.PLANNING
    plan_take(run.pk)
    run.refresh_from_db()
    assert choices(run) == {"daily": "new take", "load": "new take"}


def test_one_that_is_given_up_meanwhile_leaves_no_package(
    workspace: Workspace,
    origin: Workspace,
    developer: User,
    worker: None,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = brought(workspace, origin, developer)
    keep = packing.upload_keep

    def given_up(file: object) -> object:
        found = ImportRun.objects.get(pk=run.pk)
        assert found.phase == RunPhase.GATHERING
        ImportRun.objects.filter(pk=run.pk).update(status=RunStatus.DISCARDED)
        return keep(file)  # type: ignore[arg-type]

    monkeypatch.setattr(packing, "upload_keep", given_up)
    plan_take(run.pk)
    run.refresh_from_db()
    assert (run.status, list(folder.iterdir())) == (RunStatus.DISCARDED, [])


def test_what_cannot_be_is_refused_before_it_waits(
    workspace: Workspace, origin: Workspace, developer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE_OBJECTS", 0)
    with pytest.raises(NoWorker):
        brought(workspace, origin, developer)
    with pytest.raises(NotSubmitted):
        brought(workspace, origin, developer, submitted=True)
    assert not ImportRun.objects.exists()
