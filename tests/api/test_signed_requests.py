"""Signed requests through the whole API: who is let in, and what everybody else is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.keys import access_key_create, access_key_revoke
from dlfportal.access.models import AccessKey, Workspace
from dlfportal.access.services import ProjectScope, token_issue
from dlfportal.audit.actor import Actor, Channel
from tests.factories import PASSWORD, JobFactory
from tests.queries import count_queries
from tests.signing import authorization, date_now

EXPORT = f"/v1/{'b' * 32}/jobs/daily/export"
PREFIX = "Incorrect IAM authentication information: "


class Program:
    """A program that holds the viewer's access key and signs what it sends."""

    def __init__(self, user: User) -> None:
        issued = access_key_create(actor=Actor(user, Channel.WEB), user=user)
        self.row, self.key = issued.row, (issued.row.access_key, issued.secret)

    def send(
        self,
        path: str = EXPORT,
        body: bytes = b"",
        *,
        method: str = "POST",
        key: tuple[str, str] | None = None,
        signed: Sequence[str] | None = None,
        payload: str | None = None,
        sent_body: bytes | None = None,
        sent_path: str | None = None,
        header: Callable[[str], str] = str,
        unsigned: dict[str, str] | None = None,
        **headers: str,
    ) -> Any:
        """Sign and send; `sent_body`, `sent_path` and `header` exchange something after the signing."""
        named = {"Host": "testserver", "X-Sdk-Date": date_now()}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        text = authorization(key or self.key, method, path, named, body, signed=signed, payload=payload)
        wire = {**named, **(unsigned or {}), "Authorization": header(text)}
        client = Client(raise_request_exception=False)
        final = body if sent_body is None else sent_body
        latin = {name: value.encode().decode("latin-1") for name, value in wire.items()}
        return client.generic(method, sent_path or path, final, "application/json", headers=latin)


@pytest.fixture
def program(viewer: User, workspace: Workspace) -> Program:
    JobFactory(workspace=workspace, name="daily")
    return Program(viewer)


def refusal(response: Any) -> str:
    """Return the detail of a 401, after checking that it is the gateway's."""
    body = response.json()
    assert response.status_code == 401, body
    assert body["error_code"] == "APIGW.0301"
    assert body["request_id"] == response["X-Request-Id"]
    assert body["error_msg"].startswith(PREFIX)
    return str(body["error_msg"].removeprefix(PREFIX))


