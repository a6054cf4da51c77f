"""Edits that need a second person: the setting, and what the pages offer and say then."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from dlfportal.access.models import Membership, Role, SecondPerson, Workspace
from dlfportal.catalogue.models import CatalogueObject
from tests.factories import JobFactory, MembershipFactory, UserFactory, WorkspaceFactory, node
from tests.importing import job, script
from tests.queries import count_queries
from tests.web.pages import address
from tests.web.test_plan_page import send, stands, upload
from tests.web.test_rename_elsewhere import waiting, waits_for

SignIn = Callable[[User], Client]
NOTICE = "Changes here are proposed"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.DLF_OBS = tmp_path, {}


@pytest.fixture
def on(workspace: Workspace) -> SecondPerson:
    """Edits of the workspace need a second person."""
    return SecondPerson.objects.create(workspace=workspace, imports=True, edits=True)


@pytest.fixture
def ann(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


def words(answer: Any) -> str:
    """Return the text of an answer as a reader sees it, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def state() -> tuple[bool, bool]:
    found = SecondPerson.objects.get()
    return found.imports, found.edits


def test_both_settings_move_together_where_one_needs_the_other(
    client_for: SignIn, workspace_admin: User, admin: User, workspace: Workspace
) -> None:
    url = address(workspace, "settings/")
    one, two = client_for(workspace_admin), client_for(admin)
    assert "turns on the second person for imports, too" in words(one.get(url))
    one.post(url, {"act": "ask-edits-on"})
    assert one.post(url, {"act": "ask-imports-on"}).status_code == 409
    assert one.post(url, {"act": "confirm-edits-on"}).status_code == 403
    assert two.post(url, {"act": "confirm-imports-on"}).status_code == 409
    assert two.post(url, {"act": "confirm-edits-off"}).status_code == 409
    assert state() == (False, False)
    assert two.post(url, {"act": "confirm-edits-on"}).status_code == 302 and state() == (True, True)
    assert "turns off the second person for edits, too" in words(one.get(url))
    two.post(url, {"act": "ask-imports-off"})
    one.post(url, {"act": "confirm-imports-off"})
    assert state() == (False, False)
    one.post(url, {"act": "ask-imports-on"})
    two.post(url, {"act": "confirm-imports-on"})
    one.post(url, {"act": "ask-edits-on"})
    two.post(url, {"act": "withdraw"})
    assert state() == (True, False)
    said = words(one.get(address(workspace, "activity/")))
    assert "admin confirmed, as workspace_admin asked: imports and edits of default need a second" in said
    assert "workspace_admin confirmed, as admin asked: imports and edits of default need no second" in said
    assert "workspace_admin asked that imports of default need a second person" in said
    assert "admin withdrew the change that edits of default need a second person" in said
    for wrong in ("ask-edits", "ask-", "confirm-members-on", "ask-edits-on-"):
        assert one.post(url, {"act": wrong}).status_code == 400
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondPerson.objects.update(imports=False, edits=True)


def test_pages_offer_no_direct_change_and_say_so(
    ann: Client, client_for: SignIn, viewer: User, workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="load")
    pages = ["jobs/", "jobs/load/", "jobs/load/?tab=history", "", "scripts/"]
    offered = re.compile(r"/admin/catalogue/|/acts/new/|rename/|copy/|move/|submit/|value=\"delete\"")
    before = {page: ann.get(address(workspace, page)).content.decode() for page in pages}
    assert all(offered.search(text) and NOTICE not in text for text in before.values())
    counts = {page: count_queries(lambda page=page: ann.get(address(workspace, page))) for page in pages}
    SecondPerson.objects.create(workspace=workspace, imports=True, edits=True)
    for page in pages:
        text = ann.get(address(workspace, page)).content.decode()
        assert not offered.search(text) and text.count(NOTICE) == 1, page
        assert count_queries(lambda page=page: ann.get(address(workspace, page))) == counts[page], page
        assert NOTICE not in words(client_for(viewer).get(address(workspace, page))), page
    assert NOTICE not in words(ann.get(address(workspace, "exports/")))
    ways = words(ann.get("/go/", {"q": "", "at": address(workspace, "jobs/load/")}))
    assert "Import a package" in ways and "Edit this" not in ways and "New job" not in ways


