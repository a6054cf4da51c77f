"""What a request asks for beside its path: each parameter reads itself and describes itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request

from dlfportal.api.errors import invalid_parameter

IDS = re.compile(r"[0-9]{1,18}")
DIGITS = re.compile(r"-?[0-9]{1,1000}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter, absent unless sent; one sent without a value is absent too."""

    name: str
    about: str

    def sent(self, request: Request) -> str | None:
        """Return the text sent, the last one if there are several; None for none and for no text."""
        return request.query_params.get(self.name) or None

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
class Numbers(Parameter):
    """Ids with commas between them, at most `most`; none when absent."""

    most: int

    def read(self, request: Request) -> list[int]:
        """Return the ids. Raises DLF.3051 for anything else than digits, or for too many."""
        words = (self.sent(request) or "").split(",")
        ids = [word.strip() for word in words if word.strip()]
        if len(ids) > self.most or not all(IDS.fullmatch(word) for word in ids):
            raise invalid_parameter(f"{self.name} must be up to {self.most} ids of digits.")
        return [int(word) for word in ids]


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


@dataclass(frozen=True, slots=True)
class Language(Parameter):
    """The language of messages, from a header; English unless a word for Chinese is sent."""

    def read(self, request: Request) -> str:
        """Return the code of a language that the portal speaks."""
        return "zh-hans" if request.headers.get(self.name, "").lower().startswith("zh") else "en"

    def openapi(self) -> dict[str, Any]:
        return {**super(Language, self).openapi(), "in": "header"}


@dataclass(frozen=True, slots=True)
class Header(Parameter):
    """A header that must be there, of any text."""

    def read(self, request: Request) -> str:
        """Return its value, "" when it is absent."""
        return str(request.headers.get(self.name, ""))

    def openapi(self) -> dict[str, Any]:
        return {**super(Header, self).openapi(), "in": "header", "required": True}
