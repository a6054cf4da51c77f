"""Proposals of plans and undos: who may do what was proposed, and when that is void."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.utils import timezone

from dlfportal.access.models import Membership, Role, SecondPerson, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.errors import Conflict
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from dlfportal.transfer.imports.proposals import (
    NothingProposed,
    SamePerson,
    SecondNeeded,
    proposal_withdraw,
    proposals_waiting,
)
from dlfportal.transfer.imports.runs import NoPlan
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.imports.undo import undo_propose, undo_request
from dlfportal.transfer.imports.undo_look import undo_look
from dlfportal.transfer.models import ImportRun, Proposal, RunStatus
from dlfportal.transfer.planning.applying import plan_apply_begin
from dlfportal.transfer.planning.choosing import plan_discard
from dlfportal.transfer.planning.cleaning import plans_clean
from dlfportal.transfer.planning.proposing import plan_propose
from tests.commands.test_importpackage import run as command
from tests.factories import MembershipFactory, UserFactory
from tests.importing import alive, imported, job, pack, script
from tests.planning import by, planned
from tests.queries import assert_same_queries

pytestmark = pytest.mark.django_db

UNSUBMITTED = ImportOptions(policy=Policy.OVERWRITE, target_status=TargetStatus.SAVED)


@pytest.fixture
def on(workspace: Workspace) -> SecondPerson:
    """Imports of the workspace need a second person."""
    return SecondPerson.objects.create(workspace=workspace, imports=True)


@pytest.fixture
def ben(workspace: Workspace) -> User:
    """Another developer."""
    user = UserFactory(username="ben")
    MembershipFactory(user=user, workspace=workspace, role=Role.DEVELOPER)
    return user


def proposed(workspace: Workspace, user: User, *names: str, comment: str = "") -> ImportRun:
    """Return the plan of importing scripts, proposed."""
    run = planned(workspace, user, *map(script, names))
    return plan_propose(actor=by(user), run=run, digest=run.plan_digest, comment=comment)


def apply(user: User, run: ImportRun) -> ImportRun:
    return plan_apply_begin(actor=by(user), run=run, digest=run.plan_digest)


def names(workspace: Workspace) -> set[str]:
    return {one.name for one in alive(workspace)}


def waiting(user: User, workspace: Workspace) -> list[str]:
    return [one.run_id for one in proposals_waiting(actor=by(user), workspace=workspace)]


def test_a_proposal_holds_no_import_slot(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson
) -> None:
    first, second = proposed(workspace, developer, "one"), proposed(workspace, ben, "two")
    assert waiting(ben, workspace) == [second.pk, first.pk]
    assert apply(developer, second).status == RunStatus.SUCCESSFUL
    assert apply(ben, first).status == RunStatus.SUCCESSFUL
    assert names(workspace) == {"one", "two"} and waiting(ben, workspace) == []


def test_the_import_and_its_record_say_who_proposed_it(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson
) -> None:
    run = apply(ben, proposed(workspace, developer, "one", comment="for Monday"))
    assert (run.proposed_by, run.user_name, run.comment) == ("developer", "ben", "for Monday")
    detail = AuditEntry.objects.get(action="package.import").detail
    assert (detail["proposed_by"], detail["reason"]) == ("developer", "for Monday")
    assert not Proposal.objects.exists()
    digest = undo_look(actor=by(ben), run=run).digest
    undo_propose(actor=by(ben), run=run, digest=digest, rest=False, comment="wrong day")
    undo = undo_request(actor=by(developer), run=run, digest=digest, rest=False)
    assert (undo.proposed_by, undo.user_name, undo.comment) == ("ben", "developer", "wrong day")
    detail = AuditEntry.objects.get(action="package.undo").detail
    assert (detail["proposed_by"], detail["reason"]) == ("ben", "wrong day")
    assert not Proposal.objects.exists() and names(workspace) == set()


@pytest.mark.parametrize("lost", ["role", "membership", "active", "gone"])
def test_who_may_not_edit_any_more_has_proposed_nothing(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson, lost: str
) -> None:
    run = proposed(workspace, developer, "one")
    mine = Membership.objects.filter(user=developer)
    lose: dict[str, Callable[[], object]] = {
        "role": lambda: mine.update(role=Role.VIEWER),
        "membership": mine.delete,
        "active": lambda: User.objects.filter(pk=developer.pk).update(is_active=False),
        "gone": developer.delete,
    }
    lose[lost]()
    with pytest.raises(SecondNeeded, match="developer"):
        apply(ben, run)
    assert names(workspace) == set()
    plan_propose(actor=by(ben), run=run, digest=run.plan_digest, comment="")


def test_a_superuser_needs_a_second_person_too(
    workspace: Workspace, developer: User, admin: User, on: SecondPerson
) -> None:
    run = planned(workspace, admin, script("one"))
    with pytest.raises(SecondNeeded):
        apply(admin, run)
    plan_propose(actor=by(admin), run=run, digest=run.plan_digest, comment="")
    with pytest.raises(SamePerson):
        apply(admin, run)
    with pytest.raises(NoPlan):
        imported(workspace, pack(script("two")), user=admin)
    assert apply(developer, run).status == RunStatus.SUCCESSFUL


def test_who_made_the_plan_may_not_apply_what_another_proposed(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson
) -> None:
    run = planned(workspace, developer, script("one"))
    plan_propose(actor=by(ben), run=run, digest=run.plan_digest, comment="")
    with pytest.raises(SamePerson, match="changed this plan last"):
        apply(developer, run)
    plan_propose(actor=by(developer), run=run, digest=run.plan_digest, comment="")
    assert apply(ben, run).status == RunStatus.SUCCESSFUL


def test_a_proposal_is_refused_when_the_ground_moved(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson
) -> None:
    first, second = (proposed(workspace, developer, "one", other) for other in ("two", "three"))
    apply(ben, second)
    stopped = apply(ben, first)
    assert stopped.status == RunStatus.PLANNED and "one" in run_message(stopped)
    assert names(workspace) == {"one", "three"}


def test_no_other_plan_is_applied_than_was_proposed(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson
) -> None:
    run = proposed(workspace, developer, "one", "two")
    ImportRun.objects.filter(pk=run.pk).update(plan_digest="e" * 64)
    run.refresh_from_db()
    with pytest.raises(SecondNeeded):
        apply(ben, run)
    assert names(workspace) == set() and waiting(ben, workspace) == []


@pytest.mark.parametrize("end", ["expires", "discarded"])
def test_a_plan_that_ends_is_not_proposed_any_more(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson, end: str
) -> None:
    run = proposed(workspace, developer, "one")
    if end == "expires":
        ImportRun.objects.filter(pk=run.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        assert waiting(ben, workspace) == []
        plans_clean()
    else:
        plan_discard(actor=by(ben), run=run, digest=run.plan_digest)
    assert not Proposal.objects.exists() and waiting(ben, workspace) == []
    with pytest.raises(Conflict):
        apply(ben, run)


def test_what_is_being_done_cannot_be_taken_back(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson
) -> None:
    run = proposed(workspace, developer, "one")
    ImportRun.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING)
    with pytest.raises(NothingProposed, match="being done"):
        proposal_withdraw(actor=by(developer), run=run)
    assert Proposal.objects.filter(run=run).exists()


def _undos(workspace: Workspace, user: User, count: int) -> list[ImportRun]:
    """Propose the undos of so many imports, each of which changed and made a script."""
    found = []
    for number in range(count):
        brought = [script(f"old_{user}{number}"), script(f"new_{user}{number}")]
        imported(workspace, pack(script(f"old_{user}{number}", "SELECT 0;\n")))
        found.append(imported(workspace, pack(*brought), UNSUBMITTED))
    SecondPerson.objects.get_or_create(workspace=workspace, imports=True)
    for run in found:
        digest = undo_look(actor=by(user), run=run).digest
        undo_propose(actor=by(user), run=run, digest=digest, rest=False, comment="")
    return found


@pytest.mark.parametrize("change", ["edit", "submit", "delete", "undo"])
def test_an_undo_that_is_void_waits_for_nobody(
    workspace: Workspace, developer: User, ben: User, change: str
) -> None:
    run, other = _undos(workspace, developer, 2)
    assert waiting(ben, workspace) == [other.pk, run.pk]
    two = CatalogueObject.objects.get(name="new_developer0")
    change_it: dict[str, Callable[[], object]] = {
        "edit": lambda: object_update(
            actor=by(ben), target=two, document=script(two.name, "SELECT 9;\n"), reason=""
        ),
        "submit": lambda: version_submit(actor=by(ben), target=two, comment=""),
        "delete": lambda: object_delete(actor=by(ben), target=two),
        "undo": lambda: undo_request(
            actor=by(ben), run=run, digest=undo_look(actor=by(ben), run=run).digest, rest=False
        ),
    }
    change_it[change]()
    assert waiting(ben, workspace) == [other.pk]
    if change == "undo":
        undo = ImportRun.objects.get(undoes=run)
        digest = undo_look(actor=by(ben), run=undo).digest
        undo_propose(actor=by(ben), run=undo, digest=digest, rest=False, comment="")
        assert waiting(ben, workspace) == [undo.pk, other.pk]


def test_what_waits_is_asked_for_in_as_many_queries(workspace: Workspace, developer: User, ben: User) -> None:
    _undos(workspace, developer, 1)

    def more() -> None:
        SecondPerson.objects.all().delete()
        _undos(workspace, ben, 5)

    assert_same_queries(more, lambda: waiting(ben, workspace))
    assert len(waiting(ben, workspace)) == 6
    SecondPerson.objects.all().delete()
    assert waiting(ben, workspace) == []


def test_a_reviewed_plan_of_the_command_line_is_proposed_and_applied_by_another(
    workspace: Workspace, developer: User, ben: User, on: SecondPerson, tmp_path: Path
) -> None:
    package, out = tmp_path / "jobs.zip", str(tmp_path / "plan.json")
    package.write_bytes(pack(job(), script()).read())
    given = ("importpackage", "--workspace", workspace.pk, "--user")
    command(*given, "developer", str(package), "--plan-out", out)
    for person in ("developer", "developer"):
        with pytest.raises(CommandError, match=r"imports/[0-9a-f]{32}/plan/|You proposed this"):
            command(*given, person, "--apply", out)
    assert names(workspace) == set() and Proposal.objects.count() == 1
    command(*given, "ben", "--apply", out)
    assert names(workspace) == {"load", "load_sql"} and not Proposal.objects.exists()
    assert ImportRun.objects.get(status=RunStatus.SUCCESSFUL).proposed_by == "developer"
