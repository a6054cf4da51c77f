"""The conformance suite: Huawei's own SDKs, unmodified and signing, do all that the catalogue offers.

Both SDKs go the same way: scripts, resources and jobs of every node type are created, listed, shown,
changed, exported, imported elsewhere and deleted; refusals arrive as the SDK's exceptions.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from dlfportal.formats.kinds import Kind
from dlfportal.transfer.sample import sample_objects
from tests.importing import package
from tests.live.sdk import CLIENTS, Document, Key, Sdk, operations, sent
from tests.live.test_import import Worker
from tests.portal import Portal

# What the catalogue does: every one of these is driven below, with both SDKs.
CATALOGUE = {
    "create_script", "list_scripts", "show_script", "update_script", "delete_script",
    "create_resource", "list_resources", "show_resource", "update_resource", "delete_resource",
    "create_job", "list_jobs", "show_job", "update_job", "delete_job",
    "export_job", "export_job_list", "show_file_info", "import_job", "list_system_tasks",
}  # fmt: skip

INSTANCE = {"job_name": "myJob", "instance_id": "1"}
SCRIPT_RUN = {"script_name": "TRIP_RAW_STANDARD", "instance_id": "1"}
CONNECTION = {"connection_name": "dws"}

# What a catalogue does not do, with what each request says: all answer DLF.9901.
RUNNING: dict[str, Document] = {
    "start_job": {"job_name": "myJob", "body": {"jobParams": []}},
    "stop_job": {"job_name": "myJob"},
    "run_once": {"job_name": "myJob", "body": {"jobParams": [{"name": "day", "value": "1"}]}},
    "show_job_status": {"job_name": "myJob"},
    "list_job_instances": {},
    "show_job_instance": INSTANCE,
    "stop_job_instance": INSTANCE,
    "restore_job_instance": INSTANCE,
    "execute_script": {"script_name": "TRIP_RAW_STANDARD", "body": {"params": {}}},
    "list_script_results": SCRIPT_RUN,
    "cancel_script": SCRIPT_RUN,
}
CONNECTIONS: dict[str, Document] = {
    "create_connection": {"body": {"name": "dws", "type": "DWS", "config": {}}},
    "list_connections": {},
    "show_connection": CONNECTION,
    "update_connection": {**CONNECTION, "body": {"name": "dws", "type": "DWS", "config": {}}},
    "delete_connction": CONNECTION,  # so it is spelled in the SDK
    "export_connections": {},
    "import_connections": {"body": {"path": "obs://bucket/connections.zip"}},
    "show_directory_tree": {},
}
UNSUPPORTED = {"dlf": {**RUNNING, **CONNECTIONS}, "dgc": RUNNING}

# The sample catalogue, which has every node type.
OBJECTS = sample_objects("development")
SCRIPTS = {one.entry.name: one.document for one in OBJECTS if one.entry.kind is Kind.SCRIPT}
RESOURCES = {one.entry.name: one.document for one in OBJECTS if one.entry.kind is Kind.RESOURCE}
JOBS = {one.entry.name: one.document for one in OBJECTS if one.entry.kind is Kind.JOB}
CDM_JOBS = {
    f"cdms/{one.entry.cluster}/{one.entry.name}.json": one.document
    for one in OBJECTS
    if one.entry.kind is Kind.CDM_JOB
}
NODES = {node["type"]: node for job in JOBS.values() for node in job["nodes"]}

SCRIPT = {
    "name": "结算_明细.v1",
    "type": "DWSSQL",
    "directory": "/财务/",
    "content": "SELECT '门店', \"amount\"\r\n\tFROM 结算;\n",
    "connectionName": "dws_主库",
    "database": "retail",
    "queueName": "default",
}
RESOURCE = {
    "name": "门店_词典",
    "type": "file",
    "location": "obs://retail-dlf/词典/stores.txt",
    "dependFiles": ["obs://retail-dlf/词典/cities.txt"],
    "desc": "门店 & 城市",
    "directory": "/公共",
}
JOB_ADDED = {"id", "createTime", "description", "emptyRunningJob", "singleNodeJobFlag", "basicConfig", "version"}
SCRIPT_ADDED = {"id", "owner", "version", "createUser", "modifyTime", "autoAcquireLock"}
RESOURCE_ADDED = {"id", "resourceId", "jobRelation"}

NO_JOB = ("DLF.0100", "The job does not exists.")
NO_SCRIPT = ("DLF.6201", "The script does not exist.")
NO_RESOURCE = ("DLF.6241", "The resource information does not exist.")
IMPORT_SECONDS = 60


@dataclass
class Scene:
    """A project of an SDK's own: the workspace it works in, another one, and a bucket of both."""

    sdk: Sdk
    copy: str
    bucket: str
    folder: Path
    documents: dict[str, Document] = field(default_factory=dict)
    """What the SDK sent, by the path in a package."""

    def put(self, name: str, content: bytes) -> str:
        """Put a file into the bucket and return its path."""
        (self.folder / name).write_bytes(content)
        return f"obs://{self.bucket}/{name}"

    def take(self, path: str, **options: Any) -> Any:
        """Import a package by the SDK, wait for the end of the task and return it."""
        workspace = options.pop("workspace", self.sdk.workspace)
        body = self.sdk.body("ImportFileReq", {"path": path, **options})
        task = self.sdk("import_job", workspace=workspace, body=body).task_id
        deadline = time.monotonic() + IMPORT_SECONDS
        while (told := self.sdk("list_system_tasks", workspace=workspace, task_id=task)).status == "RUNNING":
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        assert told.id == task
        return told


