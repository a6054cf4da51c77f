"""The nodes of a job as its page shows them: in the order they run, each with what is not as by default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dlfportal.formats.schedules import CRON, EVENT, timing_of
from dlfportal.formats.shapes import items, objects, part, shown
from dlfportal.web.code import lexer_for, snippet
from dlfportal.web.pages.uses import Use
from dlfportal.web.schedules import schedule_sentence
from dlfportal.web.words import FAIL_POLICIES, node_type

LONG_VALUE = 80
COLOURED_BYTES = 16 * 1024
"""Longer texts of a node are shown plain."""
USES_IN_ROW = 2
SQL_KEYS = frozenset({"sql", "statement", "script"})
NODE_BYTES, LEAST_BYTES, MOST_BYTES = 560, 20 * 1024, 1024 * 1024
"""The properties of nodes that stand in the page: so many bytes a node, at least and at most so many in all.
The others are one click away."""
PROPERTY_BYTES, COLOURS = 30, 4
SHORT_NAME = 24
"""A name of so many characters is read in its row, so that the properties need not repeat it."""
"""What a property needs beside its text, and how many times larger a coloured text is."""

NODE_FACTS: dict[str, tuple[Promise, str]] = {
    # key: (what it is called, the value by default)
    "failPolicy": (_("On failure"), "FAIL"),
    "maxExecutionTime": (_("Time limit (minutes)"), "60"),
    "retryTimes": (_("Retries"), "0"),
    "retryInterval": (_("Retry interval (seconds)"), "120"),
    "pollingInterval": (_("Polling interval (seconds)"), "10"),
    "execTimeOutRetry": (_("Retry after a timeout"), "false"),
}
PROPERTY_DEFAULTS = {
    "emptyRunningJob": "0",
    "taskWorkGroupId": "-1",
    "statementOrScript": "SCRIPT",
    "jobType": "existsJob",
}
"""Values that say no more than their absence does; so does an empty one of any property."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property or setting of a node: `code` holds a long text, coloured where we know its language."""

    name: str
    label: str | Promise
    value: str | Promise
    masked: bool = False
    code: SafeString | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """A node that runs before another; `anchor` is empty when the job has no such node."""

    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a job. `place` is its index in the document; `held` says if the page has its properties."""

    place: int
    number: int
    name: str
    type: str
    before: list[Before]
    uses: list[Use]
    conditions: list[tuple[str, str]]
    policy: str | Promise
    retries: str
    trigger: str
    properties: list[Property] = field(default_factory=list)
    defaults: list[Property] = field(default_factory=list)
    held: bool = True

    @property
    def anchor(self) -> str:
        """Its id in the page."""
        return f"node-{self.place}"

    @property
    def type_word(self) -> str:
        """Its type in the reader's words."""
        return node_type(self.type)


class Allowance:
    """How many bytes of properties the page of a job may still take."""

    def __init__(self, nodes: int, *, everything: bool) -> None:
        self._left = MOST_BYTES if everything else max(LEAST_BYTES, NODE_BYTES * nodes)

    def take(self, cost: int) -> bool:
        """Return whether so many bytes fit, and take them."""
        fits = cost <= self._left
        self._left -= cost if fits else 0
        return fits


def nodes_of(document: dict[str, Any], uses: Iterable[Use], wanted: str, *, everything: bool) -> list[Node]:
    """Return the nodes of a job in an order in which they can run.

    `uses` is what the document points to; `wanted` is the place of the node whose properties are shown
    however long they are, `everything` shows those of all nodes as far as a page can hold.
    """
    nodes = dict(objects(document, "nodes"))
    anchors = {_name(node): f"node-{place}" for place, node in reversed(nodes.items())}
    by_place: dict[Any, list[Use]] = {}
    for use in uses:
        if use.reference.path[:1] == ("nodes",):
            by_place.setdefault(use.reference.path[1], []).append(use)
    allowance = Allowance(len(nodes), everything=everything)
    order = run_order([(place, _name(node), _before(node)) for place, node in nodes.items()])
    return [
        _node(place, number, nodes[place], anchors, by_place.get(place, []), allowance, wanted == str(place))
        for number, place in enumerate(order, 1)
    ]


def run_order(nodes: list[tuple[int, str, list[str]]]) -> list[int]:
    """Return the places of nodes, given as (place, name, names before), in an order that can run.

    Of the nodes that are free to run, the first in the document comes next; those of a loop come last.
    Names may repeat: a node waits for all nodes of the name.
    """
    left = Counter(name for _, name, _ in nodes)
    names = {place: name for place, name, _ in nodes}
    waiting = {
        place: {other for other in before if other in left and other != name} for place, name, before in nodes
    }
    after: dict[str, list[int]] = {}
    for place, others in waiting.items():
        for other in others:
            after.setdefault(other, []).append(place)
    free = [place for place in names if not waiting[place]]
    order: list[int] = []
    while free:
        place = heappop(free)
        order.append(place)
        left[names[place]] -= 1
        for follower in after.get(names[place], ()) if not left[names[place]] else ():
            waiting[follower].discard(names[place])
            if not waiting[follower]:
                heappush(free, follower)
    return order + [place for place in names if waiting[place]]


