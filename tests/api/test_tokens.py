"""`POST /v3/auth/tokens`: IAM's own shapes."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import AuthToken, Project, Workspace
from dlfportal.access.services import token_find
from tests.factories import PASSWORD

PATH = "/v3/auth/tokens"


def body(name: str = "viewer", password: str = PASSWORD, **auth: Any) -> dict[str, Any]:
    user = {"name": name, "password": password, "domain": {"name": "team"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    return {"auth": {"identity": identity, "scope": {"project": {"id": "b" * 32}}} | auth}


def post(data: Any, client: Client | None = None, content_type: str = "application/json") -> Any:
    raw = data if isinstance(data, (bytes, str)) else json.dumps(data)
    return (client or Client()).post(PATH, raw, content_type=content_type)


def error(response: Any) -> tuple[int, str]:
    inner = response.json()["error"]
    assert inner.keys() == {"code", "message", "title"}
    assert inner["code"] == response.status_code
    assert response["X-Request-Id"]
    assert "X-Subject-Token" not in response
    return response.status_code, inner["message"]


INVALID = (400, "The request body is invalid")


def test_a_password_gives_a_token_in_the_header_and_only_there(viewer: User, workspace: Workspace) -> None:
    response = post(body())
    assert response.status_code == 201
    text = response["X-Subject-Token"]
    assert text.encode() not in response.content
    found = token_find(text)
    assert found is not None
    assert (found.user, found.project) == (viewer, workspace.project)
    token = response.json()["token"]
    issued, expires = (
        datetime.strptime(token.pop(key), "%Y-%m-%dT%H:%M:%S.%fZ") for key in ("issued_at", "expires_at")
    )
    assert expires - issued == timedelta(hours=24)
    domain = {"id": "team", "name": "team"}
    assert token == {
        "catalog": [],
        "methods": ["password"],
        "project": {"id": "b" * 32, "name": "retail", "domain": domain},
        "roles": [{"id": "0", "name": "te_admin"}],
        "user": {
            "id": str(viewer.pk),
            "name": "viewer",
            "domain": domain,
            "password_expires_at": "",
        },
    }
    called = Client().get("/v3/projects", headers={"X-Auth-Token": text})
    assert called.status_code == 200


def test_a_project_may_be_named_and_the_query_is_ignored(viewer: User, workspace: Workspace) -> None:
    named = body(scope={"project": {"name": "retail"}})
    response = Client().post(f"{PATH}?nocatalog=true", json.dumps(named), content_type="text/plain")
    assert response.json()["token"]["project"]["id"] == "b" * 32


@pytest.mark.parametrize("scope", [{}, {"domain": {"name": "team"}}])
def test_an_account_scope_gives_a_token_without_a_project(viewer: User, scope: dict[str, Any]) -> None:
    token = post(body(scope=scope)).json()["token"]
    assert token["domain"] == {"id": "team", "name": "team"}
    assert "project" not in token


@pytest.mark.parametrize(("name", "password"), [("viewer", "no"), ("nobody", PASSWORD), ("VIEWER", PASSWORD)])
def test_a_wrong_password_and_an_unknown_person_look_alike(viewer: User, name: str, password: str) -> None:
    assert error(post(body(name, password))) == (401, "The username or password is wrong.")
    assert not AuthToken.objects.exists()


def test_a_wrong_password_learns_nothing_of_projects(viewer: User) -> None:
    wrong = body(password="wrong", scope={"project": {"id": "0" * 32}})  # noqa: S106
    assert error(post(wrong))[0] == 401


@pytest.mark.parametrize(
    "wanted", [{"id": "0" * 32}, {"id": "d" * 32}, {"name": "finance"}, {"name": "x" * 9000}]
)
def test_a_project_unknown_or_not_ones_own_is_404(
    viewer: User, other_workspace: Workspace, wanted: dict[str, str]
) -> None:
    assert error(post(body(scope={"project": wanted}))) == (404, "Could not find the project.")


def test_a_disabled_project_is_404_too(viewer: User, project: Project) -> None:
    Project.objects.update(enabled=False)
    assert error(post(body()))[0] == 404


PLACES: list[tuple[str, ...]] = [
    (),
    ("auth",),
    ("auth", "identity"),
    ("auth", "identity", "methods"),
    ("auth", "identity", "password"),
    ("auth", "identity", "password", "user"),
    ("auth", "identity", "password", "user", "name"),
    ("auth", "identity", "password", "user", "password"),
    ("auth", "identity", "password", "user", "domain"),
    ("auth", "identity", "password", "user", "domain", "name"),
    ("auth", "scope"),
    ("auth", "scope", "project"),
    ("auth", "scope", "project", "id"),
]
ODD: list[Any] = [None, True, 0, 1.5, "", [], [None], {}, {"name": None}, [[]], {"id": {}}, {"id": []}]


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_every_malformed_body_is_400_and_never_500(viewer: User, place: tuple[str, ...]) -> None:
    """Each part of the body in turn becomes every other kind of value, or is left out."""
    for odd in [*ODD, "absent"]:
        data: Any = deepcopy(body())
        if not place:
            data = odd
        else:
            parent = data
            for step in place[:-1]:
                parent = parent[step]
            if odd == "absent":
                del parent[place[-1]]
            else:
                parent[place[-1]] = odd
        no_scope = place[:2] == ("auth", "scope") and (
            (place == ("auth", "scope") and (odd in ("absent", {}) or isinstance(odd, dict)))
            or (place == ("auth", "scope", "project") and odd in (None, "absent"))
        )
        response = post(data, Client(raise_request_exception=False))
        if no_scope:
            assert response.status_code == 201, (place, odd)
        else:
            assert error(response) == INVALID, (place, odd)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff",
        b"null",
        b'{"auth": 1e999}',
        b"[" * 200_000,
        '{"auth": "\\u0000"}',
        b'{"auth":{},"auth":{}}',
    ],
)
def test_what_is_not_json_is_400(db: None, raw: bytes) -> None:
    assert error(post(raw, Client(raise_request_exception=False))) == INVALID


@pytest.mark.parametrize("text", ["\x00", "a\x00", "\ud800"])
@pytest.mark.parametrize("field", ["name", "password"])
def test_characters_no_database_keeps_are_400(viewer: User, field: str, text: str) -> None:
    assert error(post(body(**{field: text}), Client(raise_request_exception=False))) == INVALID


@pytest.mark.parametrize("methods", [["token"], ["hw_ak_sk"], ["password", "totp"], "password", []])
def test_other_methods_are_400(viewer: User, methods: Any) -> None:
    data = body()
    data["auth"]["identity"]["methods"] = methods
    assert error(post(data)) == INVALID


@pytest.mark.parametrize("method", ["get", "put", "patch", "options"])
def test_another_method_is_404(db: None, method: str) -> None:
    response: Any = getattr(Client(), method)(PATH)
    assert error(response) == (404, "The API does not exist.")


def test_a_big_body_is_413(db: None) -> None:
    assert error(post(b" " * (12 * 1024 * 1024 + 1))) == (413, "Request entity too large.")


def test_no_csrf_token_is_asked_for(viewer: User, workspace: Workspace) -> None:
    assert post(body(), Client(enforce_csrf_checks=True)).status_code == 201


@pytest.mark.parametrize("path", ["/v3/", "/v3/nothing", "/v3/auth/tokens/"])
def test_an_unknown_path_is_told_in_iams_shape(db: None, path: str) -> None:
    message = "The API does not exist or has not been published in the environment."
    assert error(Client().get(path)) == (404, message)


def test_a_crash_is_told_in_iams_shape(viewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_: object) -> None:
        raise RuntimeError("SELECT secret")

    monkeypatch.setattr("dlfportal.api.tokens.token_issue", crash)
    assert error(post(body(), Client(raise_request_exception=False))) == (500, "Internal server error.")


def test_a_host_we_do_not_serve_is_told_in_iams_shape(db: None) -> None:
    assert error(Client().post(PATH, headers={"Host": "evil.example"})) == (400, "Bad request.")
