"""The conformance suite: Huawei's own SDKs, unmodified and signing, do all that the catalogue offers.

Both SDKs go the same way: scripts, resources and jobs of every node type are created, listed, shown,
changed, exported, imported elsewhere and deleted; refusals arrive as the SDK's exceptions.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdgc.v1 import Node

from dlfportal.formats.kinds import Kind
from dlfportal.transfer.sample import sample_objects
from tests.importing import pack, package
from tests.live.sdk import CLIENTS, Document, Key, Sdk, operations, sent
from tests.live.worker import Worker
from tests.packages import canonical_by_hand, unzip
from tests.portal import SAMPLE_PROJECT, Portal

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
JOB_ADDED = {
    "id",
    "createTime",
    "description",
    "emptyRunningJob",
    "singleNodeJobFlag",
    "basicConfig",
    "version",
}
SCRIPT_ADDED = {"id", "owner", "version", "createUser", "modifyTime", "autoAcquireLock"}
RESOURCE_ADDED = {"id", "resourceId", "jobRelation"}

NO_JOB = ("DLF.0100", "The job does not exists.")
NO_SCRIPT = ("DLF.6201", "The script does not exist.")
NO_RESOURCE = ("DLF.6241", "The resource information does not exist.")
NO_WORKSPACE = ("DLF.0819", "Operation failed, detail msg Workspace does not exists.")

SAMPLE_DEFAULT = "e1b7d0c4a52f4f6d9c38a7706b1f2d95"
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


@pytest.fixture(scope="module")
def scenes(portal: Portal, key: Key) -> Callable[[str], Scene]:
    """The scene of each SDK, made when it is first asked for: a project with two empty workspaces."""

    @cache
    def make(name: str) -> Scene:
        project, bucket = secrets.token_hex(16), f"conformance-{name}"
        home, copy = (
            portal.manage("createworkspace", f"{part} {name}", "--project", project).strip()
            for part in ("conformance", "副本")
        )
        for workspace in (home, copy):
            portal.manage("createbucket", bucket, "--workspace", workspace)
        return Scene(Sdk(name, portal.url, key, project, home), copy, bucket, portal.folder / "obs" / bucket)

    return make


@pytest.fixture(params=CLIENTS)
def scene(request: pytest.FixtureRequest, scenes: Callable[[str], Scene]) -> Scene:
    """The scene of an SDK: a test runs once with each, unless it says `only`."""
    return scenes(request.param)


@pytest.fixture
def sdk(scene: Scene) -> Sdk:
    """The SDK of the scene."""
    return scene.sdk


@pytest.fixture
def stocked(scene: Scene, worker: Worker) -> Scene:
    """The scene with all objects of the sample catalogue, made by the SDK.

    The API has no operation for CDM jobs: they come as DLF's do, by an import.
    """
    if scene.documents:
        return scene
    for kind, model, documents in (
        ("script", "ScriptInfo", SCRIPTS),
        ("resource", "ResourceInfo", RESOURCES),
        ("job", "JobInfo", JOBS),
    ):
        for name, document in documents.items():
            body = scene.sdk.body(model, scene.sdk.job(document) if kind == "job" else document)
            assert scene.sdk(f"create_{kind}", body=body).status_code < 300
            scene.documents[f"{kind}s/{name}.{kind}"] = sent(body)
    task = scene.take(scene.put("cdm.zip", package(CDM_JOBS).read()))
    assert task.status == "SUCCESSFUL"
    scene.documents.update(CDM_JOBS)
    return scene


def only(name: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs what one of the SDKs has."""
    return pytest.mark.parametrize("scene", [name], indirect=True)


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
    """Tell whether a body is models throughout, with no map among them."""
    if isinstance(body, list):
        return all(map(is_model, body))
    if hasattr(body, "attribute_map"):
        return all(is_model(getattr(body, attribute)) for attribute in body.attribute_map)
    return not isinstance(body, dict)


