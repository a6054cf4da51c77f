"""Fitting the documents of a package to the workspace they come into (reference: wire API, section 2.8).

Only what the options of the import name is changed, in place: key order and everything else stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

from dlfportal.errors import gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.options import ImportOptions, Replacements, ResourceType

ANY = "*"

PLACES: dict[ResourceType, tuple[tuple[str, str], ...]] = {
    # type: (start of the node type without spaces, property). The documents show no property for the
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


class Adapted(NamedTuple):
    """A document as it goes on, the cluster of a CDM job, and what could not be done."""

    document: Any
    cluster: str
    notes: list[Note]


def adapt(kind: Kind, name: str, cluster: str, document: Any, options: ImportOptions) -> Adapted:
    """Return `document` with the options applied; never raises on odd shapes, the input is not changed."""
    cluster = options.resources.get((ResourceType.CDM_CLUSTER, cluster), cluster)
    if not options.adapts or not isinstance(document, dict) or kind in (Kind.RESOURCE, Kind.CDM_JOB):
        return Adapted(document, cluster, [])
    document = deepcopy(document)
    if kind is Kind.SCRIPT:
        _replace_in_holder(document, document.get("type"), options.resources)
        return Adapted(document, cluster, [])
    notes = _set_params(document, name, options)
    if options.execute_user:
        _set_execute_user(document, options.execute_user)
    if options.resources:
        _replace_in_job(document, options.resources)
    return Adapted(document, cluster, notes)


def _set_params(document: dict[str, Any], name: str, options: ImportOptions) -> list[Note]:
    own = options.job_params.get(name, {})
    wanted = {**options.params, **own}
    known = set()
    for param in _objects(document.get("params")):
        key = param.get("name")
        if isinstance(key, str) and key in wanted:
            param["value"] = wanted[key]
            known.add(key)
    message = gettext_noop("The job has no parameter %(param)s; its value was ignored.")
    return [Note(message, {"param": key}) for key in own if key not in known]


def _set_execute_user(document: dict[str, Any], user: str) -> None:
    basics = document.get("basicConfig")
    if basics is None:
        document["basicConfig"] = {"executeUser": user}
    elif isinstance(basics, dict):
        basics["executeUser"] = user


def _replace_in_job(document: dict[str, Any], replacements: Replacements) -> None:
    for node in _objects(document.get("nodes")):
        for item in _objects(node.get("properties")):
            key, value = item.get("name"), item.get("value")
            if isinstance(key, str) and isinstance(value, str):
                item["value"] = _replaced(node.get("type"), key, value, replacements)
        _replace_channel(node.get("eventTrigger"), replacements)
    schedule = document.get("schedule")
    if isinstance(schedule, dict):
        _replace_channel(schedule.get("event"), replacements)


def _replace_in_holder(document: dict[str, Any], holder_type: Any, replacements: Replacements) -> None:
    """Replace the connection of a script: its type is spelt as that of the nodes which run it."""
    value = document.get("connectionName")
    if isinstance(value, str):
        document["connectionName"] = _replaced(holder_type, "connectionName", value, replacements)


def _replace_channel(event: Any, replacements: Replacements) -> None:
    """Replace the stream an event comes from; an event without a type is of DIS (section 1.5)."""
    if isinstance(event, dict) and event.get("eventType", "DIS") == "DIS":
        key = (ResourceType.DIS_STREAM, event.get("channel"))
        if isinstance(key[1], str) and key in replacements:
            event["channel"] = replacements[key]


def _replaced(holder_type: Any, key: str, value: str, replacements: Replacements) -> str:
    wire_type = holder_type.replace(" ", "") if isinstance(holder_type, str) else ""
    for (kind, name), new in replacements.items():
        if name == value and any(
            wire_type.startswith(start) and place in (key, ANY) for start, place in PLACES[kind]
        ):
            return new
    return value


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
