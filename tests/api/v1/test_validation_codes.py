"""The rows of the reference's table "which code for which situation" (error codes, 3 and 5)."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.access.models import Workspace
from dlfportal.formats.accept import Verdict, objections
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code
from tests.api.v1.wire import Wire, job_body, refused, resource_body, script_body
from tests.factories import ResourceFactory, ScriptFactory

MISSING: Any = object()
INVALID = "The request parameter is invalid."
BLANK_NAME = "The job name cannot be left blank."
BAD_NAME = "The job name is invalid."
SCHEDULE = "The job scheduling parameter is invalid."


def changed(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**body, **changes}.items() if value is not MISSING}


def nodes(*names: Any, **last: Any) -> dict[str, Any]:
    listed: list[Any] = [{"name": name, "type": "Dummy"} for name in names]
    listed[-1].update(last)
    return {"nodes": listed}


def is_refused(kind: Kind, body: dict[str, Any]) -> bool:
    """Whether a look before an export would say that DataArts refuses it, as this API does."""
    return any(one.verdict is Verdict.REFUSED for one in objections(kind, "", "x", body))


def by_time(**cron: Any) -> dict[str, Any]:
    return {"schedule": {"type": "CRON", "cron": cron}}


JOBS = [
    ({"name": MISSING}, "DLF.3004", BLANK_NAME, "$.name"),
    ({"name": None}, "DLF.3004", BLANK_NAME, "$.name"),
    ({"name": ""}, "DLF.3004", BLANK_NAME, "$.name"),
    ({"name": "a b"}, "DLF.3018", BAD_NAME, "$.name"),
    ({"name": "a/b"}, "DLF.3018", BAD_NAME, "$.name"),
    ({"name": "（日报）"}, "DLF.3018", BAD_NAME, "$.name"),
    ({"name": "x" * 129}, "DLF.3018", BAD_NAME, "$.name"),
    ({"name": ".."}, "DLF.3018", BAD_NAME, "$.name"),
    ({"name": 5}, "DLF.3018", BAD_NAME, "$.name"),
    (nodes("x" * 129), "DLF.3051", INVALID, "$.nodes[0].name"),
    (nodes("..."), "DLF.3051", INVALID, "$.nodes[0].name"),
    (nodes(5), "DLF.3051", INVALID, "$.nodes[0].name"),
    (nodes("a", "a"), "DLF.3051", INVALID, "$.nodes[1].name"),
    (nodes("a", preNodeName=["b"]), "DLF.3051", INVALID, "$.nodes[0].preNodeName[0]"),
    (nodes("a", preNodeName=["a"]), "DLF.3051", INVALID, "$.nodes[0].preNodeName[0]"),
    (nodes("a", preNodeName="b"), "DLF.3051", INVALID, "$.nodes[0].preNodeName"),
    ({"nodes": {}}, "DLF.3051", INVALID, "$.nodes"),
    ({"nodes": "a"}, "DLF.3051", INVALID, "$.nodes"),
    ({"nodes": ["a"]}, "DLF.3051", INVALID, "$.nodes[0]"),
    ({"schedule": MISSING}, "DLF.3025", SCHEDULE, "$.schedule"),
    ({"schedule": []}, "DLF.3025", SCHEDULE, "$.schedule"),
    ({"schedule": {}}, "DLF.3025", SCHEDULE, "$.schedule.type"),
    ({"schedule": {"type": "SOMETIMES"}}, "DLF.3025", SCHEDULE, "$.schedule.type"),
    ({"schedule": {"type": "CRON", "cron": []}}, "DLF.3025", SCHEDULE, "$.schedule.cron"),
    (by_time(expression="1 0 0 * * ?"), "DLF.3025", SCHEDULE, "$.schedule.cron.expression"),
    (by_time(expression="0 0 1 * *"), "DLF.3025", SCHEDULE, "$.schedule.cron.expression"),
    (by_time(expression="0 0 1 * * ?", startTime="soon"), "DLF.3025", SCHEDULE, "$.schedule.cron.startTime"),
    (by_time(expression="0 0 1 * * ?", endTime="2026-13-01T00:00:00+08"), "DLF.3025", SCHEDULE, "endTime"),
    ({"description": 5}, "DLF.3050", "The job description is invalid.", "$.description"),
    ({"processType": MISSING}, "DLF.3051", INVALID, "$.processType"),
    ({"processType": "batch"}, "DLF.2014", "The job object type is invalid.", "$.processType"),
    ({"processType": MISSING, "jobType": "CRON"}, "DLF.2014", "The job object type is invalid.", "$.jobType"),
    ({"processType": 5}, "DLF.2014", "The job object type is invalid.", "$.processType"),
    (nodes(MISSING), "DLF.0802", "The specified parameter is not configured.", "$.nodes[0].name"),
    ({"params": {}}, "DLF.3051", INVALID, "$.params"),
    ({"basicConfig": []}, "DLF.3051", INVALID, "$.basicConfig"),
    # rule 5.8: the name first, then what is missing, then what is wrong, the specific code before 3051
    ({"name": MISSING, "targetStatus": "Z"}, "DLF.3004", BLANK_NAME, "$.name"),
    ({"name": "", "nodes": 5, "schedule": 5}, "DLF.3004", BLANK_NAME, "$.nodes"),
    ({"name": "a b", "schedule": MISSING}, "DLF.3018", BAD_NAME, "$.schedule"),
    ({"schedule": MISSING, "description": 5}, "DLF.3025", SCHEDULE, "$.description"),
    ({"schedule": MISSING, "processType": "x"}, "DLF.3025", SCHEDULE, "$.processType"),
    ({"params": {}, "schedule": {"type": "x"}}, "DLF.3025", SCHEDULE, "$.params"),
]


@pytest.mark.parametrize(("changes", "code", "sentence", "place"), JOBS)
def test_job(
    workspace: Workspace, dev: Wire, changes: dict[str, Any], code: str, sentence: str, place: str
) -> None:
    body = changed(job_body(), changes)
    for node in body["nodes"] if isinstance(body.get("nodes"), list) else []:
        if isinstance(node, dict) and node["name"] is MISSING:
            del node["name"]
    answer = dev.post("jobs", body=body)
    refused(answer, code)
    assert is_refused(Kind.JOB, body)
    message = answer.json()["error_msg"]
    assert message.startswith(f"{sentence} ")
    assert f"{place}: " in message


@pytest.mark.parametrize(
    "changes",
    [
        {"nodes": []},
        {"nodes": MISSING},
        {"nodes": None},
        {"schedule": {"type": "CRON"}},
        {"schedule": {"type": "EXECUTE_ONCE", "cron": {"expression": "never", "startTime": "soon"}}},
        by_time(),
        by_time(expression="0 0-59/5 * * * ?", endTime=""),
        {"description": None},
        {"priority": "x"},
    ],
)
def test_what_the_real_service_takes_is_taken(
    workspace: Workspace, dev: Wire, changes: dict[str, Any]
) -> None:
    body = changed(job_body(), changes)
    assert dev.post("jobs", body=body).status_code == 204
    assert not is_refused(Kind.JOB, body)


SCRIPTS = [
    ({"type": MISSING}, "DLF.6247", "The script type is not specified.", "$.type"),
    ({"type": ""}, "DLF.6247", "The script type is not specified.", "$.type"),
    ({"type": MISSING, "content": MISSING}, "DLF.6247", "The script type is not specified.", "$.content"),
    ({"type": ["Shell"]}, "DLF.0201", "The script fails to be created.", "$.type"),
    ({"name": MISSING}, "DLF.0201", "The script fails to be created.", "$.name"),
    ({"name": "a b"}, "DLF.0201", "The script fails to be created.", "$.name"),
    ({"name": "x" * 129}, "DLF.0201", "The script fails to be created.", "$.name"),
    ({"name": "a b", "type": MISSING}, "DLF.0201", "The script fails to be created.", "$.type"),
    ({"content": MISSING}, "DLF.0201", "The script fails to be created.", "$.content"),
    ({"content": "中" * 1398102}, "DLF.0201", "The script fails to be created.", "$.content"),
    ({"description": "x" * 256}, "DLF.0201", "The script fails to be created.", "$.description"),
    ({"configuration": []}, "DLF.3051", INVALID, "$.configuration"),
]


@pytest.mark.parametrize(("changes", "code", "sentence", "place"), SCRIPTS)
def test_script(
    workspace: Workspace, dev: Wire, changes: dict[str, Any], code: str, sentence: str, place: str
) -> None:
    body = changed(script_body(), changes)
    answer = dev.post("scripts", body=body)
    refused(answer, code)
    assert is_refused(Kind.SCRIPT, body)
    message = answer.json()["error_msg"]
    assert message.startswith(f"{sentence} ")
    assert f"{place}: " in message


RESOURCES = [
    ({"name": MISSING}, "DLF.0802", "$.name"),
    ({"name": "a.b"}, "DLF.3051", "$.name"),
    ({"name": "x" * 33}, "DLF.3051", "$.name"),
    ({"type": MISSING}, "DLF.6263", "$.type"),
    ({"type": "war"}, "DLF.6263", "$.type"),
    ({"location": MISSING}, "DLF.6264", "$.location"),
    ({"location": "/a/b.jar"}, "DLF.6264", "$.location"),
    ({"location": "obs://" + "x" * 1018}, "DLF.6264", "$.location"),
    ({"desc": "x" * 256}, "DLF.6265", "$.desc"),
    ({"dependFiles": "a"}, "DLF.3051", "$.dependFiles"),
    ({"name": "a.b", "type": "war"}, "DLF.3051", "$.type"),
]


@pytest.mark.parametrize(("changes", "code", "place"), RESOURCES)
def test_resource(workspace: Workspace, dev: Wire, changes: dict[str, Any], code: str, place: str) -> None:
    for answer in (
        dev.post("resources", body=changed(resource_body(), changes)),
        dev.put(
            "resources",
            str(ResourceFactory(workspace=workspace).uid),
            body={"location": "", **changed(resource_body(), changes)},
        ),
    ):
        refused(answer, code)
        assert f"{place}: " in answer.json()["error_msg"]
    assert is_refused(Kind.RESOURCE, changed(resource_body(), changes))


def test_every_error_is_named_and_no_warning(workspace: Workspace, dev: Wire) -> None:
    body = job_body(nodes=[{"name": "a b"}, {"name": ".."}], schedule={"type": "x"}, processType="y")
    message = dev.post("jobs", body=body).json()["error_msg"]
    assert message.count("$.") == 3
    assert "$.nodes[0]" not in message


def test_message_is_at_most_10240_characters(workspace: Workspace, dev: Wire) -> None:
    body = job_body(nodes=[{"name": "a", "preNodeName": ["x" * 60]} for _ in range(900)])
    message = dev.post("jobs", body=body).json()["error_msg"]
    assert len(message) == 10240
    assert message.endswith("...")
    text = b"{" + b", ".join(b'"a": 1' for _ in range(3)) + b', "b": [' + b"NaN, " * 3000 + b"1]}"
    assert len(dev.post("jobs", body=text).json()["error_msg"]) <= 10240


def test_body_over_12_mb(workspace: Workspace, dev: Wire) -> None:
    body = b'{"a": "' + b"x" * (12 * 1024 * 1024) + b'"}'
    refused(dev.post("jobs", body=body), "APIGW.0201", "Request entity too large.", status=413)


def test_order_of_checks(workspace: Workspace, dev: Wire, view: Wire, outsider: Wire) -> None:
    anonymous = dev.client.post(f"{dev.base}/nowhere", b"[", content_type="text/plain")
    refused(anonymous, "APIGW.0301", status=401)
    refused(outsider.post("nowhere", body=b"["), "APIGW.0101", status=404)
    refused(outsider.put("jobs", "none", body=b"["), "APIGW.0302", status=403)
    dev.headers["X-Project-Id"] = "d" * 32
    refused(dev.put("jobs", "none", body=b"["), "APIGW.0306", status=403)
    del dev.headers["X-Project-Id"]
    dev.headers["workspace"] = "0" * 32
    refused(dev.put("jobs", "none", body=b"["), "DLF.0819")
    del dev.headers["workspace"]
    refused(view.put("jobs", "none", body=b"["), "DLF.6888", status=403)
    refused(dev.put("jobs", "none", body=b"["), "DLF.3051")
    refused(dev.put("jobs", "none", body={}), "DLF.0100")
    dev.post("jobs", body=job_body("a"))
    dev.post("jobs", body=job_body("b"))
    refused(dev.put("jobs", "a", body={"name": "b"}), "DLF.3025")
    refused(dev.put("jobs", "a", body=job_body("b")), "DLF.0102")


def test_script_change_has_its_own_code(workspace: Workspace, dev: Wire) -> None:
    ScriptFactory(workspace=workspace, name="s")
    refused(dev.put("scripts", "s", body={"configuration": 5}), "DLF.3051")


def test_every_finding_that_refuses_has_a_row_here() -> None:
    """A new finding of the formats that refuses a document must be given a code on the wire."""
    reading = {"not-utf8", "not-json", "repeated-key", "number", "text", "depth"}
    generic = {"invalid", "repeated-name", "unknown-node", "loop"}
    warnings = set(list(Code)[list(Code).index(Code.RANGE) :])
    specific = set(Code) - reading - generic - warnings
    assert specific == {
        "name-missing",
        "name-invalid",
        "schedule-missing",
        "schedule-invalid",
        "description-invalid",
        "type-missing",
        "type-invalid",
        "content-invalid",
        "location-invalid",
        "required-missing",
        "cron",
        "time",
    }