def walked(sdk: Sdk, kind: str, **query: Any) -> list[Document]:
    """Return all rows of a list, page by page; only the newer SDK has fields for that."""
    rows: list[Document] = []
    for offset in range(100):
        page = json.loads(sdk.send("GET", kind, limit=4, offset=offset, **query))
        if not page[kind]:
            assert len(rows) == page["total"]
            return rows
        rows += page[kind]
    raise AssertionError("the list has no end")


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
    assert name in [row["name"] for row in walked(sdk, "scripts")]

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
    assert (RESOURCE["name"], uid) in [(row["name"], row["id"]) for row in walked(sdk, "resources")]

    changed = {**RESOURCE, "name": "门店_词典_2", "location": "obs://retail-dlf/词典/2.txt"}
    change = sdk.body("ResourceInfo", changed)
    assert sdk("update_resource", resource_id=uid, body=change).status_code == 204
    assert_shown(raw(sdk("show_resource", resource_id=uid)), changed, RESOURCE_ADDED)

    deleted = sdk("delete_resource", resource_id=uid)
    assert (deleted.status_code, deleted.raw_content) == (204, b"")
    assert pair(sdk.error("show_resource", resource_id=uid)) == NO_RESOURCE


def single_node_job(sdk: Sdk, name: str, node: Document) -> tuple[Any, Document]:
    """Return a job of one node as the SDK's models carry it, and as the portal must show it."""
    kept = {key: value for key, value in node.items() if key in Node.attribute_map.values()}
    kept["properties"] = [
        {key: one[key] for key in ("name", "value") if key in one} for one in kept["properties"]
    ]
    document = {
        "name": name,
        "nodes": [{**kept, "preNodeName": [], "location": sdk.point(node["location"])}],
        "schedule": {"type": "EXECUTE_ONCE"},
        "params": [{"name": "日期", "value": "${day}"}],
        "directory": "/节点/",
        "basicConfig": {"owner": "张伟", "priority": 1, "executeUser": "", "customFields": {"部门": "零售"}},
    }
    type_key = "processType" if sdk.name == "dgc" else "jobType"
    body = sdk.body("JobInfo", {**document, type_key: "BATCH"})
    return body, {**document, "processType": "BATCH"}


@pytest.mark.parametrize("kind", sorted(NODES))
def test_a_job_of_every_node_type(sdk: Sdk, kind: str) -> None:
    """The newer SDK's models carry a node whole; the older one's know neither its type nor its properties."""
    name = f"节点_{kind.replace(' ', '_')}.1"
    body, document = single_node_job(sdk, name, NODES[kind])
    assert sdk("create_job", body=body).status_code == 204
    shown = sdk("show_job", job_name=name)
    assert_job_shown(raw(shown), document)
    assert shown.name == name and shown.basic_config.owner == "张伟"
    if sdk.name == "dgc":
        assert is_model(body.nodes)
        assert (shown.nodes, shown.schedule, shown.params) == (body.nodes, body.schedule, body.params)
    assert sdk("delete_job", job_name=name).status_code == 204
    assert pair(sdk.error("show_job", job_name=name)) == NO_JOB


def test_life_of_a_job(sdk: Sdk) -> None:
    """A job is created, listed, replaced under another name, submitted and deleted."""
    body, document = single_node_job(sdk, "日报_汇总-1", NODES["Shell"])
    created = sdk("create_job", body=body)
    assert (created.status_code, created.raw_content) == (204, b"")
    assert pair(sdk.error("create_job", body=body)) == ("DLF.0102", "The job name already exists.")
    first = sdk("show_job", job_name="日报_汇总-1")
    row = next(one for one in walked(sdk, "jobs") if one["name"] == "日报_汇总-1")
    assert (row["jobType"], row["status"], row["path"], row["owner"]) == ("BATCH", "STOPPED", "/节点", "张伟")

    body, document = single_node_job(sdk, "日报_改名", NODES["HiveSQL"])
    assert sdk("update_job", job_name="日报_汇总-1", body=body).status_code == 204
    assert pair(sdk.error("show_job", job_name="日报_汇总-1")) == NO_JOB
    renamed = sdk("show_job", job_name="日报_改名")
    assert_job_shown(raw(renamed), document)
    assert (renamed.id, renamed.basic_config.priority) == (first.id, 1)

    submitted = sdk("update_job", job_name="日报_改名", body={**document, "targetStatus": "SUBMITTED"})
    assert submitted.status_code == 204
    assert raw(sdk("show_job", job_name="日报_改名"))["version"] == "1"
    deleted = sdk("delete_job", job_name="日报_改名")
    assert (deleted.status_code, deleted.raw_content) == (204, b"")
    assert pair(sdk.error("delete_job", job_name="日报_改名")) == NO_JOB


