"""How objects look on the wire: the stored document first, then what the server knows beside it.

What is stored is never replaced, but for what clients cannot read: null where a list or an object
belongs, half a location, a configuration written as text, and the few fields whose type the reference
fixes (wire API, 2.3, 4 and 5). `writeback` takes all of it back from what a client sends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.selectors import document_of
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument
from dlfportal.formats.shapes import items, part

STOPPED = "STOPPED"
"""The status of everything in a catalogue: it runs nothing."""

# fmt: off
CONTAINERS = frozenset((
    "approvers", "basicConfig", "conditions", "configuration", "cron", "cronTrigger", "customFields",
    "dependFiles", "dependJobs", "dependPackages", "depend_packages", "event", "eventTrigger", "jobs",
    "location", "maskedParams", "nodes", "otherWorkSpaceJobs", "params", "preNodeName", "properties",
    "resouces", "resources", "sameWorkSpaceJobs", "schedule", "tags",
))
# fmt: on
FREE = frozenset(("configuration", "customFields"))
"""Maps whose keys are the client's own."""


def milliseconds(moment: datetime) -> int:
    """Return a time as the wire has it: milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def stored(revision: Revision | None) -> dict[str, Any]:
    """Return the document of a revision without nulls in the places of lists and objects."""
    document: dict[str, Any] = _filled(document_of(revision)) if revision else {}
    return document


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [_filled(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: child if key in FREE else _filled(child)
        for key, child in value.items()
        if child is not None or key not in CONTAINERS
    }


def _added(document: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return `document` with those `values` it does not hold; null counts as absent."""
    return {**document, **{key: value for key, value in values.items() if document.get(key) is None}}


def job_shown(job: CatalogueObject, asked: Version | None) -> dict[str, Any]:
    """Return a job as `GET /jobs/{name}` shows it: the version asked for, or the development copy."""
    document = stored(asked.revision if asked else job.revision)
    basics = _added(part(document, "basicConfig"), {"agency": "", "tags": []})
    basics["tags"] = basics["tags"] or []  # DLF's own example has `{}` here
    submitted = asked or job.version
    version = submitted.number if submitted else document.get("version")
    shown = _added(
        document,
        {
            "id": job.pk,
            "createTime": milliseconds(job.created_at),
            "description": "",
            "emptyRunningJob": "0",
            "singleNodeJobFlag": False,
        },
    )
    shown["basicConfig"] = basics
    if "nodes" in shown:
        shown["nodes"] = _located(shown["nodes"])
    return {**shown, "version": str(version)} if type(version) in (int, float) else shown


def _located(nodes: Any) -> Any:
    """Return nodes whose locations have both numbers: Go clients leave out a zero (documents, 1.2)."""
    if not isinstance(nodes, list):
        return nodes
    return [
        {**node, "location": _added(node["location"], {"x": 0, "y": 0})}
        if isinstance(node, dict) and isinstance(node.get("location"), dict)
        else node
        for node in nodes
    ]


def job_status(job: CatalogueObject) -> dict[str, Any]:
    """Return the answer of `GET /jobs/{name}/status`: a job that is only stored is stopped, and so are
    its nodes. Times are left out, as nothing ever started.
    """
    nodes = [node for node in items(stored(job.revision), "nodes") if isinstance(node, dict)]
    return {
        "name": job.name,
        "status": STOPPED,
        "createUser": job.created_by,
        "nodes": [
            {"name": node.get("name"), "status": STOPPED, "nodeType": node.get("type")} for node in nodes
        ],
    }


def downstream_shown(jobs: Iterable[CatalogueObject], workspace: str) -> list[dict[str, Any]]:
    """Return the jobs that wait for a job."""
    return [{"workSpace": workspace, "jobName": job.name, "jobId": job.pk} for job in jobs]


def job_row(job: CatalogueObject) -> dict[str, Any]:
    """Return a job as a row of `GET /jobs`. A catalogue runs nothing: every job is stopped."""
    document = stored(job.revision)
    basics = part(document, "basicConfig")
    known = {
        "name": job.name,
        "jobType": job.type,
        "owner": basics.get("owner"),
        "priority": basics.get("priority"),
        "status": STOPPED,
        "createUser": job.created_by,
        "createTime": milliseconds(job.created_at),
        "lastUpdateTime": milliseconds(job.updated_at),
        "lastUpdateUser": job.updated_by,
        "path": job.directory,
        "singleNodeJobFlag": document.get("singleNodeJobFlag", False),
    }
    return {key: value for key, value in known.items() if value is not None}


def script_shown(script: CatalogueObject, asked: Version | None = None) -> dict[str, Any]:
    """Return a script as `GET /scripts/{name}` and the list show it: as `job_shown`."""
    revision = asked.revision if asked else script.revision
    shown = _added(stored(revision), {"id": str(script.uid), "owner": script.created_by})
    if "configuration" in shown:
        shown["configuration"] = configuration_shown(shown["configuration"])
    if submitted := asked or script.version:
        shown["version"] = submitted.number
    facts = {
        "createUser": script.created_by,
        "modifyTime": milliseconds(revision.created_at if revision else script.updated_at),
        "autoAcquireLock": True,
    }
    return {**shown, **facts}


def configuration_shown(value: Any) -> Any:
    """Return the configuration of a script as clients read it: a map, also where a text was sent."""
    if not isinstance(value, str):
        return value
    try:
        read = parse(value.encode()) if value.strip() else {}
    except InvalidDocument:
        return value
    return read if isinstance(read, dict) else value


def resource_row(resource: CatalogueObject) -> dict[str, Any]:
    """Return a resource as a row of `GET /resources`: its id under both names that clients read."""
    uid = str(resource.uid)
    return {**stored(resource.revision), "id": uid, "resourceId": uid}


def resource_shown(resource: CatalogueObject, users: Iterable[CatalogueObject]) -> dict[str, Any]:
    """Return a resource as `GET /resources/{id}` shows it, with the jobs among its `users`."""
    relations = [
        {"relationType": "JOB", "taskName": job.name, "taskId": job.pk, "userName": job.updated_by}
        for job in users
        if job.kind == Kind.JOB
    ]
    return {**resource_row(resource), "jobRelation": relations}
