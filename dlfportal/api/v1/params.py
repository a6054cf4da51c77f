"""What the calls of v1 ask for beside their paths, and the two questions they ask of a body."""

from __future__ import annotations

from typing import Any

from dlfportal.api.errors import invalid_parameter
from dlfportal.api.params import Language, Whole

LARGEST = 2**31 - 1

TARGETS = {"SAVED": False, "SUBMITTED": True, "PRODUCTION": True}
"""`targetStatus`: whether it asks for a submitted version."""

LANGUAGE = Language("X-Language", "`zh-cn` for messages in Chinese; else they are in English.")
LIMIT = Whole("limit", "How many rows a page has.", 1, 100, 10)
JOBS_LIMIT = Whole("limit", "How many rows a page has.", 1, 1000, 10)
OFFSET = Whole("offset", "The number of the page, counted from 0.", 0, None, 0)
DEVELOPMENT = -1
VERSION = Whole(
    "version",
    "The submitted version to show; -1 is the development copy.",
    DEVELOPMENT,
    LARGEST,
    DEVELOPMENT,
)


def wants_version(body: dict[str, Any]) -> bool:
    """Return whether `targetStatus` asks for a submitted version. Raises DLF.3051 for an unknown word."""
    target = body.get("targetStatus")
    if target is None:
        return False
    if not isinstance(target, str) or target not in TARGETS:
        raise invalid_parameter(f"targetStatus must be one of {', '.join(TARGETS)}.")
    return TARGETS[target]


def with_kept(body: dict[str, Any], stored: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Return `body` with the stored values of those `keys` that it does not hold; null counts as absent."""
    kept = {key: stored[key] for key in keys or stored if body.get(key) is None and key in stored}
    return {**body, **kept}
