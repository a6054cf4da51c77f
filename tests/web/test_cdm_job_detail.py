from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from tests.factories import CdmJobFactory, JobFactory, node
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]

VALUES = {
    "configs": [
        {
            "name": "fromJobConfig",
            "inputs": [
                {"name": "fromJobConfig.tableName", "value": "<orders>"},
                {"name": "fromJobConfig.password", "value": "hidden"},
            ],
        },
        {"name": "empty", "inputs": {}},
    ]
}


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


def test_cdm_job_page_shows_both_ends_and_the_inputs(browser: Client, workspace: Workspace) -> None:
    CdmJobFactory(workspace=workspace, name="load", cluster="cdm-数据", from_values=VALUES)
    JobFactory(
        workspace=workspace, name="run", nodes=[node("n", "CDMJob", clusterName="cdm-数据", jobName="load")]
    )
    html = text_of(browser, address(workspace, "cdm-jobs/load/"), cluster="cdm-数据")
    for text in ("mysql_link", "hive_link", "generic-jdbc-connector", "hive-connector", "&lt;orders&gt;"):
        assert text in html
    assert "Add password here" in html
    assert '<th scope="row" title="fromJobConfig.tableName">Table name</th>' in html
    assert "<code>fromJobConfig.password</code>" in html and "<code>empty</code>" in html
    assert "hidden</td>" not in html
    used = text_of(browser, address(workspace, "cdm-jobs/load/"), cluster="cdm-数据", tab="uses")
    assert f'href="{address(workspace, "jobs/run/")}"' in used


def test_cdm_job_page_needs_the_cluster_only_if_several_have_the_name(
    browser: Client, workspace: Workspace
) -> None:
    url = address(workspace, "cdm-jobs/load/")
    CdmJobFactory(workspace=workspace, name="load", cluster="one")
    assert browser.get(url).status_code == 200
    CdmJobFactory(workspace=workspace, name="load", cluster="two")
    assert browser.get(url).status_code == 404
    assert browser.get(url, {"cluster": "two"}).context["page"].target.cluster == "two"
    assert browser.get(url, {"cluster": "three"}).status_code == 404


def test_cdm_job_page_of_a_name_full_of_signs(browser: Client, workspace: Workspace) -> None:
    CdmJobFactory(workspace=workspace, name="50% of a?b#c & <d>", cluster="c d&e")
    [link] = [
        unescape(part.split('"')[0])
        for part in text_of(browser, address(workspace, "cdm-jobs/")).split('href="')
        if "50%25" in part
    ]
    assert "50% of a?b#c &amp; &lt;d&gt;" in text_of(browser, link)


def test_cdm_job_page_does_not_exist_for_a_stranger(
    client_for: SignIn, stranger: User, workspace: Workspace
) -> None:
    CdmJobFactory(workspace=workspace, name="load")
    assert client_for(stranger).get(address(workspace, "cdm-jobs/load/")).status_code == 404


def test_cdm_job_page_sets_the_columns_side_by_side(browser: Client, workspace: Workspace) -> None:
    def listing(side: str, text: str) -> dict[str, object]:
        inputs = [{"name": f"{side}JobConfig.columnList", "value": text}]
        return {"configs": [{"name": f"{side}JobConfig", "inputs": inputs}]}

    sides = {"from_values": listing("from", "id&na<me&old"), "to_values": listing("to", "id&full_name")}
    CdmJobFactory(workspace=workspace, name="load", **sides)
    page = browser.get(address(workspace, "cdm-jobs/load/")).context["page"]
    pairs = [(column.source, column.destination) for column in page.columns]
    assert pairs == [("id", "id"), ("na<me", "full_name"), ("old", "")]
