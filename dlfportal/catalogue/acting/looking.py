"""What an act on many objects would do, said before it is done. As many queries however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.models import Count, QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.acting.asked import BulkVerb, fits
from dlfportal.catalogue.acting.uses import (
    Named,
    User,
    objects_used,
    references_far,
    references_outside,
    users_far,
    users_outside,
)
from dlfportal.catalogue.elsewhere import words_for
from dlfportal.catalogue.index import State
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selections import Resolved
from dlfportal.formats.kinds import Kind

NAMED = 10
"""So many of the objects are named beforehand."""
USED_NAMED = 20
USERS_READ = 500


@dataclass(frozen=True, slots=True)
class Used:
    """An object that is to go, and what will still point to it."""

    object: CatalogueObject
    users: list[User]


@dataclass(frozen=True, slots=True)
class Look:
    """What an act would do: how many objects of each kind are chosen, the `first` of those that it is for, of
    how many it changes nothing (`same`), and which ones others use (`used`; `used_more`: and further ones).
    """

    verb: BulkVerb
    kinds: dict[Kind, int]
    first: Sequence[CatalogueObject]
    same: int
    used: list[Used]
    used_more: bool

    @property
    def count(self) -> int:
        """How many are chosen."""
        return sum(self.kinds.values())

    @property
    def most(self) -> Kind:
        """The kind that most are of."""
        return max(self.kinds, key=lambda kind: self.kinds[kind], default=Kind.JOB)

    @property
    def fitting(self) -> dict[Kind, int]:
        """How many are of each kind that the act is for."""
        return {kind: count for kind, count in self.kinds.items() if fits(self.verb, kind)}

    @property
    def unfit(self) -> dict[Kind, int]:
        """How many are of each kind that it is not for."""
        return {kind: count for kind, count in self.kinds.items() if not fits(self.verb, kind)}

    @property
    def doing(self) -> int:
        """How many it is done with, for all that is known before."""
        return sum(self.fitting.values()) - self.same


def act_look(workspace: Workspace, resolved: Resolved, verb: BulkVerb, visible: QuerySet[Workspace]) -> Look:
    """Return what doing this with a choice would do now; the policy has let the caller into the workspace.

    `visible` are the workspaces that the reader may see: of no others is said who waits for a job here.
    """
    parts = [part.order_by() for part in resolved.parts()]
    kinds = kinds_counted(resolved)
    fitting = [kind for kind in Kind if fits(verb, kind)]
    first = [
        one for part in parts for one in part.filter(kind__in=fitting).order_by("name", "cluster")[:NAMED]
    ]
    submitted = sum(part.filter(state=State.SUBMITTED).count() for part in parts)
    used = _used(workspace, resolved, visible) if verb is BulkVerb.DELETE else []
    return Look(
        verb=verb,
        kinds={kind: kinds[kind] for kind in Kind if kinds[kind]},
        first=first[:NAMED],
        same=submitted if verb is BulkVerb.SUBMIT else 0,
        used=used[:USED_NAMED],
        used_more=len(used) > USED_NAMED,
    )


def kinds_counted(resolved: Resolved) -> Counter[Kind]:
    """Return how many objects of each kind there are; a query for the jobs, and one for the others."""
    kinds: Counter[Kind] = Counter()
    for part in resolved.parts():
        for kind, count in part.order_by().values_list("kind").annotate(count=Count("pk")):
            kinds[Kind(kind)] += count
    return kinds


def _used(workspace: Workspace, resolved: Resolved, visible: QuerySet[Workspace]) -> list[Used]:
    parts = [part.order_by() for part in resolved.parts()]
    outside = references_outside(workspace, parts)
    far = references_far(words_for(workspace, visible), parts)
    found = [
        one
        for part in parts
        for one in objects_used(part, outside, far).order_by("name", "cluster")[: USED_NAMED + 1]
    ][: USED_NAMED + 1]
    users: dict[int, list[User]] = {}
    named = [Named(one.pk, one.kind, one.cluster, one.name, one.location, one.uid) for one in found]
    for pk, user in chain(users_outside(named, outside), users_far(named, far, USERS_READ)):
        if sum(map(len, users.values())) < USERS_READ:
            users.setdefault(pk, []).append(user)
    for group in users.values():
        group.sort(key=lambda user: (user.workspace_name, user.kind, user.name))
    return [Used(one, users.get(one.pk, [])) for one in found]
