"""The cloud resources that a document names: what the place it comes into must have (wire API, section 2.9).

Of the types that the documents list, no property shows a DWS cluster or a GES graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import EXPRESSIONS
from dlfportal.formats.shapes import items, part


class CloudResource(NamedTuple):
    """A cloud resource by its type on the wire and its name."""

    type: str
    name: str


PLACES = (
    # start of the type of a node or script without spaces, property: what its value names
    ("DWS", "connectionName", "DWS_CONNECTION"),
    ("DLISQL", "queueName", "DLI_QUEUE"),
    ("DLISpark", "clusterName", "DLI_QUEUE"),
    ("DLI", "connectionName", "DLI_CONNECTION"),
    ("DIS", "streamName", "DIS_STREAM"),
    ("CDMJob", "clusterName", "CDM_CLUSTER"),
)


def cloud_resources(kind: Kind, cluster: str, document: dict[str, Any]) -> Iterator[CloudResource]:
    """Yield what `document` names, repeated as often as it does; never raises on odd shapes.

    A name given by an expression is passed over: only a run knows it.
    """
    found: Iterator[tuple[str, Any]] = iter(())
    if kind is Kind.CDM_JOB:
        found = iter([("CDM_CLUSTER", cluster)])
    elif kind is Kind.SCRIPT:
        found = _at(document.get("type"), document)
    elif kind is Kind.JOB:
        found = _in_job(document)
    for wire_type, name in found:
        if isinstance(name, str) and name and not any(sign in name for sign in EXPRESSIONS):
            yield CloudResource(wire_type, name)


def _in_job(job: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from _channel(part(job, "schedule", "event"))
    for node in items(job, "nodes"):
        for item in items(node, "properties"):
            if isinstance(item, dict) and isinstance(key := item.get("name"), str):
                yield from _at(node.get("type"), {key: item.get("value")})
        yield from _channel(part(node, "eventTrigger"))


def _at(holder_type: Any, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    held = holder_type.replace(" ", "") if isinstance(holder_type, str) else ""
    for start, key, wire_type in PLACES:
        if held.startswith(start) and key in values:
            yield wire_type, values[key]


def _channel(event: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the stream an event comes from; one without a type is of DIS (documents, section 1.5)."""
    if event.get("eventType", "DIS") == "DIS":
        yield "DIS_STREAM", event.get("channel")
