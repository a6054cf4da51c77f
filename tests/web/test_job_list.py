from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selectors import object_get
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.formats.kinds import Kind
from tests.factories import JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, rows_of, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def url(workspace: Workspace) -> str:
    return address(workspace, "jobs/")


@pytest.fixture
def three(workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="beta", directory="/a/", description="Orders of the day")
    JobFactory(workspace=workspace, name="alpha", processType="REAL_TIME", basicConfig={"owner": "li.na"})
    JobFactory(workspace=workspace, name="gamma_100", directory="/a", nodes=[node("n1"), node("n2")])


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({}, ["alpha", "beta", "gamma_100"]),
        ({"q": "ALPH"}, ["alpha"]),
        ({"q": "orders"}, ["beta"]),
        ({"q": "a_1"}, ["gamma_100"]),
        ({"q": "%"}, []),
        ({"type": "REAL_TIME"}, ["alpha"]),
        ({"directory": "/a"}, ["beta", "gamma_100"]),
        ({"owner": "li.na"}, ["alpha"]),
        ({"directory": "/a", "q": "beta"}, ["beta"]),
        ({"q": "nothing like it"}, []),
        ({"sort": "-name"}, ["gamma_100", "beta", "alpha"]),
        ({"sort": "-nodes"}, ["gamma_100", "alpha", "beta"]),
        ({"sort": "type"}, ["beta", "gamma_100", "alpha"]),
    ],
)
def test_job_list_filters_and_sorts(
    browser: Client, url: str, params: dict[str, str], names: list[str]
) -> None:
    assert rows_of(browser, url, **params) == names


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "params",
    [
        {"page": "abc"},
        {"page": "-1"},
        {"page": "99999999999999999999"},
        {"sort": "zzz"},
        {"sort": "--name"},
        {"sort": "description"},
        {"limit": "-1"},
        {"limit": "1e9"},
        {"limit": "٣"},
    ],
)
def test_job_list_takes_bad_parameters_politely(browser: Client, url: str, params: dict[str, str]) -> None:
    assert rows_of(browser, url, **params) == ["alpha", "beta", "gamma_100"]


@pytest.mark.parametrize(
    "column", ["name", "type", "directory", "schedule", "nodes", "owner", "version", "updated"]
)
def test_job_list_sorts_by_every_column(browser: Client, url: str, workspace: Workspace, column: str) -> None:
    for _ in range(3):
        JobFactory(workspace=workspace)
    up = rows_of(browser, url, sort=column)
    assert sorted(up) == sorted(rows_of(browser, url, sort=f"-{column}"))
    assert 'aria-sort="ascending"' in text_of(browser, url, sort=column)


def test_job_list_marks_what_is_submitted(browser: Client, url: str, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="submitted_job")
    target = object_get(workspace, Kind.JOB, "submitted_job")
    version_submit(actor=operator(), target=target)
    assert "submitted v1" in text_of(browser, url)
    for number in range(2):
        document = {"name": "submitted_job", "nodes": [node(f"n{number}")], "schedule": {"type": "CRON"}}
        object_update(actor=operator(), target=target, document=document | {"processType": "BATCH"})
    html = text_of(browser, url)
    assert "v1 +2" in html
    assert 'title="Version 1 is submitted; 2 revisions since are not."' in html


def test_job_list_marks_what_names_are_missing(browser: Client, url: str, workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="there")
    ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    nodes = [
        node("a", scriptName="there"),
        node("b", scriptName="gone"),
        node("c", "DLFSubJob", jobName="nobody"),
        node("d", scriptName="etl_${region}"),
        node("e", "MRSSpark", jarPath="obs://libs/lib.jar", connectionName="mrs"),
    ]
    JobFactory(workspace=workspace, name="partly", nodes=nodes)
    JobFactory(workspace=workspace, name="whole", nodes=nodes[:1])
    html = text_of(browser, url)
    assert html.count('title="2 missing references"') == 1
    assert html.count("missing reference") == 1


def test_a_long_name_is_cut_in_the_middle_and_stays_one_text(
    browser: Client, url: str, workspace: Workspace
) -> None:
    name = "ods_orders_of_the_whole_shop_sync_daily"
    JobFactory(workspace=workspace, name=name)
    html = text_of(browser, url)
    assert f'title="{name}"' in html
    assert f"<span>{name[:-12]}</span><span>{name[-12:]}</span>" in html


def heads_of(html: str) -> list[str]:
    """Return the headings of a list."""
    return re.findall(r'class="table-sort"[^>]*>([^<]*)<', html)


