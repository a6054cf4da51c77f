"""Programs that call the API, with the token they would hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.access.services import ProjectScope, token_issue
from tests.factories import PASSWORD

Call = Callable[..., Any]


def token_of(user: User, project_id: str | None = None) -> str:
    """Return a fresh token of `user`, for a project or for none."""
    scope = ProjectScope(id=project_id) if project_id else None
    issued = token_issue(username=user.get_username(), password=PASSWORD, project=scope)
    assert issued is not None
    return issued.text


@pytest.fixture
def post(viewer: User, workspace: Workspace) -> Call:
    """Return a function that posts to a path as the viewer: body as it stands, headers by their names."""
    token = token_of(viewer, workspace.project_id)

    def call(path: str, body: bytes | str = b"", *, client: Client | None = None, **headers: str) -> Any:
        named = {"X-Auth-Token": token} | {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = named.pop("Content-Type", "application/json")
        return (client or Client()).post(path, body, content_type=content_type, headers=named)

    return call


def answer(response: Any) -> tuple[int, str, str]:
    """Return status, code and message of an error, after checking the envelope of every v1 error."""
    body = response.json()
    pair = {"error_code": body["error_code"], "error_msg": body["error_msg"]}
    assert body["errors"] == [pair]
    assert response["Content-Type"].startswith("application/json")
    assert len(response["X-Request-Id"]) == 32
    assert 1 <= len(body["error_code"]) <= 128
    assert 1 <= len(body["error_msg"]) <= 10_240
    if body["error_code"].startswith("APIGW."):
        assert body["request_id"] == response["X-Request-Id"]
    return response.status_code, body["error_code"], body["error_msg"]
