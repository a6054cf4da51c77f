"""`POST /v1/{project_id}/jobs/{name}/export`: the seed, word for word."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.services import version_submit
from tests.api.conftest import Call, answer, token_of
from tests.factories import (
    JobFactory,
    MembershipFactory,
    ProjectFactory,
    ScriptFactory,
    WorkspaceFactory,
    node,
    operator,
)
from tests.packages import digest_by_hand, unzip

SEED_PROJECT = "b384b9e9ab9b4ee8994c8633aabc9505"
PATH = f"/v1/{'b' * 32}/jobs/nightly/export"
WHOLE = ["jobs/nightly.job", "scripts/load.script"]


@pytest.fixture
def nightly(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load")
    JobFactory(workspace=workspace, name="nightly", nodes=[node("n", scriptName="load")])


def test_the_seeds_example_works_as_it_stands(viewer: User) -> None:
    project = ProjectFactory(id=SEED_PROJECT, name="seed")
    home = WorkspaceFactory(project=project, name="default")
    MembershipFactory(user=viewer, workspace=home, role="viewer")
    for name in ("CS_PROCESS_TRIP", "TRIP_RAW_STANDARD"):
        ScriptFactory(workspace=home, name=name)
    nodes = [
        node("a", "CSJob", scriptName="CS_PROCESS_TRIP"),
        node("b", "DLISQL", ["a"], scriptName="TRIP_RAW_STANDARD"),
    ]
    JobFactory(workspace=home, name="myJob", nodes=nodes)
    client = Client(headers={"X-Auth-Token": token_of(viewer, SEED_PROJECT)})

    response = client.post(
        "/v1/b384b9e9ab9b4ee8994c8633aabc9505/jobs/myJob/export",
        '{\n   "exportDepend":true\n}',
        content_type="application/json",
    )
    assert response.status_code == 200
    assert response["Content-Type"] == "application/octet-stream"
    assert 'filename="DLF_myJob.zip"' in response["Content-Disposition"]
    assert list(unzip(response.getvalue())) == [
        "jobs/myJob.job",
        "scripts/CS_PROCESS_TRIP.script",
        "scripts/TRIP_RAW_STANDARD.script",
    ]

    failed = client.post(f"/v1/{SEED_PROJECT}/jobs/noJob/export", content_type="application/json")
    assert answer(failed) == (400, "DLF.0100", "The job does not exists.")


def test_the_answer_carries_size_digest_and_request_id(post: Call, nightly: None) -> None:
    response = post(PATH)
    whole = response.getvalue()
    assert response["Content-Length"] == str(len(whole))
    assert response["X-DLF-Package-Digest"] == digest_by_hand(unzip(whole))
    assert response["Cache-Control"] == "no-store"
    assert "X-DLF-Missing" not in response
    entry = AuditEntry.objects.get(action="package.export")
    assert entry.request_id == response["X-Request-Id"]
    assert (entry.user_name, entry.channel) == ("viewer", "api")


@pytest.mark.parametrize(
    "body",
    ["", "  \n", "{}", '{"exportDepend": true}', '{"exportDepend": null}', "null", '{"new": [1, {"x": 2}]}'],
)
def test_dependencies_go_along_unless_told_otherwise(post: Call, nightly: None, body: str) -> None:
    assert list(unzip(post(PATH, body).getvalue())) == WHOLE


def test_export_depend_false_leaves_them_out(post: Call, nightly: None) -> None:
    assert list(unzip(post(PATH, '{"exportDepend": false}').getvalue())) == WHOLE[:1]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json;charset=UTF-8",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "nonsense",
    ],
)
def test_the_body_is_json_whatever_its_type_says(post: Call, nightly: None, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    response = post(PATH, '{"exportDepend": false}', **headers)
    assert list(unzip(response.getvalue())) == WHOLE[:1]
    assert list(unzip(post(PATH, "", **headers).getvalue())) == WHOLE


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/octet-stream", "image/png", "x"])
def test_accept_is_ignored(post: Call, nightly: None, accept: str) -> None:
    assert post(PATH, Accept=accept).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '"text"',
        "3",
        "{",
        "{'exportDepend': true}",
        '{"exportDepend": true} x',
        '{"exportDepend": "true"}',
        '{"exportDepend": 1}',
        '{"exportDepend": 0}',
        '{"exportDepend": []}',
        '{"exportDepend": {}}',
        '{"exportDepend": true, "exportDepend": false}',
        '{"exportStatus": "develop"}',
        '{"exportStatus": ""}',
        '{"exportStatus": 3}',
        '{"exportStatus": ["SUBMIT"]}',
        '{"exportStatus": {}}',
        '{"x": NaN}',
        "[" * 100_000,
    ],
)
def test_wrong_bodies_are_answered_3051(post: Call, nightly: None, body: str) -> None:
    status, code, message = answer(post(PATH, body))
    assert (status, code) == (400, "DLF.3051")
    assert message.startswith("The request parameter is invalid.")


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"a": "\xed\xa0\x80"}', b"\x00", '{"a": "\\ud800"}'])
def test_bytes_that_are_no_text_are_answered_3051(post: Call, nightly: None, body: bytes) -> None:
    assert answer(post(PATH, body))[:2] == (400, "DLF.3051")


def test_a_body_wrong_in_many_places_gets_a_message_of_bounded_length(post: Call, nightly: None) -> None:
    body = json.dumps({f"{'k' * 500}{number}": "\ud800" for number in range(2000)})
    assert answer(post(PATH, body))[:2] == (400, "DLF.3051")


@pytest.mark.parametrize("value", ['"bucket/dir/"', '""', "3", "{}"])
def test_an_object_store_path_is_refused(post: Call, nightly: None, value: str) -> None:
    response = post(PATH, f'{{"obsPath": {value}}}')
    shown = str(json.loads(value))
    message = f"The OBS path is invalid. {shown} is not of the form obs://bucket/key."
    assert answer(response) == (400, "DLF.0803", message)
    assert post(PATH, '{"obsPath": null}').status_code == 200


@pytest.mark.parametrize("body", [{"obsPath": "nowhere"}, {"exportStatus": "NONE"}])
def test_a_missing_job_is_told_before_wrong_values(
    post: Call, workspace: Workspace, body: dict[str, str]
) -> None:
    assert answer(post(PATH, json.dumps(body)))[:2] == (400, "DLF.0100")


def test_export_status_chooses_the_submitted_version(post: Call, workspace: Workspace, nightly: None) -> None:
    refused = answer(post(PATH, '{"exportStatus": "SUBMIT"}'))
    assert refused == (400, "DLF.3051", "The job has no submitted version.")
    made = JobFactory(workspace=workspace, name="submitted", nodes=[node("n", scriptName="load")])
    version_submit(actor=operator(), target=made)
    response = post(PATH.replace("nightly", "submitted"), '{"exportStatus": "SUBMIT"}')
    assert list(unzip(response.getvalue())) == ["jobs/submitted.job"]
    assert response["X-DLF-Missing"] == "scripts/load"
    assert post(PATH, '{"exportStatus": "DEVELOP"}').status_code == 200
    assert post(PATH, '{"exportStatus": null}').status_code == 200


@pytest.mark.parametrize("spelling", ["a" * 32, "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", " " + "a" * 32, ""])
def test_the_workspace_header_is_taken_with_and_without_hyphens(
    post: Call, nightly: None, spelling: str
) -> None:
    assert post(PATH, workspace=spelling).status_code == 200


def test_another_workspace_of_the_project_is_reached_by_its_header(
    post: Call, viewer: User, workspace: Workspace, nightly: None
) -> None:
    lab = WorkspaceFactory(project=workspace.project, name="lab")
    MembershipFactory(user=viewer, workspace=lab, role="viewer")
    JobFactory(workspace=lab, name="only_here")
    path = PATH.replace("nightly", "only_here")
    assert post(path, workspace=lab.pk).status_code == 200
    assert answer(post(path))[1] == "DLF.0100"
    assert answer(post(PATH, workspace=lab.pk))[1] == "DLF.0100"


@pytest.mark.parametrize("name", ["日报_销售汇总", "a.b-c_d", "import", "batch-export", "㐀"])
def test_names_travel_percent_encoded(post: Call, workspace: Workspace, name: str) -> None:
    JobFactory(workspace=workspace, name=name)
    response = post(f"/v1/{'b' * 32}/jobs/{quote(name, safe='')}/export")
    assert list(unzip(response.getvalue())) == [f"jobs/{name}.job"]
    assert quote(f"DLF_{name}.zip") in response["Content-Disposition"]


def test_missing_dependencies_are_named_in_a_header(post: Call, workspace: Workspace) -> None:
    nodes = [node("1", scriptName="没有"), node("2", "CDMJob", clusterName="c", jobName="x")]
    JobFactory(workspace=workspace, name="nightly", nodes=nodes)
    response = post(PATH)
    assert response["X-DLF-Missing"] == "cdms/c/x,scripts/" + quote("没有")


@pytest.mark.parametrize("name", ["nightly%2Fexport", "a%2Fb", "%2F", "nightly/", "/nightly", ".."])
def test_a_slash_in_a_name_matches_nothing(post: Call, nightly: None, name: str) -> None:
    status, code, _ = answer(post(f"/v1/{'b' * 32}/jobs/{name}/export"))
    assert (status, code) in ((404, "APIGW.0101"), (400, "DLF.0100"))


@pytest.mark.parametrize("name", ["%0A", "nightly%0A", "nightly%20", "%E4%BD", "%ED%A0%80", "x" * 999, "%25"])
def test_odd_names_are_missing_jobs(post: Call, nightly: None, name: str) -> None:
    assert answer(post(f"/v1/{'b' * 32}/jobs/{name}/export"))[:2] == (400, "DLF.0100")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head", "options", "trace"])
def test_another_method_is_an_unknown_api(post: Call, nightly: None, method: str, viewer: User) -> None:
    client = Client(headers={"X-Auth-Token": token_of(viewer, "b" * 32)})
    response: Any = getattr(client, method)(PATH)
    assert response.status_code == 404
    assert response["X-Request-Id"]
    if method != "head":
        assert answer(response) == (404, "APIGW.0101", "The API does not exist.")


def test_a_name_with_nul_is_refused_not_crashed_on(post: Call, nightly: None) -> None:
    client = Client(raise_request_exception=False)
    for path in (f"/v1/{'b' * 32}/jobs/a%00b/export", "/v1/%00/jobs/nightly/export"):
        assert answer(post(path, client=client))[:2] == (400, "APIGW.0602")
