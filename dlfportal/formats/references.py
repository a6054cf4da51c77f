"""What a document points to: scripts, resources, CDM jobs, jobs and connections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeGuard

from pydantic_core import from_json

from dlfportal.formats.kinds import cluster_name
from dlfportal.formats.problems import JsonPath
from dlfportal.formats.shapes import items, listed, part


class Target(StrEnum):
    """What a reference points to; the values of the four kinds equal those of `Kind`."""

    SCRIPT = "script"
    RESOURCE = "resource"
    CDM_JOB = "cdm_job"
    JOB = "job"
    CONNECTION = "connection"


ANY_NODE = "*"
DEPEND_JOBS = ("jobs", "sameWorkSpaceJobs", "otherWorkSpaceJobs")
EXPRESSIONS = ("${", "#{")
"""What begins a parameter or an expression in a text."""

NODE_REFERENCES: dict[tuple[str, str], Target] = {
    # (node type without spaces, property name): what its value names. A `jobName` of an MRS, DLI or
    # CS node is a label of the run and has no row.
    (ANY_NODE, "scriptName"): Target.SCRIPT,
    (ANY_NODE, "connectionName"): Target.CONNECTION,
    ("MRSSpark", "resourcePath"): Target.RESOURCE,
    ("MRSSparkPython", "resourcePath"): Target.RESOURCE,
    ("MapReduce", "resourcePath"): Target.RESOURCE,
    ("DLISpark", "resourcePath"): Target.RESOURCE,
    ("MRSFlink", "resourcePath"): Target.RESOURCE,
    ("MRSFlinkJob", "resourcePath"): Target.RESOURCE,
    ("CDMJob", "jobName"): Target.CDM_JOB,
    ("DLFSubJob", "jobName"): Target.JOB,
    ("ForEachJob", "jobName"): Target.JOB,
}


def is_expression(text: str) -> bool:
    """Return whether `text` holds a parameter or an expression, so that only a run knows its value."""
    # Not any(): it costs more than the search, and every reference of every export is asked.
    for sign in EXPRESSIONS:  # noqa: SIM110
        if sign in text:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Reference:
    """One place in a document that names another object.

    `soft` marks a value that may be a resource's name, location or id, tried in this order, and is
    a plain path when none matches. `node` is the name of the node that holds the reference ("" when
    the document itself does) and `workspace` the id or name of the other workspace a job is in.
    """

    target: Target
    name: str
    cluster: str = ""
    soft: bool = False
    path: JsonPath = ()
    node: str = ""
    workspace: str = ""

    @property
    def is_dynamic(self) -> bool:
        """Whether an expression such as `etl_${region}` names the object: only a run knows which it is."""
        return is_expression(self.name) or is_expression(self.cluster)

    @property
    def waits(self) -> bool:
        """Whether a job is named because it is waited for, and not as a sub-job."""
        return "dependJobs" in self.path


def in_script(document: dict[str, Any]) -> Iterator[Reference]:
    """Yield the connection of a script."""
    if _is_name(name := document.get("connectionName")):
        yield Reference(Target.CONNECTION, name, path=("connectionName",))


def in_resource(document: dict[str, Any]) -> Iterator[Reference]:
    """Yield the files that a resource depends on; each may be another resource."""
    for key, value in document.items():
        if key not in ("dependFiles", "dependPackages", "depend_packages"):
            continue
        for place, item in enumerate(listed(value)):
            location: Any = item
            path: JsonPath = (key, place)
            if isinstance(item, dict):
                location, path = item.get("location"), (key, place, "location")
            if _is_name(location):
                yield Reference(Target.RESOURCE, location, soft=True, path=path)


def in_cdm_job(document: dict[str, Any]) -> Iterator[Reference]:
    """Yield nothing: the links of a CDM job are those of its cluster, outside the catalogue."""
    yield from ()


def in_job(document: dict[str, Any]) -> Iterator[Reference]:
    """Yield what the nodes, the schedule and the list of resources of a job name."""
    for key, value in document.items():
        if key == "nodes":
            for place, node in enumerate(listed(value)):
                if isinstance(node, dict):
                    yield from _in_node(node, ("nodes", place))
        elif key == "schedule":
            yield from _in_cron(part(value, "cron"), ("schedule", "cron"), "")
        elif key in ("resources", "resouces"):
            yield from _in_resource_list(value, (key,), "")


def _in_node(node: dict[str, Any], path: JsonPath) -> Iterator[Reference]:
    name = node.get("name")
    holder = name if isinstance(name, str) else ""
    for key, value in node.items():
        if key == "properties":
            yield from _in_properties(node, (*path, key), holder)
        elif key == "cronTrigger":
            yield from _in_cron(value, (*path, key), holder)
        elif key in ("resources", "resouces"):
            yield from _in_resource_list(value, (*path, key), holder)


def _in_properties(node: dict[str, Any], path: JsonPath, holder: str) -> Iterator[Reference]:
    passed_over = _ignored_targets(node)
    cluster = _cluster(node)
    for place, item in enumerate(items(node, "properties")):
        if not isinstance(item, dict) or not _is_name(value := item.get("value")):
            continue
        target = property_target(node, item.get("name"))
        if target is None or target in passed_over:
            continue
        yield Reference(
            target,
            value,
            cluster=cluster if target is Target.CDM_JOB else "",
            soft=target is Target.RESOURCE,
            path=(*path, place, "value"),
            node=holder,
        )


def _cluster(node: dict[str, Any]) -> str:
    name = _property(node, "clusterName")
    return cluster_name(name) if isinstance(name, str) else ""


def property_target(node: dict[str, Any], key: Any) -> Target | None:
    """Return what the property `key` of `node` names, by the table above, or None."""
    if not isinstance(key, str):
        return None
    node_type = node.get("type")
    wire_type = node_type.replace(" ", "") if isinstance(node_type, str) else ""
    return NODE_REFERENCES.get((wire_type, key)) or NODE_REFERENCES.get((ANY_NODE, key))


def _ignored_targets(node: dict[str, Any]) -> set[Target]:
    """A node with its own SQL names no script, whatever is left over in `scriptName`; one with its own
    CDM definition names no CDM job, nor does one without a cluster, as a CDM job is known by both names.
    """
    ignored = set()
    if is_inline(node):
        ignored.add(Target.SCRIPT)
    if not _is_name(_property(node, "clusterName")) or any(True for _ in inline_cdm_bodies(node)):
        ignored.add(Target.CDM_JOB)
    return ignored


def is_inline(node: dict[str, Any]) -> bool:
    """Return whether a node says that its SQL stands in itself, not in a script."""
    choice = _property(node, "statementOrScript")
    return isinstance(choice, str) and choice.strip().upper() == "STATEMENT"


def inline_cdm_bodies(node: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """Yield (place among the properties, parsed body) of each CDM body pasted into `node`.

    The wire form is undocumented, so a body is what parses as JSON with a list `jobs` (section 4.3).
    """
    for place, item in enumerate(items(node, "properties")):
        text = item.get("value") if isinstance(item, dict) else None
        if not isinstance(text, str) or not text.lstrip().startswith("{") or '"jobs"' not in text:
            continue
        try:
            body = from_json(text)
        except ValueError:
            continue
        if isinstance(body, dict) and isinstance(body.get("jobs"), list):
            yield place, body


def _in_cron(cron: Any, path: JsonPath, holder: str) -> Iterator[Reference]:
    for key, jobs in part(cron, "dependJobs").items():
        if key not in DEPEND_JOBS:
            continue
        for place, item in enumerate(listed(jobs)):
            where: JsonPath = (*path, "dependJobs", key, place)
            name, workspace = item, ""
            if isinstance(item, dict):
                name, where = item.get("jobName"), (*where, "jobName")
                workspace = _workspace(item) if key == "otherWorkSpaceJobs" else ""
            if _is_name(name):
                yield Reference(Target.JOB, name, path=where, node=holder, workspace=workspace)


def _workspace(item: dict[str, Any]) -> str:
    named = (item.get("workSpaceId"), item.get("workSpace"))
    return next((value for value in named if isinstance(value, str) and value), "")


def _in_resource_list(value: Any, path: JsonPath, holder: str) -> Iterator[Reference]:
    """The shape of the items was never seen: a text may be a name or an id, an object says which."""
    for place, item in enumerate(listed(value)):
        if _is_name(item):
            yield Reference(Target.RESOURCE, item, soft=True, path=(*path, place), node=holder)
        elif isinstance(item, dict):
            key = "name" if _is_name(item.get("name")) else "id"
            if _is_name(item.get(key)):
                where = (*path, place, key)
                yield Reference(Target.RESOURCE, item[key], soft=key == "id", path=where, node=holder)


def _property(node: dict[str, Any], name: str) -> Any:
    for item in items(node, "properties"):
        if isinstance(item, dict) and item.get("name") == name:
            return item.get("value")
    return None


def _is_name(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())
