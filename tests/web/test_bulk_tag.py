"""Tags of many jobs: added and taken away, only what changes gets a revision."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from tests.factories import JobFactory, ScriptFactory
from tests.queries import assert_same_queries
from tests.web.bulk import act_of, do, look, send
from tests.web.pages import address, rows_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


def test_tags_are_added_and_taken_away(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="one", basicConfig={"tags": ["old", "kept"]})
    JobFactory(workspace=workspace, name="two", basicConfig={"tags": ["夜间", "q4"]})
    said = do(browser, workspace, "tag", {"add": "q4， 夜间,", "remove": "old"}, job=["one", "two"])
    assert said == "The tags of 1 were changed. 1 was so already."
    tags = dict(CatalogueObject.objects.values_list("name", "tags"))
    assert tags == {"one": "\nkept\nq4\n夜间\n", "two": "\n夜间\nq4\n"}
    assert rows_of(browser, address(workspace, "jobs/"), tag="q4") == ["one", "two"]
    assert rows_of(browser, address(workspace, "jobs/"), tag="old") == []
    act = act_of("objects.tag_many")
    assert act.detail == {"count": 1, "add": ["q4", "夜间"], "remove": ["old"]}
    line = browser.get(address(workspace, "activity/")).content.decode()
    assert "changed the tags of 1 job" in line and "+q4" in line and "−old" in line


def test_only_jobs_have_tags(browser: Client, workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load")
    assert 'value="tag"' not in browser.get(address(workspace, "scripts/")).content.decode()
    answer = look(browser, workspace, "tag", script="load")
    assert "Only jobs have tags." in answer.content.decode()
    assert "There is nothing to do." in answer.content.decode()
    assert send(browser, answer.context["page"], add="x").status_code == 302
    assert CatalogueObject.objects.get().revision.number == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "add"),
        ({"add": " , ，\n"}, "add"),
        ({"add": "a,b", "remove": "b"}, "remove"),
        ({"add": "é" * 501}, "add"),
        ({"remove": "x" * 2001}, "remove"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    browser: Client, workspace: Workspace, fields: dict[str, str], field: str
) -> None:
    JobFactory(workspace=workspace, name="one")
    page = look(browser, workspace, "tag", job="one").context["page"]
    answer = send(browser, page, **fields)
    assert answer.status_code == 400
    assert field in answer.context["page"].form.errors  # type: ignore[attr-defined]
    assert CatalogueObject.objects.get().tags == ""


def test_tags_that_there_are_are_offered_at_the_same_queries(browser: Client, workspace: Workspace) -> None:
    def more(count: int) -> None:
        for number in range(count):
            JobFactory(workspace=workspace, basicConfig={"tags": [f"t{count}{number}"]})

    more(2)
    page = look(browser, workspace, "tag", all="1", kind="jobs").context["page"]
    assert page.known == ["t20", "t21"]
    assert_same_queries(lambda: more(18), lambda: browser.get(page.url))
