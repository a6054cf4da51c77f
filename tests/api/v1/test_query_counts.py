"""No list and no show makes more queries when there are ten times the rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, shown
from tests.factories import JobFactory, ResourceFactory, ScriptFactory, node
from tests.queries import assert_same_queries, count_queries


def build(workspace: Workspace, count: int, prefix: str = "a") -> None:
    cron = {"expression": "0 0 1 * * ?", "dependJobs": {"jobs": ["first"]}}
    for number in range(count):
        JobFactory(
            workspace=workspace,
            name=f"{prefix}{number}",
            nodes=[node("n", "MRSSpark", resourcePath="lib", scriptName="s")],
            schedule={"type": "CRON", "cron": cron},
            basicConfig={"tags": ["t"]},
        )
        ScriptFactory(workspace=workspace, name=f"{prefix}{number}")
        ResourceFactory(workspace=workspace, name=f"{prefix}{number}")


CALLS: dict[str, Callable[[Wire, str], object]] = {
    "jobs": lambda view, uid: shown(view.get("jobs", limit=100)),
    "tagged jobs": lambda view, uid: shown(view.get("jobs", limit=100, tags="t")),
    "scripts": lambda view, uid: shown(view.get("scripts", limit=100)),
    "resources": lambda view, uid: shown(view.get("resources", limit=100)),
    "downstream jobs": lambda view, uid: shown(view.get("jobs", "first", dependencies="true")),
    "jobs that use a resource": lambda view, uid: shown(view.get("resources", uid)),
}


@pytest.mark.parametrize("name", CALLS)
def test_queries_do_not_grow_with_the_rows(workspace: Workspace, view: Wire, name: str) -> None:
    JobFactory(workspace=workspace, name="first")
    uid = str(ResourceFactory(workspace=workspace, name="lib").uid)
    build(workspace, 2)
    assert_same_queries(lambda: build(workspace, 20, "b"), lambda: CALLS[name](view, uid))


@pytest.mark.parametrize(("kind", "most"), [("jobs", 4), ("scripts", 4), ("resources", 4)])
def test_a_list_is_token_workspace_count_and_page(
    workspace: Workspace, view: Wire, kind: str, most: int
) -> None:
    build(workspace, 3)
    assert count_queries(lambda: shown(view.get(kind))) <= most
