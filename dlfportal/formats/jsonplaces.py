"""Places in a JSON text as it was typed: where a value stands, and another text put there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from dlfportal.formats.problems import JsonPath

TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; line and column count from 1."""

    line: int
    column: int


def locate(text: str, path: JsonPath) -> Position | None:
    """Return where the value at `path` starts in a JSON text as a person typed it.

    When the path does not exist: where its nearest existing parent starts; of a repeated key, the
    last one counts. None when the text holds no value at all.
    """
    best, depth = -1, 0
    for here, token in _values(text):
        if depth <= len(here) <= len(path) and here == list(path[: len(here)]):
            best, depth = token.start(), len(here)
    if best < 0:
        return None
    return Position(text.count("\n", 0, best) + 1, best - text.rfind("\n", 0, best))


def with_texts(text: str, texts: Mapping[JsonPath, str]) -> str:
    """Return a JSON text with other texts at the paths, at which it holds texts.

    All else stays to the letter: spaces, the order of keys, how numbers are written. Of a repeated key, the
    last one counts, as for those who read it.
    """
    found = {tuple(here): token.span() for here, token in _values(text) if tuple(here) in texts}
    for path, (start, end) in sorted(found.items(), key=lambda one: one[1], reverse=True):
        text = text[:start] + encode_basestring(texts[path]) + text[end:]
    return text


def _values(text: str) -> Iterator[tuple[list[Any], re.Match[str]]]:
    """Yield the path of each value, good until the next one is asked for, and the token it begins with."""
    here: list[Any] = []  # the path of the next value; None where a key is still to come
    for token in TOKEN.finditer(text):
        mark = token[0]
        if mark == ",":
            if here:
                here[-1] = here[-1] + 1 if isinstance(here[-1], int) else None
        elif mark in "]}":
            del here[-1:]
        elif here and here[-1] is None:
            here[-1] = _key(mark)
        elif mark != ":":
            yield here, token
            if mark in "[{":
                here.append(0 if mark == "[" else None)


def _key(token: str) -> str:
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token
