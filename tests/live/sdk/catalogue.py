"""What the SDKs send, and how it must be shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdgc.v1 import Node

from dlfportal.formats.kinds import Kind
from dlfportal.sample.loader import sample_objects
from tests.live.sdk.client import Document, Sdk

# The sample catalogue, which has every node type.
SAMPLE = sample_objects("development")
SCRIPTS = {one.entry.name: one.document for one in SAMPLE if one.entry.kind is Kind.SCRIPT}
RESOURCES = {one.entry.name: one.document for one in SAMPLE if one.entry.kind is Kind.RESOURCE}
JOBS = {one.entry.name: one.document for one in SAMPLE if one.entry.kind is Kind.JOB}
CDM_JOBS = {
    f"cdms/{one.entry.cluster}/{one.entry.name}.json": one.document
    for one in SAMPLE
    if one.entry.kind is Kind.CDM_JOB
}
NODES = {node["type"]: node for job in JOBS.values() for node in job["nodes"]}

SCRIPT = {
    "name": "结算_明细.v1",
    "type": "DWSSQL",
    "directory": "/财务/",
    "content": "SELECT '门店', \"amount\"\r\n\tFROM 结算;\n",
    "connectionName": "dws_主库",
    "database": "retail",
    "queueName": "default",
}
RESOURCE = {
    "name": "门店_词典",
    "type": "file",
    "location": "obs://retail-dlf/词典/stores.txt",
    "dependFiles": ["obs://retail-dlf/词典/cities.txt"],
    "desc": "门店 & 城市",
    "directory": "/公共",
}
JOB_ADDED = {
    "id",
    "createTime",
    "description",
    "emptyRunningJob",
    "singleNodeJobFlag",
    "basicConfig",
    "version",
}
SCRIPT_ADDED = {"id", "owner", "version", "createUser", "modifyTime", "autoAcquireLock"}
RESOURCE_ADDED = {"id", "resourceId", "jobRelation"}

NO_JOB = ("DLF.0100", "The job does not exists.")
NO_SCRIPT = ("DLF.6201", "The script does not exist.")
NO_RESOURCE = ("DLF.6241", "The resource information does not exist.")
NO_WORKSPACE = ("DLF.0819", "Operation failed, detail msg Workspace does not exists.")


def only(name: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs what one of the SDKs has."""
    return pytest.mark.parametrize("scene", [name], indirect=True)


def raw(response: Any) -> Document:
    """Return the JSON that the SDK received: its models drop what they do not know."""
    document: Document = json.loads(response.raw_content)
    return document


def assert_shown(shown: Document, document: Document, added: set[str]) -> None:
    """Check that a document is shown as it was sent, with nothing but the documented additions."""
    assert {key: shown[key] for key in document} == document
    assert set(shown) - set(document) <= added


def assert_job_shown(shown: Document, document: Document) -> None:
    """Check a job as `assert_shown`; `basicConfig` has additions of its own."""
    basics = {"agency": "", "tags": [], **document.get("basicConfig", {})}
    assert shown["basicConfig"] == {**basics, "tags": basics["tags"] or []}
    assert_shown(shown, {**document, "basicConfig": shown["basicConfig"]}, JOB_ADDED)


def is_model(body: Any) -> bool:
    """Tell whether a body is models throughout, with no map among them."""
    if isinstance(body, list):
        return all(map(is_model, body))
    if hasattr(body, "attribute_map"):
        return all(is_model(getattr(body, attribute)) for attribute in body.attribute_map)
    return not isinstance(body, dict)


def walked(sdk: Sdk, kind: str, **query: Any) -> list[Document]:
    """Return all rows of a list, page by page; only the newer SDK has fields for that."""
    rows: list[Document] = []
    for offset in range(100):
        page = json.loads(sdk.send("GET", kind, limit=4, offset=offset, **query))
        if not page[kind]:
            assert len(rows) == page["total"]
            return rows
        rows += page[kind]
    raise AssertionError("the list has no end")


def pair(error: ClientRequestException) -> tuple[str, str]:
    return error.error_code, error.error_msg


def single_node_job(sdk: Sdk, name: str, node: Document) -> tuple[Any, Document]:
    """Return a job of one node as the SDK's models carry it, and as the portal must show it."""
    kept = {key: value for key, value in node.items() if key in Node.attribute_map.values()}
    kept["properties"] = [
        {key: one[key] for key in ("name", "value") if key in one} for one in kept["properties"]
    ]
    document = {
        "name": name,
        "nodes": [{**kept, "preNodeName": [], "location": sdk.point(node["location"])}],
        "schedule": {"type": "EXECUTE_ONCE"},
        "params": [{"name": "日期", "value": "${day}"}],
        "directory": "/节点/",
        "basicConfig": {"owner": "张伟", "priority": 1, "executeUser": "", "customFields": {"部门": "零售"}},
    }
    type_key = "processType" if sdk.name == "dgc" else "jobType"
    body = sdk.body("JobInfo", {**document, type_key: "BATCH"})
    return body, {**document, "processType": "BATCH"}
