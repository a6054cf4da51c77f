"""The OpenAPI description of the API, drawn from the endpoints themselves.

An endpoint says in `@operation` what it takes and answers, with the very parameters it reads; what
all of them share (headers, errors, ways to authenticate) is added here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from dlfportal.api import components
from dlfportal.api.bodies import reference

Handler = TypeVar("Handler", bound=Callable[..., Any])
Json = dict[str, Any]
Answers = Mapping[str, Json]

REQUEST_ID = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
NO_CONTENT: Answers = {"204": {"description": "Done; no body.", "headers": REQUEST_ID}}
ERRORS_ONLY: Answers = {}

TAGS = ("authentication", "jobs", "scripts", "resources", "system-tasks")
NOT_SUPPORTED = "not supported"
"""The groups of operations in their order; what a catalogue does not do comes last."""


class Query(Protocol):
    """A query parameter that can describe itself."""

    def openapi(self) -> Json: ...


@dataclass(frozen=True, slots=True)
class Operation:
    """What `@operation` says of a handler."""

    name: str
    summary: str
    body: str
    body_required: bool
    query: Sequence[Query]
    answers: Answers
    errors: str
    security: bool


def operation(
    name: str,
    summary: str,
    *,
    answers: Answers,
    body: str = "",
    body_required: bool = True,
    query: Sequence[Query] = (),
    errors: str = "Error",
    security: bool = True,
) -> Callable[[Handler], Handler]:
    """Describe a handler: `name` is the operation's in Huawei's SDK, `body` and `errors` name components.

    `security` False: it takes no token or signature.
    """
    described = Operation(name, summary, body, body_required, query, answers, errors, security)

    def describe(handler: Handler) -> Handler:
        handler.operation = described  # type: ignore[attr-defined]
        return handler

    return describe


def json_answer(component: str, status: str = "200", headers: Json | None = None) -> Answers:
    """Return the answer that is a JSON object of this component."""
    content = {"application/json": {"schema": reference(component)}}
    return {status: {"description": "Done.", "headers": REQUEST_ID | (headers or {}), "content": content}}


def zip_or_kept() -> Answers:
    """Return the answer that is a package, or with `obsPath` the place where it is kept."""
    content = {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {"schema": reference("Kept")},
    }
    headers = REQUEST_ID | components.PACKAGE_HEADERS
    about = "The package, a zip; with obsPath the place it was written to."
    return {"200": {"description": about, "headers": headers, "content": content}}


class WireSchema(AutoSchema):
    """Describes what `@operation` marks; an endpoint without the mark is not described."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> Json | None:
        """Return the description of one method of one path."""
        handler = getattr(self.view, method.lower())
        described: Operation | None = getattr(handler, "operation", None)
        if described is None:
            return None
        below_project = "{project_id}" in path
        result: Json = {
            "operationId": getattr(self.view, "action", "") or described.name,
            "summary": described.summary,
            "tags": [_tag(path) if described.answers else NOT_SUPPORTED],
            "parameters": [
                *(_path_parameter(name) for name in re.findall(r"{(\w+)}", path)),
                *(components.COMMON_PARAMETERS if below_project else ()),
                *(parameter.openapi() for parameter in described.query),
            ],
            "security": components.SECURITY if described.security else [],
            "responses": {**described.answers, **components.errors(described.errors)},
        }
        if handler.__doc__:
            result["description"] = " ".join(handler.__doc__.split())
        if described.body:
            content = {"application/json": {"schema": reference(described.body)}}
            result["requestBody"] = {"required": described.body_required, "content": content}
        return result


def _tag(path: str) -> str:
    folder = path.partition("{project_id}/")[2].removeprefix("factory/").partition("/")[0]
    return "system-tasks" if folder == "systemTasks" else folder or "authentication"


def _path_parameter(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, **components.PATH_PARAMETERS[name]}


class WireGenerator(SchemaGenerator):
    """Adds the components that the descriptions refer to."""

    def get_schema(self, request: Any = None, public: bool = False) -> Json:
        """Return the whole OpenAPI document."""
        schema: Json = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        schema["components"] = components.COMPONENTS
        schema["tags"] = [{"name": tag} for tag in (*TAGS, NOT_SUPPORTED)]
        return schema
