"""The catalogue API against a live portal, as a script with a token and `requests` uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.portal import SAMPLE_PROJECT, Portal

JOB = {
    "name": "实时_作业.1",
    "nodes": [{"name": "步骤", "type": "Dummy", "location": {"x": "1.0", "y": "2.0"}, "preNodeName": []}],
    "schedule": {"type": "EXECUTE_ONCE"},
    "processType": "BATCH",
    "directory": "/实时/",
}
SCRIPT = {"name": "实时_脚本", "type": "DLISQL", "content": "SELECT '中文';\r\n", "connectionName": "c"}
RESOURCE = {"name": "实时_资源", "type": "jar", "location": "obs://libs/live.jar", "directory": "/"}


class Caller:
    """Calls the API of a portal and checks the status, as the Terraform provider does."""

    def __init__(self, portal: Portal) -> None:
        self.base = f"{portal.url}/v1/{SAMPLE_PROJECT}"
        self.session = requests.Session()
        self.session.headers["X-Auth-Token"] = portal.token()

    def __call__(self, method: str, path: str, status: int, **options: Any) -> requests.Response:
        answer = self.session.request(
            method, f"{self.base}/{path}", timeout=30, allow_redirects=False, **options
        )
        assert answer.status_code == status, answer.text
        assert answer.headers["X-Request-Id"]
        if status == 204:
            assert answer.content == b""
        return answer

    def code(self, method: str, path: str, **options: Any) -> str:
        """Return the code of the error that the call must give."""
        body = self(method, path, 400, **options).json()
        assert body["errors"][0]["error_code"] == body["error_code"]
        code: str = body["error_code"]
        return code


@pytest.fixture
def call(portal: Portal) -> Iterator[Caller]:
    """A caller; what a test made and left there is deleted afterwards."""
    caller = Caller(portal)
    yield caller
    for name in (JOB["name"], "实时_改名"):
        caller.session.delete(f"{caller.base}/jobs/{quote(str(name))}", timeout=30)
    caller.session.delete(f"{caller.base}/scripts/{quote(SCRIPT['name'])}", timeout=30)


def test_life_of_a_job(call: Caller) -> None:
    path = f"jobs/{quote(str(JOB['name']))}"
    call("POST", "jobs", 204, json=JOB)
    assert call.code("POST", "jobs", json=JOB) == "DLF.0102"
    answer = call("GET", path, 200, headers={"Content-Type": "application/json"}).json()
    assert {key: answer[key] for key in JOB} == JOB
    rows = call("GET", "jobs", 200, params={"jobName": "实时_", "limit": 100, "offset": 0}).json()
    assert [row["name"] for row in rows["jobs"]] == [JOB["name"]]
    call("PUT", path, 204, json={**JOB, "name": "实时_改名", "targetStatus": "SUBMITTED"})
    assert call.code("GET", path) == "DLF.0100"
    renamed = f"jobs/{quote('实时_改名')}"
    assert call("GET", renamed, 200, params={"version": 1}).json()["id"] == answer["id"]
    package = call("POST", f"{renamed}/export", 200, data=b"")
    assert package.headers["Content-Type"] == "application/octet-stream"
    assert call.code("POST", f"{renamed}/start", json={}) == "DLF.9901"
    call("DELETE", renamed, 204, json={"approvers": [{"approverName": "x"}]})
    assert call.code("DELETE", renamed) == "DLF.0100"


def test_life_of_a_script(call: Caller) -> None:
    path = f"scripts/{quote(SCRIPT['name'])}"
    call("POST", "scripts", 204, json=SCRIPT)
    assert call.code("POST", "scripts", json=SCRIPT) == "DLF.0202"
    call("PUT", path, 204, json={"content": "SELECT 2;", "directory": "/new"})
    answer = call("GET", path, 200).json()
    assert answer == {**answer, **SCRIPT, "content": "SELECT 2;", "directory": "/new"}
    rows = call("GET", "scripts", 200, params={"scriptName": "实时"}).json()["scripts"]
    assert rows == [answer]
    assert call.code("PUT", path, json={"type": "Shell"}) == "DLF.0203"
    call("DELETE", path, 204)
    assert call.code("GET", path) == "DLF.6201"


def test_life_of_a_resource(call: Caller) -> None:
    uid = call("POST", "resources", 200, json=RESOURCE).json()["resourceId"]
    path = f"resources/{uid.replace('-', '')}"
    assert call.code("POST", "resources", json=RESOURCE) == "DLF.6259"
    packages = [{"type": "jar", "location": "obs://libs/more.jar"}]
    call("PUT", path, 204, json={**RESOURCE, "depend_packages": packages})
    answer = call("GET", path, 200).json()
    assert answer == {**RESOURCE, "dependPackages": packages, "id": uid, "resourceId": uid, "jobRelation": []}
    rows = call("GET", "resources", 200, params={"resourceName": "实时"}).json()["resources"]
    assert [row["id"] for row in rows] == [uid]
    call("DELETE", path, 204)
    assert call.code("GET", path) == "DLF.6241"


def test_every_page_of_the_sample_is_walked(call: Caller) -> None:
    names: list[str] = []
    for offset in range(1000):
        rows = call("GET", "scripts", 200, params={"limit": 3, "offset": offset}).json()["scripts"]
        if not rows:
            break
        names += [row["name"] for row in rows]
    total = call("GET", "scripts", 200).json()["total"]
    assert len(names) == len(set(names)) == total > 3


def test_a_job_called_import_is_a_job(call: Caller) -> None:
    assert call.code("GET", "jobs/import") == "DLF.0100"
    assert call.code("DELETE", "jobs/check-file") == "DLF.0100"


def test_document_of_the_api_with_a_token(call: Caller, portal: Portal) -> None:
    answer = call.session.get(f"{portal.url}/api/schema/", timeout=30)
    assert "/v1/{project_id}/jobs" in answer.json()["paths"]
    assert requests.get(f"{portal.url}/api/schema/", timeout=30).status_code == 401
