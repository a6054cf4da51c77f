"""What a request asks for beside its path: each parameter reads itself and describes itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request

from dlfportal.api.errors import invalid_parameter

DIGITS = re.compile(r"-?[0-9]{1,1000}")
LARGEST = 2**31 - 1

TARGETS = {"SAVED": False, "SUBMITTED": True, "PRODUCTION": True}
"""`targetStatus`: whether it asks for a submitted version."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter, absent unless sent; unknown ones are nobody's business."""

    name: str
    about: str

    def sent(self, request: Request) -> str | None:
        """Return the text sent, the last one if there are several."""
        return request.query_params.get(self.name)

    def schema(self) -> dict[str, Any]:
        """Return its JSON schema."""
        return {"type": "string"}

    def openapi(self) -> dict[str, Any]:
        """Return its description for the OpenAPI file."""
        return {"name": self.name, "in": "query", "description": self.about, "schema": self.schema()}


@dataclass(frozen=True, slots=True)
class Text(Parameter):
    """Any text; empty when absent."""

    def read(self, request: Request) -> str:
        return self.sent(request) or ""


@dataclass(frozen=True, slots=True)
class Words(Parameter):
    """Words with commas between them."""

    def read(self, request: Request) -> list[str]:
        return [word.strip() for word in (self.sent(request) or "").split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Whole(Parameter):
    """A whole number; `default` when absent."""

    lowest: int
    highest: int | None
    default: int

    def read(self, request: Request) -> int:
        """Return the number. Raises DLF.3051 when it is none or out of range."""
        text = self.sent(request)
        if text is None:
            return self.default
        number = int(text) if DIGITS.fullmatch(text) else None
        if number is None or number < self.lowest or (self.highest is not None and number > self.highest):
            limits = f"from {self.lowest}" + ("" if self.highest is None else f" to {self.highest}")
            raise invalid_parameter(f"{self.name} must be a whole number {limits}.")
        return number

    def schema(self) -> dict[str, Any]:
        limits = {"minimum": self.lowest, "maximum": self.highest, "default": self.default}
        return {"type": "integer", **{key: value for key, value in limits.items() if value is not None}}


@dataclass(frozen=True, slots=True)
class Choice(Parameter):
    """One of a few words; `default` when absent."""

    words: tuple[str, ...]
    default: str = ""

    def read(self, request: Request) -> str:
        """Return the word. Raises DLF.3051 for any other."""
        text = self.sent(request)
        if text is None:
            return self.default
        if text not in self.words:
            raise invalid_parameter(f"{self.name} must be one of {', '.join(self.words)}.")
        return text

    def schema(self) -> dict[str, Any]:
        default = {"default": self.default} if self.default else {}
        return {"type": "string", "enum": list(self.words), **default}


@dataclass(frozen=True, slots=True)
class Flag(Parameter):
    """`true` or `false`, in any case; false when absent."""

    def read(self, request: Request) -> bool:
        """Return the truth value. Raises DLF.3051 for anything else."""
        text = (self.sent(request) or "false").lower()
        if text not in ("true", "false"):
            raise invalid_parameter(f"{self.name} must be true or false.")
        return text == "true"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean", "default": False}


LIMIT = Whole("limit", "How many rows a page has.", 1, 100, 10)
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
    """Tell whether `targetStatus` asks for a submitted version. Raises DLF.3051 for an unknown word."""
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
