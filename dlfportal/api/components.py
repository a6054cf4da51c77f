"""The parts of the OpenAPI description that many operations share: headers, parameters, errors."""

from __future__ import annotations

from dlfportal.api.bodies import SCHEMAS, TEXT, Json, reference
from dlfportal.api.examples import EXAMPLES

PACKAGE_HEADERS: Json = {
    "Content-Disposition": {"schema": TEXT},
    "X-DLF-Package-Digest": {"schema": TEXT, "description": "equal for equal content (up to 100 jobs)"},
    "X-DLF-Missing": {"schema": TEXT, "description": "references that nothing answered, percent-encoded"},
    "X-DLF-Left-Out": {
        "schema": TEXT,
        "description": "jobs that are started or waited for and names given by expressions, percent-encoded",
    },
}
PATH_PARAMETERS: dict[str, Json] = {
    "project_id": {"description": "the project", "schema": {"type": "string"}},
    "name": {"description": "the name of the object", "schema": {"type": "string"}},
    "resource_id": {"description": "the id, with or without hyphens", "schema": {"type": "string"}},
    "instance_id": {"schema": {"type": "string"}},
    "task_id": {"description": "the id of an import", "schema": {"type": "string"}},
}
COMMON_PARAMETERS: list[Json] = [
    {
        "name": "workspace",
        "in": "header",
        "description": "the id of the workspace; without it the one named `default`",
        "schema": TEXT,
    },
    {
        "name": "X-Project-Id",
        "in": "header",
        "description": "if sent, the project of the path",
        "schema": TEXT,
    },
]
SECURITY: list[Json] = [{"token": []}, {"signature": []}]
SECURITY_SCHEMES: Json = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Auth-Token",
        "description": "What `POST /v3/auth/tokens` answers in `X-Subject-Token`; it lasts 24 hours.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": (
            "`SDK-HMAC-SHA256 Access=<access key>, SignedHeaders=<names>, Signature=<hex>` over the request, "
            "with its time in `X-Sdk-Date`, as Huawei's SDKs sign."
        ),
    },
}
FAILURES = {
    "400": "Refused: `error_code` says why.",
    "401": "Not authenticated.",
    "403": "The project is not yours, your role lacks the right, or edits need a second person there.",
    "404": "No such path or method.",
    "413": "The body is larger than 12 MB.",
}


def errors(component: str) -> Json:
    """Return the answers that any operation may give when it fails."""
    return {status: {"$ref": f"#/components/responses/{component}{status}"} for status in FAILURES}


def _failure(component: str, about: str) -> Json:
    return {
        "description": about,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {"application/json": {"schema": reference(component)}},
    }


COMPONENTS: Json = {
    "schemas": {
        name: {**schema, "examples": [EXAMPLES[name]]} if name in EXAMPLES else schema
        for name, schema in SCHEMAS.items()
    },
    "responses": {
        f"{component}{status}": _failure(component, about)
        for component in ("Error", "IamError")
        for status, about in FAILURES.items()
    },
    "headers": {"RequestId": {"schema": TEXT, "description": "the id of the request, for the log"}},
    "securitySchemes": SECURITY_SCHEMES,
}
