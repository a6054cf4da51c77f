"""Reading and writing one place of a document, as a form field does."""

from __future__ import annotations

from typing import Any, Final

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.problems import JsonPath


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""What stands at a place that the document does not have."""


class Unreachable(Exception):
    """Something that is neither an object nor a list stands where the place should be."""


def read(document: Any, path: JsonPath) -> Any:
    """Return the value at `path`, or MISSING; a null on the way counts as absent. Raises Unreachable."""
    value = document
    for step in path:
        if value is None or value is MISSING:
            return MISSING
        value = _child(value, step)
    return value


def _child(value: Any, step: str | int) -> Any:
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step, MISSING)
    if isinstance(value, list) and isinstance(step, int):
        return value[step] if step < len(value) else MISSING
    raise Unreachable


def write(document: Any, path: JsonPath, value: Any) -> None:
    """Put `value` at `path` in place, making objects on the way; MISSING takes the key out.

    Raises Unreachable when something else stands on the way.
    """
    *parents, last = path
    place = document
    for step in parents:
        inner = _child(place, step)
        if inner is None or inner is MISSING:
            if value is MISSING:
                return
            inner = {}
            _put(place, step, inner)
        place = inner
    _child(place, last)
    _put(place, last, value)


def _put(place: Any, step: Any, value: Any) -> None:
    if value is MISSING:
        if isinstance(place, dict):
            place.pop(step, None)
    elif isinstance(place, list) and step >= len(place):
        place.append(value)
    else:
        place[step] = value


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON: `1` and `1.0` and `true` are not."""
    if one is MISSING or other is MISSING:
        return one is other
    return canonical(one) == canonical(other)
