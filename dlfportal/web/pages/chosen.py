"""What a person chose to export: objects by name, all that match a list, or everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from dlfportal.access.models import Workspace
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import object_list, objects_gathered, others_list
from dlfportal.formats.kinds import Kind
from dlfportal.web.pages.list import FILTER_PARAMS, list_filter

OTHER_KINDS = tuple(kind for kind in Kind if kind is not Kind.JOB)
Objects = QuerySet[CatalogueObject]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Jobs and other objects to export, and `gone`: what was named and does not exist.

    `hidden` are the form fields that choose the same again, `all_jobs` whether all jobs of the
    workspace are among them, `everything` whether all objects are.
    """

    jobs: Objects
    others: Objects | None = None
    gone: Sequence[str] = ()
    hidden: Sequence[tuple[str, str]] = ()
    all_jobs: bool = False
    everything: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether there is something to export, and all that was named is there."""
        return not self.gone and (self.jobs.exists() or (self.others is not None and self.others.exists()))

    @property
    def selection(self) -> dict[str, Any]:
        """How the objects were chosen, for the record; {} when they are only jobs, named one by one."""
        if self.others is None and not self.all_jobs and not any(key == "all" for key, _ in self.hidden):
            return {}
        chosen: dict[str, Any] = {}
        for key, value in self.hidden:
            if key in list(Kind):
                chosen.setdefault(key, []).append(value)
            else:
                chosen[key] = value
        return chosen


def chosen_read(workspace: Workspace, params: QueryDict) -> Chosen:
    """Return what the parameters of an export choose.

    `everything=1` is all objects; `all=1` all objects of one kind (`kind`, a word of addresses such as
    `scripts`; jobs by default) that the list's filters leave; else `job`, `script`, `resource` and
    `cdm_job` name objects, a CDM job as `cluster/name`.
    """
    if params.get("everything") == "1":
        jobs, others = object_list(workspace, Kind.JOB), others_list(workspace)
        return Chosen(jobs, others, hidden=[("everything", "1")], all_jobs=True, everything=True)
    if params.get("all") == "1":
        return _matching(workspace, params)
    return _named(workspace, params)


def _matching(workspace: Workspace, params: QueryDict) -> Chosen:
    kind = next((kind for kind, spec in KINDS.items() if spec.slug == params.get("kind")), Kind.JOB)
    filters = [(key, str(params[key])) for key in FILTER_PARAMS if params.get(key)]
    hidden = [("all", "1"), ("kind", KINDS[kind].slug), *filters]
    found = object_list(workspace, kind, list_filter(params))
    if kind is Kind.JOB:
        return Chosen(found, hidden=hidden, all_jobs=not filters)
    return Chosen(found.none(), found, hidden=hidden)


@dataclass(slots=True)
class _Named:
    """Objects of one kind that were named: the ids and labels of those that exist, and the other labels."""

    ids: list[int] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def _named(workspace: Workspace, params: QueryDict) -> Chosen:
    named = {kind: _look_up(workspace, kind, params.getlist(str(kind))) for kind in Kind}
    others = [pk for kind in OTHER_KINDS for pk in named[kind].ids]
    return Chosen(
        objects_gathered(workspace, Kind.JOB, named[Kind.JOB].ids),
        objects_gathered(workspace, None, others) if others else None,
        gone=[label for kind in Kind for label in named[kind].gone],
        hidden=[(str(kind), label) for kind in Kind for label in named[kind].kept],
    )


def _look_up(workspace: Workspace, kind: Kind, labels: Sequence[str]) -> _Named:
    """Look up objects by name, CDM jobs by `cluster/name`."""
    named = _Named()
    wanted = {label: _split(kind, label) for label in dict.fromkeys(labels)}
    if not wanted:
        return named
    rows = object_list(workspace, kind).filter(name__within=[name for _cluster, name in wanted.values()])
    ids = {(cluster, name): pk for cluster, name, pk in rows.values_list("cluster", "name", "pk")}
    for label, key in wanted.items():
        (named.kept if key in ids else named.gone).append(label)
    named.ids = [ids[wanted[label]] for label in named.kept]
    return named


def _split(kind: Kind, label: str) -> tuple[str, str]:
    if kind is not Kind.CDM_JOB:
        return "", label
    cluster, _slash, name = label.rpartition("/")
    return cluster, name
