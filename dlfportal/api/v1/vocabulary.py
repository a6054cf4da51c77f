"""The names that `huaweicloudsdkdlf` has for parts of a job, taken as other words for the current ones.

Its models say `scheType`, `nodeType`, `preNodeNames`, `condition`, `nodeProperties`, `paramType` and
`jobType`. Documents, packages and every other client have the current names only, so these are put in
their place here, at the edge, before a document is judged or compared; a current name that is sent too
wins. Nothing that this SDK sends says which SDK it is: GET answers with the current names, unless the
`User-Agent` has the SDK's name, which its users can add (`HttpConfig(user_agent="huaweicloudsdkdlf")`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rest_framework.request import Request

from dlfportal.formats.jsontext import parse
from dlfportal.formats.problems import InvalidDocument
from dlfportal.formats.shapes import items, part

Document = dict[str, Any]
Names = dict[str, str]

MARK = "huaweicloudsdkdlf"

JOB: Names = {"jobType": "processType"}
SCHEDULE: Names = {"scheType": "type"}
PARAM: Names = {"paramType": "type"}
NODE: Names = {
    "nodeType": "type",
    "preNodeNames": "preNodeName",
    "condition": "conditions",
    "nodeProperties": "properties",
}


def asks_in_older_names(request: Request) -> bool:
    """Return whether the client says that it reads jobs in the names of `huaweicloudsdkdlf`."""
    return MARK in request.headers.get("User-Agent", "").lower()


def current_names(job: Document) -> Document:
    """Return a job as it was sent, with current names below the top, where every write sees to them.

    Odd shapes stay as they are, to be judged.
    """
    names = {name for node in items(job, "nodes") if isinstance(name := part(node).get("name"), str)}
    return _parts(job, SCHEDULE, PARAM, lambda node: _renamed(_read(node, names), NODE))


def read_back(job: Document) -> Document:
    """Return what `older_names` made of a job with current names throughout."""
    return current_names(_renamed(job, JOB))


def older_names(job: Document) -> Document:
    """Return a job that is shown as the models of `huaweicloudsdkdlf` read it: they have texts for lists
    of names and for properties, and whole numbers for locations.
    """
    return _parts(_renamed(job, _inverse(JOB)), _inverse(SCHEDULE), _inverse(PARAM), _older_node)


def _parts(job: Document, schedule: Names, param: Names, node: Callable[[Document], Document]) -> Document:
    changed = dict(job)
    if isinstance(found := job.get("schedule"), dict):
        changed["schedule"] = _renamed(found, schedule)
    if isinstance(params := job.get("params"), list):
        changed["params"] = [_renamed(one, param) if isinstance(one, dict) else one for one in params]
    if isinstance(nodes := job.get("nodes"), list):
        changed["nodes"] = [node(one) if isinstance(one, dict) else one for one in nodes]
    return changed


def _renamed(one: Document, names: Names) -> Document:
    """Return `one` with new names in the place of the old ones, unless both are there (null is not)."""
    wanted = {old: new for old, new in names.items() if old in one and one.get(new) is None}
    if not wanted:
        return one
    replaced = set(wanted.values())
    return {wanted.get(key, key): value for key, value in one.items() if key not in replaced}


def _inverse(names: Names) -> Names:
    return {new: old for old, new in names.items()}


def _read(node: Document, names: set[str]) -> Document:
    """Return a node with lists where the SDK declares texts, and a map of properties as a list."""
    read = dict(node)
    if isinstance(before := node.get("preNodeNames"), str):
        read["preNodeNames"] = _names(before, names)
    properties = node.get("nodeProperties")
    if isinstance(properties, str):
        properties = _json(properties) if properties.strip() else []
    if isinstance(properties, dict):
        properties = [{"name": name, "value": value} for name, value in properties.items()]
    if isinstance(properties, list):
        read["nodeProperties"] = properties
    return read


def _names(text: str, known: set[str]) -> list[Any]:
    """Return the names in a text: one name of the job, a JSON list, or names with commas between them."""
    if text in known:
        return [text]
    listed = _json(text) if text.lstrip().startswith("[") else None
    if isinstance(listed, list):
        return listed
    return [name for word in text.split(",") if (name := word.strip())]


def _json(text: str) -> Any:
    try:
        return parse(text.encode())
    except InvalidDocument:
        return None


def _older_node(node: Document) -> Document:
    older = _renamed(node, _inverse(NODE))
    for key in ("preNodeNames", "nodeProperties"):
        if isinstance(older.get(key), list):
            older[key] = json.dumps(older[key], ensure_ascii=False)
    if isinstance(location := older.get("location"), dict):
        older["location"] = {axis: _whole(value) for axis, value in location.items()}
    return older


def _whole(value: Any) -> Any:
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return value