def _name(node: dict[str, Any]) -> str:
    return shown(node.get("name"))


def _before(node: dict[str, Any]) -> list[str]:
    return [shown(name) for name in items(node, "preNodeName")]


def _node(
    place: int,
    number: int,
    node: dict[str, Any],
    anchors: dict[str, str],
    uses: list[Use],
    allowance: Allowance,
    wanted: bool,
) -> Node:
    policy = shown(node.get("failPolicy"))
    held = _fits(node, allowance) or wanted
    properties, defaults = _properties(node, _said(uses)) if held else ([], [])
    return Node(
        place=place,
        number=number,
        name=_name(node),
        type=shown(node.get("type")),
        before=[Before(name, anchors.get(name, "")) for name in _before(node)],
        uses=list({(use.reference.target, use.name): use for use in uses}.values()),
        conditions=[
            (shown(entry.get("preNodeName")), shown(entry.get("expression")))
            for _place, entry in objects(node, "conditions")
        ],
        policy=FAIL_POLICIES.get(policy, policy) if policy not in ("", "FAIL", "EXIT") else "",
        retries=_retries(shown(node.get("retryTimes"))),
        trigger=trigger_words(node),
        properties=properties,
        defaults=defaults,
        held=held,
    )


def _retries(times: str) -> str:
    """Return how often a node is tried again, "" for never."""
    if not times.isascii() or not times.isdecimal():
        return times
    number = int(times)
    return ngettext("%(count)s retry", "%(count)s retries", number) % {"count": number} if number else ""


def trigger_words(node: dict[str, Any]) -> str:
    """Return when a node of a real-time job starts on its own, "" for one that does not."""
    cron, event = part(node, "cronTrigger"), part(node, "eventTrigger")
    if not cron and not event:
        return ""
    kind = CRON if cron else EVENT
    return schedule_sentence(timing_of({"schedule": {"type": kind, "cron": cron, "event": event}}))


def _fits(node: dict[str, Any], allowance: Allowance) -> bool:
    cost = PROPERTY_BYTES
    for _place, entry in objects(node, "properties"):
        name, value = shown(entry.get("name")), shown(entry.get("value"))
        coloured = len(value) <= COLOURED_BYTES and _lexer(node, name, value)
        cost += PROPERTY_BYTES + len(name) + len(value.encode()) * (COLOURS if coloured else 1)
    return allowance.take(cost)


def _said(uses: list[Use]) -> set[str | int]:
    """Return the places of the properties whose values are read in the row of the node."""
    if len(uses) > USES_IN_ROW:
        return set()
    own = (use.reference for use in uses if use.reference.path[2] == "properties")
    return {found.path[3] for found in own if len(found.name) <= SHORT_NAME}


def _properties(node: dict[str, Any], said: set[str | int]) -> tuple[list[Property], list[Property]]:
    """Return the properties and settings of a node: those that say something, and those as by default.

    The properties whose places are in `said` are left out.
    """
    told: list[Property] = []
    defaults: list[Property] = []
    for found, is_default in (*_own(node, said), *_facts(node)):
        (defaults if is_default else told).append(found)
    return told, defaults


def _own(node: dict[str, Any], said: set[str | int]) -> Iterator[tuple[Property, bool]]:
    for place, entry in objects(node, "properties"):
        if place in said:
            continue
        name, value = shown(entry.get("name")), shown(entry.get("value"))
        masked = entry.get("value_is_sensitive") in (True, "true")
        lexer = _lexer(node, name, value)
        is_default = not masked and (not value or PROPERTY_DEFAULTS.get(name) == value)
        code = None if lexer is None else snippet(value, lexer if len(value) <= COLOURED_BYTES else "", name)
        yield Property(name, name, value, masked, code), is_default


def _lexer(node: dict[str, Any], name: str, value: str) -> str | None:
    """Return the language of a long value, "" for a plain text; None for one that fits into a line."""
    if len(value) <= LONG_VALUE and "\n" not in value:
        return None
    if name in SQL_KEYS:
        return lexer_for(shown(node.get("type")))
    return "json" if value.lstrip().startswith(("{", "[")) else ""


def _facts(node: dict[str, Any]) -> Iterator[tuple[Property, bool]]:
    """Yield the settings that the node has; how long to wait between retries says nothing without any.

    What happens on failure and how often it is retried stand in its row, unless it is as by default.
    """
    for key, (label, default) in NODE_FACTS.items():
        value = shown(node.get(key))
        is_default = value == default or (key == "retryInterval" and shown(node.get("retryTimes")) == "0")
        if not value or (key in ("failPolicy", "retryTimes") and not is_default):
            continue
        word: str | Promise = FAIL_POLICIES.get(value, value) if key == "failPolicy" else value
        if key == "maxExecutionTime" and value == "0":
            word = _("none")
        yield Property(key, label, word), is_default
