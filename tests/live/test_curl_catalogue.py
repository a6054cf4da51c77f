"""All that the catalogue offers, by `curl` with a token: the flows of the SDK suite."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.live.curl import Curl
from tests.live.worker import WAIT_SECONDS, Worker
from tests.packages import unzip
from tests.portal import SAMPLE_PROJECT, Portal
from tests.tools import run

JOB: dict[str, Any] = {
    "name": "实时_作业.1",
    "nodes": [
        {
            "name": "步骤",
            "type": "DLISQL",
            "location": {"x": "1.0", "y": "2.0"},
            "preNodeName": [],
            "properties": [{"name": "scriptName", "value": "实时_脚本"}],
        }
    ],
    "schedule": {"type": "EXECUTE_ONCE"},
    "processType": "BATCH",
    "directory": "/实时/",
}
SCRIPT = {"name": "实时_脚本", "type": "DLISQL", "content": "SELECT '中文';\r\n", "connectionName": "c"}
RESOURCE = {"name": "实时_资源", "type": "jar", "location": "obs://libs/live.jar", "directory": "/"}
JOB_PATH, SCRIPT_PATH = f"jobs/{quote(JOB['name'])}", f"scripts/{quote(SCRIPT['name'])}"
RENAMED = f"jobs/{quote('实时_改名')}"


NO_JOB = ("DLF.0100", "The job does not exists.")


@pytest.fixture(scope="module")
def workspaces(portal: Portal) -> list[str]:
    """Two empty workspaces of this file's own; each has the bucket."""
    names = ("curl", "curl 副本")
    made = [portal.manage("createworkspace", name, "--project", SAMPLE_PROJECT).strip() for name in names]
    for workspace in made:
        portal.manage("createbucket", "curl", "--workspace", workspace)
    return made


@pytest.fixture
def call(portal: Portal, tmp_path: Path, workspaces: list[str]) -> Iterator[Curl]:
    """curl in the first workspace, which a test finds empty."""
    yield from emptied(Curl(portal, tmp_path, workspaces[0]))


@pytest.fixture
def call_copy(portal: Portal, tmp_path: Path, workspaces: list[str]) -> Iterator[Curl]:
    """curl in the second workspace."""
    yield from emptied(Curl(portal, tmp_path, workspaces[1]))


def emptied(curl: Curl) -> Iterator[Curl]:
    """Yield `curl`, then delete what a test made and left."""
    yield curl
    for kind, key in (("jobs", "name"), ("scripts", "name"), ("resources", "id")):
        for row in curl("GET", kind, 200, limit=100).json()[kind]:
            curl("DELETE", f"{kind}/{quote(row[key])}", 204)


@pytest.fixture
def worker(portal: Portal) -> Iterator[Worker]:
    running = Worker(portal)
    yield running
    running.end()


def test_life_of_a_job(call: Curl) -> None:
    call("POST", "jobs", 204, JOB)
    assert call.error("POST", "jobs", JOB) == ("DLF.0102", "The job name already exists.")
    shown = call("GET", JOB_PATH, 200).json()
    assert {key: shown[key] for key in JOB} == JOB
    rows = call("GET", "jobs", 200, jobName="实时_", limit=100, offset=0).json()
    assert (rows["total"], [row["name"] for row in rows["jobs"]]) == (1, [JOB["name"]])
    call("PUT", JOB_PATH, 204, {**JOB, "name": "实时_改名", "targetStatus": "SUBMITTED"})
    assert call.error("GET", JOB_PATH) == NO_JOB
    assert call("GET", RENAMED, 200, version=1).json()["id"] == shown["id"]
    assert call.error("POST", f"{RENAMED}/start", {})[0] == "DLF.9901"
    call("DELETE", RENAMED, 204, {"approvers": [{"approverName": "x"}]})
    assert call.error("DELETE", RENAMED) == NO_JOB


def test_life_of_a_script(call: Curl) -> None:
    call("POST", "scripts", 204, SCRIPT)
    assert call.error("POST", "scripts", SCRIPT)[0] == "DLF.0202"
    call("PUT", SCRIPT_PATH, 204, {"content": "SELECT 2;", "directory": "/new"})
    shown = call("GET", SCRIPT_PATH, 200).json()
    assert shown == {**shown, **SCRIPT, "content": "SELECT 2;", "directory": "/new"}
    assert call("GET", "scripts", 200, scriptName="实时").json() == {"total": 1, "scripts": [shown]}
    assert call.error("PUT", SCRIPT_PATH, {"type": "Shell"})[0] == "DLF.0203"
    call("DELETE", SCRIPT_PATH, 204)
    assert call.error("GET", SCRIPT_PATH) == ("DLF.6201", "The script does not exist.")


def test_life_of_a_resource(call: Curl) -> None:
    uid = call("POST", "resources", 200, RESOURCE).json()["resourceId"]
    path = f"resources/{uid.replace('-', '')}"
    assert call.error("POST", "resources", RESOURCE)[0] == "DLF.6259"
    packages = [{"type": "jar", "location": "obs://libs/more.jar"}]
    call("PUT", path, 204, {**RESOURCE, "depend_packages": packages})
    shown = call("GET", path, 200).json()
    assert shown == {**RESOURCE, "dependPackages": packages, "id": uid, "resourceId": uid, "jobRelation": []}
    rows = call("GET", "resources", 200, resourceName="实时").json()["resources"]
    assert [row["id"] for row in rows] == [uid]
    call("DELETE", path, 204)
    assert call.error("GET", path) == ("DLF.6241", "The resource information does not exist.")


