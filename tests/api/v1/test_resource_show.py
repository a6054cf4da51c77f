from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import JobFactory, ResourceFactory, ScriptFactory, node

GOLDEN = Path(__file__).parent / "golden"


def test_stored_document_first_then_the_additions(workspace: Workspace, dev: Wire, view: Wire) -> None:
    golden = json.loads((GOLDEN / "resource_show.json").read_text())
    uid = shown(dev.post("resources", body=golden["stored"]))["resourceId"]
    answer = shown(view.get("resources", uid))
    facts = dict.fromkeys(("id", "resourceId"), uid)
    expected = {key: facts.get(key, value) for key, value in golden["shown"].items()}
    assert json.dumps(answer, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


def test_id_with_or_without_hyphens(workspace: Workspace, view: Wire) -> None:
    resource = ResourceFactory(workspace=workspace)
    for text in (str(resource.uid), resource.uid.hex, str(resource.uid).upper()):
        assert shown(view.get("resources", text))["id"] == str(resource.uid)


@pytest.mark.parametrize("wrong", ["公共_jar", "{}", "1" * 31, "urn:uuid:" + "1" * 32, "1" * 32])
def test_what_is_no_id_of_a_resource(workspace: Workspace, view: Wire, wrong: str) -> None:
    ResourceFactory(workspace=workspace, name="公共_jar")
    refused(view.get("resources", wrong), "DLF.6241", "The resource information does not exist.")


def test_ids_of_other_kinds_and_workspaces_are_unknown(
    workspace: Workspace, next_door: Workspace, view: Wire
) -> None:
    for found in (ScriptFactory(workspace=workspace), ResourceFactory(workspace=next_door)):
        refused(view.get("resources", str(found.uid)), "DLF.6241")


def test_jobs_that_use_it_by_name_location_or_id(workspace: Workspace, view: Wire) -> None:
    resource = ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    ResourceFactory(workspace=workspace, name="other", dependFiles=["obs://libs/lib.jar"])
    jobs = [
        JobFactory(workspace=workspace, name=name, nodes=[node("n", "MRSSpark", resourcePath=path)])
        for name, path in (("a", "lib"), ("b", "obs://libs/lib.jar"), ("c", str(resource.uid)), ("d", "x"))
    ]
    relations = shown(view.get("resources", str(resource.uid)))["jobRelation"]
    assert [(row["taskName"], row["taskId"]) for row in relations] == [(job.name, job.pk) for job in jobs[:3]]


def test_strangers_see_nothing(workspace: Workspace, neighbour: Wire, outsider: Wire) -> None:
    uid = str(ResourceFactory(workspace=workspace).uid)
    refused(neighbour.get("resources", uid), "DLF.0819")
    refused(outsider.get("resources", uid), "APIGW.0302", status=403)
