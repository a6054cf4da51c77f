"""Finding the line and column of a value in a text that a person typed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from dlfportal.formats.jsonplaces import Position, locate
from dlfportal.formats.jsontext import parse
from dlfportal.formats.problems import JsonPath
from tests.formats.test_jsontext_parse import VALUES

TEXT = """{
  "name" : "x",   "nodes": [
    1 , {"na\\u006de": "{[,:\\"]}" ,
      "preNodeName":["a","b" ]}
  ],
\t"empty": {}, "last": -1.5
}"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("name",), 2, 12),
        (("nodes",), 2, 28),
        (("nodes", 0), 3, 5),
        (("nodes", 1), 3, 9),
        (("nodes", 1, "name"), 3, 23),
        (("nodes", 1, "preNodeName", 1), 4, 26),
        (("last",), 6, 23),
        (("empty", "name"), 6, 11),
        (("nodes", 1, "type"), 3, 9),
        (("nodes", 7, "type"), 2, 28),
        (("nodes", "name"), 2, 28),
        (("nothing", 1), 1, 1),
    ],
)
def test_a_value_or_its_nearest_parent_is_found(path: JsonPath, line: int, column: int) -> None:
    assert locate(TEXT, path) == Position(line, column)


def test_of_a_repeated_key_the_last_is_found() -> None:
    assert locate('{"a": 1,\n "a": 2}', ("a",)) == Position(2, 7)


@pytest.mark.parametrize("text", ["", "  \n", '"'])
def test_nothing_is_found_in_nothing(text: str) -> None:
    assert locate(text, ("a",)) is None


def test_text_that_is_not_json_is_no_problem() -> None:
    for text in ('{"a": ]', "]]]", '{"a"', "[" * 100_000, '{"\\x": 1, , : }'):
        locate(text, ("a", 0))


def places(value: Any, path: JsonPath = ()) -> list[tuple[JsonPath, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(found for step, child in pairs for found in places(child, (*path, step)))]


@given(VALUES)
def test_the_text_at_every_place_starts_with_the_value(value: Any) -> None:
    text = json.dumps(value, indent=1)
    for path, child in places(value):
        position = locate(text, path)
        assert position is not None
        lines = text.split("\n")[position.line - 1 :]
        rest = "\n".join([lines[0][position.column - 1 :], *lines[1:]])
        found, _ = json.JSONDecoder().raw_decode(rest)
        assert found == parse(json.dumps(child))
