"""Looking into documents whose parts may have any shape: what is not as expected is passed over."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dlfportal.formats.problems import JsonPath


def part(value: Any, *keys: str) -> dict[str, Any]:
    """Return the object that `keys` lead to, or an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """Return `value` if it is a list, or an empty one."""
    return value if isinstance(value, list) else []


def items(value: Any, key: str) -> list[Any]:
    """Return the list at `key`, or an empty one."""
    return listed(value.get(key)) if isinstance(value, dict) else []


def objects(value: Any, key: str) -> list[tuple[int, dict[str, Any]]]:
    """Return the objects in the list at `key`, each with its place there."""
    return [(place, item) for place, item in enumerate(items(value, key)) if isinstance(item, dict)]


def value_at(document: Any, path: JsonPath) -> Any:
    """Return the value at a path of a document, which has it."""
    for step in path:
        document = document[step]
    return document


def shown(value: Any) -> str:
    """Return a value of a document as people read it: text as it is, nothing as "", the rest as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def replaced(document: dict[str, Any], places: Iterable[JsonPath], instead: Any) -> dict[str, Any]:
    """Return `document` with `instead` at the places, which it has; what leads to them is copied, all else
    shared. The order of keys stays, and the input is not changed.
    """
    copies: dict[JsonPath, Any] = {(): document.copy()}
    for path in places:
        for depth in range(1, len(path)):
            if path[:depth] not in copies:
                parent, step = copies[path[: depth - 1]], path[depth - 1]
                copies[path[:depth]] = parent[step] = parent[step].copy()
        copies[path[:-1]][path[-1]] = instead
    whole: dict[str, Any] = copies[()]
    return whole
