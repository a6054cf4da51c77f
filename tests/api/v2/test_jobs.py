"""`GET /v2/{project_id}/factory/jobs`"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import JobFactory, node
from tests.queries import assert_same_queries

LIST = ("factory", "jobs")


def names(wire: Wire, **query: object) -> list[str]:
    answer = shown(wire.get(*LIST, **query))
    assert answer["total"] == len(answer["jobs"])
    return [row["name"] for row in answer["jobs"]]


def test_a_row_has_the_fields_of_the_newer_api(workspace: Workspace, view2: Wire) -> None:
    job = JobFactory(
        workspace=workspace,
        name="日报",
        directory="/a/",
        basicConfig={"owner": "张伟", "priority": 1},
        singleNodeJobFlag=True,
        singleNodeJobType="DliSQL",
    )
    assert shown(view2.get(*LIST)) == {
        "total": 1,
        "jobs": [
            {
                "name": "日报",
                "job_type": "BATCH",
                "status": "STOPPED",
                "create_user": "operator",
                "create_time": int(job.created_at.timestamp() * 1000),
                "owner": "张伟",
                "last_update_user": "operator",
                "last_update_time": int(job.updated_at.timestamp() * 1000),
                "priority": 1,
                "path": "/a",
                "single_node_job_flag": True,
                "single_node_job_type": "DliSQL",
                "empty_running_job": "0",
            }
        ],
    }


def test_filters(workspace: Workspace, view2: Wire) -> None:
    for name, tags, connection, kind in (
        ("a_1", ["x", "y"], "dws", "BATCH"),
        ("a_2", ["y"], "DWS", "BATCH"),
        ("b_3", ["X"], "dws", "REAL_TIME"),
    ):
        JobFactory(
            workspace=workspace,
            name=name,
            nodes=[node("n", "DWSSQL", connectionName=connection), node("m", connectionName=connection)],
            basicConfig={"tags": tags},
            processType=kind,
        )
    ids = {name: shown(v1(view2).get("jobs", name))["id"] for name in ("a_1", "b_3")}
    everything = ["a_1", "a_2", "b_3"]
    for query, found in (
        ({}, everything),
        ({"job_type": "REAL_TIME"}, ["b_3"]),
        ({"job_name": "A_"}, ["a_1", "a_2"]),
        ({"job_id": f"{ids['b_3']}, {ids['a_1']},"}, ["a_1", "b_3"]),
        ({"job_id": "999999999999999999"}, []),
        ({"status": "STOPPED"}, everything),
        ({"status": "PAUSED,STOPPED"}, everything),
        ({"status": "SCHEDULING"}, []),
        ({"tags": "x,y"}, ["a_1", "a_2"]),
        ({"tags": "x,y", "match_all_tags": "true"}, ["a_1"]),
        ({"connection_name": "dws"}, ["a_1", "b_3"]),
        ({"connection_name": "dws", "job_type": "BATCH", "tags": "y"}, ["a_1"]),
        (
            dict.fromkeys(("job_type", "job_name", "job_id", "status", "tags", "match_all_tags"), ""),
            everything,
        ),
    ):
        assert names(view2, **query) == found, query


def test_pages(workspace: Workspace, view2: Wire) -> None:
    for number in range(5):
        JobFactory(workspace=workspace, name=f"n{number}")
    answer = shown(view2.get(*LIST, limit=2, offset=1))
    assert (answer["total"], [row["name"] for row in answer["jobs"]]) == (5, ["n2", "n3"])
    assert len(names(view2, limit=1000)) == 5
    refused(view2.get(*LIST, limit=1001), "DLF.3051")


@pytest.mark.parametrize(
    "wrong",
    [
        {"job_type": "batch"},
        {"job_id": "a"},
        {"job_id": "-1"},
        {"job_id": ",".join(["1"] * 51)},
        {"job_id": "1" * 19},
        {"match_all_tags": "yes"},
        {"offset": "-1"},
    ],
)
def test_wrong_parameters(workspace: Workspace, view2: Wire, wrong: dict[str, str]) -> None:
    refused(view2.get(*LIST, **wrong), "DLF.3051")


@pytest.mark.parametrize("kind", ["jobs", "scripts"])
def test_queries_do_not_grow_with_the_rows(
    workspace: Workspace, view2: Wire, fill: Callable[[int, str], None], kind: str
) -> None:
    fill(2, "a")
    query = {"connection_name": "dws", "tags": "t", "limit": 100}
    assert_same_queries(lambda: fill(20, "b"), lambda: shown(view2.get("factory", kind, **query)))


def v1(wire: Wire) -> Wire:
    """Return the same person, calling v1."""
    other = Wire.__new__(Wire)
    other.headers, other.client, other.base = wire.headers, wire.client, wire.base.replace("/v2/", "/v1/")
    return other
