"""A list of exactly what was selected: `?s=`, narrowed further, selected from and exported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue import lists
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory
from tests.queries import assert_same_queries
from tests.web.pages import address, export_page_of, rows_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


def show(browser: Client, workspace: Workspace, **ticked: str | list[str]) -> str:
    """Press "Show selected" and return where it leads to."""
    return str(browser.post(address(workspace, "acts/"), {"act": "show", **ticked})["Location"])


def names(browser: Client, url: str) -> list[str]:
    return rows_of(browser, url)


def test_the_list_has_exactly_what_was_ticked(browser: Client, workspace: Workspace) -> None:
    for name in ("one", "two", "three", "four"):
        JobFactory(workspace=workspace, name=name, directory="/a" if name == "one" else "/b")
    url = show(browser, workspace, job=["one", "three", "gone"])
    answer = browser.get(url)
    page = answer.context["page"]
    assert [row.name for row in page.rows] == ["one", "three"] and str(page.total) == "2"
    assert "Only what was selected" in answer.content.decode()
    assert names(browser, f"{url}&sort=-name") == ["three", "one"]
    assert names(browser, f"{url}&folder=/a") == ["one"]
    assert names(browser, f"{url}&q=hre") == ["three"]
    assert names(browser, f"{url}&owner=nobody") == []
    assert len(names(browser, url.partition("?")[0] + page.shown_all_url)) == 4


def test_all_that_match_but_some_are_shown(browser: Client, workspace: Workspace) -> None:
    for name in ("one", "two", "three"):
        ScriptFactory(workspace=workspace, name=name, directory="/a")
    ScriptFactory(workspace=workspace, name="other")
    url = show(browser, workspace, all="1", kind="scripts", folder="/a", **{"except": "two"})
    assert "/scripts/" in url and names(browser, url) == ["one", "three"]


def test_one_of_two_clusters_is_shown(browser: Client, workspace: Workspace) -> None:
    for cluster in ("c1", "c2"):
        CdmJobFactory(workspace=workspace, name="load", cluster=cluster)
    url = show(browser, workspace, cdm_job="c2/load")
    assert [row.label for row in browser.get(url).context["page"].rows] == ["c2/load"]


def test_a_selection_within_a_selection(browser: Client, workspace: Workspace) -> None:
    for name in ("one", "two", "three", "four"):
        JobFactory(workspace=workspace, name=name)
    url = show(browser, workspace, job=["one", "two", "three"])
    within = url.partition("s=")[2]
    inner = show(browser, workspace, all="1", kind="jobs", within=within, **{"except": "two"})
    assert names(browser, inner) == ["one", "three"]
    page = browser.get(url).context["page"]
    assert export_page_of(browser, page.export_all_url).context["page"].jobs == ["one", "three", "two"]


def test_selections_lie_in_one_another_only_so_deep(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="one")
    url = show(browser, workspace, job="one")
    for _ in range(4):
        url = show(browser, workspace, all="1", kind="jobs", within=url.partition("s=")[2])
        assert names(browser, url) == ["one"]
    answer = browser.post(
        address(workspace, "acts/"), {"act": "show", "all": "1", "within": url.partition("s=")[2]}
    )
    assert answer.status_code == 400


def test_strangers_and_unknown_selections_are_not_found(
    client_for: SignIn, browser: Client, workspace: Workspace, stranger: User, other_workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="one")
    url = show(browser, workspace, job="one")
    assert client_for(stranger).get(url).status_code == 404
    assert client_for(stranger).get(url.replace(workspace.pk, other_workspace.pk)).status_code == 404
    for text in ("x", "0" * 32, "￿", "\ufffd" * 32):
        assert browser.get(address(workspace, "jobs/"), {"s": text}).status_code == 404


def test_a_large_selection_is_paged_in_order_with_its_count(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "GATHERED", 10)
    for number in range(30):
        JobFactory(workspace=workspace, name=f"j{number:02}", directory="/a")
    url = show(browser, workspace, all="1", kind="jobs", **{"except": "j05"})
    page = browser.get(f"{url}&limit=25").context["page"]
    assert str(page.total) == "29"
    assert [row.name for row in page.rows] == [f"j{number:02}" for number in range(26) if number != 5]
    assert page.pager.next
    following = browser.get(url.partition("?")[0] + page.pager.next).context["page"]
    assert [row.name for row in following.rows] == ["j26", "j27", "j28", "j29"]


def test_the_same_queries_for_ten_times_the_rows(browser: Client, workspace: Workspace) -> None:
    def more(count: int) -> None:
        for _ in range(count):
            JobFactory(workspace=workspace, directory="/a")

    more(2)
    url = show(browser, workspace, all="1", kind="jobs", folder="/a")
    assert_same_queries(lambda: more(18), lambda: browser.get(url))
