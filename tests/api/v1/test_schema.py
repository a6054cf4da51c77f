"""The OpenAPI document, and the page that shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dlfportal.access.models import Workspace
from dlfportal.api.base import WireView
from dlfportal.api.v1.not_found import UnknownView
from dlfportal.middleware import CONTENT_SECURITY_POLICY
from tests.api.v1.wire import Wire, refused


@pytest.fixture
def schema(client_for: Callable[[User], Client], viewer: User) -> dict[str, Any]:
    """The document as somebody signed in reads it."""
    document: dict[str, Any] = json.loads(client_for(viewer).get("/api/schema/").content)
    return document


def wire_paths(patterns: list[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield (route, method) of all that the wire answers."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from wire_paths(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None)
            if view and issubclass(view, WireView) and view is not UnknownView:
                for method in ("get", "post", "put", "delete"):
                    if hasattr(view, method):
                        yield "/" + before + str(pattern.pattern), method


def test_every_path_and_method_is_described(schema: dict[str, Any]) -> None:
    described = {(path, method) for path, item in schema["paths"].items() for method in item}
    served = {
        (path.replace("<str:", "{").replace(">", "}"), method)
        for path, method in wire_paths(get_resolver().url_patterns)
    }
    assert served == described


def test_names_of_operations_are_given_once(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(schema)]
    assert len(names) == len(set(names))
    assert all(names)


def test_operations_name_errors_headers_and_ways_in(schema: dict[str, Any]) -> None:
    for path, operation in operations(schema):
        assert {"400", "401", "403", "404", "413"} <= operation["responses"].keys()
        if operation["operationId"] == "CreateToken":
            assert operation["security"] == []
        else:
            assert operation["security"] == [{"token": []}, {"signature": []}]
        if "{project_id}" in path:
            assert "workspace" in [parameter["name"] for parameter in operation["parameters"]]
    ways = schema["components"]["securitySchemes"]
    assert ways["token"]["name"] == "X-Auth-Token"
    assert "SDK-HMAC-SHA256" in ways["signature"]["description"]


def test_shapes_of_success(schema: dict[str, Any]) -> None:
    jobs = schema["paths"]["/v1/{project_id}/jobs"]
    assert "content" not in jobs["post"]["responses"]["204"]
    export = schema["paths"]["/v1/{project_id}/jobs/{name}/export"]["post"]
    assert list(export["responses"]["200"]["content"]) == ["application/octet-stream", "application/json"]
    assert export["requestBody"]["required"] is False
    limit = next(one for one in jobs["get"]["parameters"] if one["name"] == "limit")
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10}


def test_the_bodies_it_offers_are_taken(workspace: Workspace, dev: Wire, schema: dict[str, Any]) -> None:
    bodies = {
        name: shape["examples"][0]
        for name, shape in schema["components"]["schemas"].items()
        if "examples" in shape
    }
    assert dev.post("scripts", body=bodies["Script"]).status_code == 204
    assert dev.put("scripts", bodies["Script"]["name"], body=bodies["ScriptChange"]).status_code == 204
    assert dev.post("jobs", body=bodies["Job"]).status_code == 204
    assert dev.post("resources", body=bodies["Resource"]).status_code == 200
    assert dev.post("jobs", bodies["Job"]["name"], "export", body=bodies["Export"]).status_code == 200
    for call in ("import", "check-file"):
        body = bodies["Import" if call == "import" else "CheckFile"]
        refused(dev.post("jobs", call, body=body), "DLF.1242")


def test_operations_stand_in_groups_and_the_unsupported_ones_last(schema: dict[str, Any]) -> None:
    groups = [tag["name"] for tag in schema["tags"]]
    assert groups[-1] == "not supported"
    assert {tag for _, operation in operations(schema) for tag in operation["tags"]} == set(groups)
    jobs = schema["paths"]["/v1/{project_id}/jobs/{name}/start"]["post"]
    assert jobs["tags"] == ["not supported"]


def test_document_is_for_those_who_signed_in_or_have_a_token(
    workspace: Workspace, view: Wire, client: Client
) -> None:
    assert client.get("/api/schema/", headers=view.headers).status_code == 200
    refused(client.get("/api/schema/"), "APIGW.0301", status=401)
    refused(client.get("/api/schema/", headers={"X-Auth-Token": "x"}), "APIGW.0301", status=401)


def test_page_is_for_those_who_signed_in(
    client_for: Callable[[User], Client], viewer: User, client: Client
) -> None:
    assert client.get("/api/docs/").status_code == 302
    answer = client_for(viewer).get("/api/docs/")
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    page = answer.content.decode()
    assert "<style" not in page
    assert "://" not in page
    script = client_for(viewer).get("/api/docs/?script=")
    assert script["Content-Type"] == "application/javascript"
    assert "/api/schema/" in script.content.decode()


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for operation in item.values():
            yield path, operation
