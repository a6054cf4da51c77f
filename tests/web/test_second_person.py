"""Four eyes: one person proposes an import or an undo, another one does it; the setting takes two admins."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from dlfportal.access.models import Membership, Role, SecondPerson, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.transfer.models import ImportRun, Proposal
from tests.factories import JobFactory, MembershipFactory, UserFactory
from tests.importing import job, pack, script
from tests.web.pages import address
from tests.web.test_plan_page import place, send, stands, upload

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.DLF_OBS = tmp_path, {}


@pytest.fixture
def on(workspace: Workspace) -> SecondPerson:
    """Imports of the workspace need a second person."""
    return SecondPerson.objects.create(workspace=workspace, imports=True)


@pytest.fixture
def ann(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


@pytest.fixture
def ben_user(workspace: Workspace) -> User:
    user = UserFactory(username="ben")
    MembershipFactory(user=user, workspace=workspace, role=Role.DEVELOPER)
    return user


@pytest.fixture
def ben(client_for: SignIn, ben_user: User) -> Client:
    return client_for(ben_user)


def words(answer: Any) -> str:
    """Return the text of an answer as a reader sees it, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def see(browser: Client, page: Any) -> Any:
    """Return the page of a plan as somebody sees it now."""
    return browser.get(page.plain_url).context["page"]


def actions() -> list[str]:
    return list(AuditEntry.objects.filter(part_of=None).order_by("pk").values_list("action", flat=True))


def test_a_plan_is_proposed_by_one_and_applied_by_another(
    ann: Client, ben: Client, client_for: SignIn, viewer: User, workspace: Workspace, on: SecondPerson
) -> None:
    page = upload(ann, workspace, job(), script())
    refused = send(ann, page, apply="1", comment="x", submits="1")
    assert refused.status_code == 409 and "Propose it" in words(refused) and stands(workspace) == set()
    proposed = send(ann, page, propose="1", comment="for Monday", submits="1")
    shown = words(proposed)
    assert "You proposed this" in shown and "for Monday" in shown
    assert 'name="apply_proposed"' not in proposed.content.decode()
    assert send(ann, see(ann, page), apply_proposed="1").status_code == 409
    listed = ben.get(address(workspace, "imports/"))
    assert "Waiting for a second person" in words(listed)
    assert [line.name for line in listed.context["page"].waiting] == ["jobs.zip"]
    looker = client_for(viewer)
    assert "ask a developer" in words(looker.get(page.plain_url))
    for act in ("apply", "apply_proposed", "propose", "withdraw"):
        assert looker.post(page.plain_url, {act: "1"}).status_code == 403
    assert [line.state for line in listed.context["page"].lines] == ["proposed"]
    seen = see(ben, page)
    assert seen.second.may_do and seen.comment == "for Monday"
    done = send(ben, seen, apply_proposed="1")
    assert "2 new" in words(done) and stands(workspace) == {"load", "load_sql"}
    assert "Proposed by developer, done by ben. for Monday" in words(done)
    run = ImportRun.objects.get(pk=page.run.pk)
    assert (run.user_name, run.comment, run.status) == ("ben", "for Monday", "SUCCESSFUL")
    assert ben.get(address(workspace, "imports/")).context["page"].waiting == []
    said = words(ben.get(address(workspace, "activity/")))
    assert "developer proposed to import jobs.zip" in said and "for Monday" in said
    assert "ben imported jobs.zip: 2 new" in said and "proposed by developer" in said


