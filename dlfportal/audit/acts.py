"""Acts of the record, newest first: any filter, one page at the cost of one page, however long it is.

An act is an entry that is part of no other. A filter is answered by the narrowest index; what no index
answers is checked, of a bounded number of entries: the list says how far it looked, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import product
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from dlfportal.audit.actions import Action, Verb
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.selectors import KINDS, NEWEST_FIRST
from dlfportal.db.keyset import Order, Place
from dlfportal.db.merged import Part, far_value, first_keys

Entries = QuerySet[AuditEntry]
LOOKED_AT = 10_000
"""So many entries are checked at most for what no index answers, shared among the workspaces."""
LOOKED_AT_LEAST = 200
LAST_ID = 2**63 - 1
ACTS = Q(part_of__isnull=True)


@dataclass(frozen=True, slots=True)
class ActFilter:
    """What acts are asked for; what is empty asks for all.

    `name` is the whole name of what was changed, of a `kind` or of any: then the list has what was done to it
    within other acts, such as imports, too. `since` is the first moment, `until` the one after the last.
    """

    who: str = ""
    actions: Sequence[Action] | None = None
    channel: str = ""
    kind: str = ""
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def order(self) -> Order:
        """The order of the list, newest first: what names an object has its index by id."""
        return BY_ID if self.name else BY_TIME


BY_TIME, BY_ID = Order(NEWEST_FIRST), Order(("-id",))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose acts a reader may see: those in some workspaces, and what `own` did outside of any."""

    workspaces: Sequence[str]
    own: User | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Entries in the order asked for; `looked_to` is the place up to which was looked, if not to the end."""

    entries: list[AuditEntry]
    looked_to: Place | None = None


class _Walk(NamedTuple):
    """A stretch of the record: entries that an index has in order in each of the parts, and what to check."""

    entries: Entries
    parts: list[Part]
    checks: list[Q]


def acts_find(scope: Scope, chosen: ActFilter, most: int, place: Place | None = None) -> Found:
    """Return the first `most` entries of a scope that match, from the newest or from after a place on."""
    return _find(scope, chosen, chosen.order, most, place)


def acts_before(scope: Scope, chosen: ActFilter, most: int, place: Place) -> Found:
    """Return the last `most` entries that come before a place, in the same order."""
    found = _find(scope, chosen, chosen.order.reversed, most, place)
    return Found(found.entries[::-1], found.looked_to)


def parts_find(act: AuditEntry, most: int, after: int = 0) -> list[AuditEntry]:
    """Return the first `most` entries that are part of an act, in the order they were done, after an id."""
    return list(AuditEntry.objects.filter(part_of=act, pk__gt=after).order_by("pk")[:most])


def act_find(workspace_id: str, pk: int) -> AuditEntry | None:
    """Return an act of a workspace, or None; what is part of another act is none."""
    return AuditEntry.objects.filter(ACTS, workspace_id=workspace_id, pk=pk).first()


def moment_of(place: Place) -> datetime:
    """Return when the entry at a place that was looked to was made."""
    if len(place) > 1:
        at: datetime = place[0]
        return at
    return AuditEntry.objects.values_list("at", flat=True).get(pk=place[0])


def _find(scope: Scope, chosen: ActFilter, order: Order, most: int, place: Place | None) -> Found:
    walks = [_from(walk, order, place) for walk in _walks(scope, chosen) if walk.parts]
    far = _far(walks, order)
    keys: set[int] = set()
    for walk in walks:
        entries = walk.entries if far is None else walk.entries.filter(_near(order, far))
        entries = reduce(lambda rows, check: rows.filter(check), walk.checks, entries)
        keys.update(first_keys(entries, walk.parts, order.fields, most))
    rows = AuditEntry.objects.filter(pk__within=list(keys)).annotate(
        has_parts=Exists(AuditEntry.objects.filter(part_of=OuterRef("pk")))
    )
    listed = list(rows.order_by(*order.fields))[:most]
    return Found(listed, _place_of(order, far) if far is not None and len(listed) < most else None)


def _from(walk: _Walk, order: Order, place: Place | None) -> _Walk:
    """Return what of a walk comes after a place."""
    return walk._replace(entries=walk.entries.filter(order.past(place))) if place else walk


def _far(walks: Sequence[_Walk], order: Order) -> Any:
    """Return how far to look where something has to be checked, None for to the end."""
    found = [
        far_value(walk.entries, walk.parts, order.fields, max(LOOKED_AT // len(walk.parts), LOOKED_AT_LEAST))
        for walk in walks
        if walk.checks
    ]
    nearest = max if order.fields[0].startswith("-") else min
    return nearest((value for value in found if value is not None), default=None)


def _near(order: Order, far: Any) -> Q:
    """Return the condition that an entry is not further than a value of the order's first column."""
    sign = "gte" if order.fields[0].startswith("-") else "lte"
    return Q(**{f"{order.names[0]}__{sign}": far})


