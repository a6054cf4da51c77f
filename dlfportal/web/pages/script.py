"""The page of a script: its text, and what it runs with."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from dlfportal.formats.shapes import part, shown
from dlfportal.links import script_text_url
from dlfportal.web.code import Code, code, lexer_for
from dlfportal.web.pages.object import ObjectPage


class ScriptPage(ObjectPage):
    """A script: its source beside what every object shows."""

    @cached_property
    def source(self) -> Code:
        """The script's text, highlighted by its type."""
        return source_of(self.document, self.target.type)

    @property
    def text_url(self) -> str:
        """The address that downloads the text."""
        return script_text_url(self.target)

    @property
    def database(self) -> str:
        """The script's database; scripts that DataArts exports have it under another key."""
        return shown(self.document.get("database") or self.document.get("currentDatabase"))

    @property
    def configuration(self) -> list[tuple[str, str]]:
        """The script's settings as (name, value)."""
        return [(key, shown(value)) for key, value in part(self.document, "configuration").items()]


def source_of(document: dict[str, Any], script_type: str) -> Code:
    """Return the text of a script, highlighted by its type."""
    return code(shown(document.get("content")), lexer_for(script_type), "source")
