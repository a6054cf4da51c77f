from __future__ import annotations

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import ResourceFactory


def test_rows_have_the_id_under_both_names(workspace: Workspace, view: Wire) -> None:
    resource = ResourceFactory(workspace=workspace, name="公共", desc="d")
    row = shown(view.get("resources"))["resources"][0]
    assert row["id"] == row["resourceId"] == str(resource.uid)
    assert (row["name"], row["desc"], row["location"]) == ("公共", "d", "obs://libs/公共.jar")


def test_name_is_found_by_a_part(workspace: Workspace, view: Wire) -> None:
    for name in ("Common_jar", "other", "公共"):
        ResourceFactory(workspace=workspace, name=name)
    answer = shown(view.get("resources", resourceName="common"))
    assert [row["name"] for row in answer["resources"]] == ["Common_jar"]
    assert answer["total"] == 1


def test_strangers_see_no_workspace(neighbour: Wire, outsider: Wire) -> None:
    refused(neighbour.get("resources"), "DLF.0819")
    refused(outsider.get("resources"), "APIGW.0302", status=403)
