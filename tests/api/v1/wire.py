"""A program that talks to the v1 API, as somebody."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.services import ProjectScope, token_issue
from tests.factories import PASSWORD

PROJECT = "b" * 32


class Wire:
    """Calls below `/v1/{project}/` with somebody's token; parts of a path are percent-encoded here."""

    def __init__(self, user: User, token_project: str | None = PROJECT, **headers: str) -> None:
        scope = ProjectScope(id=token_project) if token_project else None
        token = token_issue(username=user.username, password=PASSWORD, project=scope)
        assert token
        self.headers = {"X-Auth-Token": token.text, **headers}
        self.client = Client(raise_request_exception=False)
        self.base = f"/v1/{PROJECT}"

    def get(self, *parts: str, **query: Any) -> Any:
        return self.client.get(self._path(parts), query, headers=self.headers)

    def post(self, *parts: str, body: Any = None, **options: Any) -> Any:
        return self.send("POST", *parts, body=body, **options)

    def put(self, *parts: str, body: Any = None, **options: Any) -> Any:
        return self.send("PUT", *parts, body=body, **options)

    def delete(self, *parts: str, body: Any = None, **options: Any) -> Any:
        return self.send("DELETE", *parts, body=body, **options)

    def send(self, method: str, *parts: str, body: Any = None, content_type: str = "application/json") -> Any:
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, self._path(parts), data, content_type=content_type, headers=self.headers
        )

    def _path(self, parts: tuple[str, ...]) -> str:
        return "/".join([self.base, *(quote(part, safe="") for part in parts)])


def refused(answer: Any, code: str, message: str | None = None, status: int = 400) -> None:
    """Fail unless `answer` is the v1 error `code`, in the envelope that all clients read."""
    body = json.loads(answer.content)
    assert (answer.status_code, body["error_code"]) == (status, code), body
    assert body["errors"] == [{"error_code": code, "error_msg": body["error_msg"]}]
    assert answer["X-Request-Id"]
    assert answer["Content-Type"] == "application/json"
    if message is not None:
        assert body["error_msg"] == message


def done(answer: Any) -> None:
    """Fail unless `answer` is a 204, literally without a body."""
    assert answer.status_code == 204, answer.content
    assert answer.content == b""
    assert "Content-Type" not in answer


def shown(answer: Any) -> Any:
    """Return the JSON of a 200."""
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/json"
    return json.loads(answer.content)


def job_body(name: str = "日报_销售汇总", **changes: Any) -> dict[str, Any]:
    """Return a small create-job body."""
    body = {"name": name, "nodes": [], "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
    return {**body, **changes}


def script_body(name: str = "清洗_订单", **changes: Any) -> dict[str, Any]:
    """Return a small create-script body."""
    return {"name": name, "type": "DLISQL", "content": "SELECT 1;\n", **changes}


def resource_body(name: str = "公共_jar", **changes: Any) -> dict[str, Any]:
    """Return a small create-resource body."""
    return {"name": name, "type": "jar", "location": f"obs://libs/{name}.jar", "directory": "/", **changes}