def test_every_page_is_walked(call: Curl) -> None:
    for number in range(7):
        call("POST", "scripts", 204, {**SCRIPT, "name": f"s{number}"})
    pages = [call("GET", "scripts", 200, limit=3, offset=offset).json() for offset in range(4)]
    assert [[row["name"] for row in page["scripts"]] for page in pages] == [
        ["s0", "s1", "s2"],
        ["s3", "s4", "s5"],
        ["s6"],
        [],
    ]
    assert {page["total"] for page in pages} == {7}


def test_a_job_goes_out_alone_and_with_others(call: Curl, tmp_path: Path) -> None:
    """The packages open with `unzip`, and hold what was sent."""
    call("POST", "scripts", 204, SCRIPT)
    call("POST", "jobs", 204, JOB)
    call("POST", "jobs", 204, {**JOB, "name": "other", "nodes": []})
    single = call("POST", f"{JOB_PATH}/export", 200)
    assert single.headers["content-type"] == "application/octet-stream"
    assert single.headers["content-disposition"].endswith(f"filename*=UTF-8''DLF_{quote(JOB['name'])}.zip")
    (tmp_path / "DLF.zip").write_bytes(single.content)
    run("unzip", "-q", str(tmp_path / "DLF.zip"), "-d", str(tmp_path / "out"))
    assert json.loads((tmp_path / f"out/jobs/{JOB['name']}.job").read_bytes()) == JOB
    assert json.loads((tmp_path / f"out/scripts/{SCRIPT['name']}.script").read_bytes()) == SCRIPT
    alone = call("POST", f"{JOB_PATH}/export", 200, {"exportDepend": False}).content
    assert list(unzip(alone)) == [f"jobs/{JOB['name']}.job"]
    several = call("POST", "jobs/batch-export", 200, {"jobList": ["other", JOB["name"]]}).content
    assert list(unzip(several)) == [
        "jobs/other/other.job",
        f"jobs/{JOB['name']}/{JOB['name']}.job",
        f"jobs/{JOB['name']}/{SCRIPT['name']}.script",
    ]


@pytest.mark.parametrize("layout", ["single", "batch"])
def test_a_package_comes_in_elsewhere(call: Curl, call_copy: Curl, worker: Worker, layout: str) -> None:
    """Kept in the object store, looked into, imported, polled, and exported from there: the same bytes."""
    call("POST", "scripts", 204, SCRIPT)
    call("POST", "jobs", 204, {**JOB, "params": [{"name": "day", "value": "1"}]})
    operation, body = {
        "single": (f"{JOB_PATH}/export", {}),
        "batch": ("jobs/batch-export", {"jobList": [JOB["name"]]}),
    }[layout]
    exported = call("POST", operation, 200, body).content
    folder = call("POST", operation, 200, {**body, "obsPath": f"obs://curl/{layout}"}).json()["obsPath"]
    path = f"{folder}/{JOB['name'] if layout == 'single' else 'jobs'}.zip"

    assert call_copy("POST", "jobs/check-file", 200, {"path": path}).json() == {
        "jobs": [{"name": JOB["name"], "path": "/实时", "params": {"day": "1"}}],
        "scripts": [{"name": SCRIPT["name"], "path": "/"}],
        "resources": [{"name": "c", "type": "DLI_CONNECTION", "status": 0}],
    }
    task_id = call_copy("POST", "jobs/import", 200, {"path": path}).json()["taskId"]
    task = ended(call_copy, task_id)
    assert (task["status"], task["name"]) == ("SUCCESSFUL", f"Import the job from {path}.")
    assert {part["status"] for part in task["subtasks"]} == {"SUCCESSFUL"}
    assert call_copy("POST", operation, 200, body).content == exported


def ended(call: Curl, task_id: str) -> dict[str, Any]:
    """Poll a task until it has ended, and return it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (task := call("GET", f"system-tasks/{task_id}", 200).json())["status"] == "RUNNING":
        assert time.monotonic() < deadline, task
        time.sleep(0.1)
    found: dict[str, Any] = task
    return found


def test_an_import_that_fails_says_why(call: Curl, portal: Portal, worker: Worker) -> None:
    (portal.folder / "obs/curl/no.zip").write_bytes(b"not a zip")
    task_id = call("POST", "jobs/import", 200, {"path": "obs://curl/no.zip"}).json()["taskId"]
    task = ended(call, task_id)
    assert (task["status"], task["message"], task["subtasks"]) == ("FAILED", "This is not a zip package.", [])
    assert call.error("POST", "jobs/import", {"path": "obs://curl/absent.zip"}) == (
        "DLF.0815",
        "Fail to read OBS file.",
    )
    assert call.error("GET", f"system-tasks/{'0' * 32}") == ("DLF.0810", "Task does not exist")


def test_a_job_called_import_is_a_job(call: Curl) -> None:
    assert call.error("GET", "jobs/import") == NO_JOB
    call("POST", "jobs", 204, {**JOB, "name": "import"})
    assert call("GET", "jobs/import", 200).json()["name"] == "import"
    call("DELETE", "jobs/import", 204)


def test_document_of_the_api_with_a_token(portal: Portal) -> None:
    address, token = f"{portal.url}/api/schema/", {"X-Auth-Token": portal.token()}
    assert "/v1/{project_id}/jobs" in requests.get(address, headers=token, timeout=30).json()["paths"]
    assert requests.get(address, timeout=30).status_code == 401
