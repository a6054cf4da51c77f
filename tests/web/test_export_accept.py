"""Will DataArts accept it: what goes in and would be refused, named with places, before the download."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue.services import version_submit
from dlfportal.transfer.exports import accepting, overview
from dlfportal.web.pages.exporting import accepting as pages
from dlfportal.web.pages.exporting import building
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, export_page_of, shown

SignIn = Callable[[User], Client]
BAD_CRON = {"type": "CRON", "cron": {"expression": "0 0 25 * * ?", "startTime": "2026-01-01T00:00:00+08"}}


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def catalogue(workspace: Workspace) -> Workspace:
    """A good job with a script of an undocumented type, a job that uses a badly named script, a bad cron."""
    ScriptFactory(workspace=workspace, name="odd", type="DorisSQL")
    ScriptFactory(workspace=workspace, name="bad name")
    JobFactory(workspace=workspace, name="good", nodes=[node("a", scriptName="odd")])
    JobFactory(workspace=workspace, name="uses", nodes=[node("a", scriptName="bad name")])
    twice = [node("a", "Dummy"), node("a", "Dummy")]
    JobFactory(workspace=workspace, name="waits", schedule=BAD_CRON, nodes=twice)
    return workspace


def page_of(browser: Client, workspace: Workspace, **chosen: Any) -> Any:
    answer = export_page_of(browser, address(workspace, "export/"), **(chosen or {"everything": "1"}))
    assert answer.status_code == 200
    return answer


def refused(page: Any) -> dict[str, list[str]]:
    return {one.label: [line.where for line in one.lines] for one in page.accept.refused}


def test_what_would_be_refused_is_named_with_its_places(browser: Client, catalogue: Workspace) -> None:
    answer = page_of(browser, catalogue)
    page = answer.context["page"]
    assert refused(page) == {
        "waits": ["$.nodes[1].name", "$.schedule.cron.expression"],
        "bad name": ["$.name"],
    }
    text = answer.content.decode()
    assert "Field 3 of the cron expression cannot be “25”." in text and "in node a" in text
    assert "1 object differs from what is documented, and is perhaps refused." in text
    line = next(one for one in page.accept.refused if one.label == "waits").lines[1]
    assert quote("waits") in line.url and "tab=json#json-" in line.url
    path, _hash, place = line.url.partition("#")
    tab = browser.get(path).content.decode()
    assert "0 0 25 * * ?" in tab.partition(f'<span id="{place}">')[2].partition("\n")[0]


def recounted(browser: Client, page: Any, without: str = "", **fields: str) -> Any:
    """Return the page of the ticks of a page but for one, with other fields beside them."""
    take = [row.tick for group in page.groups for row in [group.head, *group.rows] if row and row.tick]
    ticked = {
        "shown": [group.shown for group in page.groups],
        "take": [tick for tick in take if tick != without],
    }
    return browser.post(
        page.post_url,
        {**shown(page), "packing": "all", "exportStatus": "DEVELOP", "recount": "1", **ticked, **fields},
        follow=True,
    ).context["page"]


def test_what_is_ticked_off_is_not_spoken_of(browser: Client, catalogue: Workspace) -> None:
    page = page_of(browser, catalogue, job=["uses", "waits"]).context["page"]
    assert set(refused(page)) == {"waits", "bad name"}
    page = recounted(browser, page, without="job:waits")
    assert refused(page) == {"bad name": ["$.name"]}
    assert refused(recounted(browser, page, without="job:waits", exportDepend="false")) == {}


def test_a_good_package_says_so(browser: Client, catalogue: Workspace) -> None:
    answer = page_of(browser, catalogue, job="good", exportDepend="false")
    assert "Nothing in it is known that DataArts would refuse." in answer.content.decode()


def test_the_submitted_state_is_judged_and_not_located(browser: Client, catalogue: Workspace) -> None:
    job = JobFactory(workspace=catalogue, name="sent", schedule=BAD_CRON)
    version_submit(actor=operator(), target=job)
    page = page_of(browser, catalogue, job="sent").context["page"]
    page = recounted(browser, page, exportStatus="SUBMIT")
    ((one,),) = [page.accept.refused]
    assert (one.label, [line.url for line in one.lines]) == ("sent", [""])


def test_its_own_page_says_all_piece_by_piece(
    browser: Client, catalogue: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(browser, catalogue).context["page"]
    whole = browser.get(page.accept.url)
    assert [one.label for one in whole.context["page"].perhaps] == ["odd"]
    assert not whole.context["page"].is_piece and "5 documents were looked at." in whole.content.decode()
    monkeypatch.setattr(accepting, "JOBS_A_PIECE", 1)
    found, url, visited = set(), page.accept.url, 0
    while url and visited < 20:
        piece = browser.get(url).context["page"]
        found |= {one.label for one in piece.refused}
        url, visited = piece.following_url, visited + 1
    assert found == {"waits", "bad name"} and visited >= 3
    assert browser.get(page.accept.url + "&after=object/x").context["page"].piece.found.looked == 2


def test_a_large_package_is_looked_at_in_part(
    browser: Client, catalogue: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "is_known_ahead", lambda jobs, others: False)
    monkeypatch.setattr(overview, "JOBS_A_PART", 2)
    answer = page_of(browser, catalogue)
    panel = answer.context["page"].accept
    assert (panel.found.looked, panel.found.left, panel.is_whole) == (4, 1, False)
    assert "4 documents were looked at, not all of them." in answer.content.decode()
    monkeypatch.setattr(accepting, "LOOKED_AT_MOST", 1)
    assert page_of(browser, catalogue).context["page"].accept.found.looked == 1


def test_very_many_are_cut_and_counted(
    browser: Client, catalogue: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "OBJECTS_SHOWN", 1)
    monkeypatch.setattr(pages, "OBJECTS_ON_OWN_PAGE", 1)
    monkeypatch.setattr(pages, "SAID_OF_ONE", 1)
    answer = page_of(browser, catalogue)
    panel = answer.context["page"].accept
    assert (len(panel.refused), panel.refused_left) == (1, 1)
    (waits,) = page_of(browser, catalogue, job="waits").context["page"].accept.refused
    assert (len(waits.lines), waits.left) == (1, 1)
    own = browser.get(panel.url).context["page"]
    assert (len(own.refused), own.refused_left) == (1, 1)


def test_ten_times_the_objects_ask_as_much(browser: Client, catalogue: Workspace) -> None:
    def looks() -> None:
        page = page_of(browser, catalogue).context["page"]
        browser.get(page.accept.url)

    def more() -> None:
        for number in range(40):
            JobFactory(workspace=catalogue, name=f"more {number}", schedule=BAD_CRON)

    assert_same_queries(more, looks)