@pytest.mark.parametrize("change", ["skip", "rename", "map", "policy", "again"])
def test_any_change_makes_the_proposal_void(
    ann: Client, ben: Client, workspace: Workspace, on: SecondPerson, change: str
) -> None:
    page = upload(ann, workspace, job(), script())
    send(ann, page, propose="1")
    load = place(page, "load")
    forms = {
        "skip": {"skip": load},
        "rename": {"rename": load, "new_name": "other"},
        "map": {"map": "1"},
        "policy": {"policy": "SKIP"},
        "again": {"again": "1"},
    }
    send(ben, see(ben, page), **forms[change])
    assert not Proposal.objects.exists()
    for browser in (ann, ben):
        assert send(browser, see(browser, page), apply_proposed="1").status_code == 409
    assert stands(workspace) == set()
    send(ann, see(ann, page), propose="1")
    refused = send(ben, see(ben, page), apply_proposed="1")
    assert refused.status_code == 409 and "You changed this plan last" in words(refused)
    assert stands(workspace) == set()


def test_who_may_not_edit_any_more_has_proposed_nothing(
    ann: Client, ben: Client, developer: User, workspace: Workspace, on: SecondPerson
) -> None:
    page = upload(ann, workspace, job())
    send(ann, page, propose="1")
    Membership.objects.filter(user=developer).update(role=Role.VIEWER)
    assert send(ben, see(ben, page), apply_proposed="1").status_code == 409
    assert stands(workspace) == set()


def test_a_proposal_is_refused_when_the_ground_moved(
    ann: Client, ben: Client, workspace: Workspace, on: SecondPerson
) -> None:
    page = upload(ann, workspace, job())
    send(ann, page, propose="1")
    on.imports = False
    on.save()
    other = upload(ann, workspace, job(description="another"))
    send(ann, other, apply="1")
    on.imports = True
    on.save()
    answer = send(ben, see(ben, page), apply_proposed="1")
    assert ImportRun.objects.get(pk=page.run.pk).status == "PLANNED"
    assert "changed" in words(answer) or "created" in words(answer)
    revision = CatalogueObject.objects.get(name="load").revision
    assert revision is not None and revision.number == 1


def test_a_proposal_can_be_taken_back_and_refused(
    ann: Client, ben: Client, workspace: Workspace, on: SecondPerson
) -> None:
    page = upload(ann, workspace, job())
    send(ann, page, propose="1")
    send(ben, see(ben, page), withdraw="1")
    assert send(ann, see(ann, page), withdraw="1").status_code == 409
    assert send(ben, see(ben, page), apply_proposed="1").status_code == 409
    assert stands(workspace) == set() and "proposal.withdraw" in actions()


def test_an_undo_is_proposed_by_one_and_done_by_another(
    ann: Client, ben: Client, workspace: Workspace, on: SecondPerson
) -> None:
    page = upload(ann, workspace, job())
    send(ann, page, propose="1")
    send(ben, see(ben, page), apply_proposed="1")
    url = address(workspace, f"imports/{page.run.pk}/undo/")

    def undo(browser: Client, **fields: str) -> Any:
        digest = browser.get(url).context["page"].look.digest
        return browser.post(url, {"digest": digest, **fields}, follow=True)

    assert undo(ben).status_code == 409
    assert undo(ben, propose="1", comment="a\0b").status_code == 400
    assert undo(ben, propose="1", comment="x" * 256).status_code == 400
    asked = undo(ben, propose="1", comment="wrong day")
    assert "You proposed this" in words(asked) and "wrong day" in words(asked)
    assert undo(ben).status_code == 409 and stands(workspace) == {"load"}
    waiting = ann.get(address(workspace, "imports/")).context["page"].waiting
    assert [(line.name, line.url) for line in waiting] == [("Undo the import of jobs.zip", url)]
    done = undo(ann)
    assert "Proposed by ben, done by developer. wrong day" in words(done) and stands(workspace) == set()
    assert ann.get(address(workspace, "imports/")).context["page"].waiting == []


