from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.web.pages.job import JobPage
from dlfportal.web.pages.uses import State
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, node
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


def page_of(browser: Client, workspace: Workspace, name: str) -> JobPage:
    response = browser.get(address(workspace, f"jobs/{quote(name)}/"))
    assert response.status_code == 200
    page: JobPage = response.context["page"]
    return page


def cron(**values: Any) -> dict[str, Any]:
    return {"type": "CRON", "cron": {"startTime": "2026-03-23T00:00:00+08", **values}}


def test_job_page_shows_what_is_found_and_what_is_missing(browser: Client, workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="here")
    CdmJobFactory(workspace=workspace, name="load", cluster="cdm-1")
    nodes = [
        node("one", scriptName="here", connectionName="dli_link"),
        node("two", scriptName="gone", after=["one"]),
        node("three", "CDMJob", after=["two"], clusterName="cdm-1", jobName="load"),
        node("four", "DLFSubJob", after=["three"], jobName="child"),
    ]
    JobFactory(workspace=workspace, name="report", nodes=nodes)
    page = page_of(browser, workspace, "report")
    states = {(str(use.label), use.name): use.state for use in page.uses}
    assert states == {
        ("script", "here"): State.FOUND,
        ("connection", "dli_link"): State.OUTSIDE,
        ("script", "gone"): State.MISSING,
        ("CDM job", "load"): State.FOUND,
        ("job", "child"): State.MISSING,
    }
    html = text_of(browser, address(workspace, "jobs/report/"), tab="nodes")
    assert f'href="{address(workspace, "scripts/here/")}"' in html
    assert f'href="{address(workspace, "cdm-jobs/load/?cluster=cdm-1")}"' in html
    assert '<span class="missing">gone</span>' in html
    assert "outside the catalogue" not in html


def test_job_page_shows_nodes_in_the_order_they_run(browser: Client, workspace: Workspace) -> None:
    nodes = [node("c", after=["b"]), node("a"), node("b", after=["a"]), node("free")]
    JobFactory(workspace=workspace, name="ordered", nodes=nodes)
    page = page_of(browser, workspace, "ordered")
    assert [found.name for found in page.nodes] == ["a", "b", "c", "free"]
    assert page.nodes[1].before[0].anchor == page.nodes[0].anchor


def test_job_page_tells_the_schedule_in_words(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="before")
    depend = {"jobs": ["before", "nowhere"], "dependPeriod": "PRE_PERIOD", "dependFailPolicy": "IGNORE"}
    schedule = cron(
        expression="0 20 1 ? * 2", expressionTimeZone="Asia/Shanghai", endTime="2027", dependJobs=depend
    )
    JobFactory(workspace=workspace, name="timed", schedule=schedule)
    html = text_of(browser, address(workspace, "jobs/timed/"), tab="schedule")
    assert "Every Monday at 01:20" in html
    assert "Asia/Shanghai" in html
    assert "2026-03-23T00:00:00+08" in html
    assert "the period before" in html
    assert f'href="{address(workspace, "jobs/before/")}"' in html
    assert '<span class="missing">nowhere</span>' in html
    assert '<a href="/w/' in text_of(browser, address(workspace, "jobs/before/"), tab="uses")


def test_job_page_says_who_depends_on_it(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="first")
    JobFactory(
        workspace=workspace,
        name="then",
        schedule=cron(expression="0 0 1 * * ?", dependJobs={"jobs": ["first"]}),
    )
    assert [row.object.name for row in page_of(browser, workspace, "first").user_rows] == ["then"]


def test_job_page_stands_odd_shapes(browser: Client, workspace: Workspace) -> None:
    odd = node("x") | {"properties": [{"name": "n", "value": 5}, {"value": None}], "location": {}}
    JobFactory(
        workspace=workspace,
        name="odd",
        nodes=[odd],
        schedule={"type": "CRON"},
        basicConfig={"owner": 5, "priority": "x", "tags": {}},
        params=[{"name": "p"}],
    )
    page = page_of(browser, workspace, "odd")
    [found] = page.nodes
    assert [(entry.name, entry.value) for entry in found.properties] == [("n", "5")]
    assert ("", "") in [(entry.name, entry.value) for entry in found.defaults]


def test_job_page_without_nodes_says_so(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="bare", nodes=[])
    assert "This job has no nodes" in text_of(browser, address(workspace, "jobs/bare/"))


def test_job_page_escapes_everything(browser: Client, workspace: Workspace) -> None:
    nodes = [node(EVIL, EVIL, sql=EVIL, scriptName=EVIL)]
    JobFactory(
        workspace=workspace,
        name="evil",
        nodes=nodes,
        description=EVIL,
        params=[{"name": EVIL, "value": EVIL}],
        basicConfig={"owner": EVIL},
        directory=f"/{EVIL}",
        schedule=cron(expression=EVIL),
    )
    assert EVIL not in text_of(browser, address(workspace, "jobs/evil/"))


def test_job_page_of_a_chinese_name(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="日报_销售汇总", directory="/零售")
    html = text_of(browser, address(workspace, f"jobs/{quote('日报_销售汇总')}/"))
    assert "<h1>日报_销售汇总</h1>" in html
    assert f'action="{address(workspace, "jobs/")}{quote("日报_销售汇总")}/export/"' in html


def test_job_page_shows_warnings_with_their_place(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="warned", nodes=[node("n", retryTimes="1") | {"retryTimes": 99}])
    page = page_of(browser, workspace, "warned")
    warned = next(entry for entry in page.warnings if entry.path == "$.nodes[0].retryTimes")
    assert warned.line is not None
    assert '"retryTimes": 99' in page.text.splitlines()[warned.line - 1]
    assert f'href="#json-{warned.line}"' in text_of(browser, address(workspace, "jobs/warned/"), tab="json")


def test_job_page_offers_editing_to_editors_only(
    client_for: SignIn, viewer: User, developer: User, workspace: Workspace
) -> None:
    job: Any = JobFactory(workspace=workspace, name="edited")
    link = f"/admin/catalogue/job/{job.pk}/change/"
    url = address(workspace, "jobs/edited/")
    assert link not in text_of(client_for(viewer), url)
    assert link in text_of(client_for(developer), url)


def test_job_page_of_an_unknown_name_is_not_found(browser: Client, workspace: Workspace) -> None:
    assert browser.get(address(workspace, "jobs/nobody/")).status_code == 404


def test_job_page_does_not_exist_for_a_stranger(
    client_for: SignIn, stranger: User, workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="secret_job")
    assert client_for(stranger).get(address(workspace, "jobs/secret_job/")).status_code == 404


def test_job_page_queries_do_not_grow_with_what_it_uses(browser: Client, workspace: Workspace) -> None:
    def build(name: str, count: int) -> None:
        for number in range(count):
            ScriptFactory(workspace=workspace, name=f"{name}_{number}")
        nodes = [node(f"n{number}", scriptName=f"{name}_{number}") for number in range(count)]
        JobFactory(workspace=workspace, name=name, nodes=nodes)

    build("few", 2)
    names = ["few"]

    def build_more() -> None:
        build("many", 20)
        names[0] = "many"

    assert_same_queries(build_more, lambda: page_of(browser, workspace, names[0]))
