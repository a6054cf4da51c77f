"""Reading JSON: what comes in is kept exactly, and what cannot be kept is refused with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.jsontext import canonical, parse, parse_canonical
from dlfportal.formats.problems import Code, InvalidDocument

KEEPABLE_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | KEEPABLE_TEXT
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEEPABLE_TEXT, inner, max_size=5)
)


def exactly(value: Any) -> Any:
    """The value with everything that must survive: types, key order, the sign of zero."""
    if isinstance(value, dict):
        return ["object", [(key, exactly(child)) for key, child in value.items()]]
    if isinstance(value, list):
        return ["list", [exactly(child) for child in value]]
    return [type(value).__name__, repr(value)]


def refused(data: bytes | str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidDocument) as caught:
        parse(data)
    return [(problem.code, problem.where) for problem in caught.value.problems]


@given(VALUES)
def test_canonical_form_keeps_values_types_and_key_order(value: Any) -> None:
    assert exactly(parse(canonical(value))) == exactly(value)


@given(VALUES)
def test_canonical_form_of_the_canonical_form_is_the_same_bytes(value: Any) -> None:
    once = canonical(value)
    assert canonical(parse(once)) == once


@given(VALUES)
def test_every_way_to_write_a_document_gives_the_same_canonical_bytes(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent="\t")):
        assert canonical(parse(text)) == canonical(parse(text.encode())) == canonical(value)


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_input_is_read_or_refused(data: str | bytes) -> None:
    try:
        parse(data)
    except InvalidDocument as refusal:
        assert refusal.problems


def test_one_and_one_point_nought_and_text_stay_apart() -> None:
    assert canonical(parse('[1, 1.0, "1", -0.0, 1e2]')) == b'[\n  1,\n  1.0,\n  "1",\n  -0.0,\n  100.0\n]\n'


@pytest.mark.parametrize("length", [1, 100])
def test_texts_of_any_length_have_only_the_escapes_that_json_needs(length: int) -> None:
    for point in (*range(0xD800), *range(0xE000, 0x11000), 0x1F600, 0x10FFFF):
        text = chr(point) * length
        assert canonical(text).decode() == json.dumps(text, ensure_ascii=False) + "\n"


def test_canonical_layout() -> None:
    document = {"名": "a\tb\u2028\x7f/", "list": [{}, [], {"x": None}], "yes": True}
    assert canonical(document).decode() == (
        '{\n  "名": "a\\tb\u2028\x7f/",\n  "list": [\n    {},\n    [],\n    {\n      "x": null\n    }\n  ],\n'
        '  "yes": true\n}\n'
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [-float("inf")]}])
def test_canonical_refuses_what_json_has_not(value: Any) -> None:
    with pytest.raises(ValueError, match="NaN"):
        canonical(value)


@pytest.mark.parametrize("value", [{1: "key"}, {"a": (1, 2)}, b"bytes", {"set": {1}}])
def test_canonical_refuses_python_that_is_not_json(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_a_byte_order_mark_is_dropped() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}') == parse('\ufeff{"a": 1}') == {"a": 1}


def test_other_encodings_are_refused() -> None:
    assert refused('{"name": "作业"}'.encode("gbk")) == [(Code.NOT_UTF8, "$")]
    assert refused(b'"\xed\xa0\x80"') == [(Code.NOT_UTF8, "$")]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", (1, 1), "value is missing"),
        ('{"a": 1,\n  b: 2}', (2, 3), "key in double quotes"),
        ('{"a" 1}', (1, 6), "colon"),
        ('{"a": 1\n "b": 2}', (2, 2), "comma is missing"),
        ("[1] [2]", (1, 5), "more text"),
        ('{"a": "b}', (1, 7), "closing quote"),
        ('{"a": "b\nc"}', (1, 9), "must be escaped"),
        ('{"a": "\\x"}', (1, 8), "backslash"),
        ("[1,]", (1, 4), ""),
        ("{'a': 1}", (1, 2), "double quotes"),
    ],
)
def test_text_that_is_not_json_is_refused_with_line_and_column(
    text: str, place: tuple[int, int], reason: str
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert problem.code == Code.NOT_JSON
    assert abs(problem.params["column"] - place[1]) <= 1  # Python's versions differ by one in places
    assert problem.params["line"] == place[0]
    assert reason in str(problem)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ('{"nodes": [{}, {"name": "a", "type": 1, "name": "b"}]}', Code.REPEATED_KEY, "$.nodes[1].name"),
        ('{"a": {"b": NaN}}', Code.NUMBER, "$.a.b"),
        ("[Infinity]", Code.NUMBER, "$[0]"),
        ("[0, -Infinity]", Code.NUMBER, "$[1]"),
        ('{"a": 1e400}', Code.NUMBER, "$.a"),
        ('{"a": 1e-400}', Code.NUMBER, "$.a"),
        ('{"a": 0.10000000000000001}', Code.NUMBER, "$.a"),
        ('{"a": 9007199254740993.0}', Code.NUMBER, "$.a"),
        ('{"a": 1.5e99999999999999999999}', Code.NUMBER, "$.a"),
        ('{"a": ' + "9" * 4301 + "}", Code.NUMBER, "$.a"),
        (r'{"a": "x\ud800y"}', Code.TEXT, "$.a"),
        (r'{"a": "\udc00\ud800"}', Code.TEXT, "$.a"),
        ('{"a": "\ud800"}', Code.TEXT, "$.a"),
        (r'{"a": {"\ud800": 1}}', Code.TEXT, r"$.a['\ud800']"),
        (r'{"a": "\u0000"}', Code.TEXT, "$.a"),
        (r'{"\u0000": "a"}', Code.TEXT, r"$['\x00']"),
        ("[" * 101 + "]" * 101, Code.DEPTH, "$" + "[0]" * 100),
        ('{"a":' * 101 + "1" + "}" * 101, Code.DEPTH, "$" + ".a" * 100),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_path(text: str, code: Code, where: str) -> None:
    assert refused(text) == [(code, where)]


@pytest.mark.parametrize(("number", "reason"), [("NaN", "NaN"), ("-Infinity", "NaN"), ("1e999", "exactly")])
def test_what_is_no_number_and_what_is_too_exact_are_told_apart(number: str, reason: str) -> None:
    with pytest.raises(InvalidDocument, match=reason):
        parse(f"[{number}]")


def test_all_that_cannot_be_kept_is_told_at_once_in_document_order() -> None:
    text = r'{"a": 1e999, "b": ["\u0000", {"c": 1, "c": NaN}], "a": 2}'
    assert refused(text) == [
        (Code.REPEATED_KEY, "$.a"),
        (Code.NUMBER, "$.a"),
        (Code.TEXT, "$.b[0]"),
        (Code.REPEATED_KEY, "$.b[1].c"),
        (Code.NUMBER, "$.b[1].c"),
    ]


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, "[" * 5_000 + "]" * 5_000])
def test_absurd_nesting_is_refused_without_a_crash(deep: str) -> None:
    assert [code for code, _ in refused(deep)] == [Code.DEPTH]


def test_what_is_still_allowed() -> None:
    assert parse("[" * 100 + "]" * 100)
    assert parse("9" * 4300) == int("9" * 4300)
    assert parse(r'"\ud83d\ude00 \\u0000"') == "😀 \\u0000"
    assert parse("[0e99999999999999999999, 1.10, 0.1, 1E5]") == [0.0, 1.1, 0.1, 1e5]
    assert parse("12345678901234567890123456789") == 12345678901234567890123456789


def test_a_text_with_a_million_faults_is_answered_with_a_thousand() -> None:
    assert len(refused('{"a": 1' + ', "a": 1' * 100_000 + "}")) == 1000


def test_a_thousand_problems_below_a_long_key_make_no_long_message() -> None:
    """Each names the key: a small text could otherwise ask for gigabytes."""
    key, numbers = "k" * 1_000_000, ",".join(["NaN"] * 1000)
    with pytest.raises(InvalidDocument) as refused:
        parse("{" + f'"{key}": [{numbers}]' + "}")
    assert len(refused.value.problems) == 1000
    assert refused.value.problems[7].where == f"$['{'k' * 59}…'][7]"
    assert len(str(refused.value)) < 200_000


@given(VALUES)
def test_canonical_bytes_are_read_fast_and_alike(value: Any) -> None:
    """What the fast reader takes it reads as `parse` does; it takes all that holds something in lines."""
    data = canonical(value)
    try:
        read = parse_canonical(data)
    except ValueError:
        assert not (isinstance(value, (dict, list)) and value) or b"\\u" in data
    else:
        assert exactly(read) == exactly(parse(data)) == exactly(value)


@pytest.mark.parametrize(
    "text",
    [
        '{\n  "a": 1,\n  "a": 1\n}\n',
        '{\n  "a": 1,\n  "b": 2,\n  "a": 1\n}\n',
        '{\n  "a": 1.10\n}\n',
        '{\n  "a": 1e5\n}\n',
        '{\n  "a": -0\n}\n',
        '{\n  "a": 0.1234567890123456789\n}\n',
        '{\n  "a": NaN\n}\n',
        '{\n  "a": 1e999\n}\n',
        '{\n  "a": "\\u0000"\n}\n',
        '{\n  "a": "\\ud800"\n}\n',
        '{\n  "a": "\\/"\n}\n',
        '{\n  "a": []}\n',
        '{\n  "a": 1\n}',
        '{\n  "a": 1\n}\n ',
        '{\n  "a" : 1\n}\n',
        "[\n" + "".join("  " * depth + "[\n" for depth in range(1, 101)) + "  " * 101 + "1\n"
        + "".join("  " * depth + "]\n" for depth in range(100, -1, -1)),
    ],
)  # fmt: skip
def test_what_is_not_canonical_or_cannot_be_kept_is_never_read_fast(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_canonical(text.encode())
