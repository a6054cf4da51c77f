"""What a write changes in a document, and nothing else (design, rules 1 and 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dlfportal.formats.credentials import is_secret_name
from dlfportal.formats.jsontext import CONTAINERS, levels
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import JsonPath
from dlfportal.formats.shapes import items, objects, replaced

# fmt: off
DROPPED = frozenset((
    "id", "resourceId", "createTime", "createUser", "modifyTime", "downstreamJobs", "jobRelation",
    "autoAcquireLock", "targetStatus", "approvers",
))
# fmt: on
RENAMED = {Kind.JOB: {"jobType": "processType"}, Kind.RESOURCE: {"depend_packages": "dependPackages"}}
CDM_PLACEHOLDER = "Add password here"
"""What CDM's own export writes where a password was."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document as it is stored, and where secrets were emptied (paths in `document`)."""

    document: dict[str, Any]
    emptied: tuple[JsonPath, ...]


def prepare(kind: Kind, document: dict[str, Any]) -> Prepared:
    """Return `document` as a write stores it: without the top-level keys of the server, with current
    key names, and with secrets emptied. Never raises on odd shapes.

    Key order and everything else stay; the input is not changed, and preparing twice changes nothing.
    A document that is stored as it came comes back itself.
    """
    kept = document
    if not DROPPED.isdisjoint(document):
        kept = {key: value for key, value in document.items() if key not in DROPPED}
    for old, new in RENAMED.get(kind, {}).items():
        if old in kept and kept.get(new) is None:  # null counts as absent
            others = {key: value for key, value in kept.items() if key != new}
            kept = {new if key == old else key: value for key, value in others.items()}
    settings = _settings_in_text(kept) if kind is Kind.SCRIPT else None
    if settings is not None:
        return _prepare_with_text(kept, settings)
    emptied = tuple(secret_places(kind, kept))
    if emptied:
        kept = replaced(kept, emptied, CDM_PLACEHOLDER if kind is Kind.CDM_JOB else "")
    return Prepared(kept, emptied)


def _settings_in_text(document: dict[str, Any]) -> dict[str, Any] | None:
    """Return the settings of a script that come as JSON text, as some clients send them, else None."""
    text = document.get("configuration")
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        return None
    try:
        inside = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return inside if isinstance(inside, dict) else None


def _prepare_with_text(document: dict[str, Any], settings: dict[str, Any]) -> Prepared:
    """Empty the secrets of settings that are text; the text is written anew only if it holds one."""
    as_object = {**document, "configuration": settings}
    emptied = tuple(secret_places(Kind.SCRIPT, as_object))
    if not emptied:
        return Prepared(document, ())
    copy = replaced(as_object, emptied, "")
    inside = any(path[0] == "configuration" for path in emptied)
    text = json.dumps(copy["configuration"], ensure_ascii=False) if inside else document["configuration"]
    return Prepared({**copy, "configuration": text}, emptied)


Trail = tuple[Any, ...]
"""A path as (trail of the parent, step), `()` at the top: growing one costs the same at any depth."""


def secret_places(kind: Kind, document: dict[str, Any]) -> Iterator[JsonPath]:
    """Yield where `document` holds a secret that rule 5 empties; never raises on odd shapes."""
    return _places_of_secrets(kind, document, _is_held)


def masked_places(kind: Kind, document: dict[str, Any]) -> Iterator[JsonPath]:
    """Yield where a secret belongs of which `document` holds no value, because none is kept."""
    return _places_of_secrets(kind, document, lambda value: not _is_held(value))


def _places_of_secrets(
    kind: Kind, document: dict[str, Any], wanted: Callable[[Any], bool]
) -> Iterator[JsonPath]:
    """Yield the places of secrets whose value is `wanted`."""
    if not _may_hold_secrets(kind, document):
        return
    masked = masked_params(document) if kind is Kind.JOB else frozenset()
    params = objects(document, "params") if masked else []
    waiting: list[tuple[Trail, Any, bool]] = [((), document, kind is Kind.CDM_JOB)]
    while waiting:
        trail, value, by_name = waiting.pop()
        if isinstance(value, dict) and (secret := _secret_keys(value, by_name)):
            yield from (_path((trail, key)) for key in value if key in secret and wanted(value[key]))
        children: Any = value.items() if isinstance(value, dict) else enumerate(value)
        filled = [(step, child) for step, child in children if isinstance(child, CONTAINERS) and child]
        for step, child in reversed(filled):
            named = kind is Kind.SCRIPT and not trail and step == "configuration"
            waiting.append(((trail, step), child, by_name or named))
    for place, param in params:
        if "value" in _secret_keys(param, by_name=False):
            continue
        if _text(param.get("name")) in masked and wanted(param.get("value")):
            yield ("params", place, "value")


def _may_hold_secrets(kind: Kind, document: dict[str, Any]) -> bool:
    """Whether a closer look is needed: most documents say nothing of secrets, and many come at once."""
    if kind is Kind.CDM_JOB or document.get("maskedParams") or document.get("configuration"):
        return True
    return any("value_is_sensitive" in part for level in levels(document) for part in level)


def _path(trail: Trail) -> JsonPath:
    steps = []
    while trail:
        trail, step = trail
        steps.append(step)
    return tuple(reversed(steps))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def masked_params(document: dict[str, Any]) -> frozenset[str]:
    """Return the names of the job parameters whose values are secret."""
    return frozenset(name for name in items(document, "maskedParams") if isinstance(name, str))


def _secret_keys(value: dict[str, Any], by_name: bool) -> set[str]:
    """The keys of one object whose values are secret: marked as sensitive, or by their names."""
    keys = set()
    if (mark := value.get("value_is_sensitive")) is True or mark == "true":
        keys.add("value")
    if by_name:
        keys.update(key for key, child in value.items() if isinstance(child, str) and is_secret_name(key))
        if is_secret_name(_text(value.get("name"))):
            # CDM's tables write `values` where its examples write `value`.
            keys.update(key for key in ("value", "values") if isinstance(value.get(key), str))
    return keys


def _is_held(value: Any) -> bool:
    return value not in (None, "", [], {}) and value != CDM_PLACEHOLDER
