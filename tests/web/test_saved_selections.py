"""Selections kept under names: only one's own, with what they had and have, until they are deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue import saved
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.selections import KEPT
from tests.factories import JobFactory, ScriptFactory
from tests.web.pages import address, rows_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


def save(browser: Client, workspace: Workspace, name: str, **ticked: str | list[str]) -> int:
    """Save what is ticked under a name, from the bar of a list; return the status of the answer."""
    form = str(browser.post(address(workspace, "acts/"), {"act": "save", **ticked})["Location"])
    assert browser.get(form).status_code == 200
    return browser.post(form, {"name": name}).status_code


def lines(browser: Client, workspace: Workspace) -> dict[str, tuple[int, int, list[str]]]:
    page = browser.get(address(workspace, "selections/")).context["page"]
    return {
        line.selection.name: (line.selection.count, line.now, [plural for plural, _url, _count in line.lists])
        for line in page.lines
    }


def test_what_was_saved_is_listed_with_then_and_now(
    client_for: SignIn, browser: Client, developer: User, workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="one", directory="/a")
    ScriptFactory(workspace=workspace, name="load")
    assert save(browser, workspace, " of a ", all="1", kind="jobs", folder="/a") == 302
    assert save(browser, workspace, "夜间", job="one", script="load") == 302
    JobFactory(workspace=workspace, name="two", directory="/a")
    assert lines(browser, workspace) == {"of a": (1, 2, ["Jobs"]), "夜间": (2, 2, ["Jobs", "Scripts"])}
    assert lines(client_for(developer), workspace) == {}
    page = browser.get(address(workspace, "selections/")).context["page"]
    (_plural, url, count) = page.lines[0].lists[0]
    assert count == 2 and rows_of(browser, url) == ["one", "two"]
    assert browser.get(page.lines[0].export_url).context["page"].numbers.jobs == 2


def test_a_name_is_ones_own_and_used_once(
    client_for: SignIn, browser: Client, developer: User, workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="one")
    assert save(browser, workspace, "mine", job="one") == 302
    assert save(browser, workspace, "mine", job="one") == 400
    assert save(browser, workspace, "other", job="one") == 302
    assert save(client_for(developer), workspace, "mine", job="one") == 302
    other = Selection.objects.get(name="other")
    answer = browser.post(address(workspace, f"selections/{other.pk}/"), {"name": "mine"})
    assert (
        answer.status_code == 400
        and "You keep another selection called mine here." in answer.content.decode()
    )


@pytest.mark.parametrize("name", ["", "  ", "x" * 129])
def test_a_name_that_is_none_is_refused(browser: Client, workspace: Workspace, name: str) -> None:
    JobFactory(workspace=workspace, name="one")
    assert save(browser, workspace, name, job="one") == 400
    assert not Selection.objects.exclude(name="").exists()


def test_renaming_and_deleting(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="one")
    save(browser, workspace, "mine", job="one")
    url = address(workspace, f"selections/{Selection.objects.get(name='mine').pk}/")
    assert browser.post(url, {"name": "better"}).status_code == 302
    assert list(lines(browser, workspace)) == ["better"]
    assert browser.post(f"{url}delete/").status_code == 302
    assert lines(browser, workspace) == {} and browser.get(url).status_code == 404
    assert rows_of(browser, address(workspace, "jobs/")) == ["one"]


def test_somebody_elses_is_shown_by_its_address_and_changed_by_nobody_else(
    client_for: SignIn, browser: Client, developer: User, stranger: User, workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="one")
    save(browser, workspace, "mine", job="one")
    pk = Selection.objects.get(name="mine").pk
    other = client_for(developer)
    assert rows_of(other, address(workspace, "jobs/"), s=pk) == ["one"]
    assert other.get(address(workspace, f"selections/{pk}/")).status_code == 404
    assert other.post(address(workspace, f"selections/{pk}/"), {"name": "x"}).status_code == 404
    assert other.post(address(workspace, f"selections/{pk}/delete/")).status_code == 404
    assert client_for(stranger).post(address(workspace, f"selections/{pk}/delete/")).status_code == 404
    assert Selection.objects.get(pk=pk).name == "mine"


def test_it_is_kept_until_it_is_deleted(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="one")
    save(browser, workspace, "mine", job="one")
    Selection.objects.update(used_at=timezone.now() - KEPT - timedelta(days=1))
    save(browser, workspace, "new", job="one")
    assert list(lines(browser, workspace)) == ["mine", "new"]


def test_no_more_than_so_many_are_kept(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "SAVED_AT_MOST", 1)
    JobFactory(workspace=workspace, name="one")
    assert save(browser, workspace, "mine", job="one") == 302
    assert save(browser, workspace, "too many", job="one") == 400


@pytest.mark.parametrize("text", ["x", "0" * 32, "￿", "é" * 32])
def test_an_unknown_one_is_not_found(browser: Client, workspace: Workspace, text: str) -> None:
    assert browser.get(address(workspace, f"selections/{text}/")).status_code == 404
    assert browser.post(address(workspace, f"selections/{text}/delete/")).status_code == 404
    assert browser.get(address(workspace, "selections/new/"), {"s": text}).status_code == 404
    assert browser.get(address(workspace, f"acts/{text}/")).status_code == 404