def _place_of(order: Order, far: Any) -> Place:
    """Return the place after all entries with a value in the order's first column."""
    last = 0 if order.fields[0].startswith("-") else LAST_ID
    return [far] if len(order.names) == 1 else [far, last]


def _walks(scope: Scope, chosen: ActFilter) -> Iterator[_Walk]:
    yield _of_workspaces(scope.workspaces, chosen)
    if scope.own and not (chosen.name or chosen.kind):
        yield _of_own(scope.own, chosen)


def _of_workspaces(workspaces: Sequence[str], chosen: ActFilter) -> _Walk:
    """Return what was done in workspaces by the index that leaves fewest; the other filters are checked."""
    spaces: list[Part] = [{"workspace_id": pk} for pk in workspaces]
    checks = _checks(chosen)
    if chosen.name:
        kinds = [chosen.kind] if chosen.kind else [str(kind) for kind in KINDS]
        parts: list[Part] = [
            {**space, "kind": kind, "object_name": chosen.name} for space, kind in product(spaces, kinds)
        ]
        entries = AuditEntry.objects.filter(ACTS | Q(action__in=DONE_TO_OBJECTS))
        return _Walk(entries, parts, [*checks.values(), *_times(chosen)])
    entries = reduce(lambda rows, time: rows.filter(time), _times(chosen), AuditEntry.objects.filter(ACTS))
    if chosen.who:
        checks.pop("who")
        return _Walk(entries, [{**space, "user_name": chosen.who} for space in spaces], [*checks.values()])
    if chosen.actions is not None:
        checks.pop("actions")
        acts = [str(action) for action in chosen.actions]
        parts = [{**space, "action": action} for space, action in product(spaces, acts)]
        return _Walk(entries, parts, [*checks.values()])
    return _Walk(entries, spaces, [*checks.values()])


def _of_own(own: User, chosen: ActFilter) -> _Walk:
    """Return what a person did outside of any workspace, and what was tried in their name meanwhile."""
    # Nobody was signed in when a sign-in was refused. As an expression it leads to no index of persons.
    mine = Q(Exact(Coalesce("user_id", own.pk), own.pk), at__gte=own.date_joined)
    entries = reduce(
        lambda rows, time: rows.filter(time), _times(chosen), AuditEntry.objects.filter(ACTS, mine)
    )
    checks = _checks(chosen)
    checks.pop("who", None)
    is_asked = chosen.who in ("", own.username)
    part = {"workspace_id": "", "user_name": own.username}
    return _Walk(entries, [part] if is_asked else [], [*checks.values()])


def _checks(chosen: ActFilter) -> dict[str, Q]:
    """Return the conditions that no index of another filter answers, by what they are about."""
    checks: dict[str, Q] = {}
    if chosen.who:
        checks["who"] = Q(user_name__checked=chosen.who)
    if chosen.actions is not None:
        acts = [Q(action__checked=str(action)) for action in chosen.actions]
        checks["actions"] = reduce(lambda one, other: one | other, acts, Q(pk__in=()))
    if chosen.channel:
        checks["channel"] = Q(channel__checked=chosen.channel)
    return checks


def _times(chosen: ActFilter) -> list[Q]:
    times = [Q(at__gte=chosen.since)] if chosen.since else []
    return times + ([Q(at__lt=chosen.until)] if chosen.until else [])


DONE_TO_OBJECTS = [action for action in Action if action.rpartition(".")[2] in list(Verb)]
"""The actions that change one object, whose entries are told for themselves where they are part of an act."""
