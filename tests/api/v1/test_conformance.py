"""Requests that nobody thought of: what the API answers is what its description promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dlfportal.access.models import Workspace
from dlfportal.api.schema import WireGenerator
from dlfportal.wsgi import application
from tests.api.v1.wire import PROJECT, Wire
from tests.factories import JobFactory, ResourceFactory, ScriptFactory

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 10
NAME = "日报"

DOCUMENT: dict[str, Any] = json.loads(json.dumps(WireGenerator().get_schema(public=True), default=str))
OPERATIONS = [(path, method) for path, item in DOCUMENT["paths"].items() for method in item]


def can_be_wrong(path: str, method: str) -> bool:
    """Tell whether the operation takes anything that has more than a text's type."""
    operation = DOCUMENT["paths"][path][method]
    types = [parameter["schema"].get("type") for parameter in operation.get("parameters", ())]
    return "requestBody" in operation or set(types) > {"string"}


CASES = [(GenerationMode.POSITIVE, *operation) for operation in OPERATIONS] + [
    (GenerationMode.NEGATIVE, *operation) for operation in OPERATIONS if can_be_wrong(*operation)
]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's transaction open over many requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(("mode", "path", "method"), CASES)
def test_answers_are_as_described(
    workspace: Workspace, dev: Wire, path: str, method: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = application
    operation = schema[path][method.upper()]
    known = known_places(workspace) if "{project_id}" in path else {}
    places = {name: value for name, value in known.items() if f"{{{name}}}" in path}
    project = {name: value for name, value in places.items() if name == "project_id"}
    headers = {} if path == "/v3/auth/tokens" else dev.headers

    @given(case=st.one_of(operation.as_strategy(mode, path_parameters=found) for found in (places, project)))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        for name in ("workspace", "X-Project-Id"):
            case.headers.pop(name, None)
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


def known_places(workspace: Workspace) -> dict[str, str]:
    """Make an object of each kind and return the path parameters that lead to them."""
    for factory in (JobFactory, ScriptFactory):
        factory(workspace=workspace, name=NAME)
    resource = ResourceFactory(workspace=workspace, name=NAME)
    return {"project_id": PROJECT, "name": NAME, "resource_id": str(resource.uid), "instance_id": "17"}
