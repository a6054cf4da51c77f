"""The page of a job: its nodes in the order they run, its schedule in words, its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.index import tag_words
from dlfportal.formats.normalise import masked_params
from dlfportal.formats.references import Target
from dlfportal.formats.shapes import objects, part, shown
from dlfportal.links import job_export_url
from dlfportal.web.pages.nodes import Node, nodes_of
from dlfportal.web.pages.object import ObjectPage
from dlfportal.web.pages.uses import Use, share
from dlfportal.web.schedules import cron_words
from dlfportal.web.words import PARAM_TYPES, PRIORITIES, SCHEDULE_TYPES


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


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a job; the value of a masked one is not kept."""

    name: str
    value: str
    type: str
    masked: bool

    @property
    def type_word(self) -> str:
        """Its type in the reader's words."""
        return str(PARAM_TYPES.get(self.type, self.type))


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
    def params(self) -> list[Param]:
        """The job's parameters."""
        masked = masked_params(self.document)
        return [
            Param(
                name=shown(param.get("name")),
                value=shown(param.get("value")),
                type=shown(param.get("type")),
                masked=param.get("name") in masked,
            )
            for _place, param in objects(self.document, "params")
        ]

    @property
    def settings(self) -> list[tuple[Promise, str | Promise]]:
        """What it runs with, as (label, value)."""
        basics = part(self.document, "basicConfig")
        priority = basics.get("priority")
        return [
            (_("Priority"), (isinstance(priority, int) and PRIORITIES.get(priority)) or shown(priority)),
            (_("Runs as"), shown(basics.get("executeUser"))),
            (_("Time limit"), _minutes(basics.get("instanceTimeout"))),
            (_("Agency"), shown(basics.get("agency"))),
            (_("Log path"), shown(self.document.get("logPath"))),
        ]

    @cached_property
    def schedule(self) -> Schedule:
        """When the job runs."""
        schedule = part(self.document, "schedule")
        uses = [use for use in self.uses if use.reference.path[:1] == ("schedule",)]
        return read_schedule(shown(schedule.get("type")), schedule.get("cron"), schedule.get("event"), uses)

    @cached_property
    def nodes(self) -> list[Node]:
        """The nodes in an order in which they can run."""
        return nodes_of(self.document, self.uses, self.asked.get("node", ""), everything=self.show_all)

    @property
    def nodes_url(self) -> str:
        """The address of the tab that shows the nodes, to be followed by a node's place."""
        return self._url_with(tab="nodes", node="")

    @property
    def opened(self) -> str:
        """The anchor of the one node that was asked for."""
        return f"node-{self.asked.get('node', '')}"


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


def _minutes(value: Any) -> str:
    """Return a time limit; DLF writes none as 0."""
    text = shown(value)
    return gettext("none") if text == "0" else gettext("%(minutes)s min") % {"minutes": text} if text else ""
