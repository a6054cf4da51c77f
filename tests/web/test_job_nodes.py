"""The table of a job's nodes: in the order they run, one line each, and light however many there are."""

from __future__ import annotations

import re

import pytest

from dlfportal.formats.jsontext import parse
from tests.factories import JobFactory, ScriptFactory, node
from tests.portal import ROOT
from tests.web.pages import address, text_of

SAMPLE = ROOT / "dlfportal" / "sample" / "development" / "jobs" / "nightly_full_load.job"
KILOBYTE = 1024


def row_of(html: str, place: int) -> str:
    """Return the HTML of the node at a place in the document."""
    found = re.search(rf'<tbody id="node-{place}">.*?</tbody>', html, re.S)
    assert found
    return found[0]


def test_a_row_says_what_the_node_is(client_for, viewer, workspace):
    ScriptFactory(workspace=workspace, name="load")
    condition = {"preNodeName": "a", "expression": "#{x}"}
    nodes = [
        node("b", "RDS SQL", after=["a", "gone"], scriptName="load", connectionName="rds_link")
        | {"failPolicy": "IGNORE", "retryTimes": 2, "conditions": [condition]},
        node("a", "ODD", emptyRunningJob="0", note="kept"),
    ]
    JobFactory(workspace=workspace, name="daily", nodes=nodes)
    html = text_of(client_for(viewer), address(workspace, "jobs/daily/"), tab="nodes")
    first, second = row_of(html, 1), row_of(html, 0)
    assert html.index(first) < html.index(second), "in the order they run"
    assert "<td>RDS SQL</td>" in second and "<td>ODD</td>" in first
    assert '<a href="#node-1">a</a>' in second and '<span class="missing">gone</span>' in second
    assert f'href="{address(workspace, "scripts/load/")}"' in second and "rds_link" in second
    assert "go on, 2 retries" in second and "#{x}" in second
    told, folded = first.rsplit("<details>", 1)
    assert "kept" in told and "emptyRunningJob" not in told and "emptyRunningJob=0" in folded


def test_masked_values_and_times_without_limit_are_said_to_be_so(client_for, viewer, workspace):
    secret = {"name": "key", "value": "", "value_is_sensitive": True}
    plain = node("a") | {"maxExecutionTime": 0}
    plain["properties"].append(secret)
    JobFactory(
        workspace=workspace,
        name="daily",
        nodes=[plain],
        params=[{"name": "p", "value": "x"}, {"name": "open", "value": ""}],
        maskedParams=["p"],
        basicConfig={"instanceTimeout": 0},
    )
    browser, url = client_for(viewer), address(workspace, "jobs/daily/")
    html = text_of(browser, url, tab="nodes")
    assert "masked: the value is not kept" in html
    assert "<dt>Time limit (minutes)</dt><dd>none</dd>" in html
    params = text_of(browser, url, tab="params")
    assert params.count("masked: the value is not kept") == 1
    assert "0 min" not in params and "none" in params


def test_sql_within_a_node_is_coloured_and_escaped(client_for, viewer, workspace):
    sql = "SELECT '<b>'\nFROM t"
    JobFactory(workspace=workspace, name="daily", nodes=[node("a", statementOrScript="STATEMENT", sql=sql)])
    html = text_of(client_for(viewer), address(workspace, "jobs/daily/"), tab="nodes")
    assert '<span class="k">SELECT</span>' in html
    assert "<b>" not in html and "&lt;b&gt;" in html


@pytest.mark.parametrize(("count", "limit"), [(45, 60), (200, 250)])
def test_page_of_a_large_job_is_light(client_for, viewer, workspace, count, limit):
    document = parse(SAMPLE.read_text(encoding="utf-8"))
    nodes = [
        node | {"name": f"{node['name']}_{turn}", "preNodeName": [f"{n}_{turn}" for n in node["preNodeName"]]}
        for turn in range(5)
        for node in document["nodes"]
    ]
    JobFactory(
        workspace=workspace, **{**document, "nodes": document["nodes"] if count == 45 else nodes[:count]}
    )
    browser, url = client_for(viewer), address(workspace, "jobs/nightly_full_load/")
    for tab in ("", "nodes", "schedule", "uses", "params", "history"):
        html = text_of(browser, url, tab=tab)
        assert len(html.encode()) <= limit * KILOBYTE, tab
    html = text_of(browser, url, tab="nodes")
    assert len(re.findall(r'<tbody id="node-\d+">', html)) == html.count('<td colspan="6">') == count
    assert '<td title="HiveSQL">Hive SQL</td>' in html, "the wire word, where it is another one"


def test_long_texts_stay_out_until_their_node_is_asked_for(client_for, viewer, workspace):
    sql = "SELECT 1 -- " + "x" * 400 + "\n"
    nodes = [node(f"n{number}", statementOrScript="STATEMENT", sql=sql * 10) for number in range(45)]
    JobFactory(workspace=workspace, name="daily", nodes=nodes)
    browser, url = client_for(viewer), address(workspace, "jobs/daily/")
    html = text_of(browser, url, tab="nodes")
    assert len(html.encode()) <= 60 * KILOBYTE
    assert f'href="{url}?tab=nodes&amp;node=44#node-44"' in html
    assert row_of(html, 44).count("xxxx") == 0
    one = text_of(browser, url, tab="nodes", node="44")
    assert "xxxx" in row_of(one, 44) and "<details open>" in row_of(one, 44)
    assert text_of(browser, url, tab="nodes", all="1").count("<details open>") == 45


def test_odd_numbers_of_nodes_are_passed_over(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    for odd in ("x", "-1", "٣", "9" * 30):
        assert "node-0" in text_of(
            client_for(viewer), address(workspace, "jobs/daily/"), tab="nodes", node=odd
        )