def test_pages_where_imports_begin_say_that_they_need_a_second_person(
    ann: Client, developer: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    said = "need a second person: you propose the plan"
    MembershipFactory(user=developer, workspace=other_workspace, role=Role.VIEWER)
    JobFactory(workspace=other_workspace, name="load")
    pages = [address(workspace, "import/"), address(workspace, "")]
    pages.append(address(other_workspace, f"compare/?with={workspace.pk}"))
    assert not any(said in words(ann.get(url)) for url in pages)
    SecondPerson.objects.create(workspace=workspace, imports=True)
    for url in pages:
        assert f"Imports of {workspace.name} {said}" in words(ann.get(url)), url
    SecondPerson.objects.update(workspace=other_workspace)
    assert not any(said in words(ann.get(url)) for url in pages)


def test_a_command_ends_with_the_address_of_the_proposal(
    ben: Client, developer: User, workspace: Workspace, on: SecondPerson, tmp_path: Path
) -> None:
    path = tmp_path / "jobs.zip"
    path.write_bytes(pack(job()).read())
    given = (str(path), "--workspace", workspace.pk, "--user", developer.username)
    with pytest.raises(CommandError, match=r"/w/a{32}/imports/[0-9a-f]{32}/plan/") as raised:
        call_command("importpackage", *given)
    assert stands(workspace) == set()
    plan = ben.get(f"/w/{str(raised.value).split('/w/')[1]}").context["page"]
    assert send(ben, plan, apply_proposed="1").status_code == 200
    assert stands(workspace) == {"load"}
    with pytest.raises(CommandError, match="second person"):
        call_command("importpackage", *given, "--policy", "OVERWRITE", "--rename", "job:load=other")
    assert stands(workspace) == {"load"} and Proposal.objects.count() == 1
    failed = ImportRun.objects.get(status="FAILED")
    assert "To the proposal" in words(ben.get(address(workspace, f"imports/{failed.pk}/")))
    undo = ("undoimport", ImportRun.objects.get(status="SUCCESSFUL").pk, "--user")
    for said in ("/undo/", "You proposed this"):
        with pytest.raises(CommandError, match=said):
            call_command(*undo, developer.username)
    assert stands(workspace) == {"load"}
    call_command(*undo, "ben")
    assert stands(workspace) == set()


def test_the_setting_is_asked_for_by_one_admin_and_confirmed_by_another(
    client_for: SignIn, workspace_admin: User, admin: User, developer: User, workspace: Workspace
) -> None:
    url = address(workspace, "settings/")
    one, two = client_for(workspace_admin), client_for(admin)
    assert client_for(developer).post(url, {"act": "ask-imports-on"}).status_code == 403
    assert "admin." in words(one.get(url))
    assert one.post(url, {"act": "confirm-imports-on"}).status_code == 409
    one.post(url, {"act": "ask-imports-on"})
    assert one.post(url, {"act": "confirm-imports-on"}).status_code == 403
    assert two.post(url, {"act": "confirm-imports-off"}).status_code == 409
    assert not SecondPerson.objects.get().imports
    assert "workspace_admin asked to turn it on" in words(two.get(url))
    assert two.post(url, {"act": "confirm-imports-on"}).status_code == 302
    assert SecondPerson.objects.get().imports
    two.post(url, {"act": "ask-imports-off"})
    one.post(url, {"act": "withdraw"})
    assert SecondPerson.objects.get().imports and SecondPerson.objects.get().wanted is None
    assert [one for one in actions() if one.startswith("second_person")] == [
        *("second_person.ask", "second_person.set", "second_person.ask", "second_person.withdraw"),
    ]
    said = words(one.get(address(workspace, "activity/")))
    assert "admin confirmed, as workspace_admin asked: imports of default need a second person" in said


def test_who_is_no_admin_any_more_has_asked_for_nothing(
    client_for: SignIn, workspace_admin: User, admin: User, workspace: Workspace
) -> None:
    url = address(workspace, "settings/")
    client_for(workspace_admin).post(url, {"act": "ask-imports-on"})
    Membership.objects.filter(user=workspace_admin).update(role=Role.DEVELOPER)
    assert client_for(admin).post(url, {"act": "confirm-imports-on"}).status_code == 409
    assert not SecondPerson.objects.get().imports
