from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Version
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from tests.api.v1.wire import Wire, done, job_body, refused, shown

ODD = {
    "zzz": [1, 1.5, "1", None, {"深": "度"}],
    "name": "日报_销售汇总",
    "nodes": [{"type": "Brand New", "name": "n1", "location": {"y": "-45.5"}, "more": {"b": 1, "a": 2}}],
    "schedule": {
        "type": "CRON",
        "cron": {"expression": "0 0 1 * * ?", "startTime": "2026-01-01T00:00:00+08"},
    },
    "processType": "BATCH",
    "directory": "/日报/",
}


def test_create_keeps_the_document_as_it_came(workspace: Workspace, dev: Wire) -> None:
    done(dev.post("jobs", body=ODD))
    job = object_get(workspace, Kind.JOB, "日报_销售汇总")
    assert job.revision
    assert canonical(document_of(job.revision)) == canonical(ODD)
    assert shown(dev.get("jobs", "日报_销售汇总"))["directory"] == "/日报/"


def test_create_is_recorded_with_the_request(workspace: Workspace, dev: Wire) -> None:
    answer = dev.post("jobs", body=job_body())
    entry = AuditEntry.objects.get(action="job.create")
    assert (entry.user_name, entry.channel) == ("developer", "api")
    assert entry.request_id == answer["X-Request-Id"]


def test_create_drops_what_belongs_to_the_server(workspace: Workspace, dev: Wire) -> None:
    done(dev.post("jobs", body=job_body(id=7, createTime=1, approvers=[{"approverName": "x"}])))
    job = object_get(workspace, Kind.JOB, "日报_销售汇总")
    assert job.revision
    assert document_of(job.revision) == job_body()


def test_older_key_of_the_type_is_taken(workspace: Workspace, dev: Wire) -> None:
    body = job_body()
    body["jobType"] = body.pop("processType")
    done(dev.post("jobs", body=body))
    assert shown(dev.get("jobs", "日报_销售汇总"))["processType"] == "BATCH"
    done(dev.post("jobs", body={**body, "name": "null", "processType": None}))
    assert shown(dev.get("jobs", jobName="null"))["total"] == 1


@pytest.mark.parametrize(
    ("target", "versions"), [("SAVED", 0), (None, 0), ("SUBMITTED", 1), ("PRODUCTION", 1)]
)
def test_target_status_decides_whether_a_version_is_submitted(
    workspace: Workspace, dev: Wire, target: str | None, versions: int
) -> None:
    done(dev.post("jobs", body=job_body(targetStatus=target)))
    assert Version.objects.count() == versions
    assert "targetStatus" not in shown(dev.get("jobs", "日报_销售汇总"))


@pytest.mark.parametrize("target", ["submitted", "", 1, ["SAVED"]])
def test_unknown_target_status_writes_nothing(workspace: Workspace, dev: Wire, target: object) -> None:
    refused(dev.post("jobs", body=job_body(targetStatus=target)), "DLF.3051")
    refused(dev.get("jobs", "日报_销售汇总"), "DLF.0100")


def test_taken_name_is_refused_with_the_documented_text(workspace: Workspace, dev: Wire) -> None:
    done(dev.post("jobs", body=job_body()))
    refused(dev.post("jobs", body=job_body()), "DLF.0102", "The job name already exists.")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json;charset=utf8", "multipart/form-data"]
)
def test_body_is_json_whatever_the_content_type_says(
    workspace: Workspace, dev: Wire, content_type: str
) -> None:
    done(dev.post("jobs", body=job_body(), content_type=content_type))


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b'{"name": "a", "name": "b"}', b"\xff", b"NaN"])
def test_body_that_is_no_json_object_is_refused(workspace: Workspace, dev: Wire, body: bytes) -> None:
    refused(dev.post("jobs", body=body), "DLF.3051")


def test_viewer_is_refused(workspace: Workspace, view: Wire) -> None:
    refused(view.post("jobs", body=job_body()), "DLF.6888", "Invalid account permissions.", status=403)


def test_stranger_sees_no_workspace(neighbour: Wire) -> None:
    message = "Operation failed, detail msg Workspace does not exists."
    refused(neighbour.post("jobs", body=job_body()), "DLF.0819", message)


def test_workspace_header_chooses_the_workspace(
    workspace: Workspace, next_door: Workspace, neighbour: Wire, dev: Wire
) -> None:
    neighbour.headers["workspace"] = f"{'e' * 8}-{'e' * 4}-{'e' * 4}-{'e' * 4}-{'e' * 12}"
    done(neighbour.post("jobs", body=job_body()))
    assert object_get(next_door, Kind.JOB, "日报_销售汇总")
    refused(dev.get("jobs", "日报_销售汇总"), "DLF.0100")


def test_text_on_the_wire_has_no_ascii_escapes(workspace: Workspace, dev: Wire) -> None:
    done(dev.post("jobs", body=job_body()))
    assert "日报_销售汇总".encode() in dev.get("jobs", "日报_销售汇总").content
