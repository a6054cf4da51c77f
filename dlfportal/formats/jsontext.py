"""JSON as we keep it: a reader that refuses what cannot be kept, and one canonical form."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from json.encoder import encode_basestring
from math import isfinite, isinf
from typing import Any

from pydantic_core import from_json, to_json

from dlfportal.errors import gettext_noop
from dlfportal.formats.problems import Code, InvalidDocument, JsonPath, Level, Problem

DEEPEST = 100
MOST_PROBLEMS = 1000
"""A text made to be wrong in a million places is answered with the first thousand."""

LONG_TEXT = 50
"""From so many characters on, pydantic's writer is faster than the stdlib's; both write the same."""

DEEP_LINE = b"\n" + b"  " * DEEPEST
"""How a line of canonical text begins that may hold a list or an object nested too deep."""

SURE_DIGITS = 15
SMALLEST, LARGEST = 1e-300, 1e300
"""A number of so few digits, in this range, comes back from a float as it was (IEEE 754)."""

CONTAINERS = (dict, list)
LARGE_TEXT = 1 << 20
MANY_MEMBERS = 200_000
"""From so many members on, a text is read with care at once: most likely it is refused."""

UNKEEPABLE_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
NOT_ZERO = re.compile(r"-?[0.]*[1-9]")

NOT_JSON = gettext_noop("Line %(line)s, column %(column)s: this is not JSON.")
NOT_JSON_REASONS = {
    # The reasons that Python's json module gives, which differ a little between its versions.
    "Expecting value": gettext_noop("Line %(line)s, column %(column)s: a value is missing or misspelt here."),
    "Expecting property name": gettext_noop(
        "Line %(line)s, column %(column)s: a key in double quotes is missing here."
    ),
    "Expecting ':'": gettext_noop("Line %(line)s, column %(column)s: a colon is missing here."),
    "Expecting ','": gettext_noop("Line %(line)s, column %(column)s: a comma is missing here."),
    "Illegal trailing comma": gettext_noop("Line %(line)s, column %(column)s: this comma is one too many."),
    "Extra data": gettext_noop(
        "Line %(line)s, column %(column)s: the document has ended, but more text follows."
    ),
    "Unterminated string": gettext_noop("Line %(line)s, column %(column)s: this text has no closing quote."),
    "Invalid control character": gettext_noop(
        "Line %(line)s, column %(column)s: a control character in a text must be escaped."
    ),
    "Invalid \\": gettext_noop(
        "Line %(line)s, column %(column)s: this backslash escape does not exist in JSON."
    ),
}


@dataclass(slots=True)
class _BadNumber:
    """Stands in the tree where a number was that cannot be kept."""

    text: str


@dataclass(slots=True)
class _Repeated:
    """Stands in the tree where an object was that has a key twice."""

    pairs: list[tuple[str, Any]]


class _Hooks:
    """What the JSON decoder calls for numbers and objects; `marked` says whether a marker was left."""

    def __init__(self) -> None:
        self.marked = False

    def bad(self, text: str) -> Any:
        self.marked = True
        return _BadNumber(text)

    def whole(self, text: str) -> Any:
        try:
            return int(text)
        except ValueError:  # more digits than Python converts (4,300)
            return self.bad(text)

    def fraction(self, text: str) -> Any:
        number = float(text)
        if len(text) <= SURE_DIGITS and SMALLEST < abs(number) < LARGEST:
            return number
        return number if repr(number) == text or _same(text, number) else self.bad(text)

    def pairs(self, pairs: list[tuple[str, Any]]) -> Any:
        result = dict(pairs)
        if len(result) == len(pairs):
            return result
        self.marked = True
        return _Repeated(pairs)


def _same(text: str, number: float) -> bool:
    if isinf(number):
        return False
    if number == 0:
        return not NOT_ZERO.match(text)  # Decimal cannot read every exponent that a zero may have
    return Decimal(text) == Decimal(repr(number))


def parse(data: bytes | str) -> Any:
    """Return the JSON value of `data` (UTF-8, a byte order mark is dropped).

    Raises InvalidDocument with every problem found: not UTF-8, not JSON, and, with their JSON paths,
    what cannot be kept as it came (design, rule 1): repeated keys, NaN and infinities, numbers that
    would change their value, lone surrogates, U+0000, nesting over 100.
    """
    text = _decoded(data).removeprefix("\ufeff")
    hooks = _Hooks()
    decoder = json.JSONDecoder(
        object_pairs_hook=hooks.pairs,
        parse_float=hooks.fraction,
        parse_int=hooks.whole,
        parse_constant=hooks.bad,
    )
    try:
        with _collections_paused(text):
            value = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidDocument([_not_json(error)]) from None
    except RecursionError:
        raise InvalidDocument([_too_deep(())]) from None
    suspect = hooks.marked or ("\\u" in text and UNKEEPABLE_ESCAPE.search(text)) or _has_unkeepable(data)
    if (suspect or _is_deep(text, value)) and (problems := list(islice(_unkeepable(value), MOST_PROBLEMS))):
        raise InvalidDocument(problems)
    return value


@contextmanager
def _collections_paused(text: str) -> Iterator[None]:
    """Let Python look for no garbage while a large text is read: a million new lists are none, and each
    look would go through all of them.
    """
    if len(text) < LARGE_TEXT or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def parse_canonical(data: bytes) -> Any:
    """Return the JSON value whose canonical bytes are `data`, several times as fast as `parse` does.

    What the writer makes of a value is proof of how it was read: a repeated key, a number that would
    change or another spelling would come out differently. Raises ValueError for all bytes that need a
    closer look by `parse`.
    """
    if (
        data[:2] not in (b"{\n", b"[\n")
        or b"\\u" in data
        or DEEP_LINE in data
        or data.count(b",\n") > MANY_MEMBERS
    ):
        raise ValueError("These bytes are no canonical text, or need a closer look.")
    value = from_json(data)
    if canonical(value) != data:
        raise ValueError("These bytes are not the canonical ones.")
    return value


def parse_kept(data: bytes) -> Any:
    """Return the JSON value in canonical bytes, for those who only look at it: numbers may lose digits.

    Raises ValueError for bytes that need a closer look by `parse`.
    """
    if len(data) > LARGE_TEXT:
        raise ValueError("These bytes need a closer look.")
    return from_json(data)


def _is_deep(text: str, value: Any) -> bool:
    """Whether lists and objects are nested too deep; a text with few of them need not be walked."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    return any(depth >= DEEPEST for depth, _ in enumerate(levels(value)))


