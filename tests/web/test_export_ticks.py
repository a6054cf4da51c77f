"""The tree before a download:

who pulls in what, what stays out and why, and that a tick is kept and honoured.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Role, Workspace
from dlfportal.catalogue.services import version_submit
from dlfportal.transfer.models import Export
from tests.factories import (
    CdmJobFactory,
    JobFactory,
    MembershipFactory,
    ResourceFactory,
    ScriptFactory,
    WorkspaceFactory,
    node,
    operator,
)
from tests.queries import assert_same_queries
from tests.web.pages import address, body_of, export_page_of, shown, unzip

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def url(workspace: Workspace) -> str:
    """The export of `daily` and `late`, which share a script; `daily` starts `child`, that `grandchild`."""
    for name in ("shared", "own", "childs"):
        ScriptFactory(workspace=workspace, name=name)
    for name, needs in (("lib", ["obs://libs/base.jar"]), ("base", [])):
        files = [{"location": need} for need in needs]
        ResourceFactory(
            workspace=workspace, name=name, location=f"obs://libs/{name}.jar", dependPackages=files
        )
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    nodes = [
        node("a", scriptName="shared"),
        node("b", scriptName="own"),
        node("c", "DLISpark", resourcePath="lib"),
        node("d", "CDMJob", clusterName="cdm-1", jobName="copy"),
        node("e", "DLFSubJob", jobName="child"),
        node("f", scriptName="gone"),
    ]
    other = {"jobs": ["before"], "otherWorkSpaceJobs": [{"jobName": "far", "workSpace": "prod"}]}
    schedule = {"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": other}}
    JobFactory(workspace=workspace, name="daily", nodes=nodes, schedule=schedule)
    JobFactory(workspace=workspace, name="late", nodes=[node("z", scriptName="shared")])
    JobFactory(
        workspace=workspace,
        name="child",
        nodes=[node("g", "DLFSubJob", jobName="grandchild"), node("h", scriptName="childs")],
    )
    JobFactory(
        workspace=workspace,
        name="grandchild",
        nodes=[node("i", "DLFSubJob", jobName="daily"), node("j", scriptName="shared")],
    )
    JobFactory(workspace=workspace, name="before")
    return address(workspace, "export/")


def page_of(browser: Client, url: str) -> Any:
    return export_page_of(browser, url, job=["daily", "late"]).context["page"]


def form(page: Any, *off: str, **fields: Any) -> dict[str, Any]:
    """Return the form of a page as a person sends it who took these ticks away."""
    groups = page.groups
    rows = [row for group in groups for row in [group.head, *group.rows] if row and row.tick]
    taken = [row.tick for row in rows if row.ticked and row.tick not in off]
    packing = page.packing
    switches = {name: "on" for name in ("sub_jobs", "awaited") if getattr(packing, name)}
    return {
        **shown(page),
        "packing": "all",
        "exportDepend": "true" if packing.depend else "false",
        "exportStatus": "SUBMIT" if packing.submitted else "DEVELOP",
        "layout": "single" if packing.single else "batch",
        "shown": [group.shown for group in groups],
        "take": taken,
        **switches,
        **fields,
    }


def recount(browser: Client, page: Any, *off: str, **fields: Any) -> Any:
    answer = browser.post(page.post_url, form(page, *off, recount="1", **fields), follow=True)
    assert answer.status_code == 200
    return answer.context["page"]


def test_each_object_says_who_pulls_it_in_and_each_that_stays_why(browser: Client, url: str) -> None:
    daily, late = page_of(browser, url).groups
    assert {row.label: row.reason for row in daily.rows} == {
        "own": "by node b",
        "shared": "by node a and 1 more",
        "base": "needed by the resource lib",
        "lib": "by node c",
        "cdm-1/copy": "by node d",
    }
    [shared] = [row for row in daily.rows if row.label == "shared"]
    assert shared.chains == ["daily › a › shared", "late › z › shared"]
    assert [(row.label, row.reason) for row in late.rows] == [("shared", "by node z and 1 more")]
    assert {row.label: (row.why, row.tick) for row in daily.stays} == {
        "child": ("sub-job, stays", "child"),
        "gone": ("missing here", ""),
        "before": ("waited for, stays", "before"),
        "far": ("in the workspace prod, stays", ""),
    }


def test_a_job_of_another_workspace_is_named_by_that_only_for_who_may_see_it(
    client_for: SignIn, viewer: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    second = WorkspaceFactory(name="second", project=workspace.project)
    MembershipFactory(user=viewer, workspace=second, role=Role.VIEWER)
    places = {"near": second.pk, "absent": second.pk, "far": other_workspace.pk, "none": "7c2a" * 8}
    for name, place in (("near", second), ("far", other_workspace)):
        JobFactory(workspace=place, name=name)
    named = [{"jobName": name, "workSpaceId": pk} for name, pk in places.items()]
    schedule = {"type": "CRON", "cron": {"dependJobs": {"otherWorkSpaceJobs": named}}}
    JobFactory(workspace=workspace, name="daily", schedule=schedule)
    page = export_page_of(client_for(viewer), address(workspace, "export/"), job=["daily"]).context["page"]
    assert {row.label: (row.why, row.url) for row in page.groups[0].stays} == {
        "near": ("in the workspace second, stays", address(second, "jobs/near/")),
        "absent": ("in the workspace second, stays", ""),
        "far": ("in another workspace, stays", ""),
        "none": ("in another workspace, stays", ""),
    }


def test_what_is_ticked_off_stays_out_and_the_address_keeps_it(browser: Client, url: str) -> None:
    page = recount(browser, page_of(browser, url), "script:own", "cdm_job:cdm-1/copy")
    assert browser.get(page.url).context["page"].numbers == page.numbers
    own = {row.label: (row.ticked, row.goes, row.why) for row in page.groups[0].rows}
    assert own["own"] == (False, False, "not ticked")
    assert own["shared"] == (True, True, "")
    answer = browser.post(page.post_url, form(page))
    assert answer["X-DLF-Package-Digest"] == page.numbers.head.digest
    assert list(unzip(answer)) == [
        "jobs/daily/daily.job",
        "jobs/daily/shared.script",
        "jobs/daily/base.resource",
        "jobs/daily/lib.resource",
        "jobs/late/late.job",
        "jobs/late/shared.script",
    ]
    assert Export.objects.get().options["without"] == ["cdms/cdm-1/copy", "scripts/own"]
    assert [row.ticked for row in recount(browser, page, take=["script:own"]).groups[0].rows][0]


def test_the_record_does_not_say_everything_where_something_was_ticked_off(browser: Client, url: str) -> None:
    page = export_page_of(browser, url, everything="1").context["page"]
    for off, said in (((), "exported everything"), (("script:own",), "exported 5 jobs of")):
        body_of(browser.post(page.post_url, form(page, *off)))
        act = browser.get(f"{page.last_url}&after=", follow=True).context["page"].act_url
        assert said in browser.get(act).content.decode()


def test_a_download_takes_what_is_ticked_without_a_recount(browser: Client, url: str) -> None:
    page = page_of(browser, url)
    answer = browser.post(page.post_url, form(page, "script:shared", exportDepend="true"))
    assert "jobs/daily/shared.script" not in unzip(answer)
    answer = browser.post(page.post_url, form(page, exportDepend="false"))
    assert list(unzip(answer)) == ["jobs/daily/daily.job", "jobs/late/late.job", "cdms/cdm-1/copy.json"]


def test_a_script_in_two_folders_is_one_tick(browser: Client, url: str) -> None:
    page = page_of(browser, url)
    once = form(page)
    once["take"].remove("script:shared")  # one of the two
    page = browser.post(page.post_url, {**once, "recount": "1"}, follow=True).context["page"]
    assert page.packing.without == {"script": ["shared"]}
    assert page.numbers.files == 6


def test_what_only_an_unticked_resource_needs_stays_out_with_it(browser: Client, url: str) -> None:
    page = recount(browser, page_of(browser, url), "resource:lib")
    rows = {row.label: row for row in page.groups[0].rows}
    assert (rows["base"].ticked, rows["base"].goes, rows["base"].why) == (
        True,
        False,
        "what needs it stays out",
    )
    assert not [name for name in unzip(browser.post(page.post_url, form(page))) if "resource" in name]


def test_sub_jobs_and_awaited_jobs_go_in_when_asked_and_so_on_in_circles(browser: Client, url: str) -> None:
    page = recount(browser, page_of(browser, url), sub_jobs="on")
    assert page.jobs == ["child", "daily", "grandchild", "late"]
    page = recount(browser, page, awaited="on")
    assert page.jobs == ["before", "child", "daily", "grandchild", "late"]
    page = recount(browser, page, "job:child")
    assert page.jobs == ["before", "daily", "late"], "nothing is followed through a job that stays out"
    assert page.left_out == ["jobs/child"], "that another one starts it is said"
    answer = browser.post(page.post_url, form(page))
    assert not [name for name in unzip(answer) if "child" in name]
    options = Export.objects.get().options
    assert (options["sub_jobs"], options["awaited"], options["without"]) == (True, True, ["jobs/child"])


def test_a_single_sub_job_can_be_taken_along(browser: Client, url: str) -> None:
    page = recount(browser, page_of(browser, url), also=["child"])
    assert page.jobs == ["child", "daily", "late"]
    assert list(recount(browser, page, "job:child").packing.also) == []


def test_jobs_without_a_version_are_named_and_the_others_go(
    browser: Client, url: str, workspace: Workspace
) -> None:
    late = JobFactory(workspace=workspace, name="later", nodes=[node("z", scriptName="shared")])
    version_submit(actor=operator(), target=late)
    page = export_page_of(browser, url, job=["daily", "later"]).context["page"]
    page = recount(browser, page, exportStatus="SUBMIT")
    assert (page.asked.drafts, page.jobs) == (["daily"], ["later"])
    assert page.missing == ["scripts/shared"]
    answer = browser.post(page.post_url, form(page))
    assert list(unzip(answer)) == ["jobs/later/later.job"]
    assert Export.objects.get().options["not_submitted"] == ["daily"]


def test_the_target_must_have_what_is_named_and_not_there(
    browser: Client, url: str, workspace: Workspace
) -> None:
    JobFactory(
        workspace=workspace,
        name="needs",
        nodes=[node("q", "DLISQL", connectionName="dli", queueName="fast"), node("r", connectionName="dli")],
        params=[{"name": "erp_key", "value": "", "value_is_sensitive": True}],
    )
    page = export_page_of(browser, url, job=["needs"]).context["page"]
    found = {str(line.label): [(need.value, need.count) for need in line.needs] for line in page.needs}
    assert found["Connections"] == [("dli", 2)]
    assert found["Queues"] == [("fast", 1)]
    [connection] = page.needs[0].needs
    assert [(place.name, place.node) for place in connection.places] == [("needs", "q"), ("needs", "r")]


def test_a_folder_opened_alone_knows_what_else_is_in_the_package(
    browser: Client, url: str, workspace: Workspace
) -> None:
    page = recount(browser, page_of(browser, url), "script:own", sub_jobs="on")
    folder = f"{address(workspace, 'exports/folder/')}?s={page.asked.chosen.selection_id}&job="
    group = browser.get(folder + "daily").context["page"].group
    assert {row.label: row.goes for row in group.rows if row.label in ("own", "shared")} == {
        "own": False,
        "shared": True,
    }
    assert [row.label for row in group.stays] == ["gone", "before", "far"], "child is in it, by itself"
    assert browser.get(folder + "before").status_code == 404
    assert "<html" not in browser.get(f"{folder}child&fragment=1").content.decode()


def test_possible_credentials_must_be_looked_at(browser: Client, url: str, workspace: Workspace) -> None:
    text = "mysql -uroot -pS3cr3tXy99 -e 'select 1'"
    ScriptFactory(workspace=workspace, name="leak", type="Shell", content=text)
    JobFactory(workspace=workspace, name="leaky", nodes=[node("n", scriptName="leak")])
    page = export_page_of(browser, url, job=["leaky"]).context["page"]
    assert [row.label for row in page.flagged] == ["leak"]
    for fields in ({}, {"looked": "on"}, {"reason": "a test"}, {"looked": "on", "reason": "  "}):
        answer = browser.post(page.post_url, form(page, **fields))
        assert answer.status_code == 400, fields
    assert not Export.objects.exists()
    assert browser.post(page.post_url, form(page, "script:leak")).status_code == 200
    answer = browser.post(page.post_url, form(page, looked="on", reason="a password of the lab"))
    assert "jobs/leaky/leak.script" in unzip(answer)
    options = Export.objects.latest("started_at").options
    assert options["possible_credentials_reason"] == "a password of the lab"
    assert options["possible_credentials"] == ["scripts/leak"]


def test_the_page_leads_to_the_receipt_of_its_download(browser: Client, url: str) -> None:
    page = page_of(browser, url)
    assert browser.get(page.last_url + "&after=").status_code == 204
    answer = browser.post(page.post_url, form(page, "script:own"))
    body_of(answer)
    receipt = browser.get(page.last_url + "&after=", follow=True)
    html = receipt.content.decode()
    for text in (answer["X-DLF-Package-Digest"], "scripts/own", "scripts/gone", "Every byte"):
        assert text in html
    assert browser.get(receipt.context["page"].act_url).status_code == 200
    last = browser.get(page.url).context["page"].last
    assert browser.get(f"{page.last_url}&after={last.pk}").status_code == 204


@pytest.mark.parametrize(
    "fields",
    [
        {"shown": "no json"},
        {"shown": json.dumps({"a": 1})},
        {"shown": json.dumps([1, "x", "nothing:load", "job:\0"])},
        {"shown": json.dumps(["script:\ud800"])},
        {"also": "\0"},
        {"also": "nobody"},
        {"layout": "neither", "exportStatus": "?"},
    ],
)
def test_a_form_that_no_page_made_takes_nothing_and_breaks_nothing(
    browser: Client, url: str, fields: dict[str, str]
) -> None:
    page = page_of(browser, url)
    answer = browser.post(page.post_url, {**form(page), **fields, "recount": "1"}, follow=True)
    assert answer.status_code == 200
    assert answer.context["page"].jobs == ["daily", "late"]


def test_queries_do_not_grow_with_ticks_and_chains(browser: Client, url: str, workspace: Workspace) -> None:
    def build() -> None:
        for number in range(20):
            ScriptFactory(workspace=workspace, name=f"s{number}")
            nodes = [node("n", scriptName=f"s{number}"), node("m", "DLFSubJob", jobName=f"deep{number + 1}")]
            JobFactory(workspace=workspace, name=f"deep{number}", nodes=nodes)

    JobFactory(workspace=workspace, name="deep", nodes=[node("m", "DLFSubJob", jobName="deep0")])
    page = export_page_of(browser, url, job=["deep"]).context["page"]
    address = recount(browser, page, sub_jobs="on").url
    assert_same_queries(build, lambda: browser.get(address))


def test_a_folder_opened_alone_leaves_its_job_as_it_is_ticked(
    browser: Client, url: str, workspace: Workspace
) -> None:
    """Its form has no tick for the job, as the tree has that: what is sent unticks what it shows alone."""
    page = page_of(browser, url)
    selection = page.asked.chosen.selection_id
    folder = f"{address(workspace, 'exports/folder/')}?s={selection}&job=daily"
    group = browser.get(folder).context["page"].group
    taken = [row.tick for row in group.rows if row.tick != "script:own"]
    sent = {"s": selection, "packing": "ticks", "recount": "1", "shown": [group.shown], "take": taken}
    page = browser.post(page.post_url, sent, follow=True).context["page"]
    assert page.jobs == ["daily", "late"]
    assert dict(page.packing.without) == {"script": ["own"]}