@pytest.fixture(scope="module")
def key(portal: Portal) -> Key:
    """An access key of admin."""
    lines = dict(line.split("=", 1) for line in portal.manage("createaccesskey", "admin").splitlines())
    return lines["access_key"], lines["secret_key"]


@pytest.fixture(scope="module")
def worker(portal: Portal) -> Iterator[Worker]:
    """The process that does the imports."""
    running = Worker(portal)
    yield running
    running.end()


@pytest.fixture(scope="module", params=CLIENTS)
def scene(request: pytest.FixtureRequest, portal: Portal, key: Key) -> Scene:
    """A project that only this SDK uses, with two empty workspaces."""
    project, bucket = secrets.token_hex(16), f"conformance-{request.param}"
    home, copy = (
        portal.manage("createworkspace", name, "--project", project).strip() for name in ("default", "副本")
    )
    for workspace in (home, copy):
        portal.manage("createbucket", bucket, "--workspace", workspace)
    sdk = Sdk(request.param, portal.url, key, project, home)
    return Scene(sdk, copy, bucket, portal.folder / "obs" / bucket)


@pytest.fixture(scope="module")
def sdk(scene: Scene) -> Sdk:
    """The SDK of the scene."""
    return scene.sdk


@pytest.fixture(scope="module")
def stocked(scene: Scene, worker: Worker) -> Scene:
    """The scene with all objects of the sample catalogue, made by the SDK.

    The API has no operation for CDM jobs: they come as DLF's do, by an import.
    """
    sdk, documents = scene.sdk, scene.documents
    for name, document in SCRIPTS.items():
        body = sdk.body("ScriptInfo", document)
        assert sdk("create_script", body=body).status_code == 204
        documents[f"scripts/{name}.script"] = sent(body)
    for name, document in RESOURCES.items():
        body = sdk.body("ResourceInfo", document)
        assert sdk("create_resource", body=body).status_code == 200
        documents[f"resources/{name}.resource"] = sent(body)
    for name, document in JOBS.items():
        body = sdk.body("JobInfo", sdk.job(document))
        assert sdk("create_job", body=body).status_code == 204
        documents[f"jobs/{name}.job"] = sent(body)
    task = scene.take(scene.put("cdm.zip", package(CDM_JOBS).read()))
    assert task.status == "SUCCESSFUL"
    documents.update(CDM_JOBS)
    return scene


def raw(response: Any) -> Document:
    """Return the JSON that the SDK received: its models drop what they do not know."""
    document: Document = json.loads(response.raw_content)
    return document


def assert_shown(shown: Document, document: Document, added: set[str]) -> None:
    """Check that a document is shown as it was sent, with nothing but the documented additions."""
    assert {key: shown[key] for key in document} == document
    assert set(shown) - set(document) <= added


def assert_job_shown(shown: Document, document: Document) -> None:
    """Check a job as `assert_shown`; `basicConfig` has additions of its own."""
    basics = {"agency": "", "tags": [], **document.get("basicConfig", {})}
    assert shown["basicConfig"] == {**basics, "tags": basics["tags"] or []}
    assert_shown(shown, {**document, "basicConfig": shown["basicConfig"]}, JOB_ADDED)


def is_model(body: Any) -> bool:
    """Tell whether a body is models throughout."""
    if isinstance(body, list):
        return all(map(is_model, body))
    return not isinstance(body, dict) and all(map(is_model, getattr(body, "__dict__", {}).values()))


def pair(error: ClientRequestException) -> tuple[str, str]:
    return error.error_code, error.error_msg