def _has_unkeepable(data: bytes | str) -> bool:
    """Whether a text holds what UTF-8 cannot; U+0000 is no JSON unless escaped."""
    if isinstance(data, bytes):
        return False
    try:
        data.encode()
    except UnicodeEncodeError:
        return True
    return False


def _decoded(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        message = gettext_noop("The text is not UTF-8: byte %(byte)s cannot be read.")
        raise InvalidDocument([_error((), Code.NOT_UTF8, message, byte=error.start + 1)]) from None


def _not_json(error: json.JSONDecodeError) -> Problem:
    message = next(
        (text for start, text in NOT_JSON_REASONS.items() if error.msg.startswith(start)), NOT_JSON
    )
    return _error((), Code.NOT_JSON, message, line=error.lineno, column=error.colno)


def _too_deep(path: JsonPath) -> Problem:
    message = gettext_noop("Lists and objects are nested more than %(limit)s levels deep.")
    return _error(path, Code.DEPTH, message, limit=DEEPEST)


def _error(path: JsonPath, code: Code, message: str, **params: Any) -> Problem:
    return Problem(Level.ERROR, path, code, message, params)


def levels(value: Any) -> Iterator[list[Any]]:
    """Yield the lists and objects of a JSON value level by level, the outermost first; never recursive."""
    level = [value] if isinstance(value, (dict, list)) else []
    while level:
        yield level
        children = chain.from_iterable(map(_members, level))
        level = [child for child in children if isinstance(child, CONTAINERS)]


def _members(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _unkeepable(root: Any) -> Iterator[Problem]:
    """Walk the tree in document order, without recursion, and yield what cannot be kept.

    Who needs only the first problems has no more made.
    """
    waiting: list[Iterator[tuple[JsonPath, Any]]] = [iter([((), root)])]
    while waiting:
        path, value = next(waiting[-1], NOTHING_LEFT)
        if value is END:
            waiting.pop()
        elif isinstance(value, _BadNumber):
            yield _error(path, Code.NUMBER, _about_number(value.text))
        elif isinstance(value, str):
            if UNKEEPABLE.search(value):
                yield _error(path, Code.TEXT, gettext_noop("The text has a character that cannot be kept."))
        elif isinstance(value, (dict, list, _Repeated)):
            if len(path) >= DEEPEST:
                yield _too_deep(path)
                continue
            yield from _key_problems(path, value)
            waiting.append(_places(path, value))


END: Any = object()
NOTHING_LEFT: tuple[JsonPath, Any] = ((), END)


def _places(path: JsonPath, value: Any) -> Iterator[tuple[JsonPath, Any]]:
    return (((*path, step), child) for step, child in _children(value))


def _about_number(text: str) -> str:
    if text.lstrip("-") in ("NaN", "Infinity"):
        return gettext_noop("NaN and Infinity are not JSON numbers.")
    return gettext_noop("The number cannot be kept exactly; write it as text or with fewer digits.")


def _children(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, list):
        return enumerate(value)
    pairs: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else value.pairs
    return pairs


def _key_problems(path: JsonPath, value: Any) -> Iterator[Problem]:
    if isinstance(value, list):
        return
    seen = set()
    for key, _ in _children(value):
        if UNKEEPABLE.search(key):
            yield _error(
                (*path, key), Code.TEXT, gettext_noop("The key has a character that cannot be kept.")
            )
        if key in seen:
            yield _error((*path, key), Code.REPEATED_KEY, gettext_noop("The key stands here more than once."))
        seen.add(key)


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a JSON value: equal documents are equal bytes.

    UTF-8, two-space indent, only the escapes that JSON needs, keys in their order, one final newline
    (design, rule 1). Raises ValueError for NaN and infinities, TypeError for what is not JSON.
    """
    return (_written(value, "\n") + "\n").encode()


def _written(value: Any, margin: str) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if type(value) is int:
        return repr(value)
    if isinstance(value, dict):
        inner = margin + "  "
        members = [f"{encode_basestring(key)}: {_written(child, inner)}" for key, child in value.items()]
        return f"{{{inner}{f',{inner}'.join(members)}{margin}}}" if members else "{}"
    if isinstance(value, list):
        inner = margin + "  "
        items = [_written(child, inner) for child in value]
        return f"[{inner}{f',{inner}'.join(items)}{margin}]" if items else "[]"
    return _written_scalar(value)


def _quoted(text: str) -> str:
    return encode_basestring(text) if len(text) < LONG_TEXT else to_json(text).decode()


def _written_scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if not isinstance(value, float):
        raise TypeError(f"{type(value).__name__} is not a JSON type")
    if not isfinite(value):
        raise ValueError("NaN and Infinity are not JSON numbers")
    return float.__repr__(value)
