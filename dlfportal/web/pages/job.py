"""The page of a job: its nodes in the order they run, its schedule in words, its parameters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.index import tag_words
from dlfportal.formats.references import Target
from dlfportal.formats.shapes import items, part, shown
from dlfportal.links import job_export_url
from dlfportal.web.pages.object import ObjectPage
from dlfportal.web.pages.uses import Use, share
from dlfportal.web.schedules import cron_words
from dlfportal.web.words import FAIL_POLICIES, PRIORITIES, SCHEDULE_TYPES

LONG_VALUE = 80

NODE_FACTS: dict[str, Promise] = {
    "failPolicy": _("On failure"),
    "maxExecutionTime": _("Time limit (minutes)"),
    "retryTimes": _("Retries"),
    "retryInterval": _("Retry interval (seconds)"),
    "pollingInterval": _("Polling interval (seconds)"),
    "execTimeOutRetry": _("Retry after a timeout"),
}


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a node; `long` ones stand in a block of their own."""

    name: str
    value: str

    @property
    def long(self) -> bool:
        """Whether the value needs more than a line."""
        return len(self.value) > LONG_VALUE or "\n" in self.value


@dataclass(frozen=True, slots=True)
class Before:
    """A node that runs before another; `anchor` is empty when the job has no such node."""

    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a job as its page shows it."""

    anchor: str
    name: str
    type: str
    before: list[Before]
    uses: list[Use]
    properties: list[Property]
    facts: list[tuple[Promise, str | Promise]]
    conditions: list[tuple[str, str]]
    trigger: Schedule | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job or a node runs. `words` is empty when the expression has none."""

    type: str
    expression: str
    words: str
    zone: str
    start: str
    end: str
    depend: dict[str, Any]
    event: dict[str, Any]
    uses: list[Use]
    previous: bool


class JobPage(ObjectPage):
    """A job: nodes, schedule and parameters beside what every object shows."""

    @property
    def export_url(self) -> str:
        """The address of the job's export."""
        return job_export_url(self.frame.workspace.pk, self.target.name)

    @property
    def node_count(self) -> int:
        """How many nodes it has."""
        return self.target.node_count

    @property
    def param_count(self) -> int:
        """How many parameters it has."""
        return len(self.params)

    @property
    def tags(self) -> list[str]:
        """Its tags."""
        return tag_words(self.target.tags)

    @property
    def when(self) -> str:
        """In a few words, when it runs."""
        schedule = self.schedule
        words = schedule.words or str(SCHEDULE_TYPES.get(schedule.type, schedule.type))
        return f"{words} ({schedule.zone})" if schedule.words and schedule.zone else words

    @property
    def priority(self) -> Promise | str:
        """The priority as a word."""
        value = part(self.document, "basicConfig").get("priority")
        known = PRIORITIES.get(value) if isinstance(value, int) else None
        return known or shown(value)

    @property
    def params(self) -> list[dict[str, str]]:
        """The job's parameters."""
        return [
            {key: shown(param.get(key)) for key in ("name", "value", "type")}
            for param in items(self.document, "params")
            if isinstance(param, dict)
        ]

    @property
    def basics(self) -> dict[str, str]:
        """The job's basic settings as text."""
        return {key: shown(value) for key, value in part(self.document, "basicConfig").items()}

    @cached_property
    def schedule(self) -> Schedule:
        """When the job runs."""
        schedule = part(self.document, "schedule")
        uses = [use for use in self.uses if use.reference.path[:1] == ("schedule",)]
        return read_schedule(shown(schedule.get("type")), schedule.get("cron"), schedule.get("event"), uses)

    @cached_property
    def nodes(self) -> list[Node]:
        """The nodes in an order in which they can run."""
        listed = items(self.document, "nodes")
        nodes = [(place, node) for place, node in enumerate(listed) if isinstance(node, dict)]
        anchors = {shown(node.get("name")): f"node-{place}" for place, node in reversed(nodes)}
        uses: dict[Any, list[Use]] = {}
        for use in self.uses:
            if use.reference.path[:1] == ("nodes",):
                uses.setdefault(use.reference.path[1], []).append(use)
        made = {place: _node(place, node, anchors, uses.get(place, [])) for place, node in nodes}
        return [
            made[place] for place in run_order([(place, _name(node), _before(node)) for place, node in nodes])
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


def read_schedule(kind: str, cron: Any, event: Any, uses: list[Use]) -> Schedule:
    """Return a schedule as pages show it; odd shapes are passed over."""
    expression = shown(part(cron).get("expression"))
    return Schedule(
        type=kind,
        expression=expression,
        words=cron_words(expression),
        zone=shown(part(cron).get("expressionTimeZone")),
        start=shown(part(cron).get("startTime")),
        end=shown(part(cron).get("endTime")),
        depend=part(cron, "dependJobs"),
        event={key: shown(value) for key, value in part(event).items()},
        uses=[entry.use for entry in share(uses) if entry.use.reference.target is Target.JOB],
        previous=part(cron).get("dependPrePeriod") in (True, "true"),
    )


def _name(node: dict[str, Any]) -> str:
    return shown(node.get("name"))


def _before(node: dict[str, Any]) -> list[str]:
    return [shown(name) for name in items(node, "preNodeName")]


def _node(place: int, node: dict[str, Any], anchors: dict[str, str], uses: list[Use]) -> Node:
    return Node(
        anchor=f"node-{place}",
        name=_name(node),
        type=shown(node.get("type")),
        before=[Before(name, anchors.get(name, "")) for name in _before(node)],
        uses=list({(use.reference.target, use.name): use for use in uses}.values()),
        properties=[
            Property(shown(entry.get("name")), shown(entry.get("value")))
            for entry in items(node, "properties")
            if isinstance(entry, dict)
        ],
        facts=_facts(node),
        conditions=[
            (shown(entry.get("preNodeName")), shown(entry.get("expression")))
            for entry in items(node, "conditions")
            if isinstance(entry, dict)
        ],
        trigger=_trigger(node, uses),
    )


def _facts(node: dict[str, Any]) -> list[tuple[Promise, str | Promise]]:
    """The settings of a node that it has, as (label, value)."""
    facts: list[tuple[Promise, str | Promise]] = []
    for key, label in NODE_FACTS.items():
        if value := shown(node.get(key)):
            facts.append((label, FAIL_POLICIES.get(value, value) if key == "failPolicy" else value))
    return facts


def _trigger(node: dict[str, Any], uses: list[Use]) -> Schedule | None:
    cron, event = part(node, "cronTrigger"), part(node, "eventTrigger")
    if not cron and not event:
        return None
    inside = [use for use in uses if "cronTrigger" in use.reference.path]
    return read_schedule("CRON" if cron else "EVENT", cron, event, inside)
