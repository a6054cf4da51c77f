"""Scripts, resources and CDM jobs go out too: ticked in their lists, from their pages, or with everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dlfportal.access.models import Workspace
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node
from tests.plans import plan_of
from tests.queries import assert_same_queries
from tests.web.pages import address, export_page_of, text_of, unzip

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def url(workspace: Workspace) -> str:
    """The export of a workspace with a job that uses one script, and one of each kind that no job uses."""
    ScriptFactory(workspace=workspace, name="used")
    ScriptFactory(workspace=workspace, name="adhoc")
    ResourceFactory(workspace=workspace, name="base", location="obs://libs/base.jar")
    ResourceFactory(
        workspace=workspace, name="lib", location="obs://libs/lib.jar", dependFiles=["obs://libs/base.jar"]
    )
    CdmJobFactory(workspace=workspace, name="load", cluster="cdm-1")
    CdmJobFactory(workspace=workspace, name="load", cluster="cdm-2")
    JobFactory(workspace=workspace, name="nightly", nodes=[node("n", scriptName="used")])
    return address(workspace, "export/")


@pytest.mark.parametrize(
    ("chosen", "entries"),
    [
        ({"script": ["adhoc"]}, ["scripts/adhoc.script"]),
        ({"script": ["adhoc", "used"]}, ["scripts/adhoc.script", "scripts/used.script"]),
        ({"resource": ["lib"]}, ["resources/base.resource", "resources/lib.resource"]),
        ({"cdm_job": ["cdm-2/load"]}, ["cdms/cdm-2/load.json"]),
        (
            {"job": ["nightly"], "script": ["used", "adhoc"]},
            ["jobs/nightly/nightly.job", "jobs/nightly/used.script", "scripts/adhoc.script"],
        ),
    ],
)
def test_chosen_objects_go_out(
    browser: Client, url: str, chosen: dict[str, list[str]], entries: list[str]
) -> None:
    assert browser.get(url, chosen, follow=True).status_code == 200
    assert list(unzip(browser.post(url, chosen))) == entries


def test_a_resource_goes_alone_without_dependencies(browser: Client, url: str) -> None:
    answer = browser.post(url, {"resource": ["lib"], "exportDepend": "false"})
    assert list(unzip(answer)) == ["resources/lib.resource"]


@pytest.mark.parametrize(
    ("kind", "query", "entries"),
    [
        ("scripts", {}, ["scripts/adhoc.script", "scripts/used.script"]),
        ("scripts", {"q": "adh"}, ["scripts/adhoc.script"]),
        ("cdm-jobs", {}, ["cdms/cdm-1/load.json", "cdms/cdm-2/load.json"]),
    ],
)
def test_all_that_match_a_list_go_out(
    browser: Client, url: str, kind: str, query: dict[str, str], entries: list[str]
) -> None:
    html = export_page_of(browser, url, all="1", kind=kind, **query).content.decode()
    for entry in entries:
        assert entry.rpartition("/")[2].rpartition(".")[0] in html
    assert list(unzip(browser.post(url, {"all": "1", "kind": kind, **query}))) == entries


def test_the_lists_offer_it(browser: Client, url: str, workspace: Workspace) -> None:
    html = text_of(browser, address(workspace, "cdm-jobs/"))
    assert 'name="cdm_job" value="cdm-1/load"' in html
    assert "all=1&amp;kind=cdm-jobs" in html
    assert 'name="script" value="adhoc"' in text_of(browser, address(workspace, "scripts/"))


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("scripts/adhoc/", "export/?script=adhoc"),
        ("resources/lib/", "export/?resource=lib"),
        ("cdm-jobs/load/?cluster=cdm-2", "export/?cdm_job=cdm-2%2Fload"),
    ],
)
def test_the_page_of_an_object_leads_to_its_export(
    browser: Client, url: str, workspace: Workspace, page: str, link: str
) -> None:
    assert f'href="{address(workspace, link)}"' in text_of(browser, address(workspace, page))
    assert export_page_of(browser, address(workspace, link)).context["page"].only in page


def test_the_export_of_all_jobs_says_what_it_does_not_have(browser: Client, url: str) -> None:
    page = export_page_of(browser, url, **{"all": "1"}).context["page"]
    assert page.unused == [("Scripts", 1), ("Resources", 2), ("CDM jobs", 2)]
    html = export_page_of(browser, url, all="1").content.decode()
    assert "because no job uses them" in html
    assert f'href="{url}?everything=1"' in html


def test_a_filtered_export_does_not_speak_of_the_rest(browser: Client, url: str) -> None:
    assert export_page_of(browser, url, **{"all": "1", "q": "night"}).context["page"].unused == []
    assert export_page_of(browser, url, **{"job": "nightly"}).context["page"].unused == []


def test_everything_is_everything_once(browser: Client, url: str) -> None:
    page = export_page_of(browser, url, **{"everything": "1"}).context["page"]
    assert page.unused == []
    assert list(unzip(browser.post(url, {"everything": "1"}))) == [
        "jobs/nightly/nightly.job",
        "jobs/nightly/used.script",
        "scripts/adhoc.script",
        "resources/base.resource",
        "resources/lib.resource",
        "cdms/cdm-1/load.json",
        "cdms/cdm-2/load.json",
    ]


def test_jobs_that_are_started_or_waited_for_are_named(browser: Client, workspace: Workspace) -> None:
    nodes = [node("a", "DLFSubJob", jobName="child"), node("b", "DLFSubJob", jobName="inside")]
    schedule = {"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": {"jobs": ["before"]}}}
    JobFactory(workspace=workspace, name="parent", nodes=nodes, schedule=schedule)
    JobFactory(workspace=workspace, name="inside")
    page = export_page_of(browser, address(workspace, "export/"), job=["parent", "inside"]).context["page"]
    assert page.left_out == ["jobs/before", "jobs/child"]
    assert "jobs/child" in export_page_of(browser, address(workspace, "jobs/parent/export/")).content.decode()


def test_names_that_cannot_be_unpacked_are_told(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="Load")
    JobFactory(workspace=workspace, name="load")
    JobFactory(workspace=workspace, name="作" * 90)
    faults = export_page_of(browser, address(workspace, "export/"), all="1").context["page"].faults
    assert any("Load" in fault and "are one file" in fault for fault in faults)
    assert any("cannot be unpacked on Linux" in fault for fault in faults)
    alone = export_page_of(browser, address(workspace, f"jobs/{'作' * 90}/export/"))
    assert "cannot be unpacked" in alone.content.decode()


def test_unknown_objects_are_named_and_nothing_goes_out(browser: Client, url: str) -> None:
    chosen = {"script": ["gone", "adhoc"], "cdm_job": ["cdm-1/gone", "load"]}
    answer = browser.post(url, chosen, follow=True)
    assert answer.context["page"].chosen.gone == ["gone", "cdm-1/gone", "load"]


def test_what_other_workspaces_hold_cannot_be_chosen(
    browser: Client, url: str, other_workspace: Workspace
) -> None:
    ScriptFactory(workspace=other_workspace, name="theirs")
    assert export_page_of(browser, url, **{"script": "theirs"}).context["page"].chosen.gone == ["theirs"]


def test_queries_do_not_grow(browser: Client, url: str, workspace: Workspace) -> None:
    def build() -> None:
        for number in range(15):
            ScriptFactory(workspace=workspace, name=f"s{number}")
            ResourceFactory(workspace=workspace, name=f"r{number}")

    assert_same_queries(build, lambda: export_page_of(browser, url, everything="1"))


def test_names_given_by_an_expression_are_told_with_their_node(browser: Client, workspace: Workspace) -> None:
    nodes = [node("n1", scriptName="etl_${region}"), node("n2", "CDMJob", clusterName="lake", jobName="#{j}")]
    JobFactory(workspace=workspace, name="dyn", nodes=nodes)
    html = export_page_of(browser, address(workspace, "jobs/dyn/export/")).content.decode()
    assert "The node n1 of the job dyn names its script by an expression: etl_${region}" in html
    assert "The node n2 of the job dyn names its CDM job by an expression: lake/#{j}" in html
    answer = browser.post(address(workspace, "jobs/dyn/export/"))
    assert answer["X-DLF-Left-Out"] == "cdms/lake/%23%7Bj%7D,scripts/etl_%24%7Bregion%7D"
    assert "X-DLF-Missing" not in answer


def test_the_kinds_are_named_in_the_readers_language(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="dyn", nodes=[node("n1", scriptName="etl_${region}")])
    url = address(workspace, "jobs/dyn/export/")
    html = browser.get(url, headers={"accept-language": "zh-hans"}, follow=True).content.decode()
    assert "作业“dyn”的节点“n1”用表达式给出脚本名称：etl_${region}" in html


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan")
def test_named_objects_are_found_by_their_ids_however_many_others_there_are(
    url: str, browser: Client
) -> None:
    with CaptureQueriesContext(connection) as queries:
        export_page_of(browser, url, job=["nightly"], script=["adhoc"], cdm_job=["cdm-2/load"])
    by_ids = [entry["sql"] for entry in queries if '"id" IN (SELECT value' in entry["sql"]]
    assert by_ids
    for sql in by_ids:
        plan = " / ".join(step.text for step in plan_of(sql))
        assert "catalogue_catalogueobject USING INDEX object" not in plan, plan
