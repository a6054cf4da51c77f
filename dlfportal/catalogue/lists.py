"""Lists that people page through: any order and any filter, one page at the cost of one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import Total, count_of
from dlfportal.catalogue.index import State
from dlfportal.catalogue.models import ALIVE, CatalogueObject, ObjectTag
from dlfportal.catalogue.selectors import (
    GATHERED,
    NARROWING,
    Found,
    ListFilter,
    changed_since,
    found_by,
    is_only_tag,
    named_by,
    object_list,
    objects_checked,
    objects_gathered,
    tag_rows_of,
)
from dlfportal.db.keyset import Order, Place
from dlfportal.formats.kinds import Kind

Objects = QuerySet[CatalogueObject]
Rows = QuerySet[CatalogueObject, tuple[Any, ...]]
NEAR = 2000
"""So many objects of a list are looked at before a condition that skips others."""


class Row(NamedTuple):
    """An object as a list reads it; the names are those of the columns that a list sorts by."""

    kind: str
    cluster: str
    name: str
    description: str
    type: str
    directory: str
    owner: str
    schedule: str
    cron: str
    event: str
    runs_until: int
    node_count: int
    size: int
    location: str
    version_number: int
    state: str
    submitted_id: int | None
    submitted_number: int | None
    revision_id: int | None
    revision_number: int | None
    updated_at: datetime
    updated_by: str
    pk: int

    @property
    def since(self) -> int:
        """How many revisions were made since what is submitted; 0 where nothing was changed since."""
        if not self.version_number or self.state == State.SUBMITTED:
            return 0
        return (self.revision_number or 0) - (self.submitted_number or 0)

    @property
    def label(self) -> str:
        """What a selection calls the object."""
        return f"{self.cluster}/{self.name}" if self.cluster else self.name


ELSEWHERE = {
    "submitted_id": "version__revision",
    "submitted_number": "version__revision__number",
    "revision_number": "revision__number",
}
"""Where the values are that an object's own row has not."""
ROW_COLUMNS = [ELSEWHERE.get(name, name) for name in Row._fields]


@dataclass(frozen=True, slots=True)
class Listed:
    """The objects of a list, to be read in its order, and how many they are.

    `named` is the condition, where there is one, that an object may match; `all` are those it is for.
    `tagged` are the rows of the tag, in the order of the list, if the list has nothing but what they name.
    """

    objects: Objects
    total: Total
    all: Objects
    named: Q = Q()
    tagged: QuerySet[ObjectTag] | None = None

    def rows(self, order: Order, count: int, place: Place | None = None) -> Rows:
        """Return the objects as the values of a `Row`, for a page of an order from its begin or a place on.

        They may be no more than the first `count` there. What matches many objects is soon found by looking
        at one after the other. To check the condition is cheap, but begins with all that it names: so it is
        not checked of the objects that are near.
        """
        if self.tagged is not None:
            first = _first_tagged(self.tagged, order, count, place)
            return CatalogueObject.objects.filter(ALIVE, pk__within=first).values_list(*ROW_COLUMNS)
        rows = self.objects.values_list(*ROW_COLUMNS)
        if not self.named:
            return rows
        far = order.ahead(self.all, place, NEAR)
        return rows.filter(~order.beyond(far) | self.named) if far else rows


def _first_tagged(tagged: QuerySet[ObjectTag], order: Order, count: int, place: Place | None) -> list[int]:
    """Return the ids of the first `count` objects of a tag from a place on, and of the one that is there."""
    name = order.fields[0]
    if place is not None:
        tagged = tagged.filter(**{"name__lte" if name.startswith("-") else "name__gte": place[0]})
    return list(tagged.order_by(name).values_list("object", flat=True)[: count + 1])


