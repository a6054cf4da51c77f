"""Fitting the documents of a package to the workspace they come into (reference: wire API, section 2.8).

Only what the options of the import name is changed, in place: key order and everything else stay.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dlfportal.errors import gettext_noop
from dlfportal.formats.fields import shown
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import JsonPath
from dlfportal.formats.shapes import objects
from dlfportal.transfer.imports.options import (
    ImportOptions,
    Replacements,
    Request,
    ResourceType,
    replacement_request,
)

ANY = "*"

PLACES: dict[ResourceType, tuple[tuple[str, str], ...]] = {
    # resource type: (start of the node type without spaces, property). The documents show no property for the
    # last four: there, any property of such a node that has exactly this value.
    ResourceType.DWS_CONNECTION: (("DWS", "connectionName"),),
    ResourceType.MRS_HIVE_CONNECTION: (("HiveSQL", "connectionName"),),
    ResourceType.MRS_SPARK_CONNECTION: (("Spark", "connectionName"),),
    ResourceType.DIS_STREAM: (("DIS", "streamName"),),
    ResourceType.CDM_CLUSTER: (("CDMJob", "clusterName"),),
    ResourceType.MRS_CLUSTER: (("MRS", "clusterName"), ("MapReduce", "clusterName")),
    ResourceType.GES_GRAPH: (("GES", ANY),),
    ResourceType.ROMA_INSTANCE: (("ROMA", ANY),),
    ResourceType.TICS_INSTANCE: (("TICS", ANY),),
    ResourceType.DRS_TASK: (("DRS", ANY),),
}


class Note(NamedTuple):
    """Something a person should know of an object: an English template and its values."""

    message: str
    params: dict[str, Any]


REFUSED = "!"
"""Stands among the values of a note about what DataArts would refuse."""

IDS = {"connectionName": "connectionId", "clusterName": "clusterId"}
"""Beside the name of a cloud resource a node may hold the id that it has where the package comes from."""

NO_PARAM = gettext_noop("The job has no parameter %(param)s; its value was ignored.")
OLD_ID = gettext_noop("The node %(node)s still has the %(property)s of the resource that was replaced.")


@dataclass(slots=True)
class Adapted:
    """A document as it goes on, the cluster of a CDM job, what could not be done, and what was asked for."""

    document: Any
    cluster: str
    notes: list[Note] = field(default_factory=list)
    used: set[Request] = field(default_factory=set)


def adapt(kind: Kind, name: str, cluster: str, document: Any, options: ImportOptions) -> Adapted:
    """Return `document` with the options applied; never raises on odd shapes, the input is not changed."""
    adapted = Adapted(document, cluster)
    if not options.adapts:
        return adapted
    if kind is Kind.CDM_JOB:
        adapted.cluster = _replaced("CDMJob", "clusterName", cluster, options.resources, adapted)
    elif kind is not Kind.RESOURCE and isinstance(document, dict):
        adapted.document = deepcopy(document)
        if kind is Kind.SCRIPT:
            _replace_in_script(options.resources, adapted)
        else:
            _adapt_job(name, options, adapted)
    return adapted


def _adapt_job(name: str, options: ImportOptions, adapted: Adapted) -> None:
    _set_params(name, options, adapted)
    if options.execute_user:
        _set_execute_user(adapted.document, options.execute_user)
    if options.resources:
        _replace_in_job(options.resources, adapted)


def _set_params(name: str, options: ImportOptions, adapted: Adapted) -> None:
    own = options.job_params.get(name, {})
    wanted = {**options.params, **own}
    known = set()
    for _, param in objects(adapted.document, "params"):
        key = param.get("name")
        if isinstance(key, str) and key in wanted:
            param["value"] = wanted[key]
            known.add(key)
    adapted.used.update(Request("params", key) for key in known)
    adapted.used.add(Request("jobsParam", name))
    adapted.notes += [Note(NO_PARAM, {"param": shown(key)}) for key in own if key not in known]


def _set_execute_user(document: dict[str, Any], user: str) -> None:
    basics = document.get("basicConfig")
    if basics is None:
        document["basicConfig"] = {"executeUser": user}
    elif isinstance(basics, dict):
        basics["executeUser"] = user


def _replace_in_job(replacements: Replacements, adapted: Adapted) -> None:
    for _, node in objects(adapted.document, "nodes"):
        _replace_in_node(node, replacements, adapted)
        _replace_channel(node.get("eventTrigger"), replacements, adapted)
    schedule = adapted.document.get("schedule")
    if isinstance(schedule, dict):
        _replace_channel(schedule.get("event"), replacements, adapted)


def _replace_in_node(node: dict[str, Any], replacements: Replacements, adapted: Adapted) -> None:
    changed = set()
    for _, item in objects(node, "properties"):
        key, value = item.get("name"), item.get("value")
        if isinstance(key, str) and isinstance(value, str):
            item["value"] = _replaced(node.get("type"), key, value, replacements, adapted)
            if item["value"] != value:
                changed.add(IDS.get(key))
    for _, item in objects(node, "properties"):
        if (key := item.get("name")) in changed and item.get("value"):
            adapted.notes.append(Note(OLD_ID, {"node": shown(node.get("name")), "property": key}))


def old_id_notes(document: Any, changed: Collection[JsonPath]) -> list[Note]:
    """Note which nodes still have the id of a cloud resource whose name was changed at one of the paths."""
    notes = []
    nodes = {path[1] for path in changed if path[0] == "nodes"}
    for place, node in objects(document, "nodes") if nodes else ():
        if place not in nodes:
            continue
        properties = objects(node, "properties")
        renamed = {
            IDS.get(item.get("name", ""))
            for number, item in properties
            if ("nodes", place, "properties", number, "value") in changed
        }
        for _, item in properties:
            if (key := item.get("name")) in renamed and item.get("value"):
                notes.append(Note(OLD_ID, {"node": shown(node.get("name")), "property": key}))
    return notes


def _replace_in_script(replacements: Replacements, adapted: Adapted) -> None:
    """Replace the connection of a script: its type is spelt as that of the nodes which run it."""
    script, key = adapted.document, "connectionName"
    if isinstance(value := script.get(key), str):
        script[key] = _replaced(script.get("type"), key, value, replacements, adapted)


def _replace_channel(event: Any, replacements: Replacements, adapted: Adapted) -> None:
    """Replace the stream an event comes from; an event without a type is of DIS (section 1.5)."""
    if isinstance(event, dict) and event.get("eventType", "DIS") == "DIS":
        channel = event.get("channel")
        if isinstance(channel, str):
            event["channel"] = _replaced("DIS", "streamName", channel, replacements, adapted)


def _replaced(holder_type: Any, key: str, value: str, replacements: Replacements, adapted: Adapted) -> str:
    """Return what stands for `value`, found at `key` of a node or script of this type, after the import."""
    wire_type = holder_type.replace(" ", "") if isinstance(holder_type, str) else ""
    for kind, new in replacements.get(value, {}).items():
        if any(wire_type.startswith(start) and place in (key, ANY) for start, place in PLACES[kind]):
            adapted.used.add(replacement_request(kind, value))
            return new
    return value
