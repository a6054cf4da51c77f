"""The rules of a picture outside a page: those of the page, with the light colours written in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe

VARIABLE = re.compile(r"(--[\w-]+):\s*([^;]+);")
LIGHT = re.compile(r"light-dark\(\s*([^,()]+),[^()]+\)")
USED = re.compile(r"var\((--[\w-]+)\)")
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@cache
def written_in() -> SafeString:
    """Return the rules with every colour as it is in the light theme."""
    values = {name: LIGHT.sub(r"\1", value) for name, value in VARIABLE.findall(_text("css/tokens.css"))}
    rules = COMMENT.sub("", _text("css/graph-picture.css"))
    return mark_safe(USED.sub(lambda found: values[found[1]].strip(), rules))  # noqa: S308 - our own file


def _text(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(path)
    return Path(found).read_text(encoding="utf-8")
