"""What the API really answers has the shape that the OpenAPI document promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from jsonschema import Draft202012Validator

from dlfportal.access.models import Workspace
from dlfportal.transfer.imports.execute import run_take
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.store.buckets import bucket_give, file_put
from dlfportal.transfer.store.paths import obs_file
from tests.api.v1.wire import PROJECT, Wire
from tests.factories import PASSWORD, JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.importing import job, pack, script

PACKAGE = "obs://packages/in.zip"
OF_DOCUMENTS = {"basicConfig", "nodes", "schedule"}
"""What is inside these is as a job brought it."""


@pytest.fixture
def schema(client_for: Callable[[User], Client], developer: User) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(client_for(developer).get("/api/schema/").content)
    return document


@pytest.fixture
def catalogue(workspace: Workspace, settings: Any, tmp_path: Path) -> None:
    """A job with what it uses, an object store and a package in it."""
    settings.DATA_DIR = tmp_path
    settings.DLF_OBS = {}
    bucket_give(actor=operator(), name="packages", workspace=workspace)
    package = pack(job("imported"), script("a/b"), script("imported_sql"))
    file_put(actor=operator(), workspace=workspace, path=obs_file(PACKAGE), content=package)
    ScriptFactory(workspace=workspace, name="load")
    ResourceFactory(workspace=workspace, name="lib")
    JobFactory(workspace=workspace, name="after")
    job_id = {"name": "jobName", "value": "after"}
    JobFactory(
        workspace=workspace,
        name="nightly",
        directory="/a",
        basicConfig={"owner": "li"},
        nodes=[node("n", scriptName="load"), {"name": "s", "type": "SubJob", "properties": [job_id]}],
        params=[{"name": "day", "value": "1"}],
    )


def promised(schema: dict[str, Any], path: str, method: str, answer: Any) -> None:
    """Fail unless the answer is of a status and shape of the operation, with nothing besides."""
    responses = schema["paths"][path][method]["responses"]
    assert str(answer.status_code) in responses, (path, answer.status_code, answer.content)
    described = responses[str(answer.status_code)]
    if "$ref" in described:
        described = schema["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
    content = described.get("content")
    if content is None:
        assert answer.content == b""
        return
    kind = answer["Content-Type"].split(";")[0]
    assert kind in content
    if kind == "application/json":
        shape = {"components": schema["components"], **content[kind]["schema"]}
        body = json.loads(answer.content)
        assert [error.message for error in Draft202012Validator(shape).iter_errors(body)] == []
        assert undescribed(schema, content[kind]["schema"], body) == set()


def undescribed(schema: dict[str, Any], shape: dict[str, Any], body: Any) -> set[str]:
    """Return the fields of an answer that its shape does not name."""
    if "$ref" in shape:
        return undescribed(schema, schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]], body)
    if isinstance(body, list):
        found = [undescribed(schema, shape.get("items", {}), one) for one in body]
        return set().union(*found)
    fields = shape.get("properties")
    if not isinstance(body, dict) or not fields:
        return set()
    inner = [
        undescribed(schema, fields[key], value)
        for key, value in body.items()
        if key in fields.keys() - OF_DOCUMENTS
    ]
    return (body.keys() - fields.keys()).union(*inner)


@pytest.mark.parametrize(
    ("operation", "method", "body"),
    [
        ("jobs", "get", None),
        ("jobs/{name}", "get", None),
        (
            "jobs/{name}",
            "put",
            {"name": "nightly", "nodes": [], "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"},
        ),
        ("jobs/{name}", "delete", None),
        ("jobs/{name}/export", "post", None),
        ("jobs/{name}/export", "post", {"obsPath": "obs://packages/out"}),
        ("jobs/batch-export", "post", {"jobList": ["nightly"], "obsPath": "obs://packages/out"}),
        ("jobs/check-file", "post", {"path": PACKAGE}),
        ("jobs/import", "post", {"path": PACKAGE}),
        ("jobs/import", "post", {"path": "obs://packages/none.zip"}),
        ("scripts", "get", None),
        ("scripts/{name}", "get", None),
        ("resources", "get", None),
        ("jobs/{name}/start", "post", {}),
        ("jobs/{name}", "get", "absent"),
    ],
)
def test_answers_are_as_promised(
    dev: Wire, schema: dict[str, Any], catalogue: None, operation: str, method: str, body: Any
) -> None:
    name = "absent" if body == "absent" else "load" if operation.startswith("scripts") else "nightly"
    parts = [name if part == "{name}" else part for part in operation.split("/")]
    sent = None if body == "absent" else body
    with heartbeat(queued=True):
        answer = dev.send(method.upper(), *parts, body=sent)
    promised(schema, f"/v1/{{project_id}}/{operation}", method, answer)


def test_a_resource_is_as_promised(dev: Wire, schema: dict[str, Any], catalogue: None) -> None:
    path = "/v1/{project_id}/resources"
    made = dev.post("resources", body={"name": "more", "type": "jar", "location": "obs://b/more.jar"})
    promised(schema, path, "post", made)
    shown = dev.get("resources", json.loads(made.content)["resourceId"])
    promised(schema, path + "/{resource_id}", "get", shown)


@pytest.mark.parametrize("status", ["SUCCESSFUL", "FAILED"])
def test_a_task_is_as_promised(
    dev: Wire, schema: dict[str, Any], catalogue: None, workspace: Workspace, status: str
) -> None:
    if status == "SUCCESSFUL":
        good = pack(job("imported"), script("imported_sql"))
        file_put(actor=operator(), workspace=workspace, path=obs_file(PACKAGE), content=good)
    path = "/v1/{project_id}/system-tasks/{task_id}"
    with heartbeat(queued=True):
        task_id = json.loads(dev.post("jobs", "import", body={"path": PACKAGE}).content)["taskId"]
        promised(schema, path, "get", dev.get("system-tasks", task_id))
    run_take(task_id)
    ended = dev.get("system-tasks", task_id)
    promised(schema, path, "get", ended)
    assert (json.loads(ended.content)["status"], len(json.loads(ended.content)["subtasks"]) > 1) == (
        status,
        True,
    )


def test_a_token_is_as_promised(
    client: Client, schema: dict[str, Any], workspace: Workspace, developer: User
) -> None:
    person = {"name": developer.username, "password": PASSWORD, "domain": {"name": "default"}}
    identity = {"methods": ["password"], "password": {"user": person}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": PROJECT}}}}
    answer = client.post("/v3/auth/tokens", json.dumps(body), content_type="application/json")
    assert answer["X-Subject-Token"]
    promised(schema, "/v3/auth/tokens", "post", answer)
