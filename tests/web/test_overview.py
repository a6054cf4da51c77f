"""The overview of a workspace: numbers, map, health with lists, folders, and how to begin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from tests.factories import JobFactory, ScriptFactory, node
from tests.queries import assert_same_queries
from tests.web.pages import address, rows_of, text_of

SignIn = Callable[[User], Client]


def by_time(expression: str) -> dict[str, Any]:
    return {"type": "CRON", "cron": {"expression": expression, "expressionTimeZone": "Asia/Shanghai"}}


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    JobFactory(
        workspace=workspace,
        name="load",
        schedule=by_time("0 0/30 2 ? * 3"),
        nodes=[node("a", scriptName="gone")],
        directory="/retail/ods",
    )
    JobFactory(workspace=workspace, name="often", schedule=by_time("0 0/10 * * * ?"), directory="/retail")
    ScriptFactory(workspace=workspace, name="left_over")
    return workspace


def test_tiles_have_counts_and_types(browser: Client, filled: Workspace) -> None:
    page = browser.get(address(filled, "")).context["page"]
    assert [(tile.spec.slug, tile.count) for tile in page.tiles] == [
        ("jobs", 2), ("scripts", 1), ("resources", 0), ("cdm-jobs", 0),
    ]  # fmt: skip
    assert [(part.label, part.count) for part in page.tiles[0].parts] == [("BATCH", 2)]
    assert rows_of(browser, page.tiles[1].parts[0].url) == ["left_over"]


def test_a_cell_of_the_map_leads_to_its_jobs(browser: Client, filled: Workspace) -> None:
    page = browser.get(address(filled, "")).context["page"]
    assert page.week.zone == "Asia/Shanghai"
    [cell] = [cell for day in page.week.days for cell in day.cells if cell.number]
    assert (cell.number, cell.step) == (2, 5)
    assert cell.said == "Tuesday 02:00 to 03:00: 2 starts of 1 job"
    assert rows_of(browser, cell.url) == ["load"]
    assert rows_of(browser, page.week.often_url) == ["often"]
    assert page.week.busiest == "Busiest: 02:00–03:00, about 1 job a day."


def test_the_map_in_another_zone_and_by_jobs(browser: Client, filled: Workspace) -> None:
    params = {"zone": "UTC", "count": "jobs"}
    page = browser.get(address(filled, ""), params).context["page"]
    assert (page.week.days[0].cells[18].number, page.week.zone) == (1, "UTC")
    nonsense = {"zone": "Mars/Base", "count": "x"}
    assert browser.get(address(filled, ""), nonsense).context["page"].week.zone == "Asia/Shanghai"


def test_every_row_of_the_health_leads_to_what_it_counts(browser: Client, filled: Workspace) -> None:
    page = browser.get(address(filled, "")).context["page"]
    rows = {(row.key, row.kind): row for row in page.found}
    assert set(rows) == {("missing", "job"), ("owner", "job"), ("unused", "script")}
    assert rows["missing", "job"].said == "names something that is not in this workspace"
    for row in rows.values():
        assert len(rows_of(browser, row.url)) == row.total.number
    html = text_of(browser, rows["owner", "job"].url)
    assert "Only those that have no owner" in html
    assert 'name="check" value="owner"' in html
    assert all(row.total.number == 0 for row in page.quiet)


def test_an_export_of_a_narrowed_list_is_narrowed_too(browser: Client, filled: Workspace) -> None:
    html = text_of(browser, address(filled, "jobs/?check=missing"))
    [url] = re.findall(r'href="([^"]*export/[^"]*)"', html)
    assert "check=missing" in url
    followed = browser.get(url.replace("&amp;", "&"), follow=True).content.decode()
    assert "load" in followed
    assert "often" not in followed


def test_folders_of_the_first_level_count_what_is_below(browser: Client, filled: Workspace) -> None:
    page = browser.get(address(filled, "")).context["page"]
    assert [(folder.name, folder.count, folder.below) for folder in page.folders] == [
        ("/retail", 2, [("ods", 1)])
    ]


def test_an_empty_workspace_says_how_to_begin(
    client_for: SignIn, developer: User, viewer: User, workspace: Workspace
) -> None:
    html = text_of(client_for(developer), address(workspace, ""))
    assert f"--workspace {workspace.pk}" in html
    assert f"workspace: {workspace.pk}" in html
    assert "New job" in html
    assert 'class="tiles"' not in html
    assert "New job" not in text_of(client_for(viewer), address(workspace, ""))


def test_the_twin_for_programs(browser: Client, filled: Workspace) -> None:
    told = browser.get(address(filled, ""), {"format": "json"}).json()
    assert told["counts"] == {"jobs": 2, "scripts": 1, "resources": 0, "cdm-jobs": 0}
    assert told["health"]["ok"] is False
    found = {(one["check"], one["kind"]): one["count"] for one in told["health"]["checks"]}
    assert (found["missing", "jobs"], found["ended", "jobs"]) == (1, 0)


def test_the_latest_acts_are_told(browser: Client, filled: Workspace) -> None:
    html = text_of(browser, address(filled, ""))
    assert html.index("left_over") < html.index(">load<")


def test_strangers_get_the_answer_of_a_missing_workspace(
    client_for: SignIn, stranger: User, filled: Workspace
) -> None:
    assert client_for(stranger).get(address(filled, "")).status_code == 404


def test_as_many_queries_with_ten_times_the_rows(browser: Client, filled: Workspace) -> None:
    def more() -> None:
        for number in range(10):
            JobFactory(workspace=filled, schedule=by_time(f"0 {number} 1 * * ?"), directory=f"/d{number}")

    assert_same_queries(more, lambda: browser.get(address(filled, "")))
