from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from tests.factories import JobFactory, ScriptFactory, node
from tests.queries import assert_same_queries
from tests.web.pages import address, export_page_of, unzip

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def url(workspace: Workspace) -> str:
    """The export page of a workspace with three jobs, two of them in `/a`, sharing a script."""
    ScriptFactory(workspace=workspace, name="shared")
    JobFactory(workspace=workspace, name="one", directory="/a", nodes=[node("n", scriptName="shared")])
    JobFactory(workspace=workspace, name="two", directory="/a", nodes=[node("n", scriptName="shared")])
    JobFactory(workspace=workspace, name="三", nodes=[node("n", scriptName="gone")])
    return address(workspace, "export/")


def test_export_page_groups_by_job(browser: Client, url: str) -> None:
    page = export_page_of(browser, url, **{"job": ["two", "one"]}).context["page"]
    assert page.jobs == ["one", "two"]
    assert [(group.head.label, [row.label for row in group.rows]) for group in page.groups] == [
        ("one", ["shared"]),
        ("two", ["shared"]),
    ]
    assert (page.numbers.jobs, page.numbers.files, page.numbers.objects) == (2, 4, 3)


def test_export_answers_the_chosen_jobs(browser: Client, url: str) -> None:
    answer = browser.post(url, {"job": ["two", "三"], "exportDepend": "true"})
    assert list(unzip(answer)) == ["jobs/two/two.job", "jobs/two/shared.script", "jobs/三/三.job"]
    assert 'filename="jobs.zip"' in answer["Content-Disposition"]
    assert answer["X-DLF-Missing"] == "scripts/gone"


def test_export_of_all_that_match(browser: Client, url: str) -> None:
    page = export_page_of(browser, url, all="1", directory="/a", q="t").context["page"]
    assert page.jobs == ["two"]
    answer = browser.post(url, {"all": "1", "directory": "/a", "q": "t", "exportDepend": "false"})
    assert list(unzip(answer)) == ["jobs/two/two.job"]


def test_export_of_everything(browser: Client, url: str) -> None:
    assert len(unzip(browser.post(url, {"all": "1"}))) == 5


def test_a_long_selection_may_be_sent_for_preview(browser: Client, url: str) -> None:
    response = browser.post(url, {"job": ["one", "two"], "preview": "1"}, follow=True)
    assert response.context["page"].jobs == ["one", "two"]


def test_export_page_names_what_is_gone(browser: Client, url: str) -> None:
    page = export_page_of(browser, url, **{"job": ["one", "nobody"]}).context["page"]
    assert (page.jobs, page.chosen.gone) == (["one"], ["nobody"])


def test_export_of_something_gone_shows_the_page_instead(browser: Client, url: str) -> None:
    response = browser.post(url, {"job": ["one", "nobody"]}, follow=True)
    assert response.context["page"].chosen.gone == ["nobody"]


@pytest.mark.parametrize("params", [{"job": ""}, {"all": "1", "q": "zzz"}, {"job": ["nobody"]}])
@pytest.mark.parametrize("method", ["get", "post"])
def test_export_of_nothing_says_so(browser: Client, url: str, method: str, params: dict[str, str]) -> None:
    response = getattr(browser, method)(url, params, follow=True)
    assert response.status_code == 200
    assert "Nothing is chosen" in response.content.decode()


def test_export_of_more_than_a_hundred_jobs_streams(browser: Client, workspace: Workspace) -> None:
    for _ in range(101):
        JobFactory(workspace=workspace)
    url = address(workspace, "export/")
    page = export_page_of(browser, url, **{"all": "1"}).context["page"]
    assert (page.numbers.jobs, page.numbers.head) == (101, None)
    assert (len(page.groups), page.following) == (100, f"job/{page.jobs[-1]}")
    assert len(unzip(browser.post(url, {"all": "1"}))) == 101


@pytest.mark.parametrize("method", ["get", "post"])
def test_export_does_not_exist_for_a_stranger(
    client_for: SignIn, stranger: User, url: str, method: str
) -> None:
    assert getattr(client_for(stranger), method)(url, {"all": "1"}).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_export_asks_for_sign_in(client: Client, url: str, method: str) -> None:
    assert getattr(client, method)(url)["Location"].startswith("/accounts/login/")


def test_export_page_queries_do_not_grow(browser: Client, workspace: Workspace) -> None:
    def build() -> None:
        ScriptFactory(workspace=workspace)
        JobFactory(workspace=workspace, nodes=[node("n", scriptName="script")])

    build()
    url = address(workspace, "export/")

    def build_more() -> None:
        for _ in range(10):
            build()

    assert_same_queries(build_more, lambda: export_page_of(browser, url, all="1"))