def list_among(workspace: Workspace, kind: Kind, chosen: ListFilter, among: Objects) -> Listed:
    """Return those of the objects `among`, such as a selection's, that match; counted one by one.

    Few of them are gathered, so that no index of the whole workspace is walked for them.
    """
    found = object_list(workspace, kind, chosen).filter(pk__in=among.order_by().values("pk"))
    ids = _ids(found)
    if len(ids) <= GATHERED:
        return Listed(objects_gathered(workspace, kind, ids), Total(len(ids), False), found)
    return Listed(found, Total(found.order_by().count(), False), found)


def list_open(workspace: Workspace, kind: Kind, chosen: ListFilter, order: Order) -> Listed:
    """Return the objects of a kind that match, so that an index finds a page of them in `order`.

    A database that has both an order and filters to serve guesses which index is better, and guesses
    wrong by a factor of the catalogue. So it is decided here: what few objects match is gathered and
    sorted; otherwise rows come by the index of the order, and the filters are checked.
    """
    narrowed = [column for column in NARROWING if getattr(chosen, column)]
    kept = count_of(workspace, kind, chosen)
    first, everything = order.names[0], object_list(workspace, kind)
    found = found_by(workspace, kind, chosen)
    if kept is not None and (not narrowed or first in ("name", *narrowed)):
        whole = objects_checked(workspace, kind, chosen, found.few)
        only_tag = kind is Kind.JOB and first == "name" and found.few is None and is_only_tag(chosen)
        tagged = tag_rows_of(workspace, chosen) if only_tag else None
        return Listed(whole, Total(kept, False), everything, tagged=tagged)
    narrowest = _by_narrowest(workspace, kind, chosen, narrowed, found.few)
    named = named_by(workspace, kind, chosen) if found.few is None else Q()
    if kept <= GATHERED if kept is not None else not _are_many(workspace, kind, chosen, found):
        ids = _ids(changed_since(narrowest, chosen).filter(named))
        if len(ids) <= GATHERED:
            gathered = objects_gathered(workspace, kind, ids)
            return Listed(gathered, Total(len(ids), False), everything)
    total = Total(GATHERED, True) if kept is None else Total(kept, False)
    if first == "name":
        return Listed(narrowest, total, everything, named)
    walked = _checked(workspace, kind, chosen, narrowed, found.few)
    return Listed(
        changed_since(walked, chosen) if first == "updated_at" else walked, total, everything, named
    )


def _are_many(workspace: Workspace, kind: Kind, chosen: ListFilter, found: Found) -> bool:
    """Return whether so many of the first candidates match that more match than are gathered.

    In the order of a list they may be far apart, and counting them there would read most of it.
    """
    some = found.some[: 2 * GATHERED]
    return bool(some) and len(_ids(objects_checked(workspace, kind, chosen, some))) > GATHERED


def _ids(objects: Objects) -> list[int]:
    """Return the ids, or one more than are gathered."""
    return list(objects.order_by().values_list("pk", flat=True)[: GATHERED + 1])


def _by_narrowest(
    workspace: Workspace, kind: Kind, chosen: ListFilter, narrowed: list[str], few: Sequence[int] | None
) -> Objects:
    """Return what matches, found by the index of the filter that leaves fewest; the others are checked."""

    def kept(column: str) -> int:
        return count_of(workspace, kind, ListFilter(**{column: getattr(chosen, column)})) or 0

    narrowest = min(narrowed, key=kept) if len(narrowed) > 1 else ""
    columns = [column for column in narrowed if narrowest not in ("", column)]
    return _checked(workspace, kind, chosen, columns, few)


def _checked(
    workspace: Workspace, kind: Kind, chosen: ListFilter, columns: list[str], few: Sequence[int] | None
) -> Objects:
    """Return what matches; these columns find no row, they are checked."""
    others = replace(chosen, **dict.fromkeys(columns, ""))  # type: ignore[arg-type]
    found = objects_checked(workspace, kind, others, few)
    return found.filter(**{f"{column}__checked": getattr(chosen, column) for column in columns})