def test_the_columns_are_chosen_and_remembered(browser: Client, url: str, workspace: Workspace) -> None:
    JobFactory(workspace=workspace)
    usual = ["Name", "Folder", "Schedule", "Nodes", "Owner", "State", "Changed"]
    assert heads_of(text_of(browser, url)) == usual
    params = {"columns": "1", "shown": ["type", "owner", "nonsense"], "q": "job", "sort": "-updated"}
    answer = browser.get(url, params)
    assert answer["Location"] == f"{url}?q=job&sort=-updated"
    assert heads_of(text_of(browser, url)) == ["Name", "Type", "Owner"]
    assert heads_of(text_of(browser, url, sort="-updated")) == ["Name", "Type", "Owner", "Changed"]
    assert heads_of(text_of(browser, url.replace("jobs", "scripts"))) == []
    browser.get(
        url, {"columns": "1", "shown": ["directory", "schedule", "nodes", "owner", "version", "updated"]}
    )
    assert heads_of(text_of(browser, url)) == usual
    browser.cookies["columns_job"] = 'a.b"<.'
    assert heads_of(text_of(browser, url)) == usual


def test_job_list_leaves_out_the_deleted(browser: Client, url: str, workspace: Workspace) -> None:
    object_delete(actor=operator(), target=JobFactory(workspace=workspace))
    assert rows_of(browser, url) == []


def test_job_list_of_an_empty_workspace_says_so(browser: Client, url: str) -> None:
    assert "Nothing here yet" in text_of(browser, url)


@pytest.mark.usefixtures("three")
def test_job_list_says_when_nothing_matches(browser: Client, url: str) -> None:
    html = text_of(browser, url, q="zzz")
    assert "Nothing matches" in html
    assert f'href="{url}"' in html


def test_job_list_escapes_and_quotes(browser: Client, url: str, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="日报_销售", description="<script>alert(1)</script>")
    html = text_of(browser, url, q="<script>")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert f'href="{url}{quote("日报_销售")}/"' in html


@pytest.mark.usefixtures("three")
def test_job_list_offers_the_export_of_what_matches(browser: Client, url: str, workspace: Workspace) -> None:
    html = text_of(browser, url, directory="/a")
    assert "Export all 2 matching" in html
    assert f'href="{address(workspace, "export/")}?all=1&amp;kind=jobs&amp;directory=%2Fa"' in html


def test_job_list_offers_a_new_job_to_editors_only(
    client_for: SignIn, viewer: User, developer: User, url: str
) -> None:
    assert "admin/catalogue/job/add/" not in text_of(client_for(viewer), url)
    assert "admin/catalogue/job/add/" in text_of(client_for(developer), url)


def test_job_list_does_not_exist_for_a_stranger(client_for: SignIn, stranger: User, url: str) -> None:
    assert client_for(stranger).get(url).status_code == 404


def test_job_list_asks_for_sign_in(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_job_list_queries_do_not_grow(browser: Client, url: str, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, directory="/a", basicConfig={"owner": "x"})

    def build_more() -> None:
        for number in range(10):
            job: Any = JobFactory(workspace=workspace, directory=f"/d{number}")
            version_submit(actor=operator(), target=job)

    assert_same_queries(build_more, lambda: text_of(browser, url))


def test_the_job_list_says_when_jobs_run_and_which_schedules_ended(
    browser: Client, url: str, workspace: Workspace
) -> None:
    cron = {"expression": "0 15 5 * * ?", "startTime": "2020-01-01T00:00:00+08:00"}
    ended = cron | {"endTime": "2021-01-01T00:00:00+08:00"}
    JobFactory(workspace=workspace, name="runs", schedule={"type": "CRON", "cron": cron})
    html = text_of(browser, url)
    assert "daily 05:15" in html
    assert "The schedule has ended" not in html
    JobFactory(workspace=workspace, name="ran", schedule={"type": "CRON", "cron": ended})
    assert text_of(browser, url).count("The schedule has ended") == 1


def test_the_time_of_a_change_says_its_zone_and_who(browser: Client, url: str, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, actor=operator())
    who = operator().user.get_username()
    title = rf'<time class="nowrap" datetime="[^"]+" title="[-0-9]+ [:0-9]+\+00:00 UTC by {who}">today '
    assert len(re.findall(title, text_of(browser, url))) == 1


def test_the_job_list_marks_what_dlf_may_refuse(browser: Client, url: str, workspace: Workspace) -> None:
    never = {"type": "CRON", "cron": {"expression": "0 0 25 * * ?"}}
    JobFactory(workspace=workspace, name="bad name", schedule=never)
    JobFactory(workspace=workspace, name="good", nodes=[node(f"n{number}") for number in range(180)])
    JobFactory(workspace=workspace, name="fine")
    titles = re.findall(r'title="(\d warnings?: [^"]*)"', text_of(browser, url))
    refused = "has a cron expression that DLF refuses; has a name that DLF refuses"
    assert titles == [f"2 warnings: {refused}", "1 warning: is near a limit of DLF"]