def moved(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y%m%dT%H%M%SZ")


def test_signed_export_is_answered(program: Program) -> None:
    assert program.send(body=b'{"exportDepend": true}').status_code == 200
    assert program.send().status_code == 200


@pytest.mark.parametrize("name", ["日报_销售汇总", "a b", "a+b", "a%b", "a~b_c-d.e", "作业_1.a", "a'(b)*c!"])
def test_names_of_all_kinds_can_be_signed(program: Program, name: str) -> None:
    response = program.send(f"/v1/{'b' * 32}/jobs/{quote(name, safe='')}/export")
    assert (response.status_code, response.json()["error_code"]) == (400, "DLF.0100")


def test_slash_in_a_name_is_signed_and_routed_as_a_separator(program: Program) -> None:
    response = program.send(f"/v1/{'b' * 32}/jobs/a%2Fb/export")
    assert (response.status_code, response.json()["error_code"]) == (404, "APIGW.0101")


def test_query_is_covered(program: Program) -> None:
    path = f"{EXPORT}?b=%E6%97%A5%20x&a=2&a=1"
    assert program.send(path).status_code == 200
    assert refusal(program.send(path, sent_path=path.replace("a=1", "a=3")))


def test_body_path_and_signed_headers_are_covered(program: Program) -> None:
    body = b'{"exportDepend": true}'
    assert refusal(program.send(body=body, sent_body=body.replace(b"true", b"null")))
    assert refusal(program.send(body=body, sent_body=b""))
    assert refusal(program.send(sent_path=EXPORT.replace("daily", "dailz")))
    assert refusal(program.send(X_Note="1", unsigned={"X-Note": "2"}))
    assert refusal(
        program.send(X_Note="1", unsigned={"X-Note": "1,1"})
    )  # a repeated header, as WSGI joins it


def test_unsigned_headers_that_are_more_do_no_harm(program: Program) -> None:
    assert program.send(unsigned={"X-Note": "x", "X-Project-Id": "b" * 32}).status_code == 200


def test_header_in_chinese_is_covered(program: Program) -> None:
    assert program.send(X_Note="日报  à").status_code == 200
    assert refusal(program.send(X_Note="日报", unsigned={"X-Note": "月报"}))


def test_header_that_is_not_utf8_is_refused_not_crashed_on(program: Program) -> None:
    named = {"Host": "testserver", "X-Sdk-Date": date_now(), "X-Note": "x"}
    headers = {**named, "Authorization": authorization(program.key, "POST", EXPORT, named), "X-Note": "\xff"}
    response = Client().post(EXPORT, b"", content_type="", headers=headers)
    assert "�" in refusal(response)


def test_workspace_must_be_signed(program: Program) -> None:
    assert program.send(workspace="a" * 32).status_code == 200
    assert "workspace" in refusal(program.send(unsigned={"workspace": "a" * 32}))
    assert "workspace" in refusal(program.send(unsigned={"workspace": ""}))
    assert refusal(program.send(workspace="a" * 32, unsigned={"workspace": "c" * 32}))


def test_date_must_be_signed(program: Program) -> None:
    assert "x-sdk-date" in refusal(program.send(signed=["host"]))


def test_signed_header_must_be_there(program: Program) -> None:
    assert "x-gone" in refusal(program.send(signed=["host", "x-gone", "x-sdk-date"]))
    assert "x_note" in refusal(program.send(signed=["x-sdk-date", "x_note"], unsigned={"x-note": "1"}))


@pytest.mark.parametrize(("seconds", "status"), [(-895, 200), (895, 200), (-901, 401), (902, 401)])
def test_clock_window(program: Program, seconds: int, status: int) -> None:
    response = program.send(X_Sdk_Date=moved(seconds))
    assert response.status_code == status
    if status == 401:
        assert refusal(response).startswith("calc ak sk signature fail:signature expired")


def test_unknown_key_and_wrong_secret_get_the_same_answer(program: Program) -> None:
    date = date_now()
    wrong = program.send(key=(program.key[0], "x" * 40), X_Sdk_Date=date)
    unknown = program.send(key=("A" * 20, program.key[1]), X_Sdk_Date=date)
    assert refusal(wrong) == refusal(unknown)
    assert refusal(wrong).startswith("verify aksk signature fail, canonicalRequest:POST|/v1/")
    assert set(wrong.headers) == set(unknown.headers)


def test_unknown_key_and_wrong_secret_cost_the_same_queries(program: Program) -> None:
    wrong = count_queries(lambda: program.send(key=(program.key[0], "x" * 40)))
    unknown = count_queries(lambda: program.send(key=("A" * 20, program.key[1])))
    assert wrong == unknown == 1


def test_revoked_key_and_inactive_user_get_that_answer_too(program: Program, viewer: User) -> None:
    date = date_now()
    wrong = refusal(program.send(key=(program.key[0], "x" * 40), X_Sdk_Date=date))
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    assert refusal(program.send(X_Sdk_Date=date)) == wrong
    User.objects.filter(pk=viewer.pk).update(is_active=True)
    assert program.send(X_Sdk_Date=date).status_code == 200
    access_key_revoke(actor=Actor(viewer, Channel.WEB), key=program.row)
    assert refusal(program.send(X_Sdk_Date=date)) == wrong


def test_another_secret_key_of_the_server_ends_all_keys(program: Program, settings: Any) -> None:
    settings.SECRET_KEY = "another one"
    assert refusal(program.send())


def test_upper_case_signature_is_refused(program: Program) -> None:
    def upper(text: str) -> str:
        head, mark, end = text.partition("Signature=")
        return head + mark + end.upper()

    assert refusal(program.send(header=upper)).startswith("verify aksk")


def test_scoped_form_and_other_schemes_are_refused(program: Program) -> None:
    scope = "/20240102///sdk_request"
    scoped = f"Credential={program.key[0]}{scope}"
    assert "Access=" in refusal(
        program.send(header=lambda text: text.replace(f"Access={program.key[0]}", scoped))
    )
    assert refusal(program.send(header=lambda text: text.replace("SDK-HMAC-SHA256", "V11-HMAC-SHA256")))
    assert refusal(program.send(header=lambda text: f"{text},{text}"))  # sent twice, as WSGI joins it
    assert refusal(program.send(header=lambda text: "Bearer abc"))


def test_no_credentials_at_all(program: Program) -> None:
    assert refusal(Client().post(EXPORT)) == "x-auth-token not found"


def test_security_token_is_refused(program: Program) -> None:
    assert "temporary" in refusal(program.send(unsigned={"X-Security-Token": "t"}))
    assert "temporary" in refusal(program.send(X_Security_Token="t"))


def test_signature_wins_over_a_token(program: Program, viewer: User) -> None:
    issued = token_issue(username="viewer", password=PASSWORD, project=ProjectScope(id="b" * 32))
    assert issued
    token = {"X-Auth-Token": issued.text}
    assert program.send(unsigned={"X-Auth-Token": "nonsense"}).status_code == 200
    assert refusal(program.send(key=(program.key[0], "x"), unsigned=token)).startswith("verify aksk")
    assert program.send(header=lambda text: "Bearer abc", unsigned=token).status_code == 200
    assert refusal(program.send(header=lambda text: "Bearer abc", unsigned={"X-Auth-Token": "no"}))


def test_project_header_of_another_project_is_refused(program: Program) -> None:
    for response in (program.send(X_Project_Id="d" * 32), program.send(unsigned={"X-Project-Id": "d" * 32})):
        assert (response.status_code, response.json()["error_code"]) == (403, "APIGW.0306")


def test_rights_are_the_users(program: Program, stranger: User, other_workspace: Workspace) -> None:
    response = Program(stranger).send()
    assert (response.status_code, response.json()["error_code"]) == (403, "APIGW.0302")
    response = program.send(f"/v1/{'d' * 32}/jobs/daily/export")
    assert (response.status_code, response.json()["error_code"]) == (403, "APIGW.0302")
    response = program.send(workspace="c" * 32)
    assert (response.status_code, response.json()["error_code"]) == (400, "DLF.0819")


def test_unknown_paths_are_401_before_404(program: Program) -> None:
    assert refusal(program.send("/v1/nothing/here", key=("A" * 20, "x")))
    assert program.send("/v1/nothing/here").status_code == 404


def test_unsigned_payload(program: Program) -> None:
    free = {"X_Sdk_Content_Sha256": "UNSIGNED-PAYLOAD", "payload": "UNSIGNED-PAYLOAD"}
    assert program.send(body=b'{"exportDepend": true}', **free).status_code == 200
    assert program.send(body=b"", sent_body=b'{"exportDepend": false}', **free).status_code == 200
    assert program.send(body=b"", **free).status_code == 200
    assert program.send(body=b"", X_Sdk_Content_Sha256="UNSIGNED-PAYLOAD").status_code == 200
    body = b'{"exportDepend": true}'
    assert refusal(program.send(body=body, unsigned={"X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD"}))


def test_digest_in_the_header_must_be_the_bodys(program: Program) -> None:
    digest = "bdd24717969b37dbef96b2ef1342fbab48183e58f192daaf0b2a2f1f9e12f1c0"
    body = b'{"exportDepend": true}'
    declared = {"X_Sdk_Content_Sha256": digest, "payload": digest}
    assert program.send(body=body, **declared).status_code == 200
    assert refusal(program.send(body=body, sent_body=body + b" ", **declared))
    assert refusal(program.send(body=body, sent_body=b"", **declared))


def test_body_of_more_than_12_mb_is_413(program: Program) -> None:
    response = program.send(body=b" " * (12 * 1024 * 1024 + 1))
    assert (response.status_code, response.json()["error_code"]) == (413, "APIGW.0201")
    assert program.send(body=b" " * (12 * 1024 * 1024)).status_code == 200


def test_use_is_noted_at_most_once_an_hour(program: Program) -> None:
    def used() -> datetime | None:
        return AccessKey.objects.get().last_used_at

    assert refusal(program.send(key=(program.key[0], "x"))) and used() is None
    program.send()
    first = used()
    assert first is not None
    program.send()
    assert used() == first
    long_ago = first - timedelta(hours=2)
    AccessKey.objects.update(last_used_at=long_ago)
    program.send()
    assert used() != long_ago


def test_projects_can_be_asked_for_signed(program: Program) -> None:
    response = program.send("/v3/projects?name=retail", method="GET")
    assert [project["id"] for project in response.json()["projects"]] == ["b" * 32]
    refused = program.send("/v3/projects?name=retail", method="GET", key=(program.key[0], "x"))
    assert refused.status_code == 401
    assert refused.json()["error"]["title"] == "Unauthorized"
