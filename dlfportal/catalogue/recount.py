"""Keeping the kept counts few and right: folding rows into one, and counting the objects anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Sum

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import COLUMNS, CountKey, Standing, amounts_add, keys_of
from dlfportal.catalogue.models import ALIVE, CatalogueObject, KeptCount
from dlfportal.db.snapshot import snapshot, snapshot_to_mend
from dlfportal.formats.kinds import Kind

FOLDED_FROM = 100
"""Fewer rows than that are left as they are: to sum them costs less than to write."""
FOLDED_AT_ONCE = 500
"""So many rows of writes one transaction folds: it is over in a few milliseconds."""

ROWS_OF_A_GROUP = 5000
ROWS_A_READ = 2000

Group = tuple[str, str, str]
"""Workspace, facet and kind: of a few of these are all rows that one import writes."""


class Recounted(NamedTuple):
    """A count that was wrong: what was kept, and what it is."""

    workspace_id: str
    key: CountKey
    kept: int
    number: int


def counts_fold(most: int) -> int:
    """Fold about `most` of the rows that writes added, if there are many, and return how many it were.

    Every row that is deleted is in the sum that is written in the same transaction, and no row is in two:
    who finds a row locked leaves it to the one who folds it. So any number may fold at once, while
    others write and read.
    """
    folded = 0
    while folded < most and (groups := _groups_to_fold()):
        with transaction.atomic():
            gone = sum(_fold(*group, values) for group, values in groups.items())
        if not gone:  # somebody else is at it
            break
        folded += gone
    return folded


def _groups_to_fold() -> dict[Group, set[str]]:
    """Return what the oldest rows of writes count, by group; nothing while these are few."""
    rows = KeptCount.objects.filter(folded=False).order_by("pk")
    found = list(rows.values_list("workspace", "facet", "kind", "value")[:FOLDED_AT_ONCE])
    groups: dict[Group, set[str]] = {}
    for workspace_id, facet, kind, value in found if len(found) >= FOLDED_FROM else ():
        groups.setdefault((workspace_id, facet, kind), set()).add(value)
    return groups


def _fold(workspace_id: str, facet: str, kind: str, values: Collection[str]) -> int:
    """Write one row for the rows of each of these values; return how many rows of writes are gone."""
    rows = KeptCount.objects.filter(
        workspace=workspace_id, facet=facet, kind=kind, value__within=sorted(values)
    )
    locked = rows.select_for_update(skip_locked=True).order_by("pk")
    found = list(locked.values_list("pk", "value", "amount", "folded")[:ROWS_OF_A_GROUP])
    gone = sum(not folded for _pk, _value, _amount, folded in found)
    if gone:
        sums: Counter[CountKey] = Counter()
        for _pk, value, amount, _folded in found:
            sums[CountKey(kind, facet, value)] += amount
        KeptCount.objects.filter(pk__within=[row[0] for row in found]).delete()
        amounts_add(workspace_id, sums, folded=True)
    return gone


def recount(workspaces: Iterable[Workspace]) -> Iterator[Recounted]:
    """Put the counts of these workspaces right, and yield what was wrong.

    What the objects are and what the counts say is read in one view. Who writes meanwhile changes both by
    the same, so the difference stays what has to be added.
    """
    for workspace in workspaces:
        for kind in Kind:
            with snapshot():
                wrong = _wrong(workspace, kind)
            if wrong:
                yield from _mend(workspace, kind)


def _mend(workspace: Workspace, kind: Kind) -> list[Recounted]:
    """Add what is missing. One at a time does so: two would both add it."""
    with snapshot_to_mend(KeptCount):
        wrong = _wrong(workspace, kind)
        amounts_add(workspace.pk, {one.key: one.number - one.kept for one in wrong})
    return wrong


def _wrong(workspace: Workspace, kind: Kind) -> list[Recounted]:
    """Return the counts that differ from the objects."""
    kept, numbers = _kept(workspace, kind), counted(workspace, kind)
    return [
        Recounted(workspace.pk, key, kept[key], numbers[key])
        for key in sorted(kept.keys() | numbers.keys())
        if kept[key] != numbers[key]
    ]


def _kept(workspace: Workspace, kind: Kind) -> Counter[CountKey]:
    rows = KeptCount.objects.filter(workspace=workspace, kind=kind).values_list(*CountKey._fields)
    return Counter({CountKey._make(key): amount for *key, amount in rows.annotate(amount=Sum("amount"))})


def counted(workspace: Workspace, kind: Kind) -> Counter[CountKey]:
    """Return the counts as the objects are: one pass over those of a kind."""
    objects = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind=kind).order_by()
    counts: Counter[CountKey] = Counter()
    rows = objects.values_list(*COLUMNS).annotate(number=Count("pk"))
    for *columns, number in rows.iterator(chunk_size=ROWS_A_READ):
        for key in keys_of(Standing._make(columns)):
            counts[key] += number
    return counts
