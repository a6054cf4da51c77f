"""Scripts, resources and jobs of every node type, by Huawei's own SDKs, unmodified and signing."""

from __future__ import annotations

import json

import pytest

from tests.live.sdk.catalogue import (
    JOBS,
    NO_JOB,
    NO_RESOURCE,
    NO_SCRIPT,
    NODES,
    RESOURCE,
    RESOURCE_ADDED,
    RESOURCES,
    SCRIPT,
    SCRIPT_ADDED,
    SCRIPTS,
    assert_job_shown,
    assert_shown,
    is_model,
    only,
    pair,
    raw,
    single_node_job,
    walked,
)
from tests.live.sdk.client import Sdk
from tests.live.sdk.scene import Scene
from tests.live.sdk.table import OBJECTS, STATUS, check_driven
from tests.packages import unzip

# From their creation to their end


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
def test_a_job_with_nodes_of_the_older_models(scene: Scene) -> None:
    """Created, shown, listed and changed by models throughout, whose names are older than DLF's.

    Its requests do not say which SDK it is: `user_agent` is how its users let it be known.
    """
    sdk, models = scene.sdk, scene.sdk.models
    properties = [{"name": "scriptName", "value": "清洗"}]
    nodes = [
        models.Node("先", "Dummy", models.Location(0, 0)),
        models.Node("后", "DLISQL", models.Location(7, 0), "先", node_properties=json.dumps(properties)),
    ]
    schedule = models.Schedule(
        "CRON", models.Cron(expression="0 0 1 * * ?", start_time="2024-01-01T00:00:00+08")
    )
    params = [models.JobParam("day", "1", "variable")]
    body = models.JobInfo(name="旧", nodes=nodes, schedule=schedule, params=params, job_type="BATCH")
    assert is_model(body)
    sdk("create_job", body=body)
    document = raw(sdk("show_job", job_name="旧"))
    assert document["nodes"][1] == {
        "name": "后",
        "type": "DLISQL",
        "location": {"x": 7, "y": 0},
        "preNodeName": ["先"],
        "properties": properties,
    }
    assert (document["schedule"]["type"], document["params"][0]["type"]) == ("CRON", "variable")
    assert "旧" in [row.name for row in sdk("list_jobs").jobs]

    client = sdk.connect("DlfClient", sdk.key, user_agent="huaweicloudsdkdlf")
    shown = client.show_job(sdk.request("show_job", job_name="旧"))
    assert (shown.schedule.sche_type, shown.params[0].param_type, shown.job_type) == (
        "CRON",
        "variable",
        "BATCH",
    )
    assert [node.node_type for node in shown.nodes] == ["Dummy", "DLISQL"]
    assert json.loads(shown.nodes[1].pre_node_names) == ["先"]
    assert json.loads(shown.nodes[1].node_properties) == properties

    shown.nodes[1].retry_times = 3
    again = models.JobInfo(**{field: getattr(shown, field) for field in models.JobInfo.attribute_map})
    client.update_job(sdk.request("update_job", job_name="旧", body=again))
    after = raw(sdk("show_job", job_name="旧"))
    assert after["nodes"] == [document["nodes"][0], {**document["nodes"][1], "retryTimes": 3}]
    assert sdk("delete_job", job_name="旧").status_code == 204


@only("dlf")
def test_a_configuration_written_as_text(scene: Scene) -> None:
    """The older SDK declares it as text; both SDKs read a map."""
    sdk = scene.sdk
    script = sdk.models.ScriptInfo(name="配置", type="DLISQL", content="", configuration='{"a": "1"}')
    sdk("create_script", body=script)
    shown = sdk("show_script", script_name="配置")
    assert (shown.configuration, raw(shown)["configuration"]) == ("{'a': '1'}", {"a": "1"})
    sdk("delete_script", script_name="配置")


def test_what_is_only_stored_is_stopped_and_never_ran(stocked: Scene) -> None:
    """The status of a job of each type, and the list of what ran."""
    sdk = stocked.sdk
    for name in ("myJob", "日报_销售汇总"):
        status = sdk("show_job_status", job_name=name)
        assert (status.name, status.status, status.starttime) == (name, "STOPPED", None)
        assert [node.name for node in status.nodes] == [node["name"] for node in JOBS[name]["nodes"]]
        assert {node.status for node in status.nodes} == {"STOPPED"}
    assert pair(sdk.error("show_job_status", job_name="none")) == NO_JOB
    instances = sdk("list_job_instances")
    assert (instances.total, instances.instances) == (0, [])


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


def test_every_operation_on_objects_was_driven(sdk: Sdk, request: pytest.FixtureRequest) -> None:
    check_driven(request, sdk.done, OBJECTS | STATUS)
