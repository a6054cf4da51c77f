"""Script types that the documents do not list are kept, with a warning, and told to nobody as errors."""

from __future__ import annotations

from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selectors import object_get
from dlfportal.formats.kinds import Kind
from tests.api.v1.wire import Wire, done, script_body, shown
from tests.cases.packages import importpackage


def test_a_package_with_unknown_script_types_comes_in_with_warnings(workspace: Workspace) -> None:
    *rows, summary = importpackage("script_type_doris", workspace)
    assert summary.startswith("4 new")
    warned = [row for row in rows if "$.type" in row]
    assert ["DorisSQL" in row or "GBaseSQL" in row for row in warned] == [True, True]
    assert object_get(workspace, Kind.SCRIPT, "ads_top_goods").type == "DorisSQL"


def test_the_wire_takes_them_too(workspace: Workspace, developer: User) -> None:
    wire = Wire(developer)
    done(wire.post("scripts", body=script_body("doris", type="DorisSQL")))
    assert shown(wire.get("scripts", "doris"))["type"] == "DorisSQL"
