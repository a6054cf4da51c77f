"""What is asked about running jobs: what is only stored is stopped and never ran."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import JobFactory, node

DETAIL = ("jobs", "instances", "detail")


def test_a_job_is_stopped_and_so_is_every_node(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="日报", nodes=[node("a"), node("b", "Shell")])
    assert shown(view.get("jobs", "日报", "status")) == {
        "name": "日报",
        "status": "STOPPED",
        "createUser": "operator",
        "nodes": [
            {"name": "a", "status": "STOPPED", "nodeType": "DLISQL"},
            {"name": "b", "status": "STOPPED", "nodeType": "Shell"},
        ],
    }


def test_a_job_that_is_not_there_has_no_status(workspace: Workspace, view: Wire, neighbour: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    refused(view.get("jobs", "none", "status"), "DLF.0100", "The job does not exists.")
    refused(view.post("jobs", "j", "status"), "APIGW.0101", status=404)
    refused(neighbour.get("jobs", "j", "status"), "DLF.0819")


def test_the_list_of_what_ran_is_empty(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    query = {"jobName": "j", "limit": 1000, "offset": 3, "minPlanTime": 1, "maxPlanTime": 1700000000000}
    asked = {**query, "status": "success", "instanceType": 0, "preciseQuery": "true"}
    for parameters in ({}, asked, dict.fromkeys(asked, "")):
        assert shown(view.get(*DETAIL, **parameters)) == {"total": 0, "instances": []}


@pytest.mark.parametrize(
    "wrong",
    [{"limit": 0}, {"offset": -1}, {"minPlanTime": "now"}, {"instanceType": "x"}, {"preciseQuery": 1}],
)
def test_wrong_parameters_are_refused(workspace: Workspace, view: Wire, wrong: dict[str, object]) -> None:
    refused(view.get(*DETAIL, **wrong), "DLF.3051")