@only("dlf")
def test_the_models_of_the_older_sdk_cannot_say_how_a_job_starts(scene: Scene) -> None:
    """Its `Schedule` calls the type `scheType`, which DLF does not know: the job is refused, not kept."""
    models = scene.sdk.models
    body = models.JobInfo(name="旧", nodes=[], job_type="BATCH", schedule=models.Schedule("EXECUTE_ONCE"))
    refused = scene.sdk.error("create_job", body=body)
    assert refused.error_code == "DLF.3025"
    assert refused.error_msg.startswith("The job scheduling parameter is invalid. $.schedule.type")


# The whole sample catalogue


def test_every_object_is_shown_as_it_was_sent(stocked: Scene) -> None:
    """Every field comes back, those that the models of the SDK drop included."""
    sdk, documents = stocked.sdk, stocked.documents
    for name in JOBS:
        assert_job_shown(raw(sdk("show_job", job_name=name)), documents[f"jobs/{name}.job"])
    for name in SCRIPTS:
        shown = raw(sdk("show_script", script_name=name))
        assert_shown(shown, documents[f"scripts/{name}.script"], SCRIPT_ADDED)
    for row in walked(sdk, "resources"):
        shown = raw(sdk("show_resource", resource_id=row["id"]))
        assert_shown(shown, documents[f"resources/{row['name']}.resource"], RESOURCE_ADDED)


def test_lists_have_every_object_once(stocked: Scene) -> None:
    """The first page by the SDK's operation, then all pages."""
    sdk = stocked.sdk
    for kind, wanted in (("scripts", SCRIPTS), ("resources", RESOURCES)):
        assert [row["name"] for row in walked(sdk, kind)] == sorted(wanted)
        page = sdk(f"list_{kind}")
        assert page.total == len(wanted)
        assert [row.name for row in getattr(page, kind)] == sorted(wanted)[:10]
    batch = sorted(name for name, job in JOBS.items() if job["processType"] == "BATCH")
    page = sdk("list_jobs")
    assert (page.total, [row.name for row in page.jobs]) == (len(batch), batch[:10])
    rows = walked(sdk, "jobs") + walked(sdk, "jobs", jobType="REAL_TIME")
    assert sorted(row["name"] for row in rows) == sorted(JOBS)


@only("dgc")
def test_the_newer_sdk_asks_for_a_part_of_a_list(stocked: Scene) -> None:
    """Page, size and name are fields of its requests."""
    sdk = stocked.sdk
    page = sdk("list_scripts", limit=7, offset=1)
    assert [row.name for row in page.scripts] == sorted(SCRIPTS)[7:14]
    found = sdk("list_jobs", job_name="汇总", job_type="BATCH", limit=100)
    assert [row.name for row in found.jobs] == ["日报_销售汇总"]
    assert [row.name for row in sdk("list_resources", resource_name="字典").resources] == ["门店坐标字典"]


@only("dgc")
def test_the_jobs_that_wait_for_a_job(stocked: Scene) -> None:
    """`dependencies` asks for them; each comes with its id."""
    waiting: dict[str, set[str]] = {}
    for name, job in JOBS.items():
        for other in job["schedule"].get("cron", {}).get("dependJobs", {}).get("jobs", []):
            waiting.setdefault(other, set()).add(name)
    sdk = stocked.sdk
    for name in waiting.keys() & JOBS:
        downstream = sdk("show_job", job_name=name, dependencies=True).downstream_jobs
        assert {job.job_name for job in downstream} == waiting[name]
        assert [job.job_id for job in downstream] == [
            sdk("show_job", job_name=job.job_name).id for job in downstream
        ]
    assert waiting.keys() & JOBS


