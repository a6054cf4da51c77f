"""What an object uses and what uses it: nodes, other workspaces, and only what the reader may see."""

from __future__ import annotations

import re

import pytest

from dlfportal.access.models import Role
from tests.factories import (
    JobFactory,
    MembershipFactory,
    ResourceFactory,
    ScriptFactory,
    WorkspaceFactory,
    node,
)
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of


def test_users_are_named_with_their_nodes_the_fourth_folded(client_for, viewer, workspace):
    ScriptFactory(workspace=workspace, name="load")
    nodes = [node(f"n{number}", scriptName="load") for number in range(5)] + [node("other", scriptName="no")]
    JobFactory(workspace=workspace, name="daily", nodes=nodes)
    html = text_of(client_for(viewer), address(workspace, "scripts/load/"), tab="uses")
    assert re.search(
        r">daily</a>.*in nodes n0, n1, n2<details><summary>and 2 more</summary>n3, n4<", html, re.S
    )
    assert "other" not in html.split("Used by")[1].split("footer")[0]


def test_users_of_a_resource_are_found_by_its_path(client_for, viewer, workspace):
    ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    nodes = [node("run", "MRSSpark", resourcePath="obs://libs/lib.jar")]
    JobFactory(workspace=workspace, name="daily", nodes=nodes)
    html = text_of(client_for(viewer), address(workspace, "resources/lib/"), tab="uses")
    assert "in node run" in html


def test_others_that_use_a_connection_are_counted_in_this_workspace(
    client_for, viewer, workspace, other_workspace
):
    for number in range(3):
        ScriptFactory(workspace=workspace, name=f"s{number}", connectionName="hive")
    ScriptFactory(workspace=other_workspace, name="theirs", connectionName="hive")
    JobFactory(workspace=workspace, name="daily", nodes=[node("n", connectionName="hive")])
    html = text_of(client_for(viewer), address(workspace, "scripts/s0/"), tab="uses")
    assert "3 others use it" in html


def test_a_job_of_another_workspace_is_a_link_for_who_may_see_it(
    client_for, viewer, workspace, other_workspace
):
    named = [
        {"jobName": "far", "workSpace": other_workspace.pk},
        {"jobName": "near", "workSpace": "second"},
    ]
    second = WorkspaceFactory(name="second", project=workspace.project)
    MembershipFactory(user=viewer, workspace=second, role=Role.VIEWER)
    JobFactory(workspace=other_workspace, name="far")
    JobFactory(workspace=second, name="near")
    schedule = {"type": "CRON", "cron": {"dependJobs": {"otherWorkSpaceJobs": named}}}
    JobFactory(workspace=workspace, name="daily", nodes=[node("n")], schedule=schedule)
    html = text_of(client_for(viewer), address(workspace, "jobs/daily/"), tab="uses")
    assert f'<a href="{address(second, "jobs/near/")}">near</a>' in html
    assert address(other_workspace, "jobs/far/") not in html and ">far<" in html
    assert "in workspace second" in html and "in another workspace" in html
    assert other_workspace.pk not in html.replace("?with=" + other_workspace.pk, "")


def test_the_same_name_elsewhere_is_shown_where_one_may_look(client_for, viewer, workspace, other_workspace):
    second = WorkspaceFactory(name="second", project=workspace.project)
    MembershipFactory(user=viewer, workspace=second, role=Role.VIEWER)
    for place in (workspace, second, other_workspace):
        ScriptFactory(workspace=place, name="load")
    html = text_of(client_for(viewer), address(workspace, "scripts/load/"), tab="uses")
    assert address(second, "scripts/load/") in html
    assert address(other_workspace, "scripts/load/") not in html


def test_queries_do_not_grow_with_uses_and_users(client_for, viewer, workspace):
    ScriptFactory(workspace=workspace, name="load", connectionName="c0")
    JobFactory(workspace=workspace, name="first", nodes=[node("n", scriptName="load", connectionName="c0")])
    JobFactory(workspace=workspace, name="daily", nodes=[node("n", scriptName="load", connectionName="c0")])
    browser, names = client_for(viewer), ["daily"]

    def more():
        nodes = [node(f"n{number}", scriptName="load", connectionName=f"c{number}") for number in range(10)]
        for number in range(10):
            JobFactory(workspace=workspace, name=f"job{number}", nodes=nodes)
        names[0] = "job3"

    def both():
        text_of(browser, address(workspace, "scripts/load/"), tab="uses")
        text_of(browser, address(workspace, f"jobs/{names[0]}/"), tab="uses")

    assert_same_queries(more, both)


@pytest.mark.parametrize(
    "path",
    [
        "jobs/daily/?tab=uses",
        "jobs/daily/?tab=nodes",
        "jobs/daily/revisions/1/nodes/0/",
        "scripts/load/?tab=uses",
    ],
)
def test_a_connection_is_named_and_nothing_said_of_where_it_is(client_for, viewer, workspace, path):
    """No connection is in the catalogue: said after each of hundreds, it says nothing."""
    ScriptFactory(workspace=workspace, name="load", connectionName="hive_dev")
    nodes = [node("a", "HiveSQL", connectionName="hive_dev")]
    JobFactory(workspace=workspace, name="daily", nodes=nodes)
    html = client_for(viewer).get(address(workspace, path)).content.decode()
    after = " ".join(part[:160] for part in html.split("hive_dev")[1:])
    assert after
    for words in ("outside", "catalogue", "missing in this workspace", "a plain path"):
        assert words not in after
