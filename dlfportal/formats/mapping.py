"""Names that differ from place to place, such as those of connections, and what a mapping makes of them.

One table says where documents hold them, the bodies of CDM jobs that are pasted into a node included. What an
expression or a text of SQL names is left alone: only a run knows it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.jsonplaces import with_texts
from dlfportal.formats.kinds import Kind, cluster_name
from dlfportal.formats.problems import JsonPath
from dlfportal.formats.references import ANY_NODE, inline_cdm_bodies, is_expression
from dlfportal.formats.shapes import listed, objects, part, replaced, value_at


class MapKind(StrEnum):
    """What a name is the name of."""

    CONNECTION = "connection"
    CLUSTER = "cluster"
    QUEUE = "queue"
    DATABASE = "database"
    PATH = "path"
    OWNER = "owner"
    ZONE = "zone"


NODE_PLACES: Mapping[tuple[str, str], MapKind] = {
    # (node type without spaces, property name): what its value names; the row of a type comes before `*`.
    (ANY_NODE, "connectionName"): MapKind.CONNECTION,
    (ANY_NODE, "sourceLink"): MapKind.CONNECTION,
    (ANY_NODE, "targetLink"): MapKind.CONNECTION,
    (ANY_NODE, "clusterName"): MapKind.CLUSTER,
    ("DLISpark", "clusterName"): MapKind.QUEUE,
    (ANY_NODE, "queueName"): MapKind.QUEUE,
    ("MRSHetuEngine", "Queue"): MapKind.QUEUE,
    (ANY_NODE, "database"): MapKind.DATABASE,
    ("MRSHetuEngine", "Database"): MapKind.DATABASE,
    ("MRSHetuEngine", "Schema"): MapKind.DATABASE,
    (ANY_NODE, "resourcePath"): MapKind.PATH,
    ("OBSManager", "path"): MapKind.PATH,
    ("OBSManager", "sourceDirectory"): MapKind.PATH,
    ("OBSManager", "targetDirectory"): MapKind.PATH,
    ("MRSSpark", "input"): MapKind.PATH,
    ("MRSSpark", "output"): MapKind.PATH,
    ("MapReduce", "input"): MapKind.PATH,
    ("MapReduce", "output"): MapKind.PATH,
    ("MRSFlink", "input"): MapKind.PATH,
    ("MRSFlink", "output"): MapKind.PATH,
    ("MRSFlinkJob", "input"): MapKind.PATH,
    ("MRSFlinkJob", "output"): MapKind.PATH,
}
SHARED_CLUSTER = "-1"
"""What a Flink node names that has no cluster of its own."""

BASIC_PLACES: Mapping[str, MapKind] = {"owner": MapKind.OWNER, "executeUser": MapKind.OWNER}
SCRIPT_PLACES: Mapping[str, MapKind] = {
    "connectionName": MapKind.CONNECTION,
    "database": MapKind.DATABASE,
    "queueName": MapKind.QUEUE,
    "owner": MapKind.OWNER,
}
ZONES: Mapping[str, MapKind] = {"expressionTimeZone": MapKind.ZONE}
CLUSTER: JsonPath = ("cluster",)
"""Where the cluster of a CDM job stands, which is beside its document."""

CDM_NODE = "CDMJob"
"""The type of node into which the body of a CDM job may be pasted, without spaces."""
CDM_LINKS = ("from-link-name", "to-link-name")
CDM_CONFIGS = ("from-config-values", "to-config-values")
CDM_INPUTS: Mapping[str, MapKind] = {
    # the last step of the name of an input, as in `fromJobConfig.schemaName`
    "schemaName": MapKind.DATABASE,
    "database": MapKind.DATABASE,
    "databaseName": MapKind.DATABASE,
    "bucketName": MapKind.PATH,
    "inputDirectory": MapKind.PATH,
    "outputDirectory": MapKind.PATH,
}

NameMap = Mapping[tuple[MapKind, str], str]
"""What a name, by its kind, is called in another place. A path stands for all below it."""

LONGEST_NAME = 1100
MOST_ENTRIES = 2000


class Use(NamedTuple):
    """A name in a document; `node` is the name of the node that holds it, "" for the document itself.

    Of a name within a text that is JSON itself, `text` is the path of that text, with which `path` begins.
    """

    kind: MapKind
    value: str
    path: JsonPath
    node: str = ""
    text: JsonPath = ()


class Change(NamedTuple):
    """A name that a mapping changed."""

    path: JsonPath
    kind: MapKind
    old: str
    new: str


class Mapped(NamedTuple):
    """A document with the names of another place, the cluster of a CDM job, and what changed."""

    document: Any
    cluster: str
    changes: tuple[Change, ...] = ()


class Merging(NamedTuple):
    """Several names that a mapping makes one."""

    kind: MapKind
    new: str
    names: tuple[str, ...]


class BadMapping(BadRequest):
    """Entries that are no mapping."""


def found_values(kind: Kind, document: Any, cluster: str = "") -> Iterator[Use]:
    """Yield what an object names, as often as it does; never raises on odd shapes.

    What an expression names is left out; of a path it may be a part. The cluster of a CDM job is at the path
    `cluster`.
    """
    for use in _places(kind, document, cluster):
        if use.kind is MapKind.PATH or not is_expression(use.value):
            yield use


def mapped(kind: Kind, document: Any, cluster: str, mapping: NameMap) -> Mapped:
    """Return an object with the names that `mapping` says; the input is not changed.

    Without a change the very same document comes back.
    """
    if not mapping:
        return Mapped(document, cluster)
    found = [
        (use, new)
        for use in _places(kind, document, cluster)
        if (new := mapped_name(use, mapping)) != use.value
    ]
    texts: dict[JsonPath, dict[JsonPath, str]] = {}
    for use, new in found:
        if use.path == CLUSTER:
            cluster = new
        elif use.text:
            texts.setdefault(use.text, {})[use.path[len(use.text) :]] = new
        else:
            document = replaced(document, [use.path], new)
    for path, names in texts.items():
        document = replaced(document, [path], with_texts(value_at(document, path), names))
    return Mapped(document, cluster, tuple(Change(use.path, use.kind, use.value, new) for use, new in found))


def mapped_name(use: Use, mapping: NameMap) -> str:
    """Return what a name becomes: itself, unless the mapping speaks of it, or of where it lies."""
    if use.kind is not MapKind.PATH:
        name = cluster_name(use.value) if use.kind is MapKind.CLUSTER else use.value
        return mapping.get((use.kind, name), use.value)
    start, rest = use.value, ""
    while start:
        if (new := mapping.get((MapKind.PATH, start))) is not None:
            return new + rest
        start, slash, last = start.rpartition("/")
        rest = slash + last + rest
    return use.value


def mapping_digest(mapping: NameMap) -> str:
    """Return what is equal for equal mappings only, in hexadecimal digits; "" for none."""
    if not mapping:
        return ""
    return hashlib.sha256(json.dumps(mapping_write(mapping)).encode()).hexdigest()


def mapping_read(entries: Any) -> dict[tuple[MapKind, str], str]:
    """Return the mapping that entries `{kind, from, to}` make; what maps to itself or to "" is left out.

    Raises BadMapping for what is none, and for one name that is mapped twice.
    """
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise BadMapping(
            gettext_noop("A mapping is a list of at most %(most)s entries with kind, from and to."),
            most=MOST_ENTRIES,
        )
    found: dict[tuple[MapKind, str], str] = {}
    for entry in entries:
        kind, old, new = _entry(entry)
        if found.setdefault((kind, old), new) != new:
            raise BadMapping(gettext_noop("%(name)s is mapped twice. Leave one out."), name=old)
    return {(kind, old): new for (kind, old), new in found.items() if new not in ("", old)}


def mapping_write(mapping: NameMap) -> list[dict[str, str]]:
    """Return a mapping as entries that `mapping_read` takes, in one order for equal ones."""
    return [{"kind": str(kind), "from": old, "to": new} for (kind, old), new in sorted(mapping.items())]


def merged_names(mapping: NameMap) -> list[Merging]:
    """Return where a mapping makes several names one, a name that keeps its own not counted."""
    olds: dict[tuple[MapKind, str], list[str]] = {}
    for (kind, old), new in sorted(mapping.items()):
        olds.setdefault((kind, new), []).append(old)
    return [Merging(kind, new, tuple(names)) for (kind, new), names in olds.items() if len(names) > 1]


def mapping_back(mapping: NameMap) -> dict[tuple[MapKind, str], str]:
    """Return the mapping the other way round; a name that several names become is none of it."""
    merged = {(one.kind, one.new) for one in merged_names(mapping)}
    return {(kind, new): old for (kind, old), new in mapping.items() if (kind, new) not in merged}


def _entry(entry: Any) -> tuple[MapKind, str, str]:
    """Return kind, old and new name of an entry. Raises BadMapping."""
    found = [entry.get(key) for key in ("kind", "from", "to")] if isinstance(entry, dict) else []
    texts = [text for text in found if isinstance(text, str) and len(text) <= LONGEST_NAME]
    if len(texts) < 3:
        raise BadMapping(
            gettext_noop("Each entry of a mapping needs kind, from and to: texts of at most %(most)s signs."),
            most=LONGEST_NAME,
        )
    kind, old, new = texts
    if kind not in list(MapKind):
        raise BadMapping(
            gettext_noop("%(kind)s is no kind of name. There are %(kinds)s."),
            kind=ascii(kind)[1:-1],
            kinds=", ".join(MapKind),
        )
    clean = (_clean(MapKind(kind), old), _clean(MapKind(kind), new))
    if not clean[0] or any(_is_unkeepable(text) for text in clean):
        raise BadMapping(
            gettext_noop("%(name)s cannot be mapped: a name is not empty and has no control characters."),
            name=ascii(old)[1:-1],
        )
    return MapKind(kind), *clean


def _clean(kind: MapKind, text: str) -> str:
    """Return a name as it is compared: a path without its last slash, a cluster as it is kept."""
    if kind is MapKind.PATH and len(text) > 1:
        return text.rstrip("/")
    return cluster_name(text) if kind is MapKind.CLUSTER else text


def _is_unkeepable(text: str) -> bool:
    return any(sign < " " or "\x7f" <= sign < "\xa0" or "\ud800" <= sign <= "\udfff" for sign in text)


def _places(kind: Kind, document: Any, cluster: str) -> Iterator[Use]:
    """Yield every name in an object, in the order of the document; empty ones are none."""
    if kind is Kind.CDM_JOB and cluster:
        yield Use(MapKind.CLUSTER, cluster, CLUSTER)
    if isinstance(document, dict):
        yield from (use for use in PLACES[kind](document) if isinstance(use.value, str) and use.value)


def _in_fields(values: dict[str, Any], places: Mapping[str, MapKind], path: JsonPath = ()) -> Iterator[Use]:
    for key, kind in places.items():
        if key in values:
            yield Use(kind, values[key], (*path, key))


def _in_script(script: dict[str, Any]) -> Iterator[Use]:
    return _in_fields(script, SCRIPT_PLACES)


def _in_resource(resource: dict[str, Any]) -> Iterator[Use]:
    yield from _in_fields(resource, {"location": MapKind.PATH})
    for key in ("dependFiles", "dependPackages", "depend_packages"):
        for place, item in enumerate(listed(resource.get(key))):
            if isinstance(item, dict):
                yield from _in_fields(item, {"location": MapKind.PATH}, (key, place))
            else:
                yield Use(MapKind.PATH, item, (key, place))


def _in_job(job: dict[str, Any]) -> Iterator[Use]:
    yield from _in_fields(job, {"logPath": MapKind.PATH})
    yield from _in_fields(part(job, "basicConfig"), BASIC_PLACES, ("basicConfig",))
    yield from _in_fields(part(job, "schedule", "cron"), ZONES, ("schedule", "cron"))
    for place, node in objects(job, "nodes"):
        name = node.get("name")
        holder = name if isinstance(name, str) else ""
        for use in _in_node(node, ("nodes", place)):
            yield use._replace(node=holder)


def _in_node(node: dict[str, Any], path: JsonPath) -> Iterator[Use]:
    node_type = node.get("type")
    wire_type = node_type.replace(" ", "") if isinstance(node_type, str) else ""
    bodies = dict(inline_cdm_bodies(node)) if wire_type == CDM_NODE else {}
    for place, item in objects(node, "properties"):
        key, value = item.get("name"), item.get("value")
        where: JsonPath = (*path, "properties", place, "value")
        if place in bodies:
            yield from _in_pasted(bodies[place], where)
        elif isinstance(key, str) and isinstance(value, str):
            kind = NODE_PLACES.get((wire_type, key)) or NODE_PLACES.get((ANY_NODE, key))
            if kind and not _names_no_place(kind, value):
                yield Use(kind, value, where)
    yield from _in_fields(part(node, "cronTrigger"), ZONES, (*path, "cronTrigger"))


def _in_pasted(body: dict[str, Any], text: JsonPath) -> Iterator[Use]:
    """Yield the names in the body of a CDM job that is pasted, as a text, into a node."""
    for use in _in_cdm_job(body):
        yield use._replace(path=(*text, *use.path), text=text)


def _names_no_place(kind: MapKind, value: str) -> bool:
    """Whether a value is none of its kind: a path without a slash is the name of a resource, or its id."""
    return (kind is MapKind.PATH and "/" not in value) or (
        kind is MapKind.CLUSTER and value == SHARED_CLUSTER
    )


def _in_cdm_job(body: dict[str, Any]) -> Iterator[Use]:
    for place, job in objects(body, "jobs"):
        path: JsonPath = ("jobs", place)
        yield from _in_fields(job, dict.fromkeys(CDM_LINKS, MapKind.CONNECTION), path)
        for values in CDM_CONFIGS:
            yield from _in_configs(part(job, values), (*path, values))


def _in_configs(values: dict[str, Any], path: JsonPath) -> Iterator[Use]:
    for place, config in objects(values, "configs"):
        for number, item in objects(config, "inputs"):
            name = item.get("name")
            kind = CDM_INPUTS.get(name.rpartition(".")[2]) if isinstance(name, str) else None
            if kind and "value" in item:
                yield Use(kind, item["value"], (*path, "configs", place, "inputs", number, "value"))


PLACES: Mapping[Kind, Callable[[dict[str, Any]], Iterator[Use]]] = {
    Kind.JOB: _in_job,
    Kind.SCRIPT: _in_script,
    Kind.RESOURCE: _in_resource,
    Kind.CDM_JOB: _in_cdm_job,
}
