"""What a document points to, and whether the workspace has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.catalogue.derive import ReferenceKey
from dlfportal.catalogue.elsewhere import Far, far_named, word_shown
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import KIND_LABELS
from dlfportal.catalogue.references import Found, resolve
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Reference, Target
from dlfportal.links import object_url, url_of


class State(StrEnum):
    """Whether a reference leads anywhere."""

    FOUND = "found"
    MISSING = "missing"
    OUTSIDE = "outside"  # connections are not kept in the catalogue
    ELSEWHERE = "elsewhere"  # a job of another workspace
    PATH = "path"  # a plain path that no resource answers to


@dataclass(frozen=True, slots=True)
class Use:
    """One thing a document uses: `url` is its page, when the workspace has it, or the reader sees its own.

    `workspace` is another one that it is in, as the reader may know it.
    """

    reference: Reference
    state: State
    name: str
    url: str = ""
    workspace: str = ""

    @property
    def kind(self) -> Kind | None:
        """The kind of object it is; None for a connection, which the catalogue does not hold."""
        target = self.reference.target
        return None if target is Target.CONNECTION else Kind(target.value)

    @property
    def label(self) -> Promise:
        """The word for what it is."""
        kind = self.kind
        return KIND_LABELS[kind] if kind else _("connection")

    @property
    def tone(self) -> str:
        """The colour and icon of its kind; a connection has none."""
        return KINDS[self.kind].tone if self.kind else ""


@dataclass(frozen=True, slots=True)
class SharedUse:
    """A use with all the nodes that share it."""

    use: Use
    nodes: list[str]


def uses_of(
    workspace: Workspace, references: Iterable[Reference], visible: QuerySet[Workspace] | None = None
) -> list[Use]:
    """Return the references with what they lead to, in their order; few queries for any number of them.

    `visible` are the workspaces that the reader may see: jobs there are led to.
    """
    listed = list(references)
    found = resolve(workspace, {_key(item) for item in listed if not item.workspace})
    wanted = {(item.workspace, item.name) for item in listed if item.workspace}
    far = {} if visible is None else far_named(workspace, visible, wanted)
    return [
        _far_use(item, far.get((item.workspace, item.name)))
        if item.workspace
        else _use(workspace, item, found.get(_key(item)))
        for item in listed
    ]


def share(uses: Iterable[Use]) -> list[SharedUse]:
    """Return each thing once, with the nodes that use it; the missing first, then by kind and name."""
    shared: dict[tuple[ReferenceKey, str], SharedUse] = {}
    for use in uses:
        entry = shared.setdefault((_key(use.reference), use.reference.workspace), SharedUse(use, []))
        if use.reference.node and use.reference.node not in entry.nodes:
            entry.nodes.append(use.reference.node)
    return sorted(shared.values(), key=_place)


def _place(entry: SharedUse) -> tuple[bool, int, str]:
    use = entry.use
    return use.state is not State.MISSING, list(Target).index(use.reference.target), use.name


def _key(item: Reference) -> ReferenceKey:
    return ReferenceKey(item.target.value, item.cluster, item.name, item.soft)


def _far_use(item: Reference, far: Far | None) -> Use:
    place = far.workspace if far else word_shown(item.workspace)
    return Use(item, State.ELSEWHERE, item.name, url_of(far.job) if far and far.job else "", place)


def _use(workspace: Workspace, item: Reference, found: Found | None) -> Use:
    if item.target is Target.CONNECTION:
        return Use(item, State.OUTSIDE, item.name)
    if found:
        url = object_url(workspace.pk, Kind(found.kind), found.name, found.cluster)
        return Use(item, State.FOUND, found.name, url)
    return Use(item, State.PATH if item.soft else State.MISSING, item.name)
