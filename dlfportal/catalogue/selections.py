"""Selections: what a person chose in a workspace, kept as how it was chosen and resolved anew each time."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import Workspace
from dlfportal.access.policy import Right
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject, Selection
from dlfportal.catalogue.packing import PLAIN, Packing, label_split
from dlfportal.catalogue.selectors import ListFilter, object_list, objects_gathered, others_list
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.kinds import Kind

Objects = QuerySet[CatalogueObject]
ID = re.compile(r"[0-9a-f]{32}")

KEPT = timedelta(days=30)
"""So long after its last use a selection without a name is kept."""
TOUCHED = timedelta(days=1)
"""The last use is noted once in so long."""
DROPPED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """How objects are chosen: `everything`; all of a `kind` that a filter leaves, without `exceptions`, of
    those that `within` means; all of several `kinds` that a filter leaves; or by `names`. A label is a name,
    of a CDM job `cluster/name`. `packing` is how an export of them is made; nothing else asks for it.
    """

    names: Mapping[Kind, Sequence[str]] = field(default_factory=dict)
    kind: Kind | None = None
    chosen: ListFilter = field(default_factory=ListFilter)
    exceptions: Sequence[str] = ()
    everything: bool = False
    within: Choice | None = None
    kinds: Sequence[Kind] = ()
    packing: Packing = PLAIN

    @property
    def is_named(self) -> bool:
        """Whether the objects are chosen one by one, by their names."""
        return not self.everything and self.kind is None and not self.kinds

    @property
    def all_jobs(self) -> bool:
        """Whether all jobs of the workspace are among what is chosen."""
        if (self.kind is not Kind.JOB and Kind.JOB not in self.kinds) or self.within:
            return self.everything
        return self.chosen == ListFilter() and not self.exceptions

    def write(self) -> dict[str, Any]:
        """Return it as JSON can keep it."""
        packing = self.packing.write()
        return self._write() | ({"packing": packing} if packing else {})

    def _write(self) -> dict[str, Any]:
        if self.everything:
            return {"everything": True}
        if self.is_named:
            return {"names": {str(kind): list(labels) for kind, labels in self.names.items() if labels}}
        usual = asdict(ListFilter())
        narrowed = {name: value for name, value in asdict(self.chosen).items() if value != usual[name]}
        if self.kinds:
            return {"kinds": [str(kind) for kind in self.kinds], "filter": narrowed}
        within = {"within": self.within.write()} if self.within else {}
        return {"kind": str(self.kind), "filter": narrowed, "except": list(self.exceptions), **within}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Choice:
        """Return what `write` made this of; a filter that is not known any more chooses nothing."""
        packing = Packing.read(kept.get("packing", {}))
        if kept.get("everything"):
            return cls(everything=True, packing=packing)
        if "names" in kept:
            return cls({Kind(kind): labels for kind, labels in kept["names"].items()}, packing=packing)
        if "filter" not in kept or kept["filter"].keys() - set(ListFilter.__slots__):
            return cls()
        chosen = ListFilter(**kept["filter"])
        if "kinds" in kept:
            return cls(kinds=[Kind(kind) for kind in kept["kinds"]], chosen=chosen, packing=packing)
        return cls(
            kind=Kind(kept["kind"]),
            chosen=chosen,
            exceptions=kept["except"],
            within=cls.read(kept["within"]) if "within" in kept else None,
            packing=packing,
        )


@dataclass(frozen=True, slots=True)
class Resolved:
    """The objects that a choice means now: jobs, and others if any were asked for; `gone` are the labels of
    those that were named and do not exist.
    """

    jobs: Objects
    others: Objects | None = None
    gone: Sequence[str] = ()

    def parts(self) -> list[Objects]:
        """Return the jobs and the others."""
        return [self.jobs] if self.others is None else [self.jobs, self.others]

    def of_kind(self, kind: Kind) -> Objects:
        """Return those of one kind, in no order."""
        if kind is Kind.JOB:
            return self.jobs.order_by()
        others = self.jobs.none() if self.others is None else self.others
        return others.order_by().filter(kind=kind)


@dataclass(frozen=True, slots=True)
class Print:
    """What tells one set of objects from another: how many they are, and a digest of which they are."""

    count: int
    digest: str


class SelectionMissing(NotFound):
    """The selection is not there (any more), or not in this workspace."""


def choice_resolve(workspace: Workspace, choice: Choice) -> Resolved:
    """Return the living objects that a choice means in a workspace that the policy let the caller into."""
    if choice.everything:
        return Resolved(object_list(workspace, Kind.JOB), others_list(workspace))
    if choice.kinds:
        return _of_kinds(workspace, choice)
    if choice.kind is None:
        return _named(workspace, choice.names)
    found = object_list(workspace, choice.kind, choice.chosen)
    if choice.exceptions:
        left_out, _gone = labels_look_up(workspace, choice.kind, choice.exceptions)
        found = found.filter(~Q(pk__within=left_out))
    if choice.within:
        inner = choice_resolve(workspace, choice.within).of_kind(choice.kind)
        found = found.filter(pk__in=inner.values("pk"))
    return Resolved(found) if choice.kind is Kind.JOB else Resolved(found.none(), found)


def _of_kinds(workspace: Workspace, choice: Choice) -> Resolved:
    """Return the objects of several kinds that a filter leaves."""
    jobs = object_list(workspace, Kind.JOB, choice.chosen)
    left = [
        Q(pk__in=object_list(workspace, kind, choice.chosen).order_by().values("pk"))
        for kind in choice.kinds
        if kind is not Kind.JOB
    ]
    others = others_list(workspace).filter(reduce(or_, left)) if left else None
    return Resolved(jobs if Kind.JOB in choice.kinds else jobs.none(), others)


def _named(workspace: Workspace, names: Mapping[Kind, Sequence[str]]) -> Resolved:
    found = {kind: labels_look_up(workspace, kind, names.get(kind, ())) for kind in Kind}
    others = [pk for kind, (ids, _gone) in found.items() if kind is not Kind.JOB for pk in ids]
    return Resolved(
        objects_gathered(workspace, Kind.JOB, found[Kind.JOB][0]),
        objects_gathered(workspace, None, others) if others else None,
        gone=[label for _ids, gone in found.values() for label in gone],
    )


def labels_look_up(workspace: Workspace, kind: Kind, labels: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return the ids of the objects of a kind with these labels, and the labels that nothing has."""
    wanted = {label: label_split(kind, label) for label in dict.fromkeys(labels)}
    if not wanted:
        return [], []
    rows = object_list(workspace, kind).filter(name__within=[name for _cluster, name in wanted.values()])
    ids = {(cluster, name): pk for cluster, name, pk in rows.values_list("cluster", "name", "pk")}
    gone = [label for label, key in wanted.items() if key not in ids]
    return [ids[key] for key in wanted.values() if key in ids], gone


