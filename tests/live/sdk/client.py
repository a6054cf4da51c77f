"""Huawei's two SDKs behind one face: how they differ is settled here and nowhere else.

Nothing of an SDK is patched: requests are made of its own classes, signed and sent by its own client.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.utils.http_utils import sanitize_for_serialization

Key = tuple[str, str]
Document = dict[str, Any]

CLIENTS = {"dlf": "DlfClient", "dgc": "DgcClient"}
HELPERS = {"new_builder", "call_api"}
"""Public methods that a client adds and that are no operation."""


def operations(name: str) -> set[str]:
    """Return the operations that an SDK has, by looking at its client; each has an `_invoker` beside it."""
    client = getattr(importlib.import_module(f"huaweicloudsdk{name}.v1"), CLIENTS[name])
    public = {method for method, value in vars(client).items() if callable(value) and method[0] != "_"}
    return {method for method in public - HELPERS if not method.endswith("_invoker")}


class Sdk:
    """One of the SDKs with a client for one project, acting in one workspace unless told otherwise."""

    def __init__(self, name: str, url: str, key: Key, project: str, workspace: str | None = None) -> None:
        self.name = name
        self.url = url
        self.project = project
        self.workspace = workspace
        self.key = key
        self.models: Any = importlib.import_module(f"huaweicloudsdk{name}.v1")
        self.client = self.connect(CLIENTS[name], key)
        self.done: set[str] = set()
        self.refused: set[str] = set()

    def connect(self, client: str, key: Key, **options: Any) -> Any:
        """Return a client of the SDK as its users make one; `options` are those of its `HttpConfig`."""
        credentials = BasicCredentials(*key, self.project)
        builder = getattr(self.models, client).new_builder().with_http_config(HttpConfig(**options))
        return builder.with_credentials(credentials).with_endpoint(self.url).build()

    def request(self, operation: str, **fields: Any) -> Any:
        """Return the request of an operation, in the workspace of this object unless `fields` names one."""
        words = operation.title().replace("_", "")
        return getattr(self.models, f"{words}Request")(**{"workspace": self.workspace, **fields})

    def __call__(self, operation: str, **fields: Any) -> Any:
        """Drive an operation and return the SDK's response."""
        answer = getattr(self.client, operation)(self.request(operation, **fields))
        self.done.add(operation)
        return answer

    def error(self, operation: str, **fields: Any) -> ClientRequestException:
        """Drive an operation that must be refused with 400, and return the SDK's exception."""
        with pytest.raises(ClientRequestException) as refused:
            self(operation, **fields)
        self.refused.add(operation)
        assert refused.value.status_code == 400
        assert re.fullmatch("[0-9a-f]{32}", refused.value.request_id)
        return refused.value

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> bytes:
        """Send what the request classes have no field for, by the client's own `call_api`."""
        answer = self.client.call_api(
            resource_path=f"/v1/{{project_id}}/{path}",
            method=method,
            query_params=list(query.items()),
            header_params={"workspace": self.workspace},
            body=body,
            response_type="ExportJobResponse",  # a model without fields: the bytes are in raw_content
        )
        content: bytes = answer.raw_content
        return content

    # documents and models

    def body(self, kind: str, document: Document) -> Any:
        """Return a document as a model of the SDK, or as the map it is where the model would drop a field.

        The SDK takes both. So it goes for every part of the document: models down to the parts that
        they cannot carry.
        """
        model = getattr(self.models, kind)
        keys = {key: attribute for attribute, key in model.attribute_map.items()}
        parts = {
            key: self._part(model.openapi_types[keys[key]], value) if key in keys else value
            for key, value in document.items()
        }
        if parts.keys() - keys:
            return parts
        return model(**{keys[key]: value for key, value in parts.items()})

    def _part(self, kind: str, value: Any) -> Any:
        if isinstance(value, list):
            item = kind.removeprefix("list[").removesuffix("]")
            return [self._part(item, child) for child in value]
        return self.body(kind, value) if isinstance(value, dict) and hasattr(self.models, kind) else value

    def point(self, location: Document) -> Document:
        """Return a node's location as the models have it: texts, or whole numbers in the older SDK."""
        if self.name == "dgc":
            return {axis: str(value) for axis, value in location.items()}
        return {axis: int(float(value)) for axis, value in location.items()}

    def job(self, document: Document) -> Document:
        """Return a job as this SDK can read it again: the older one breaks on locations that are texts."""
        if self.name == "dgc":
            return document
        nodes = [{**node, "location": self.point(node["location"])} for node in document["nodes"]]
        return {**document, "nodes": nodes}


def sent(body: Any) -> Document:
    """Return what the SDK sends for a body."""
    document: Document = sanitize_for_serialization(body)
    return document
