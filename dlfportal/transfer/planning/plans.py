"""Reads of plans, and of the imports of a workspace as pages show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, Count, Q, QuerySet, Value, When

from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import Content, Revision
from dlfportal.catalogue.selectors import content_bytes, document_of
from dlfportal.errors import gettext_noop
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.mapping import MapKind, NameMap, Use, mapped_name, mapping_read
from dlfportal.transfer.imports.deaths import runs_seen
from dlfportal.transfer.models import Choice, Export, ImportItem, ImportRun, Outcome, PlanFacts
from dlfportal.transfer.planning.bases import package_recognised
from dlfportal.transfer.planning.remarks import Remark, remarked
from dlfportal.transfer.planning.states import PlanMissing, is_text

ID = re.compile(r"[0-9a-f]{32}\Z")

WEIGHT = (Outcome.INVALID, Outcome.CHANGED, Outcome.NEW, Outcome.SKIPPED, Outcome.SAME)
"""The order in which people look: what needs a decision comes first."""


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which objects of a plan are meant: of an outcome, a kind, in a folder or below it, with a choice or a
    remark of a kind.
    """

    outcome: str = ""
    kind: str = ""
    folder: str = ""
    choice: str = ""
    both_changed: bool = False
    remark: str = ""
    refused: bool = False


class Counts(NamedTuple):
    """How many objects of a plan are what; `new` to `same` and `invalid` are by what the package holds.

    `writes_new` and `writes_changed` are what an apply would write, `left_out` what is skipped,
    `blocking` are invalid ones that nobody has left out.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    invalid: int = 0
    both_changed: int = 0
    renamed: int = 0
    writes_new: int = 0
    writes_changed: int = 0
    left_out: int = 0
    blocking: int = 0

    @property
    def may_apply(self) -> bool:
        """Whether there is something to write, and nothing in the way."""
        return not self.blocking and bool(self.writes_new or self.writes_changed)


class UseCount(NamedTuple):
    """A name in a package: how many objects hold it, whether the workspace uses it, and what it becomes."""

    kind: MapKind
    value: str
    objects: int
    is_here: bool
    to: str


class Documents(NamedTuple):
    """The documents of an object of a plan, None where there is none: the origin, here, as written."""

    base: dict[str, Any] | None
    here: dict[str, Any] | None
    package: dict[str, Any] | None


def plan_get(*, actor: Actor, workspace: Workspace, run_id: str) -> ImportRun:
    """Return an import or plan of a workspace by its id, as it is to be shown.

    Raises NotFound, PlanMissing too.
    """
    require(actor.user, workspace, Right.VIEW)
    found = plans_of(actor=actor, workspace=workspace).filter(pk=run_id) if ID.match(run_id) else None
    run = found.first() if found is not None else None
    if run is None:
        raise PlanMissing(gettext_noop("There is no such import in this workspace."))
    run.workspace = workspace
    return runs_seen([run])[0]


def plans_of(*, actor: Actor, workspace: Workspace) -> QuerySet[ImportRun]:
    """Return the plans and imports of a workspace, newest first. Raises NotFound (policy).

    A page of them goes through `runs_seen`, which sees where a process has died.
    """
    require(actor.user, workspace, Right.VIEW)
    return ImportRun.objects.filter(workspace=workspace).order_by("-created_at", "-pk")


def plan_counts(run: ImportRun) -> Counts:
    """Return how many objects of a plan are what; one query."""
    taken, left_out = ~Q(choice=Choice.SKIP), Q(choice=Choice.SKIP)
    new, changed, invalid = (Q(outcome=one) for one in (Outcome.NEW, Outcome.CHANGED, Outcome.INVALID))
    conditions = {
        "new": new,
        "changed": changed,
        "same": Q(outcome=Outcome.SAME),
        "invalid": invalid,
        "both_changed": Q(both_changed=True),
        "renamed": Q(choice=Choice.RENAME),
        "writes_new": new & taken,
        "writes_changed": changed & taken,
        "left_out": left_out,
        "blocking": invalid & taken,
    }
    counted = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    return Counts(**run.items.order_by().aggregate(**counted))


def plan_items(run: ImportRun, chosen: ItemFilter) -> QuerySet[ImportItem]:
    """Return objects of a plan, what needs a decision first, then by their places."""
    items = run.items.all()
    if not all(map(is_text, (chosen.outcome, chosen.kind, chosen.folder, chosen.choice))):
        return items.none()
    for name in ("outcome", "kind", "choice"):
        if value := getattr(chosen, name):
            items = items.filter(**{name: value})
    if chosen.both_changed:
        items = items.filter(both_changed=True)
    if chosen.remark in list(Remark):
        items = remarked(items, Remark(chosen.remark))
    if chosen.refused:
        items = items.filter(refused=True)
    if chosen.folder.strip("/"):
        folder = "/" + chosen.folder.strip("/")
        items = items.filter(Q(directory=folder) | Q(directory__startswith=f"{folder}/"))
    weight = Case(*(When(outcome=outcome, then=Value(place)) for place, outcome in enumerate(WEIGHT)))
    return items.order_by(weight, "position")


def plan_uses(run: ImportRun) -> list[UseCount]:
    """Return the names that the package of a plan holds, what most objects use first."""
    facts = PlanFacts.objects.filter(pk=run.pk).values_list("uses", flat=True).first() or []
    mapping = mapping_read(run.mapping)
    return [
        UseCount(MapKind(kind), value, count, is_here, _becomes(MapKind(kind), value, mapping))
        for kind, value, count, is_here in facts
    ]


def _becomes(kind: MapKind, value: str, mapping: NameMap) -> str:
    return mapped_name(Use(kind, value, ()), mapping)


def plan_lacks(run: ImportRun) -> dict[int, list[ImportItem]]:
    """Return, by position, what objects that are taken need, and that is skipped and not in the workspace."""
    gone = run.items.filter(choice=Choice.SKIP).filter(Q(object=None) | Q(was_deleted=True))
    skipped = {item.position: item for item in gone.only("position", "kind", "cluster", "name")}
    if not skipped:
        return {}
    needs = PlanFacts.objects.filter(pk=run.pk).values_list("needs", flat=True).first() or {}
    lacking = {
        int(place): [skipped[one] for one in needed if one in skipped]
        for place, needed in needs.items()
        if int(place) not in skipped and any(one in skipped for one in needed)
    }
    left_out = run.items.filter(choice=Choice.SKIP).values_list("position", flat=True)
    for place in set(lacking).intersection(left_out):
        del lacking[place]
    return lacking


def plan_recognised(*, actor: Actor, run: ImportRun) -> Export | None:
    """Return the past export that made exactly this package, of a workspace that the reader may view."""
    require(actor.user, run.workspace, Right.VIEW)
    return package_recognised(actor, run.digest)


def item_documents(item: ImportItem) -> Documents:
    """Return what the difference of an object of a plan is made of."""
    ids = [pk for pk in (item.base_id, item.revision_before_id) if pk]
    revisions: Mapping[int, Revision] = Revision.objects.select_related("content").in_bulk(ids)
    base, here = (revisions.get(pk or 0) for pk in (item.base_id, item.revision_before_id))
    content = Content.objects.filter(sha256=item.sha256).first() if item.sha256 else None
    return Documents(
        document_of(base) if base else None,
        document_of(here) if here and not item.was_deleted else None,
        parse(content_bytes(content)) if content else None,
    )


def item_label(item: ImportItem) -> str:
    """Return what an object is called in the package: of a CDM job `cluster/name`."""
    return f"{item.cluster}/{item.name}" if item.kind == Kind.CDM_JOB else item.name