def print_of(resolved: Resolved) -> Print:
    """Return the print of a set of objects; the database makes it, however many they are.

    Ids are sums of scattered numbers: two sets with equal sums do not happen by themselves.
    """
    big = BigIntegerField()
    count, sums = 0, []
    for objects in resolved.parts():
        scattered = F("pk") * 2654435761 % 4294967291
        low = scattered % 2147483647
        found = objects.order_by().aggregate(
            count=Count("pk"),
            first=Sum(scattered, output_field=big),
            second=Sum(low * low % 2147483629, output_field=big),
        )
        count += found["count"]
        sums.append(f"{found['count']} {found['first']} {found['second']}")
    return Print(count, hashlib.sha256("\n".join(sums).encode()).hexdigest()[:32])


def selection_store(*, actor: Actor, workspace: Workspace, choice: Choice) -> Selection:
    """Store how something was chosen and return it; an equal one of the same person is used again.

    It is not recorded: nothing of the workspace changes. Raises NotFound (policy).
    """
    policy.require(actor.user, workspace, Right.VIEW)
    chosen = choice.write()
    key = hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()
    shown = print_of(choice_resolve(workspace, choice))
    facts = {"count": shown.count, "digest": shown.digest, "used_at": timezone.now()}
    with transaction.atomic():
        selections_forget()
        selection, _made = Selection.objects.update_or_create(
            workspace=workspace,
            user=actor.user,
            key=key,
            name="",
            defaults=facts,
            create_defaults={**facts, "id": secrets.token_hex(16), "chosen": chosen},
        )
    return selection


def selection_get(*, actor: Actor, workspace: Workspace, pk: str) -> Selection:
    """Return a selection of a workspace, for every member who has its id.

    Raises NotFound for strangers, and for one that does not exist or was not used for too long.
    """
    policy.require(actor.user, workspace, Right.VIEW)
    known = (
        Selection.objects.filter(pk=pk, workspace=workspace) if ID.fullmatch(pk) else Selection.objects.none()
    )
    selection = known.first()
    now = timezone.now()
    if selection is None or (not selection.name and selection.used_at < now - KEPT):
        raise SelectionMissing(
            gettext_noop("The selection does not exist (any more). Choose the objects in their list again.")
        )
    if selection.used_at < now - TOUCHED:
        Selection.objects.filter(pk=pk).update(used_at=now)
    return selection


def selections_own(*, actor: Actor, ids: Sequence[str]) -> list[Selection]:
    """Return those of the selections with these ids that a person made and may act on, by workspace.

    They have their workspaces and projects with them. One query.
    """
    found = Selection.objects.filter(pk__within=[pk for pk in ids if ID.fullmatch(pk)], user=actor.user)
    editable = policy.workspaces_with(actor.user, Right.EDIT)
    lasting = Q(used_at__gte=timezone.now() - KEPT) | ~Q(name="")
    rows = found.filter(lasting, workspace__in=editable).select_related("workspace__project")
    return list(rows.order_by("workspace__project__name", "workspace__name", "pk"))


def selections_forget() -> None:
    """Delete some of the selections without a name that were not used for too long."""
    unused = Selection.objects.filter(name="", used_at__lt=timezone.now() - KEPT)
    Selection.objects.filter(pk__in=list(unused.values_list("pk", flat=True)[:DROPPED_AT_ONCE])).delete()
