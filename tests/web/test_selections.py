"""Selections: what was chosen has an address that can be reloaded and shared, and goes out as shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.selections import KEPT, Choice, choice_resolve, print_of
from dlfportal.catalogue.selectors import object_get
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from tests.factories import CdmJobFactory, JobFactory, operator
from tests.web.pages import address, export_page_of, unzip

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def url(workspace: Workspace) -> str:
    for name in ("one", "two", "three"):
        JobFactory(workspace=workspace, name=name, directory="/a")
    return address(workspace, "export/")


def store(browser: Client, url: str, **params: str | list[str]) -> str:
    """Store a selection and return the address of its page."""
    return str(browser.post(url, {**params, "preview": "1"})["Location"])


def form_of(browser: Client, page: str) -> dict[str, str]:
    """Return what the form of a selection's page sends."""
    chosen = browser.get(page).context["page"].chosen
    return {"s": chosen.selection_id, "digest": chosen.shown.digest, "count": str(chosen.shown.count)}


def test_a_selection_is_reloaded_and_shared_with_members_only(
    client_for: SignIn, browser: Client, developer: User, stranger: User, url: str
) -> None:
    page = store(browser, url, job=["one", "two"])
    assert browser.get(page).context["page"].jobs == ["one", "two"]
    assert client_for(developer).get(page).context["page"].jobs == ["one", "two"]
    assert client_for(stranger).get(page).status_code == 404


def test_a_selection_is_none_of_another_workspace(
    browser: Client, url: str, other_workspace: Workspace, viewer: User, client_for: SignIn
) -> None:
    page = store(browser, url, job=["one"])
    boss = client_for(operator().user)
    assert boss.get(page).status_code == 200
    elsewhere = address(other_workspace, f"exports/new/?s={page.partition('s=')[2]}")
    assert boss.get(elsewhere).status_code == 404
    assert boss.post(address(other_workspace, "export/"), {"s": page.partition("s=")[2]}).status_code == 404


def test_what_was_chosen_the_same_way_is_one_selection(
    client_for: SignIn, browser: Client, developer: User, url: str
) -> None:
    pages = {store(browser, url, job=["one", "two"]) for _ in range(2)}
    assert len(pages) == 1
    assert store(client_for(developer), url, job=["one", "two"]) not in pages
    assert store(browser, url, job=["one"]) not in pages


def test_all_that_match_but_some_are_a_query(browser: Client, url: str, workspace: Workspace) -> None:
    page = store(browser, url, all="1", kind="jobs", directory="/a", **{"except": ["two", "gone"]})
    assert browser.get(page).context["page"].jobs == ["one", "three"]
    JobFactory(workspace=workspace, name="new", directory="/a")
    assert browser.get(page).context["page"].jobs == ["new", "one", "three"]
    assert list(unzip(browser.post(url, form_of(browser, page)))) == [
        "jobs/new/new.job",
        "jobs/one/one.job",
        "jobs/three/three.job",
    ]


def test_one_cdm_job_of_two_clusters_is_left_out(browser: Client, workspace: Workspace) -> None:
    for cluster in ("c1", "c2"):
        CdmJobFactory(workspace=workspace, name="load", cluster=cluster)
    url = address(workspace, "export/")
    page = store(browser, url, all="1", kind="cdm-jobs", **{"except": "c1/load"})
    assert list(unzip(browser.post(url, form_of(browser, page)))) == ["cdms/c2/load.json"]


def test_a_set_that_changed_since_it_was_shown_does_not_go_out(
    browser: Client, url: str, workspace: Workspace
) -> None:
    form = form_of(browser, store(browser, url, all="1"))
    object_delete(actor=operator(), target=object_get(workspace, Kind.JOB, "two"))
    JobFactory(workspace=workspace, name="four")
    answer = browser.post(url, form)
    assert answer.status_code == 409
    assert answer.context["page"].jobs == ["four", "one", "three"]
    assert "The selection has changed, and nothing was downloaded." in answer.content.decode()
    form["digest"] = answer.context["page"].chosen.shown.digest
    assert len(unzip(browser.post(url, form))) == 3


def test_what_is_gone_is_left_out_once_the_page_said_so(browser: Client, url: str) -> None:
    page = store(browser, url, job=["one", "nobody"])
    assert browser.get(page).context["page"].chosen.gone == ["nobody"]
    assert list(unzip(browser.post(url, form_of(browser, page)))) == ["jobs/one/one.job"]


def test_unused_selections_go_after_a_while_and_named_ones_stay(browser: Client, url: str) -> None:
    page, named = store(browser, url, job=["one"]), store(browser, url, job=["two"])
    Selection.objects.filter(pk=named.partition("s=")[2]).update(name="mine")
    Selection.objects.update(used_at=timezone.now() - KEPT + timedelta(hours=1))
    assert browser.get(page).status_code == 200
    assert Selection.objects.get(pk=page.partition("s=")[2]).used_at > timezone.now() - timedelta(hours=1)
    Selection.objects.update(used_at=timezone.now() - KEPT - timedelta(hours=1))
    assert browser.get(page).status_code == 404
    assert browser.get(named).status_code == 200
    store(browser, url, job=["three"])
    assert not Selection.objects.filter(pk=page.partition("s=")[2]).exists()
    assert Selection.objects.filter(name="mine").exists()


@pytest.mark.parametrize("text", ["", "x", "0" * 32, "\0", "é" * 40])
def test_an_unknown_selection_is_not_found(browser: Client, url: str, text: str) -> None:
    assert browser.get(url.replace("export/", "exports/new/"), {"s": text}).status_code in (400, 404)
    assert browser.post(url, {"s": text}).status_code in (400, 404)


@pytest.mark.parametrize("sent", [{"job": "a\0"}, {"all": "1", "q": "a\0"}, {"all": "1", "except": "a\0"}])
def test_what_no_name_holds_is_no_crash(browser: Client, url: str, sent: dict[str, str]) -> None:
    assert browser.post(url, {**sent, "preview": "1"}).status_code in (302, 400, 404)


def test_a_selection_of_a_filter_that_is_not_known_any_more_is_empty(browser: Client, url: str) -> None:
    page = store(browser, url, all="1", directory="/a")
    Selection.objects.update(chosen={"kind": "job", "filter": {"colour": "red"}, "except": []})
    assert browser.get(page).context["page"].jobs == []


def test_sets_of_equal_size_and_sum_have_other_prints(workspace: Workspace) -> None:
    jobs = [JobFactory(workspace=workspace, name=f"j{number}") for number in range(7)]
    sets = [(0, 4, 5), (1, 2, 6), (0, 3, 6), (2, 3, 4)]
    found = set()
    for places in sets:
        choice = Choice({Kind.JOB: [jobs[place].name for place in places]})
        found.add(print_of(choice_resolve(workspace, choice)))
    assert {shown.count for shown in found} == {3}
    assert len(found) == len(sets)


def test_the_page_goes_back_to_the_list_it_came_from(browser: Client, url: str) -> None:
    page = export_page_of(browser, url, all="1", directory="/a").context["page"]
    assert page.back_url.endswith("/jobs/?directory=%2Fa")
