"""Restoring a deleted object: its address says that it is gone, and a page shows what would come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from dlfportal.access.models import Role, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.formats.kinds import Kind
from tests.factories import (
    CdmJobFactory,
    JobFactory,
    MembershipFactory,
    ScriptFactory,
    WorkspaceFactory,
    node,
    operator,
)
from tests.queries import assert_same_queries
from tests.web.pages import address

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


@pytest.fixture
def load(workspace: Workspace) -> CatalogueObject:
    """A script of two revisions and a version, which is deleted."""
    script = ScriptFactory(workspace=workspace, name="load", content="SELECT 1;")
    changed = document_of(script.revision) | {"content": "SELECT 2;"}
    script = object_update(actor=operator(), target=script, document=changed).object
    version_submit(actor=operator(), target=script)
    object_delete(actor=operator(), target=script)
    return script


def restore(browser: Client, url: str) -> HttpResponse:
    """Send the form of the page as it is shown."""
    page = browser.get(url).context["page"]
    return browser.post(url, {"expected": str(page.gone.revision.number)})  # type: ignore[return-value]


def said(browser: Client, answer: HttpResponse) -> str:
    return " ".join(map(str, browser.get(answer["Location"]).context["messages"]))


def test_its_address_says_that_it_is_gone_and_leads_to_what_would_come_back(
    browser: Client, workspace: Workspace, load: CatalogueObject
) -> None:
    JobFactory(workspace=workspace, name="user_job", nodes=[node("n", scriptName="load")])
    gone = browser.get(address(workspace, "scripts/load/"))
    assert gone.status_code == 404
    assert "load was deleted" in gone.content.decode() and "operator" in gone.content.decode()
    url = gone.context["page"].restore_url
    assert url == address(workspace, "scripts/load/restore/") and url in gone.content.decode()
    shown = browser.get(url).content.decode()
    assert "SELECT" in shown and "user_job" in shown and "These point to its name" in shown


def test_it_comes_back_with_its_history_and_wire_id_and_the_record_says_so(
    browser: Client, workspace: Workspace, load: CatalogueObject
) -> None:
    url = address(workspace, "scripts/load/restore/")
    answer = restore(browser, url)
    assert answer.status_code == 302 and answer["Location"] == address(workspace, "scripts/load/")
    assert "load is restored as it was in revision 2" in said(browser, answer)
    now = object_get(workspace, Kind.SCRIPT, "load")
    assert (now.pk, now.uid, now.revision.number, now.version) == (load.pk, load.uid, 3, None)
    assert document_of(now.revision)["content"] == "SELECT 2;"
    assert "Restored from revision 2" in browser.get(f"{answer['Location']}?tab=history").content.decode()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.user_name, entry.channel) == ("script.create", "developer", "web")
    acts = browser.get(address(workspace, "activity/")).content.decode()
    assert "restored the deleted script" in acts


def test_who_may_only_look_sees_that_it_is_gone_but_no_way_back(
    client_for: SignIn, viewer: User, stranger: User, workspace: Workspace, load: CatalogueObject
) -> None:
    looking, url = client_for(viewer), address(workspace, "scripts/load/")
    gone = looking.get(url)
    assert gone.status_code == 404 and "load was deleted" in gone.content.decode()
    assert "restore" not in gone.content.decode()
    assert looking.post(f"{url}restore/", {"expected": "2"}).status_code == 403
    outside = client_for(stranger)
    assert outside.get(url).status_code == 404 and "was deleted" not in outside.get(url).content.decode()
    assert outside.post(f"{url}restore/", {"expected": "2"}).status_code == 404
    assert not CatalogueObject.objects.filter(ALIVE, name="load").exists()


def test_a_name_taken_meanwhile_is_said_and_nothing_is_written(
    browser: Client, workspace: Workspace, load: CatalogueObject
) -> None:
    other = ScriptFactory(workspace=workspace, name="other")
    url = address(workspace, "scripts/load/restore/")
    renamed = document_of(other.revision) | {"name": "load"}
    object_update(actor=operator(), target=other, document=renamed)
    page = browser.get(url)
    assert page.context["page"].taken[0].pk == other.pk
    assert "Its name is taken" in page.content.decode() and '<button class="button button-primary">' not in (
        page.content.decode()
    )
    answer = restore(browser, url)
    assert answer.status_code == 409 and "is taken" in answer.content.decode()
    assert load.revisions.count() == 2
    assert browser.get(address(workspace, "scripts/load/")).status_code == 200


def test_what_was_restored_and_deleted_again_meanwhile_is_shown_again(
    browser: Client, workspace: Workspace, load: CatalogueObject
) -> None:
    url = address(workspace, "scripts/load/restore/")
    assert restore(browser, url).status_code == 302
    object_delete(actor=operator(), target=object_get(workspace, Kind.SCRIPT, "load"))
    answer = browser.post(url, {"expected": "2"})
    assert answer.status_code == 409 and "not as it was shown" in answer.content.decode()
    assert browser.post(url, {"expected": "x"}).status_code == 409
    assert load.revisions.count() == 3


def test_one_that_is_there_again_is_led_to(
    browser: Client, workspace: Workspace, load: CatalogueObject
) -> None:
    url = address(workspace, "scripts/load/restore/")
    restore(browser, url)
    again = browser.post(url, {"expected": "2"})
    assert again["Location"] == address(workspace, "scripts/load/")
    assert "load is not deleted" in said(browser, again)
    assert browser.get(address(workspace, "scripts/never/restore/")).status_code == 404


def test_a_cdm_job_is_known_by_its_cluster(browser: Client, workspace: Workspace) -> None:
    for cluster in ("a", "b"):
        target = CdmJobFactory(workspace=workspace, name="copy", cluster=cluster)
        object_delete(actor=operator(), target=target)
    assert browser.get(address(workspace, "cdm-jobs/copy/restore/")).status_code == 404
    gone = browser.get(address(workspace, "cdm-jobs/copy/?cluster=b"))
    answer = restore(browser, gone.context["page"].restore_url)
    assert answer["Location"] == address(workspace, "cdm-jobs/copy/?cluster=b")
    assert CatalogueObject.objects.get(ALIVE, name="copy").cluster == "b"


def test_the_act_that_deleted_it_leads_to_restoring_for_who_may(
    client_for: SignIn, developer: User, viewer: User, workspace: Workspace, load: CatalogueObject
) -> None:
    act = AuditEntry.objects.get(action="script.delete")
    made = AuditEntry.objects.filter(action="script.create").latest("pk")
    url, created = (address(workspace, f"activity/{one.pk}/") for one in (act, made))
    way = address(workspace, "scripts/load/restore/")
    browser = client_for(developer)
    assert way in browser.get(url).content.decode() and way not in browser.get(created).content.decode()
    assert way not in client_for(viewer).get(url).content.decode()
    restore(browser, way)
    assert way not in browser.get(url).content.decode()


def test_jobs_of_other_workspaces_find_it_again_as_far_as_one_may_see_them(
    browser: Client, developer: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    second = WorkspaceFactory(name="second", project=workspace.project)
    MembershipFactory(user=developer, workspace=second, role=Role.VIEWER)
    depend = {"otherWorkSpaceJobs": [{"jobName": "pays", "workSpaceId": workspace.pk}]}
    schedule = {"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": depend}}
    for space, name in ((second, "waits_there"), (other_workspace, "unseen")):
        JobFactory(workspace=space, name=name, schedule=schedule)
    object_delete(actor=operator(), target=JobFactory(workspace=workspace, name="pays"))
    shown = browser.get(address(workspace, "jobs/pays/restore/")).content.decode()
    assert "waits_there" in shown and "· second" in shown and "unseen" not in shown


def test_the_page_costs_the_same_queries_for_ten_times_the_users(
    browser: Client, workspace: Workspace, load: CatalogueObject
) -> None:
    def more(count: int) -> None:
        for _ in range(count):
            JobFactory(workspace=workspace, nodes=[node("n", scriptName="load")])

    more(2)
    url = address(workspace, "scripts/load/restore/")
    assert_same_queries(lambda: more(18), lambda: browser.get(url))
