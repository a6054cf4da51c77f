"""A job without `nodes` is taken, as the real service takes it."""

from __future__ import annotations

from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selectors import object_get
from dlfportal.formats.kinds import Kind
from tests.admin.pages import document
from tests.api.v1.wire import Wire, done, shown
from tests.cases.packages import importpackage

OTC_DRAFT = {"name": "testJob", "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
"""What the acceptance test of OTC's Go client sends."""


def test_a_package_with_a_job_without_nodes_comes_in(workspace: Workspace) -> None:
    assert "would be: 2 new" in importpackage("nodes_absent", workspace, "--dry-run")[-1]
    assert importpackage("nodes_absent", workspace)[-1].startswith("2 new")
    assert "nodes" not in document(object_get(workspace, Kind.JOB, "empty_draft"))


def test_the_wire_takes_it_and_gives_it_back(workspace: Workspace, developer: User) -> None:
    wire = Wire(developer)
    done(wire.post("jobs", body=OTC_DRAFT))
    assert "nodes" not in shown(wire.get("jobs", "testJob"))
    done(wire.put("jobs", "testJob", body={**OTC_DRAFT, "description": "x"}))
    assert document(object_get(workspace, Kind.JOB, "testJob")) == {**OTC_DRAFT, "description": "x"}
