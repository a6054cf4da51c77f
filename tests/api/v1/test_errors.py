"""Every error on the wire, in the order of the checks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import AuthToken, Project, Workspace
from dlfportal.access.policy import Right
from dlfportal.api.v1.exports import ExportView
from tests.api.conftest import Call, answer, token_of
from tests.factories import JobFactory, WorkspaceFactory

PROJECT, FOREIGN, UNKNOWN = "b" * 32, "d" * 32, "0" * 32
PATH = f"/v1/{PROJECT}/jobs/nightly/export"
BIG = b" " * (12 * 1024 * 1024 + 1)
INCORRECT = "Incorrect IAM authentication information: "

PATHS = [
    "/v1/",
    "/v1/x",
    f"/v1/{PROJECT}",
    f"/v1/{PROJECT}/",
    f"/v1/{PROJECT}/jobs/nightly/export/",
    f"/v1/{PROJECT}/jobs//export",
    f"/v1/{PROJECT}/jobs/nightly/exports",
    "/v1/a%0Ab",
    "/v1/%E6%95%B0?x=1",
    "/v1//",
]


@pytest.fixture
def nightly(workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="nightly")


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch", "options"])
@pytest.mark.parametrize("path", [*PATHS, PATH])
def test_without_credentials_every_path_is_401(db: None, path: str, method: str) -> None:
    response: Any = getattr(Client(), method)(path)
    assert answer(response) == (401, "APIGW.0301", INCORRECT + "x-auth-token not found")


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch", "options"])
@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_path_is_404_and_never_redirects(viewer: User, path: str, method: str) -> None:
    client = Client(headers={"X-Auth-Token": token_of(viewer, PROJECT)})
    response: Any = getattr(client, method)(path)
    assert answer(response) == (
        404,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment.",
    )


@pytest.mark.parametrize("text", ["nonsense", "数".encode().decode("latin-1"), "x" * 8000, "'; --"])
def test_an_unknown_token_is_401(post: Call, text: str) -> None:
    assert answer(post(PATH, X_Auth_Token=text)) == (401, "APIGW.0301", INCORRECT + "decrypt token fail")


def test_the_digest_of_a_token_is_no_token(post: Call) -> None:
    digest = AuthToken.objects.get().digest
    assert answer(post(PATH, X_Auth_Token=digest))[0] == 401


def test_an_expired_token_is_401_with_its_time(post: Call, nightly: None) -> None:
    AuthToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    moment = AuthToken.objects.get().expires_at
    assert answer(post(PATH)) == (
        401,
        "APIGW.0301",
        f"{INCORRECT}token expires, expires_at: {moment:%Y-%m-%dT%H:%M:%S.%f}Z",
    )


def test_the_token_of_a_deactivated_person_is_401(post: Call, viewer: User, nightly: None) -> None:
    assert post(PATH).status_code == 200
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    assert answer(post(PATH))[:2] == (401, "APIGW.0301")


def test_a_membership_taken_away_counts_at_once(post: Call, viewer: User, nightly: None) -> None:
    viewer.memberships.all().delete()
    assert answer(post(PATH))[:2] == (403, "APIGW.0302")


@pytest.mark.parametrize("wanted", [UNKNOWN, FOREIGN, "x", "B" * 32, "数"])
def test_a_project_that_is_not_ones_own_is_403(post: Call, other_workspace: Workspace, wanted: str) -> None:
    response = post(f"/v1/{wanted}/jobs/nightly/export")
    assert answer(response) == (403, "APIGW.0302", "The IAM user is not authorized to access the API.")


def test_a_disabled_project_is_the_same_403(post: Call, nightly: None) -> None:
    Project.objects.filter(pk=PROJECT).update(enabled=False)
    assert answer(post(PATH))[:2] == (403, "APIGW.0302")


def test_a_token_or_header_of_another_project_is_0306(
    post: Call, admin: User, nightly: None, other_workspace: Workspace
) -> None:
    denied = (403, "APIGW.0306", "API access denied.")
    assert answer(post(PATH, X_Project_Id=FOREIGN)) == denied
    assert answer(post(PATH, X_Auth_Token=token_of(admin, FOREIGN))) == denied
    assert answer(post(PATH, X_Auth_Token=token_of(admin))) == denied
    assert post(PATH, X_Project_Id=PROJECT).status_code == 200


@pytest.mark.parametrize("header", ["c" * 32, UNKNOWN, "x", "数".encode().decode("latin-1"), "a" * 33])
def test_a_workspace_that_is_not_ones_own_is_0819(
    post: Call, nightly: None, other_workspace: Workspace, header: str
) -> None:
    assert answer(post(PATH, workspace=header)) == (
        400,
        "DLF.0819",
        "Operation failed, detail msg Workspace does not exists.",
    )


def test_a_workspace_of_ones_project_without_membership_is_0819(post: Call, workspace: Workspace) -> None:
    lab = WorkspaceFactory(project=workspace.project, name="lab")
    JobFactory(workspace=lab, name="nightly")
    assert answer(post(PATH, workspace=lab.pk))[:2] == (400, "DLF.0819")


def test_a_right_one_lacks_is_6888(post: Call, nightly: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExportView, "right", Right.EDIT)
    assert answer(post(PATH)) == (403, "DLF.6888", "Invalid account permissions.")


def test_a_big_body_is_413(post: Call, nightly: None) -> None:
    assert answer(post(PATH, BIG)) == (413, "APIGW.0201", "Request entity too large.")
    assert post(PATH, BIG[:-1]).status_code == 200


def test_the_checks_come_in_their_order(post: Call, nightly: None) -> None:
    """Each request has all the faults of the ones below it as well."""
    bad: dict[str, str] = {"workspace": UNKNOWN}
    absent = PATH.replace("nightly", "absent")
    steps = [
        answer(post("/v1/nothing", BIG, X_Auth_Token="", **bad)),  # noqa: S106
        answer(post("/v1/nothing", BIG, **bad)),
        answer(post(f"/v1/{UNKNOWN}/jobs/absent/export", BIG, **bad)),
        answer(post(f"/v1/{UNKNOWN}/jobs/absent/export", "{", **bad)),
        answer(post(absent, "{", X_Project_Id=UNKNOWN, **bad)),
        answer(post(absent, "{", **bad)),
        answer(post(absent, "{")),
        answer(post(absent, '{"exportDepend": 3}')),
        answer(post(absent)),
    ]
    assert [(status, code) for status, code, _ in steps] == [
        (401, "APIGW.0301"),
        (404, "APIGW.0101"),
        (413, "APIGW.0201"),
        (403, "APIGW.0302"),
        (403, "APIGW.0306"),
        (400, "DLF.0819"),
        (400, "DLF.3051"),
        (400, "DLF.3051"),
        (400, "DLF.0100"),
    ]


def test_an_options_request_is_404_before_its_project_is_looked_at(viewer: User) -> None:
    client = Client(headers={"X-Auth-Token": token_of(viewer, PROJECT)})
    assert answer(client.options(f"/v1/{UNKNOWN}/jobs/x/export"))[:2] == (404, "APIGW.0101")


@pytest.mark.parametrize("path", [f"/v1/{PROJECT}/jobs%2Fnightly", f"/v1/{PROJECT}/jobs/nightly%2fexport"])
def test_an_encoded_slash_never_matches(viewer: User, nightly: None, path: str) -> None:
    """WSGI decodes it; servers tell beside that how the address was sent."""
    client = Client(headers={"X-Auth-Token": token_of(viewer, PROJECT)})
    sent = {"RAW_URI": f"{path}?a=%2F"}
    assert answer(client.get(path, **sent))[:2] == (404, "APIGW.0101")
    assert answer(client.post(path, **sent))[:2] == (404, "APIGW.0101")
    assert client.generic("POST", PATH, b"", RAW_URI=f"{PATH}?a=%2F").status_code == 200


@pytest.mark.parametrize("address", [f"/v1/{PROJECT}/jobs/a%00b", f"/v1/{PROJECT}/jobs?jobName=%00"])
def test_u0000_is_refused_after_authentication(viewer: User, nightly: None, address: str) -> None:
    assert answer(Client().get(address))[:2] == (401, "APIGW.0301")
    client = Client(headers={"X-Auth-Token": token_of(viewer, PROJECT)})
    assert answer(client.get(address))[:2] == (400, "APIGW.0602")


def test_the_newer_api_is_unknown_in_the_envelope(db: None) -> None:
    for version in ("v1.1", "v2.0", "v5", "v10"):
        for path in (f"/{version}", f"/{version}/", f"/{version}/{PROJECT}/clusters", f"/{version}/x%00"):
            assert answer(Client().get(path))[:2] == (404, "APIGW.0101"), path


def test_headers_of_ids_may_be_empty_or_in_upper_case(
    post: Call, nightly: None, workspace: Workspace
) -> None:
    upper = f"{workspace.pk[:8]}-{workspace.pk[8:]}".upper()
    assert post(PATH, X_Project_Id="", workspace=upper).status_code == 200


def test_a_refusal_is_logged_with_its_request_id(db: None, caplog: pytest.LogCaptureFixture) -> None:
    """Django logs it when the answer has left the middleware; people name the id when they ask."""
    request_id = Client().get("/v1/x")["X-Request-Id"]
    (record,) = [record for record in caplog.records if "/v1/x" in record.getMessage()]
    assert record.request_id == request_id  # type: ignore[attr-defined]


def test_a_crash_is_an_envelope_that_tells_nothing(
    post: Call, nightly: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(**_: object) -> None:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr("dlfportal.api.v1.exports.export_job", crash)
    response = post(PATH, client=Client(raise_request_exception=False))
    assert answer(response) == (500, "APIGW.0601", "Internal server error.")
    assert b"secret" not in response.content
    assert "SELECT secret" in caplog.text, "the cause is in the log"


def test_a_database_that_fails_is_an_envelope(post: Call, nightly: None) -> None:
    def fail(*_: object) -> None:
        raise connection.Database.OperationalError("password=hunter2")

    with connection.execute_wrapper(fail):
        response = post(PATH, client=Client(raise_request_exception=False))
    assert answer(response)[:2] == (500, "APIGW.0601")
    assert b"hunter2" not in response.content


def test_a_database_that_is_busy_asks_to_try_again(
    post: Call, nightly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("dlfportal.api.v1.exports.export_job", locked)
    status, code, message = answer(post(PATH, client=Client(raise_request_exception=False)))
    assert (status, code) == (503, "APIGW.0201") and "try again" in message


def test_a_host_we_do_not_serve_is_an_envelope(post: Call, nightly: None) -> None:
    assert answer(post(PATH, client=Client(), Host="evil.example"))[:2] == (400, "APIGW.0602")


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing", "/v3/nothing", "/accounts/login/", "/admin/"])
def test_every_answer_carries_a_request_id_of_its_own(db: None, path: str) -> None:
    ids = {Client().get(path)["X-Request-Id"] for _ in range(2)}
    assert len(ids) == 2
