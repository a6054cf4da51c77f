"""Exports, packages in the object store, and imports, by Huawei's own SDKs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.importing import pack, package
from tests.live.sdk.catalogue import (
    CDM_JOBS,
    JOBS,
    NO_SCRIPT,
    NODES,
    SCRIPT,
    only,
    pair,
    raw,
    single_node_job,
)
from tests.live.sdk.client import CLIENTS, Key, Sdk
from tests.live.sdk.scene import Scene
from tests.live.sdk.table import PACKAGES, check_driven
from tests.live.worker import Worker
from tests.packages import canonical_by_hand, unzip

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
    good, bad = {**SCRIPT, "name": "好"}, {**SCRIPT, "name": "坏/坏"}
    entries = {"scripts/好.script": good, "scripts/坏.script": bad}
    task = scene.take(scene.put("坏.zip", package(entries).read()))
    assert task.status == "FAILED"
    assert "坏/坏" in task.message
    assert pair(scene.sdk.error("show_script", script_name="好")) == NO_SCRIPT


# The other ways to call


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


def test_every_operation_on_packages_was_driven(sdk: Sdk, request: pytest.FixtureRequest) -> None:
    check_driven(request, sdk.done, PACKAGES)