def test_a_change_reaches_the_workspace_through_a_second_person(
    ann: Client, client_for: SignIn, workspace: Workspace, on: SecondPerson
) -> None:
    ben_user = UserFactory(username="ben")
    MembershipFactory(user=ben_user, workspace=workspace, role=Role.DEVELOPER)
    ben = client_for(ben_user)
    page = upload(ann, workspace, job(), script())
    send(ann, page, propose="1", submits="1")
    send(ben, ben.get(page.plain_url).context["page"], apply_proposed="1")
    assert stands(workspace) == {"load", "load_sql"}
    url = address(workspace, f"imports/{page.run.pk}/undo/")
    for browser, fields in ((ben, {"propose": "1"}), (ann, {})):
        digest = browser.get(url).context["page"].look.digest
        browser.post(url, {"digest": digest, **fields})
    assert stands(workspace) == set()


def test_the_form_of_an_object_is_there_to_be_read(
    ann: Client, client_for: SignIn, admin: User, workspace: Workspace
) -> None:
    target = JobFactory(workspace=workspace, name="load")
    url = f"/admin/catalogue/job/{target.pk}/change/"
    page = ann.get(url)
    form = page.context["document_form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"json": '{"name": "typed"}'}
    assert 'name="_save"' in page.content.decode()
    SecondPerson.objects.create(workspace=workspace, imports=True, edits=True)
    for browser in (ann, client_for(admin)):
        shown = browser.get(url)
        text = shown.content.decode()
        assert shown.status_code == 200 and text.count(NOTICE) == 1
        assert 'name="_save"' not in text and "/delete/" not in text and "data-draft=" not in text
        assert re.search(r"<textarea[^>]* disabled", text)
        refused = browser.post(url, typed)
        assert refused.status_code == 403 and "Edits of the workspace default need" in words(refused)
        assert "typed" in words(refused)
        for page_of in ("delete/", "restore/?number=1"):
            assert browser.get(url.replace("change/", page_of)).status_code == 403
        listed = browser.get("/admin/catalogue/job/").content.decode()
        assert "delete_selected" not in listed and "/job/add/" not in listed
    assert CatalogueObject.objects.get().name == "load"


def test_the_form_of_a_new_object_offers_the_other_workspaces(
    ann: Client, developer: User, workspace: Workspace, on: SecondPerson
) -> None:
    url = "/admin/catalogue/job/add/"
    for query in ({}, {"workspace": workspace.pk}):
        refused = ann.get(url, query)
        assert refused.status_code == 403 and address(workspace, "import/") in refused.content.decode()
    other = WorkspaceFactory(project=workspace.project, name="other")
    Membership.objects.create(user=developer, workspace=other, role=Role.DEVELOPER)
    assert ann.get(url, {"workspace": workspace.pk}).status_code == 403
    offered = ann.get(url).context["document_form"].fields["workspace"].choices
    assert {pk for pk, _label in offered if pk} == {other.pk}


def test_a_rename_does_not_follow_into_a_workspace_whose_edits_are_proposed(
    ann: Client, developer: User, workspace: Workspace
) -> None:
    other = WorkspaceFactory(project=workspace.project, name="other")
    Membership.objects.create(user=developer, workspace=other, role=Role.DEVELOPER)
    JobFactory(workspace=workspace, name="pays", nodes=[node("n")])
    waiting(other, "waits", workspace)
    SecondPerson.objects.create(workspace=other, imports=True, edits=True)
    page = ann.get(address(workspace, "jobs/pays/rename/"), {"name": "paid"}).context["page"]
    assert [line.object.name for line in page.staying] == ["waits"] and page.followers == []
    form = {"name": "paid", "digest": page.plan.digest, "follow": "1"}
    assert ann.post(address(workspace, "jobs/pays/rename/"), form).status_code == 302
    assert waits_for(CatalogueObject.objects.get(name="waits")) == ["pays", "else"]