@only("dgc")
def test_a_submitted_version_is_shown(stocked: Scene) -> None:
    """The newer SDK submits by `targetStatus` and asks for versions; its submit changes no document."""
    sdk = stocked.sdk
    body, document = single_node_job(sdk, "版本", NODES["Dummy"])
    body.target_status = "SUBMITTED"
    sdk("create_job", body=body)
    body.target_status, body.directory = "SAVED", "/草稿"
    sdk("update_job", job_name="版本", body=body)
    assert sdk("show_job", job_name="版本").directory == "/草稿"
    assert_job_shown(raw(sdk("show_job", job_name="版本", get_job_submit_version=True)), document)
    assert_job_shown(raw(sdk("show_job", job_name="版本", version=1)), document)
    body = sdk.models.ExportJobReq(export_status="SUBMIT")
    exported = sdk("export_job", job_name="版本", body=body).raw_content
    assert json.loads(unzip(exported)["jobs/版本.job"]) == document
    approvers = sdk.body("DeleteReq", {"approvers": [{"approverName": "李娜"}]})
    assert sdk("delete_job", job_name="版本", body=approvers).status_code == 204


# Exports


def jobs_body(sdk: Sdk, **fields: Any) -> Any:
    return sdk.body("ExportJobsReq", {"jobList": sorted(JOBS), **fields})


@pytest.mark.parametrize("name", sorted(JOBS))
def test_an_export_holds_the_documents_that_were_sent(stocked: Scene, name: str) -> None:
    """Byte for byte in the canonical form, whatever the job uses included."""
    entries = unzip(stocked.sdk("export_job", job_name=name).raw_content)
    assert next(iter(entries)) == f"jobs/{name}.job"
    assert entries == {path: canonical_by_hand(stocked.documents[path]) for path in entries}


def test_the_seeds_example(stocked: Scene) -> None:
    """`DLF_myJob.zip` of the seed."""
    entries = unzip(stocked.sdk("export_job", job_name="myJob").raw_content)
    assert list(entries) == [
        "jobs/myJob.job",
        "scripts/CS_PROCESS_TRIP.script",
        "scripts/TRIP_RAW_STANDARD.script",
    ]


def test_the_batch_layout_is_the_single_one_job_by_job(stocked: Scene) -> None:
    """`jobs/{job}/` has the job with its scripts and resources; CDM jobs are there once for all."""
    entries = unzip(stocked.sdk("export_job_list", body=jobs_body(stocked.sdk)).raw_content)
    expected: dict[str, bytes] = {}
    for name in JOBS:
        for path, content in unzip(stocked.sdk("export_job", job_name=name).raw_content).items():
            folder, _, file = path.partition("/")
            expected[path if folder == "cdms" else f"jobs/{name}/{file}"] = content
    assert entries == expected
    assert set(CDM_JOBS) >= {path for path in entries if path.startswith("cdms/")} != set()


def test_an_export_without_what_the_jobs_use(stocked: Scene) -> None:
    """`exportDepend` false leaves jobs and CDM jobs."""
    body = jobs_body(stocked.sdk, exportDepend=False)
    entries = unzip(stocked.sdk("export_job_list", body=body).raw_content)
    assert {path.rpartition(".")[2] for path in entries} == {"job", "json"}


@only("dgc")
def test_one_job_is_exported_into_the_object_store(stocked: Scene) -> None:
    """The older SDK's request has no body. The answer, JSON, is in the raw content."""
    sdk = stocked.sdk
    folder = f"obs://{stocked.bucket}/单个"
    answer = sdk("export_job", job_name="myJob", body=sdk.models.ExportJobReq(obs_path=folder))
    kept = raw(answer)["obsPath"]
    assert kept.startswith(f"{folder}/myJob_exported/")
    file = stocked.folder / kept.removeprefix(f"obs://{stocked.bucket}/") / "myJob.zip"
    assert file.read_bytes() == sdk("export_job", job_name="myJob").raw_content


