"""The overview of a workspace: numbers, map, health with lists, folders, and how to begin."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.services import audit_record
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
    assert [(part.label, part.wire, part.count) for part in page.tiles[0].parts] == [("batch", "BATCH", 2)]
    assert rows_of(browser, page.tiles[1].parts[0].url) == ["left_over"]


def test_types_after_the_first_are_listed_on_opening(browser: Client, workspace: Workspace) -> None:
    for number, type_ in enumerate(("DLISQL", "DLISQL", "HiveSQL", "SparkSQL", "Shell", "PYTHON", "")):
        ScriptFactory(workspace=workspace, name=f"s{number}", type=type_)
    tile = browser.get(address(workspace, "")).context["page"].tiles[1]
    assert [part.label for part in (*tile.parts, *tile.more)] == [
        "DLI SQL", "Hive SQL", "Python", "Shell", "Spark SQL",
    ]  # fmt: skip
    assert (len(tile.parts), tile.untyped) == (4, 1)
    assert rows_of(browser, tile.more[0].url) == ["s3"]


def test_a_cell_of_the_map_leads_to_its_jobs(browser: Client, filled: Workspace) -> None:
    page = browser.get(address(filled, "")).context["page"]
    assert page.week.zone == "Asia/Shanghai"
    [cell] = [cell for day in page.week.days for cell in day.cells if cell.number]
    assert (cell.number, cell.step) == (2, 5)
    assert cell.said == "Tuesday 02:00 to 03:00: 2 starts of 1 job"
    assert rows_of(browser, cell.url) == ["load"]
    assert page.week.busiest == "Busiest: 02:00–03:00, about 1 job a day."


def test_a_cell_says_its_first_jobs_and_how_many_more(browser: Client, filled: Workspace) -> None:
    for name in "abcdefg":
        JobFactory(workspace=filled, name=name, schedule=by_time("0 5 2 ? * 3"))
    page = browser.get(address(filled, "")).context["page"]
    [cell] = [cell for day in page.week.days for cell in day.cells if cell.number]
    html = text_of(browser, page.week.cells_url, starts=cell.starts)
    assert "Tuesday 02:00 to 03:00: 9 starts of 8 jobs:" in html
    assert re.findall(r'href="([^"]+)">(\w+)<', html) == [(address(filled, f"jobs/{x}/"), x) for x in "abcde"]
    assert "and 3 more" in html
    empty = text_of(browser, page.week.cells_url, starts="mon-23,UTC")
    assert "Monday 23:00 to 24:00: 0 starts of 0 jobs" in empty


@pytest.mark.parametrize("starts", ["", "often", "mon-24", "tue-02,Mars/Base", "\ud800"])
def test_what_is_no_hour_says_nothing(browser: Client, filled: Workspace, starts: str) -> None:
    answer = browser.get(address(filled, f"week/?starts={quote(starts, errors='surrogatepass')}"))
    assert answer.status_code == 404


def test_what_is_beside_the_map_leads_to_as_many_jobs(browser: Client, filled: Workspace) -> None:
    tomorrow = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M:%S}+00"
    far = f"0 0 1 {(timezone.now() + timedelta(days=12)).day} * ?"
    cron = {"expression": "0 0 2 * * ?", "startTime": tomorrow}
    JobFactory(workspace=filled, name="upcoming", schedule={"type": "CRON", "cron": cron})
    cron = {"expression": "0 0 25 * * ?", "endTime": "2020-01-01T00:00:00+00"}
    JobFactory(workspace=filled, name="refused", schedule={"type": "CRON", "cron": cron})
    JobFactory(workspace=filled, name="quiet", schedule=by_time(far))
    JobFactory(workspace=filled, name="nearest", schedule=by_time("0 0 2 15W * ?"))
    JobFactory(workspace=filled, name="silent", schedule={"type": "CRON"})
    JobFactory(workspace=filled, name="event", schedule={"type": "EVENT", "event": {"eventType": "DIS"}})
    JobFactory(workspace=filled, name="once")
    JobFactory(workspace=filled, name="odd", schedule={"type": "MOON"})
    beside = browser.get(address(filled, "")).context["page"].week.beside
    assert {one.said: rows_of(browser, one.url) for one in beside} == {
        "1 by event": ["event"],
        "1 by hand or all the time": ["once"],
        "1 more often than hourly": ["often"],
        "1 not in these days": ["quiet"],
        "1 ended": ["refused"],
        "1 not yet begun": ["upcoming"],
        "1 with an expression that DLF refuses": ["refused"],
        "2 without a preview": ["nearest", "silent"],
        "1 of another kind": ["odd"],
    }


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
    JobFactory(workspace=filled, name="nowhere", directory="/")
    page = browser.get(address(filled, "")).context["page"]
    retail, top = page.folders
    assert (retail.name, rows_of(browser, retail.url)) == ("/retail", ["load", "often"])
    assert (top.name, top.count, rows_of(browser, top.url)) == ("/", 1, ["nowhere"])
    [below] = retail.below
    assert (below.name, below.count, rows_of(browser, below.url)) == ("ods", 1, ["load"])


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


def test_what_one_request_did_is_one_line(browser: Client, filled: Workspace, developer: User) -> None:
    actor = Actor(developer, Channel.WEB, "r" * 32)
    for number in range(37):
        who = {"workspace_id": filled.pk, "object_name": f"p{number}"}
        audit_record(actor=actor, action=Action.MEMBERSHIP_REMOVE, **who)
    page = browser.get(address(filled, ""))
    assert [len(line.acts) for line in page.context["page"].lines] == [37, 1, 1, 1]
    assert "and 36 more in this request" in page.content.decode()


def test_strangers_get_the_answer_of_a_missing_workspace(
    client_for: SignIn, stranger: User, filled: Workspace
) -> None:
    assert client_for(stranger).get(address(filled, "")).status_code == 404


def test_as_many_queries_with_ten_times_the_rows(browser: Client, filled: Workspace) -> None:
    def more() -> None:
        for number in range(10):
            JobFactory(workspace=filled, schedule=by_time(f"0 {number} 1 * * ?"), directory=f"/d{number}")

    assert_same_queries(more, lambda: browser.get(address(filled, "")))
