"""What would run something: refused in plain words, after a look whether the object exists."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, refused
from tests.factories import JobFactory, ScriptFactory

TEXT = "This service only stores job definitions; running jobs or scripts is not supported."
JOBS = [
    ("POST", "start"),
    ("POST", "stop"),
    ("POST", "run-immediate"),
    ("GET", "instances/17"),
    ("POST", "instances/17/stop"),
    ("POST", "instances/17/restart"),
]
SCRIPTS = [("POST", "execute"), ("GET", "instances/17"), ("POST", "instances/17/stop")]
OPERATIONS = [("jobs", "DLF.0100", *rest) for rest in JOBS] + [
    ("scripts", "DLF.6201", *rest) for rest in SCRIPTS
]


@pytest.mark.parametrize(("kind", "missing", "method", "rest"), OPERATIONS)
def test_running_is_not_supported(
    workspace: Workspace, dev: Wire, kind: str, missing: str, method: str, rest: str
) -> None:
    for factory in (JobFactory, ScriptFactory):
        factory(workspace=workspace, name="日报")
    refused(dev.send(method, kind, "日报", *rest.split("/")), "DLF.9901", TEXT)
    refused(dev.send(method, kind, "none", *rest.split("/")), missing)
    refused(dev.send(method, kind, "日报", *rest.split("/"), body=b"["), "DLF.3051")
    wrong = "GET" if method == "POST" else "POST"
    refused(dev.send(wrong, kind, "日报", *rest.split("/")), "APIGW.0101", status=404)


@pytest.mark.parametrize(("kind", "missing", "method", "rest"), OPERATIONS)
def test_rights(
    workspace: Workspace, view: Wire, neighbour: Wire, kind: str, missing: str, method: str, rest: str
) -> None:
    answer = view.send(method, kind, "none", *rest.split("/"))
    if method == "GET":
        refused(answer, missing)
    else:
        refused(answer, "DLF.6888", status=403)
    refused(neighbour.send(method, kind, "none", *rest.split("/")), "DLF.0819")


def test_body_of_start_is_taken(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    body = {"jobParams": [{"name": "a", "value": "1", "type": "variable"}]}
    refused(dev.post("jobs", "j", "start", body=body), "DLF.9901", TEXT)


def test_directory_tree_of_the_older_api(workspace: Workspace, view: Wire, outsider: Wire) -> None:
    for wire in (view, outsider):
        wire.base = wire.base.replace("/v1/", "/v1.0/")
    refused(view.get("directory", "tree", category="job"), "DLF.9901")
    refused(view.get("directory", "leaf"), "APIGW.0101", status=404)
    refused(outsider.get("directory", "tree"), "APIGW.0302", status=403)
    refused(view.client.get(f"{view.base}/directory/tree"), "APIGW.0301", status=401)