# Imports


def keep(scene: Scene) -> tuple[str, bytes]:
    """Export all jobs into the bucket; return the path of the package and what a download has."""
    sdk = scene.sdk
    body = jobs_body(sdk, obsPath=f"obs://{scene.bucket}/导出/")
    kept = json.loads(sdk("export_job_list", body=body).raw_content)["obsPath"]
    return f"{kept}/jobs.zip", sdk("export_job_list", body=jobs_body(sdk)).raw_content


def test_a_package_goes_over_the_object_store_into_another_workspace(stocked: Scene) -> None:
    """Looked into, imported, and exported again from there: the same bytes."""
    sdk = stocked.sdk
    path, exported = keep(stocked)
    assert (stocked.folder / path.removeprefix(f"obs://{stocked.bucket}/")).read_bytes() == exported

    found = sdk("show_file_info", body=sdk.models.FilePath(path))
    assert sorted(job.name for job in found.jobs) == sorted(JOBS)
    by_name = {job.name: job for job in found.jobs}
    assert (by_name["myJob"].path, by_name["myJob"].params) == ("/trip", {"dis_channel": "dis-input"})
    in_package = {entry.rpartition("/")[2] for entry in unzip(exported) if entry.endswith(".script")}
    assert {f"{script.name}.script" for script in found.scripts} == in_package

    for policy in ("SKIP", "OVERWRITE"):  # the first has nothing to skip, the second nothing to change
        task = stocked.take(path, workspace=stocked.copy, sameNamePolicy=policy)
        assert (task.status, task.name) == ("SUCCESSFUL", f"Import the job from {path}.")
        subtasks = raw(task)["subtasks"]
        assert {"Import the myJob job."} < {part["name"] for part in subtasks}
        assert {part["status"] for part in subtasks} == {"SUCCESSFUL"}
        body = jobs_body(sdk)
        assert sdk("export_job_list", workspace=stocked.copy, body=body).raw_content == exported


def test_an_import_with_values_for_parameters(scene: Scene, worker: Worker) -> None:
    """`params` are for every job, `jobsParam` for one; `executeUser` is set."""
    body, document = single_node_job(scene.sdk, "参数", NODES["Shell"])
    one = {**document, "params": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}
    path = scene.put("参数.zip", pack(one).read())
    task = scene.take(
        path, params={"a": "一"}, jobsParam=[{"name": "参数", "params": {"b": "二"}}], executeUser="李娜"
    )
    assert task.status == "SUCCESSFUL"
    shown = scene.sdk("show_job", job_name="参数")
    assert [param.value for param in shown.params] == ["一", "二"]
    assert shown.basic_config.execute_user == "李娜"
    scene.sdk("delete_job", job_name="参数")


def test_an_import_that_cannot_be_kept_fails(scene: Scene, worker: Worker) -> None:
    """The task ends as FAILED and says why; nothing of the package is there."""
    good = {**SCRIPT, "name": "好"}
    task = scene.take(scene.put("坏.zip", pack(good, {**SCRIPT, "name": "坏 坏"}).read()))
    assert task.status == "FAILED"
    assert "坏 坏" in task.message
    assert pair(scene.sdk.error("show_script", script_name="好")) == NO_SCRIPT


# Refusals

