"""What is said of one node of a job."""

from __future__ import annotations

from tests.factories import JobFactory, ScriptFactory, node
from tests.queries import count_queries
from tests.web.pages import address, text_of


def test_the_page_of_a_node_says_what_is_around_it_and_what_it_runs(client_for, viewer, workspace):
    ScriptFactory(
        workspace=workspace, name="load", type="HiveSQL", content="".join(f"select {n};\n" for n in range(40))
    )
    loading = node("load_b", "HiveSQL", ["wait_a", "absent"], scriptName="load", connectionName="mrs_dev")
    loading["conditions"] = [
        {
            "preNodeName": "wait_a",
            "expression": '#{(Job.getNodeStatus("wait_a")) == "fail" ? "true" : "false"}',
        }
    ]
    JobFactory(
        workspace=workspace, name="daily", nodes=[node("wait_a"), loading, node("tell_c", after=["load_b"])]
    )
    JobFactory(workspace=workspace, name="other", nodes=[node("x", "HiveSQL", connectionName="mrs_dev")])
    client = client_for(viewer)
    html = text_of(client, address(workspace, "jobs/daily/revisions/1/nodes/1/"))
    assert "<h1>daily</h1>" in html
    assert f'href="{address(workspace, "jobs/daily/revisions/1/nodes/0/")}"' in html
    assert f'href="{address(workspace, "jobs/daily/revisions/1/nodes/2/")}"' in html
    assert '<span class="missing">absent</span>' in html
    assert "if wait_a failed" in html
    assert "the first 12 of 40 lines" in html
    assert "1 other uses it" in html
    assert f'href="{address(workspace, "scripts/load/")}"' in html


def test_the_fragment_is_that_without_the_frame(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    html = text_of(client_for(viewer), address(workspace, "jobs/daily/revisions/1/nodes/0/?fragment=1"))
    assert "<h2>a</h2>" in html
    assert "<html" not in html


def test_a_node_that_is_not_there_is_not_found(client_for, viewer, workspace):
    JobFactory(workspace=workspace, name="daily", nodes=[node("a")])
    client = client_for(viewer)
    for path in ("revisions/1/nodes/1/", "revisions/2/nodes/0/", f"revisions/1/nodes/{'9' * 30}/"):
        assert client.get(address(workspace, f"jobs/daily/{path}")).status_code == 404


def test_queries_do_not_grow_with_what_a_node_uses(client_for, viewer, workspace):
    few = [node("a", "HiveSQL", **{"scriptName": f"s{n}"}) for n in range(1)]
    many = node("a", "HiveSQL")
    many["properties"] = [{"name": "scriptName", "value": f"s{n}"} for n in range(60)]
    JobFactory(workspace=workspace, name="few", nodes=few)
    JobFactory(workspace=workspace, name="many", nodes=[many])
    client = client_for(viewer)
    counts = [
        count_queries(lambda name=name: client.get(address(workspace, f"jobs/{name}/revisions/1/nodes/0/")))
        for name in ("few", "many")
    ]
    assert counts[1] - counts[0] < 20
