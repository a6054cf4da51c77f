"""What an object uses, by kind: with the nodes that name it, jobs of other workspaces, shared connections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.references import connection_users
from dlfportal.formats.references import Target
from dlfportal.links import list_url
from dlfportal.web.pages.uses import SharedUse, State, Use

NODES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class UseLine:
    """One thing that is used; `others` is how many others use it, for a connection."""

    use: Use
    nodes: list[str]
    others: Total | None
    lists: list[tuple[str, str]]

    @property
    def first_nodes(self) -> list[str]:
        """The nodes that are named at once."""
        return self.nodes[:NODES_SHOWN]

    @property
    def more_nodes(self) -> list[str]:
        """The nodes that are folded."""
        return self.nodes[NODES_SHOWN:]


@dataclass(frozen=True, slots=True)
class UseGroup:
    """What is used of one kind."""

    label: str | Promise
    tone: str
    lines: list[UseLine]


def use_groups(workspace: Workspace, shared: Iterable[SharedUse], own_id: int) -> list[UseGroup]:
    """Return what an object uses, by kind. One query for any number of uses."""
    entries = list(shared)
    names = {entry.use.name for entry in entries if entry.use.state is State.OUTSIDE}
    others = connection_users(workspace, names, own_id)
    groups: dict[Target, UseGroup] = {}
    for entry in entries:
        use = entry.use
        group = groups.setdefault(use.reference.target, UseGroup(capfirst(str(use.label)), use.tone, []))
        shared_by = others.get(use.name) if use.state is State.OUTSIDE else None
        lists = _lists(workspace, use.name) if shared_by and shared_by.number else []
        group.lines.append(UseLine(use, entry.nodes, shared_by, lists))
    return sorted(groups.values(), key=lambda group: list(Target).index(group.lines[0].use.reference.target))


def _lists(workspace: Workspace, connection: str) -> list[tuple[str, str]]:
    """Return the lists that can be narrowed to the users of a connection, as (heading, address)."""
    return [
        (spec.plural, list_url(workspace.pk, spec.kind, connection=connection))
        for spec in KINDS.values()
        if "connection" in spec.filters
    ]