ABSENT = "没有 这个"
REFUSED: list[tuple[str, Document, tuple[str, str]]] = [
    ("show_job", {"job_name": ABSENT}, NO_JOB),
    ("update_job", {"job_name": ABSENT, "body": {**JOBS["myJob"]}}, NO_JOB),
    ("delete_job", {"job_name": ABSENT}, NO_JOB),
    ("export_job", {"job_name": ABSENT}, NO_JOB),
    ("export_job_list", {"body": {"jobList": [ABSENT]}}, NO_JOB),
    ("show_script", {"script_name": ABSENT}, NO_SCRIPT),
    ("update_script", {"script_name": ABSENT, "body": {"content": ""}}, NO_SCRIPT),
    ("delete_script", {"script_name": ABSENT}, NO_SCRIPT),
    ("show_resource", {"resource_id": str(uuid4())}, NO_RESOURCE),
    ("update_resource", {"resource_id": str(uuid4()), "body": RESOURCE}, NO_RESOURCE),
    ("delete_resource", {"resource_id": str(uuid4())}, NO_RESOURCE),
    ("list_system_tasks", {"task_id": "0" * 32}, ("DLF.0810", "Task does not exist")),
    (
        "export_job_list",
        {"body": {"jobList": []}},
        ("DLF.3051", "The request parameter is invalid. jobList must hold 1 to 100 job names."),
    ),
    ("import_job", {"body": {"path": "/tmp/x.zip"}}, ("DLF.0803", "The OBS path is invalid.")),
    (
        "import_job",
        {"body": {"path": "obs://nobodys-bucket/x.zip"}},
        ("DLF.1242", "The OBS bucket does not exist."),
    ),
    ("show_file_info", {"body": {"path": "obs://{bucket}/no.zip"}}, ("DLF.0815", "Fail to read OBS file.")),
    ("import_job", {"body": {"path": "obs://{bucket}/no.zip"}}, ("DLF.0815", "Fail to read OBS file.")),
]


@pytest.mark.parametrize(
    ("operation", "fields", "answer"), REFUSED, ids=[f"{row[0]}-{row[2][0]}" for row in REFUSED]
)
def test_a_refusal_is_the_sdks_exception(
    scene: Scene, operation: str, fields: Document, answer: tuple[str, str]
) -> None:
    """Status 400, with the code and the text of the documents."""
    if path := fields.get("body", {}).get("path"):
        fields = {"body": {"path": path.format(bucket=scene.bucket)}}
    assert pair(scene.sdk.error(operation, **fields)) == answer


@pytest.mark.parametrize(
    ("operation", "kind", "document", "code", "text"),
    [
        ("create_job", "JobInfo", {"nodes": []}, "DLF.3004", "The job name cannot be left blank."),
        ("create_job", "JobInfo", {"name": "a/b", "nodes": []}, "DLF.3018", "The job name is invalid."),
        ("create_job", "JobInfo", {"name": "空"}, "DLF.1006", "The job node is empty."),
        (
            "create_script",
            "ScriptInfo",
            {"name": "空", "content": ""},
            "DLF.6247",
            "The script type is not specified.",
        ),
        (
            "create_resource",
            "ResourceInfo",
            {"name": "空", "location": "obs://b/k", "directory": "/"},
            "DLF.6263",
            "The resource type is invalid.",
        ),
    ],
)
def test_a_refused_document_says_what_is_wrong(
    sdk: Sdk, operation: str, kind: str, document: Document, code: str, text: str
) -> None:
    """The sentence of the documents, then every error with its place."""
    refused = sdk.error(operation, body=sdk.body(kind, document))
    assert refused.error_code == code
    assert refused.error_msg.startswith(f"{text} $")


@pytest.mark.parametrize("kind", ["jobs", "scripts", "resources"])
@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"limit": 0}, "limit must be a whole number from 1 to 100."),
        ({"limit": 101}, "limit must be a whole number from 1 to 100."),
        ({"offset": -1}, "offset must be a whole number from 0."),
    ],
)
def test_bad_paging(sdk: Sdk, kind: str, query: Document, detail: str) -> None:
    """By the operation where the SDK has fields for it, else by its `call_api`."""
    with pytest.raises(ClientRequestException) as refused:
        if sdk.name == "dgc":
            sdk(f"list_{kind}", **query)
        else:
            sdk.send("GET", kind, **query)
    assert refused.value.status_code == 400
    assert pair(refused.value) == ("DLF.3051", f"The request parameter is invalid. {detail}")


@pytest.mark.parametrize("operation", ["list_jobs", "list_scripts", "list_resources"])
def test_an_unknown_workspace(sdk: Sdk, operation: str) -> None:
    error = sdk.error(operation, workspace="0" * 32)
    assert pair(error) == NO_WORKSPACE


