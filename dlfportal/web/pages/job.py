"""The page of a job: its nodes in the order they run, its schedule in words, its parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.elsewhere import far_users, words_for
from dlfportal.catalogue.index import tag_words
from dlfportal.catalogue.references import Users, waiting_page
from dlfportal.formats.graph.queries import Wanted
from dlfportal.formats.normalise import masked_params
from dlfportal.formats.schedules import HOURS
from dlfportal.formats.shapes import objects, part, shown
from dlfportal.links import job_export_url, job_graph_url, list_url, url_of
from dlfportal.web.pages.graph import GraphPart, graph_part, view_of
from dlfportal.web.pages.moving import workspace_label
from dlfportal.web.pages.nodes import Node, nodes_of
from dlfportal.web.pages.object import SHOWN, FormerName, ObjectPage, UserRow
from dlfportal.web.pages.timing import Schedule, schedule_of
from dlfportal.web.words import PARAM_TYPES, PRIORITIES


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


@dataclass(frozen=True, slots=True)
class FarLine:
    """A job of another workspace."""

    name: str
    url: str
    workspace: str


class JobPage(ObjectPage):
    """A job: nodes, schedule and parameters beside what every object shows."""

    @property
    def export_url(self) -> str:
        """The address of the job's export."""
        return job_export_url(self.frame.workspace.pk, self.target.name)

    @cached_property
    def graph(self) -> GraphPart:
        """Its nodes as a picture."""
        inside = [use for use in self.uses if use.reference.path[:1] == ("nodes",)]
        return graph_part(self.frame.workspace, self.target, self.revision, view_of(self.asked), inside)

    @property
    def job_graph_url(self) -> str:
        """The address of the graph of jobs around it."""
        return job_graph_url(self.frame.workspace.pk, str(Wanted(self.target.name)))

    @property
    def use_counts(self) -> str:
        """How many things it uses, and how many use it that the reader may see, wherever they are."""
        near, far = self.users.total, self.far.total
        total = Total(near.number + far.number, near.is_more or far.is_more)
        return f"{len(self.shared_uses)} / {total}"

    @cached_property
    def _words(self) -> dict[str, set[str]]:
        """By which words the jobs of each workspace that the reader may see name the one of this job."""
        return words_for(self.frame.workspace, self._visible)

    @cached_property
    def far(self) -> Users:
        """The jobs of other workspaces that wait for it, those that can be shown."""
        return far_users(self.target.name, self._words, SHOWN, self.target.pk)

    @property
    def far_lines(self) -> list[FarLine]:
        """Those jobs with their addresses and workspaces."""
        return [FarLine(row.name, url_of(row), workspace_label(row.workspace)) for row in self.far.rows]

    def _former(self, name: str, cluster: str) -> FormerName:
        former = super()._former(name, cluster)
        far = far_users(name, self._words, SHOWN, self.target.pk).rows
        return replace(former, users=[*former.users, *(UserRow(row, url_of(row)) for row in far)])

    @property
    def node_count(self) -> int:
        """How many nodes it has."""
        return self.target.node_count

    @property
    def param_count(self) -> int:
        """How many parameters it has."""
        return len(self.params)

    @property
    def tag_links(self) -> list[tuple[str, str]]:
        """Its tags, each with the address of the list narrowed to it."""
        tags = tag_words(self.target.tags)
        return [(tag, list_url(self.frame.workspace.pk, self.kind, tag=tag)) for tag in tags]

    @property
    def params(self) -> list[Param]:
        """The job's parameters."""
        masked = masked_params(self.document)
        return [
            Param(
                name=shown(param.get("name")),
                value=shown(param.get("value")),
                type=shown(param.get("type")),
                masked=shown(param.get("name")) in masked,
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
        return schedule_of(self.document, self.target.type, self.uses, timezone.now())

    @property
    def schedule_url(self) -> str:
        """The address of the tab that shows when it runs."""
        return self._url_with(tab="schedule")

    @cached_property
    def waiters(self) -> Users:
        """The jobs that wait for this one, those that can be shown."""
        return waiting_page(self.target, SHOWN)

    @property
    def waiter_rows(self) -> list[UserRow]:
        """Those jobs with their addresses."""
        return [UserRow(row, url_of(row)) for row in self.waiters.rows]

    @property
    def hours(self) -> range:
        """The hours of a day."""
        return range(HOURS)

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


def _minutes(value: Any) -> str:
    """Return a time limit; DLF writes none as 0."""
    text = shown(value)
    return gettext("none") if text == "0" else gettext("%(minutes)s min") % {"minutes": text} if text else ""
