"""Looking into documents whose parts may have any shape: what is not as expected is passed over."""

from __future__ import annotations

import json
from typing import Any


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


def shown(value: Any) -> str:
    """Return a value of a document as people read it: text as it is, nothing as "", the rest as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