# The table


@pytest.mark.parametrize("name", CLIENTS)
def test_the_table_names_every_operation_of_the_sdk(name: str) -> None:
    """An SDK with a new operation makes this fail: it must be driven, or be known as unsupported."""
    assert operations(name) == CATALOGUE | set(UNSUPPORTED[name])
    assert not CATALOGUE & set(UNSUPPORTED[name])


# Scripts, resources and jobs, from their creation to their end


def test_life_of_a_script(sdk: Sdk) -> None:
    """A script is created by a model throughout, changed in part and deleted."""
    name, body = SCRIPT["name"], sdk.body("ScriptInfo", SCRIPT)
    assert is_model(body)
    created = sdk("create_script", body=body)
    assert (created.status_code, created.raw_content) == (204, b"")
    assert pair(sdk.error("create_script", body=body)) == (
        "DLF.0202",
        "The script name has been used by another script.",
    )

    shown = sdk("show_script", script_name=name)
    assert (shown.name, shown.content, shown.connection_name) == (name, SCRIPT["content"], "dws_主库")
    assert_shown(raw(shown), SCRIPT, SCRIPT_ADDED)
    assert name in [one.name for one in sdk("list_scripts").scripts]

    change = sdk.body("ScriptInfo", {"content": "SELECT 2;", "directory": "/新"})
    assert sdk("update_script", script_name=name, body=change).status_code == 204
    after = raw(sdk("show_script", script_name=name))
    assert_shown(after, {**SCRIPT, "content": "SELECT 2;", "directory": "/新"}, SCRIPT_ADDED)
    other_type = sdk.body("ScriptInfo", {"type": "Shell"})
    assert sdk.error("update_script", script_name=name, body=other_type).error_code == "DLF.0203"

    deleted = sdk("delete_script", script_name=name)
    assert (deleted.status_code, deleted.raw_content) == (204, b"")
    assert pair(sdk.error("show_script", script_name=name)) == NO_SCRIPT


def test_life_of_a_resource(sdk: Sdk) -> None:
    """The SDK declares the answer of a creation as text: its id is in the raw content."""
    body = sdk.body("ResourceInfo", RESOURCE)
    assert is_model(body)
    created = sdk("create_resource", body=body)
    uid = raw(created)["resourceId"]
    assert (created.status_code, created.body) == (200, str({"resourceId": uid}))
    assert pair(sdk.error("create_resource", body=body)) == (
        "DLF.6259",
        "Files of the same name exist in the directory.",
    )

    shown = sdk("show_resource", resource_id=uid)
    assert (shown.name, shown.depend_files) == (RESOURCE["name"], RESOURCE["dependFiles"])
    assert_shown(raw(shown), RESOURCE, RESOURCE_ADDED)
    listed = sdk("list_resources")
    assert RESOURCE["name"] in [one.name for one in listed.resources]
    assert uid in [one["id"] for one in raw(listed)["resources"]]

    changed = {**RESOURCE, "name": "门店_词典_2", "location": "obs://retail-dlf/词典/2.txt"}
    change = sdk.body("ResourceInfo", changed)
    assert sdk("update_resource", resource_id=uid, body=change).status_code == 204
    assert_shown(raw(sdk("show_resource", resource_id=uid)), changed, RESOURCE_ADDED)

    deleted = sdk("delete_resource", resource_id=uid)
    assert (deleted.status_code, deleted.raw_content) == (204, b"")
    assert pair(sdk.error("show_resource", resource_id=uid)) == NO_RESOURCE


def single_node_job(sdk: Sdk, name: str, node: Document) -> tuple[Any, Document]:
    """Return a job of one node as the SDK's models carry it, and as the portal must show it."""
    known = set(importlib_node_keys())
    kept = {key: value for key, value in node.items() if key in known}
    kept["properties"] = [
        {key: one[key] for key in ("name", "value") if key in one} for one in kept["properties"]
    ]
    document = sdk.job(
        {
            "name": name,
            "nodes": [{**kept, "preNodeName": []}],
            "schedule": {"type": "EXECUTE_ONCE"},
            "params": [{"name": "日期", "value": "${day}"}],
            "directory": "/节点/",
            "basicConfig": {"owner": "张伟", "priority": 1, "executeUser": "", "customFields": {"部门": "零售"}},
        }
    )
    type_key = "processType" if sdk.name == "dgc" else "jobType"
    body = sdk.body("JobInfo", {**document, type_key: "BATCH"})
    return body, {**document, "processType": "BATCH"}
