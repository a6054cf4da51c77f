"""Deleting many objects: says who uses them, asks again when the set changed, one act."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Role, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.selectors import object_get
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from tests.factories import (
    JobFactory,
    MembershipFactory,
    ResourceFactory,
    ScriptFactory,
    WorkspaceFactory,
    node,
    operator,
)
from tests.queries import assert_same_queries
from tests.web.bulk import act_of, do, look, send
from tests.web.pages import address

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


def alive() -> set[str]:
    return set(CatalogueObject.objects.filter(ALIVE).values_list("name", flat=True))


def test_the_page_names_who_uses_what_is_to_go_but_not_what_goes_too(
    browser: Client, workspace: Workspace
) -> None:
    ScriptFactory(workspace=workspace, name="load")
    ScriptFactory(workspace=workspace, name="free")
    lib = ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    for name in ("stays", "goes"):
        JobFactory(workspace=workspace, name=name, nodes=[node("n", scriptName="load")])
    JobFactory(
        workspace=workspace, name="by_path", nodes=[node("s", "DLISpark", resourcePath="obs://libs/lib.jar")]
    )
    JobFactory(workspace=workspace, name="by_id", nodes=[node("s", "DLISpark", resourcePath=str(lib.uid))])
    ticked = {"job": "goes", "script": ["load", "free"], "resource": "lib"}
    used = look(browser, workspace, "delete", **ticked).context["page"].used
    assert {line.object.name: [user.name for user, _url in line.users] for line in used} == {
        "load": ["stays"],
        "lib": ["by_id", "by_path"],
    }
    do(browser, workspace, "delete", {}, **ticked)
    assert alive() == {"stays", "by_path", "by_id"}
    act = act_of("objects.delete_many")
    told = AuditEntry.objects.filter(part_of=act).values_list("object_name", "action", "detail")
    assert {name: (action, detail["used_by"]) for name, action, detail in told} == {
        "goes": ("job.delete", []),
        "load": ("script.delete", ["stays"]),
        "free": ("script.delete", []),
        "lib": ("resource.delete", ["by_id", "by_path"]),
    }


def test_a_set_that_changed_is_shown_again_and_nothing_is_deleted(
    browser: Client, workspace: Workspace
) -> None:
    for name in ("one", "two"):
        JobFactory(workspace=workspace, name=name, directory="/a")
    page = look(browser, workspace, "delete", all="1", kind="jobs", folder="/a").context["page"]
    JobFactory(workspace=workspace, name="three", directory="/a")
    answer = send(browser, page)
    assert answer.status_code == 409 and alive() == {"one", "two", "three"}
    assert "The selection has changed: 2 objects became 3." in answer.content.decode()
    again = answer.context["page"]  # type: ignore[attr-defined]
    assert again.title == "Delete 3 objects"
    assert send(browser, again).status_code == 302
    assert alive() == set()


def test_what_somebody_else_deleted_meanwhile_is_said(browser: Client, workspace: Workspace) -> None:
    for name in ("one", "two"):
        JobFactory(workspace=workspace, name=name)
    page = look(browser, workspace, "delete", job=["one", "two"]).context["page"]
    object_delete(actor=operator(), target=object_get(workspace, Kind.JOB, "two"))
    answer = send(browser, page)
    assert answer.status_code == 409 and alive() == {"one"}
    assert "2 objects became 1" in answer.content.decode()


def test_all_but_some_are_deleted(browser: Client, workspace: Workspace) -> None:
    for name in ("one", "two", "three"):
        JobFactory(workspace=workspace, name=name)
    said = do(browser, workspace, "delete", {}, all="1", kind="jobs", **{"except": "two"})
    assert said == "2 were deleted." and alive() == {"two"}


def test_a_selection_of_another_workspace_is_not_found(
    client_for: SignIn, workspace: Workspace, other_workspace: Workspace, admin: User
) -> None:
    JobFactory(workspace=workspace, name="one")
    boss = client_for(admin)
    page = look(boss, workspace, "delete", job="one").context["page"]
    form = {"s": page.chosen.selection_id, "act": "delete", "digest": page.chosen.shown.digest, "count": "1"}
    assert boss.post(address(other_workspace, "acts/new/"), form).status_code == 404
    assert alive() == {"one"}


def test_who_uses_them_costs_the_same_queries_for_ten_times_the_objects(
    browser: Client, workspace: Workspace
) -> None:
    def more(count: int) -> None:
        for _ in range(count):
            script = ScriptFactory(workspace=workspace)
            JobFactory(workspace=workspace, nodes=[node("n", scriptName=script.name)])

    more(2)
    url = look(browser, workspace, "delete", all="1", kind="scripts").context["page"].url
    assert_same_queries(lambda: more(18), lambda: browser.get(url))


def waiting(workspace: Workspace, name: str, word: dict[str, str]) -> None:
    """Make a job that waits for the job `pays` of the workspace that `word` names."""
    depend = {"otherWorkSpaceJobs": [{"jobName": "pays", **word}]}
    schedule = {"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": depend}}
    JobFactory(workspace=workspace, name=name, nodes=[node("n")], schedule=schedule)


def test_jobs_of_other_workspaces_that_wait_are_named_where_one_may_see_them(
    browser: Client, workspace: Workspace, other_workspace: Workspace, developer: User
) -> None:
    second = WorkspaceFactory(name="second", project=workspace.project)
    MembershipFactory(user=developer, workspace=second, role=Role.VIEWER)
    for name in ("pays", "free"):
        JobFactory(workspace=workspace, name=name)
    waiting(second, "by_id", {"workSpaceId": workspace.pk})
    waiting(second, "by_name", {"workSpace": workspace.name})
    waiting(second, "of_another", {"workSpace": "elsewhere"})
    waiting(other_workspace, "unseen", {"workSpaceId": workspace.pk})
    waiting(workspace, "goes_too", {"workSpaceId": workspace.pk})
    answer = look(browser, workspace, "delete", job=["pays", "free", "goes_too"])
    [line] = answer.context["page"].used
    assert line.object.name == "pays" and line.more == 0
    assert [(user.name, url) for user, url in line.users] == [
        ("by_id", address(second, "jobs/by_id/")),
        ("by_name", address(second, "jobs/by_name/")),
    ]
    page = answer.content.decode()
    assert "(second)" in page and "unseen" not in page
    do(browser, workspace, "delete", {}, job=["pays"])
    assert AuditEntry.objects.get(action="job.delete").detail["used_by"] == []


def test_jobs_of_other_workspaces_cost_the_same_queries(
    browser: Client, workspace: Workspace, developer: User
) -> None:
    JobFactory(workspace=workspace, name="pays")

    def more(count: int) -> None:
        for number in range(count):
            space = WorkspaceFactory(project=workspace.project)
            MembershipFactory(user=developer, workspace=space, role=Role.VIEWER)
            waiting(space, f"waits_{number}", {"workSpaceId": workspace.pk})

    more(2)
    url = look(browser, workspace, "delete", job="pays").context["page"].url
    assert_same_queries(lambda: more(18), lambda: browser.get(url))
