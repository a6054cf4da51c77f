from __future__ import annotations

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import ScriptFactory


def test_rows_are_whole_documents(workspace: Workspace, view: Wire) -> None:
    ScriptFactory(workspace=workspace, name="b_订单", content="SELECT 2;")
    ScriptFactory(workspace=workspace, name="a", content="SELECT 1;")
    answer = shown(view.get("scripts"))
    assert answer["total"] == 2
    assert [(row["name"], row["content"]) for row in answer["scripts"]] == [
        ("a", "SELECT 1;"),
        ("b_订单", "SELECT 2;"),
    ]
    assert answer["scripts"][0] == shown(view.get("scripts", "a"))


def test_name_is_found_by_a_part(workspace: Workspace, view: Wire) -> None:
    for name in ("Load_A", "load_b", "订单"):
        ScriptFactory(workspace=workspace, name=name)
    rows = shown(view.get("scripts", scriptName="LOAD"))["scripts"]
    assert [row["name"] for row in rows] == ["Load_A", "load_b"]
    assert shown(view.get("scripts", scriptName="单"))["total"] == 1


def test_strangers_see_no_workspace(neighbour: Wire, outsider: Wire) -> None:
    refused(neighbour.get("scripts"), "DLF.0819")
    refused(outsider.get("scripts"), "APIGW.0302", status=403)