def test_without_a_workspace_it_is_the_default_one(sdk: Sdk, portal: Portal, key: Key) -> None:
    """The header is absent when the request has no workspace; the project of the scene has no default."""
    sample = Sdk(sdk.name, portal.url, key, SAMPLE_PROJECT)
    assert sample.request("export_job", job_name="myJob").workspace is None
    default, named = (
        sample("export_job", workspace=workspace, job_name="myJob").raw_content
        for workspace in (None, SAMPLE_DEFAULT)
    )
    assert default == named
    assert pair(sdk.error("list_jobs", workspace=None)) == NO_WORKSPACE


@pytest.mark.parametrize("operation", sorted(CATALOGUE))
def test_a_wrong_secret_is_401(sdk: Sdk, portal: Portal, key: Key, operation: str) -> None:
    """Whatever the operation: nothing is told before the signature holds."""
    stranger = Sdk(sdk.name, portal.url, (key[0], "x" * 40), sdk.project, sdk.workspace)
    names = {"job_name": "a", "script_name": "a", "resource_id": "a", "task_id": "a", "body": {}}
    known = getattr(stranger.models, type(stranger.request(operation)).__name__).attribute_map
    fields = {field: value for field, value in names.items() if field in known}
    with pytest.raises(ClientRequestException) as refused:
        stranger(operation, **fields)
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")
    assert refused.value.error_msg.startswith("Incorrect IAM authentication information: ")


def test_a_project_of_nobody_is_403(sdk: Sdk, portal: Portal, key: Key) -> None:
    stranger = Sdk(sdk.name, portal.url, key, secrets.token_hex(16))
    with pytest.raises(ClientRequestException) as refused:
        stranger("list_jobs")
    assert (refused.value.status_code, refused.value.error_code) == (403, "APIGW.0302")


@pytest.mark.parametrize(
    ("scene", "operation"),
    [(name, operation) for name in CLIENTS for operation in UNSUPPORTED[name]],
    indirect=["scene"],
)
def test_what_a_catalogue_does_not_do(stocked: Scene, operation: str) -> None:
    """Known paths answer a clear error; a job or script that is not there is told first."""
    sdk = stocked.sdk
    fields = UNSUPPORTED[sdk.name][operation]
    refused = sdk.error(operation, **fields)
    assert refused.error_code == "DLF.9901"
    assert refused.error_msg.startswith("This service only stores job definitions; ")
    for field_name, missing in (("job_name", NO_JOB), ("script_name", NO_SCRIPT)):
        if field_name in fields:
            assert pair(sdk.error(operation, **{**fields, field_name: ABSENT})) == missing


# The other ways to call, and the tally


def test_the_asynchronous_client_exports_the_same(stocked: Scene, key: Key) -> None:
    """Its operations end in `_async` and give a future."""
    sdk = stocked.sdk
    client = sdk.connect(CLIENTS[sdk.name].replace("Client", "AsyncClient"), key)
    answer = client.export_job_async(sdk.request("export_job", job_name="日报_销售汇总")).result()
    assert answer.raw_content == sdk("export_job", job_name="日报_销售汇总").raw_content


def test_an_invoker_exports_the_same(stocked: Scene) -> None:
    """Each operation can also be had as an object that is invoked later."""
    sdk = stocked.sdk
    answer = sdk.client.export_job_invoker(sdk.request("export_job", job_name="myJob")).invoke()
    assert answer.raw_content == sdk("export_job", job_name="myJob").raw_content


def test_every_operation_of_the_table_was_driven(sdk: Sdk, request: pytest.FixtureRequest) -> None:
    """The last test of an SDK: nothing in the table is only a name."""
    ran = {getattr(item, "originalname", "") for item in request.session.items}
    if any(name.startswith("test_") and name not in ran for name in globals()):
        pytest.skip("only a part of the suite was run")
    assert sdk.done == CATALOGUE
    assert sdk.refused - CATALOGUE == set(UNSUPPORTED[sdk.name])
