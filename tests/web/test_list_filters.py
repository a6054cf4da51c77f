"""Filters of a list: chips, folders with what is below them, and which filter excludes most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue import counts, lists, selectors
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import object_get
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.formats.kinds import Kind
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, export_page_of, rows_of, text_of

SignIn = Callable[[User], Client]
CRON = {"type": "CRON", "cron": {"expression": "0 15 5 * * ?"}}


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def url(workspace: Workspace) -> str:
    """The list of a workspace with five jobs that differ in everything one may filter by."""
    linked = [node("n", connectionName="mrs_dev")]
    JobFactory(workspace=workspace, name="a", directory="/retail", basicConfig={"owner": "li", "tags": ["x"]})
    JobFactory(workspace=workspace, name="b", directory="/retail/ods/", schedule=CRON)
    JobFactory(workspace=workspace, name="c", directory="/retail/ods", nodes=linked)
    JobFactory(workspace=workspace, name="d", directory="/retailer", basicConfig={"owner": "li"})
    JobFactory(workspace=workspace, name="e")
    for name in ("a", "b"):
        version_submit(actor=operator(), target=object_get(workspace, Kind.JOB, name))
    document = {
        "name": "b",
        "nodes": [],
        "schedule": CRON,
        "processType": "BATCH",
        "directory": "/retail/ods",
    }
    object_update(actor=operator(), target=object_get(workspace, Kind.JOB, "b"), document=document)
    old = CatalogueObject.objects.filter(name="e")
    old.update(updated_at=datetime(2026, 1, 5, 12, tzinfo=UTC))
    return address(workspace, "jobs/")


@pytest.mark.parametrize(("gathered", "sort"), [(1, "name"), (1000, "-updated")])
@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"folder": "/retail"}, "abc"),
        ({"folder": "retail/ods/"}, "bc"),
        ({"folder": "/"}, "abcde"),
        ({"folder": "/nowhere"}, ""),
        ({"directory": "/retail"}, "a"),
        ({"tag": "x"}, "a"),
        ({"connection": "mrs_dev"}, "c"),
        ({"schedule": "CRON"}, "b"),
        ({"schedule": "EXECUTE_ONCE"}, "acde"),
        ({"state": "draft"}, "cde"),
        ({"state": "submitted"}, "a"),
        ({"state": "changed"}, "b"),
        ({"state": "nonsense"}, ""),
        ({"since": "2026-01-06"}, "abcd"),
        ({"since": "2026-01-05"}, "abcde"),
        ({"since": "yesterday"}, "abcde"),
        ({"folder": "/retail", "owner": "li", "state": "submitted"}, "a"),
        ({"folder": "/retail", "state": "draft"}, "c"),
    ],
)
def test_each_filter_finds_the_same_among_few_and_among_many(
    browser: Client,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    gathered: int,
    sort: str,
    params: dict[str, str],
    names: str,
) -> None:
    monkeypatch.setattr(lists, "GATHERED", gathered)
    monkeypatch.setattr(selectors, "GATHERED", gathered)
    assert sorted(rows_of(browser, url, sort=sort, **params)) == list(names)


def test_an_export_of_what_matches_has_the_same_objects(browser: Client, url: str) -> None:
    page = browser.get(url, {"folder": "/retail", "since": "2026-01-01"}).context["page"]
    found = export_page_of(browser, page.export_all_url).context["page"]
    assert found.jobs == ["a", "b", "c"]
    assert found.back_url == f"{url}?folder=%2Fretail&since=2026-01-01"


def test_a_day_begins_in_the_readers_zone(browser: Client, url: str) -> None:
    CatalogueObject.objects.filter(name="e").update(updated_at=datetime(2026, 1, 5, 20, tzinfo=UTC))
    assert len(rows_of(browser, url, since="2026-01-06")) == 4
    browser.cookies["zone"] = "Asia/Shanghai"
    assert len(rows_of(browser, url, since="2026-01-06")) == 5


def test_chips_name_what_is_set_and_are_taken_away(browser: Client, url: str) -> None:
    response = browser.get(url, {"owner": "li", "state": "draft", "sort": "-name"})
    chips = {chip.key: chip for chip in response.context["page"].filters}
    assert [key for key, chip in chips.items() if chip.value] == ["owner", "state"]
    assert chips["state"].remove_url == "?owner=li&sort=-name"
    assert chips["tag"].values == [("x", "x")]
    assert dict(chips["owner"].hidden) == {"state": "draft", "sort": "-name"}
    assert "Without the filter Owner" in response.content.decode()
    other_way = browser.get(url, {"directory": "/retail"}).context["page"].filters
    assert "directory" in [chip.key for chip in other_way]


def test_nothing_found_names_the_filter_that_excludes_most(browser: Client, url: str) -> None:
    html = text_of(browser, url, owner="nobody", folder="/retail/ods", tag="x")
    assert "Without Owner = nobody" not in html
    html = text_of(browser, url, owner="nobody", folder="/retail")
    assert "Without Owner = nobody: 3 matches" in html
    assert 'href="?folder=%2Fretail"' in html


def test_the_tree_counts_each_folder_with_what_is_below(browser: Client, url: str) -> None:
    page = browser.get(url, {"folder": "/retail/ods", "owner": "li"}).context["page"]
    retail, retailer = page.folders
    assert [(node.path, node.count, node.open) for node in (retail, retailer)] == [
        ("/retail", 3, True),
        ("/retailer", 1, False),
    ]
    assert [(node.label, node.count, node.current) for node in retail.children] == [("ods", 2, True)]
    assert retail.children[0].url == "?folder=%2Fretail%2Fods&owner=li"


def test_of_very_many_folders_the_tree_has_the_top(
    browser: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "FILTERS_SHOWN", 3)
    tops = browser.get(url).context["page"].folders
    assert [(node.path, node.count, node.children) for node in tops] == [
        ("/retail", 3, []),
        ("/retailer", 1, []),
    ]


def test_the_queries_of_filters_do_not_grow(browser: Client, url: str, workspace: Workspace) -> None:
    def build_more() -> None:
        for number in range(12):
            made: Any = JobFactory(
                workspace=workspace,
                directory=f"/retail/d{number}",
                basicConfig={"owner": f"o{number}", "tags": [f"t{number}", "x"]},
            )
            version_submit(actor=operator(), target=made)
            if number % 3:
                object_delete(actor=operator(), target=made)
        ScriptFactory(workspace=workspace, directory="/scripts")

    params = {"folder": "/retail", "since": (datetime.now(UTC) - timedelta(days=2)).date().isoformat()}
    assert_same_queries(build_more, lambda: text_of(browser, url, **params))
