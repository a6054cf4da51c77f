from __future__ import annotations

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import JobFactory


def names(answer: object) -> list[str]:
    return [row["name"] for row in shown(answer)["jobs"]]


def test_row_has_the_documented_fields(workspace: Workspace, view: Wire) -> None:
    JobFactory(
        workspace=workspace,
        name="myJob",
        directory="/a/",
        basicConfig={"owner": "test_user", "priority": 0},
        singleNodeJobFlag=True,
    )
    row = CatalogueObject.objects.get()
    assert shown(view.get("jobs")) == {
        "total": 1,
        "jobs": [
            {
                "name": "myJob",
                "jobType": "BATCH",
                "owner": "test_user",
                "priority": 0,
                "status": "STOPPED",
                "createUser": "operator",
                "createTime": int(row.created_at.timestamp() * 1000),
                "lastUpdateTime": int(row.updated_at.timestamp() * 1000),
                "lastUpdateUser": "operator",
                "path": "/a",
                "singleNodeJobFlag": True,
            }
        ],
    }


def test_unknown_values_are_left_out(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, basicConfig=None)
    row = shown(view.get("jobs"))["jobs"][0]
    assert None not in row.values()
    assert "owner" not in row
    assert "priority" not in row


def test_batch_jobs_unless_real_time_is_asked_for(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="batch")
    JobFactory(workspace=workspace, name="stream", processType="REAL_TIME")
    assert names(view.get("jobs")) == ["batch"]
    assert names(view.get("jobs", jobType="REAL_TIME")) == ["stream"]
    refused(view.get("jobs", jobType="batch"), "DLF.3051")


def test_name_is_found_by_a_part_in_any_case(workspace: Workspace, view: Wire) -> None:
    for name in ("Load_Orders", "日报_销售汇总", "other.job"):
        JobFactory(workspace=workspace, name=name, description="orders")
    assert names(view.get("jobs", jobName="ORDER")) == ["Load_Orders"]
    assert names(view.get("jobs", jobName="销售")) == ["日报_销售汇总"]
    assert names(view.get("jobs", jobName="%")) == []


def test_tags_find_jobs_with_any_of_them(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="a", basicConfig={"tags": ["daily", "销售"]})
    JobFactory(workspace=workspace, name="b", basicConfig={"tags": {}})
    JobFactory(workspace=workspace, name="c", basicConfig={"tags": ["weekly"]})
    JobFactory(workspace=workspace, name="d")
    assert names(view.get("jobs", tags="销售, weekly")) == ["a", "c"]
    assert shown(view.get("jobs", tags="销售,weekly", limit=1, offset=1)) == {
        "total": 2,
        "jobs": shown(view.get("jobs", jobName="c"))["jobs"],
    }
    assert names(view.get("jobs", tags="dail")) == []
    assert names(view.get("jobs", tags="Weekly")) == []
    assert names(view.get("jobs", tags="weekly", jobName="a")) == []
    assert names(view.get("jobs", tags="")) == ["a", "b", "c", "d"]


def test_unknown_parameters_are_ignored(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="a")
    assert names(view.get("jobs", sort="x", version="nine")) == ["a"]


def test_deleted_and_foreign_jobs_are_not_listed(
    workspace: Workspace, other_workspace: Workspace, dev: Wire
) -> None:
    JobFactory(workspace=workspace, name="gone")
    JobFactory(workspace=other_workspace, name="foreign")
    dev.delete("jobs", "gone")
    assert shown(dev.get("jobs")) == {"total": 0, "jobs": []}


def test_strangers_see_no_workspace(neighbour: Wire, outsider: Wire) -> None:
    refused(neighbour.get("jobs"), "DLF.0819")
    refused(outsider.get("jobs"), "APIGW.0302", status=403)
