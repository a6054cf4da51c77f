"""The words on a picture: names cut to the room there is, conditions as people read them."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from django.utils.translation import gettext

LINE = 20.0
"""So many Latin letters fit on a line of a card."""
WIDE = 20 / 11
"""A Chinese character is so many letters wide."""
BREAKS = "_-./ "
CUT = "…"
CONDITION_LETTERS = 24

STATUS = re.compile(
    r"""\s*\#\{\s*\(?\s*Job\.getNodeStatus\(\s*["'](?P<node>[^"']+)["']\s*\)\s*\)?\s*(?P<sign>==|!=)\s*"""
    r"""["'](?P<status>\w+)["']\s*(?:\?\s*["']true["']\s*:\s*["']false["'])?\s*\}\s*"""
)
"""The expression that DataArts writes for "if the node failed" and the like."""


def width(text: str) -> float:
    """Return how many Latin letters wide a text is, about."""
    return sum(WIDE if east_asian_width(sign) in "WF" else 1 for sign in text)


def name_lines(name: str) -> list[str]:
    """Return a name on one line or two; what does not fit is cut out of the middle, as names differ at
    their ends.
    """
    name = " ".join(name.split())
    if width(name) <= LINE:
        return [name]
    whole = width(name)
    head, tail = _head(name, LINE), _tail(name, LINE)
    if whole > 2 * LINE or len(head) + len(tail) < len(name):
        return [head, CUT + _tail(name, LINE - 1)]
    at = max((place + 1 for place, sign in enumerate(head) if sign in BREAKS), default=0)
    at = at if width(name[at:]) <= LINE else len(head)
    return [name[:at].rstrip(), name[at:]]


def shortened(text: str, letters: float) -> str:
    """Return a text on one line, its middle cut out when it is wider than so many letters."""
    text = " ".join(text.split())
    if width(text) <= letters:
        return text
    half = (letters - 1) / 2
    return _head(text, half) + CUT + _tail(text, half)


def _head(text: str, room: float) -> str:
    taken = 0.0
    for place, sign in enumerate(text):
        taken += WIDE if east_asian_width(sign) in "WF" else 1
        if taken > room + 0.01:
            return text[:place]
    return text


def _tail(text: str, room: float) -> str:
    return _head(text[::-1], room)[::-1]


def condition_words(expression: str, short: bool = False, source: str | None = None) -> str:
    """Return a condition in words, if it is one that DataArts offers; else the expression itself.

    `short`: as much as stands beside a line; that it begins at the node `source` need not be said there.
    """
    found = STATUS.fullmatch(expression)
    sentence = _sentence(found["sign"], found["status"]) if found else ""
    if not found or not sentence:
        return _begun(expression) if short else expression
    if short and found["node"] == source and found["sign"] == "==":
        return gettext("failed") if found["status"] == "fail" else gettext("successful")
    return sentence % {"node": shortened(found["node"], 14) if short else found["node"]}


def _begun(text: str) -> str:
    text = " ".join(text.split())
    head = _head(text, CONDITION_LETTERS)
    return head if head == text else head + CUT


def _sentence(sign: str, status: str) -> str:
    if sign == "==" and status == "fail":
        return gettext("if %(node)s failed")
    if sign == "==" and status == "success":
        return gettext("if %(node)s succeeded")
    if sign == "!=" and status == "success":
        return gettext("unless %(node)s succeeded")
    if sign == "!=" and status == "fail":
        return gettext("unless %(node)s failed")
    return ""
