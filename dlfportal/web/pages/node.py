"""What is said of one node of a job: a page of its own, and what the graph opens beside itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dlfportal.catalogue.selectors import document_of, object_get, revision_get
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.graph.cards import graph_of
from dlfportal.formats.kinds import Kind
from dlfportal.formats.shapes import shown
from dlfportal.links import node_url, object_url, with_query
from dlfportal.web.code import lexer_for, snippet
from dlfportal.web.graph.texts import condition_words
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.job import JobPage
from dlfportal.web.pages.nodes import Node, nodes_of
from dlfportal.web.pages.use_groups import UseGroup, use_groups
from dlfportal.web.pages.uses import State, share

HEAD_LINES = 12
"""So many lines of a script are shown."""
LINE_LETTERS = 400
"""And so much of each line: some scripts are one long line."""
HEADS = 2
"""A node runs one script; of one with more properties of that name, so many are shown."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node before or after this one; `url` is empty when the job has no such node."""

    name: str
    index: str
    url: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, in words if it is one that DataArts offers."""

    before: str
    words: str
    expression: str


@dataclass(frozen=True, slots=True)
class ScriptHead:
    """The first lines of a script that the node runs, and how many it has."""

    name: str
    html: SafeString
    lines: int


@dataclass(frozen=True)
class NodePage:
    """A node of a job as its page shows it; `job` is the page of the job at the same revision."""

    job: JobPage
    node: Node
    index: int

    @property
    def frame(self) -> object:
        """What stands around the page."""
        return self.job.frame

    @property
    def before(self) -> list[Neighbour]:
        """The nodes that it waits for."""
        return [
            self._neighbour(before.name, before.anchor.removeprefix("node-")) for before in self.node.before
        ]

    @property
    def after(self) -> list[Neighbour]:
        """The nodes that wait for it."""
        graph = graph_of(self.job.document)
        places = {card.number: place for place, card in enumerate(graph.cards)}
        following = (
            graph.cards[edge.after] for edge in graph.edges if edge.before == places.get(self.index, -1)
        )
        return [self._neighbour(card.name, str(card.number)) for card in following]

    @property
    def conditions(self) -> list[Condition]:
        """On what it depends whether it runs."""
        return [
            Condition(name, condition_words(expression), expression)
            for name, expression in self.node.conditions
        ]

    @cached_property
    def use_groups(self) -> list[UseGroup]:
        """What it uses, by kind."""
        return use_groups(self.job.frame.workspace, share(self.node.uses), self.job.target.pk)

    @property
    def scripts(self) -> list[ScriptHead]:
        """The beginnings of the first scripts that it runs."""
        there = [use for use in self.node.uses if use.kind is Kind.SCRIPT and use.state is State.FOUND]
        return [self._head(use.name) for use in there[:HEADS]]

    @property
    def nodes_tab_url(self) -> str:
        """The address of the node in the table of all."""
        params = {"tab": "nodes", "node": str(self.index)}
        return f"{with_query(self.job.url, params)}#{self.node.anchor}"

    @property
    def graph_tab_url(self) -> str:
        """The address of the graph with this node chosen."""
        return f"{self.job.url}#{self.node.anchor}"

    @property
    def near_url(self) -> str:
        """The address of the graph of its neighbours alone."""
        return with_query(self.job.url, {"near": str(self.index)})

    def _neighbour(self, name: str, index: str) -> Neighbour:
        target = self.job.target
        number = self.job.revision.number
        url = node_url(target.workspace_id, target.name, number, int(index)) if index else ""
        return Neighbour(name, index, url)

    def _head(self, name: str) -> ScriptHead:
        script = object_get(self.job.frame.workspace, Kind.SCRIPT, name)
        document = document_of(script.revision) if script.revision else {}
        lines = shown(document.get("content")).splitlines()
        text = "\n".join(line[:LINE_LETTERS] for line in lines[:HEAD_LINES])
        return ScriptHead(name, snippet(text, lexer_for(script.type), name), len(lines))


def node_page(request: HttpRequest, workspace_id: str, name: str, number: int, index: int) -> NodePage:
    """Return the page of node `index` of a revision of a job. Raises NotFound."""
    crumb = (gettext("Node %(number)s") % {"number": index}, "")
    frame = frame_of(request, workspace_id, Kind.JOB, (name, object_url(workspace_id, Kind.JOB, name)), crumb)
    target = object_get(frame.workspace, Kind.JOB, name)
    job = JobPage(frame, target, revision_get(target, number), reader=request.user)
    nodes = nodes_of(job.document, job.uses, str(index), everything=False)
    node = next((node for node in nodes if node.place == index), None)
    if node is None:
        message = gettext_noop("Revision %(number)s of %(name)s has no node %(index)s.")
        raise NotFound(message, number=number, name=name, index=index)
    return NodePage(job, node, index)
