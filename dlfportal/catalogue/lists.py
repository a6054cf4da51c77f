"""Lists that people page through: any order and any filter, one page at the cost of one page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import Total, count_of
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import (
    GATHERED,
    NARROWING,
    ListFilter,
    many_found,
    object_list,
    objects_gathered,
)
from dlfportal.db.keyset import Order
from dlfportal.formats.kinds import Kind

Objects = QuerySet[CatalogueObject]


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
    node_count: int
    size: int
    location: str
    version_number: int
    submitted_id: int | None
    revision_id: int | None
    updated_at: datetime
    updated_by: str

    @property
    def label(self) -> str:
        """What a selection calls the object."""
        return f"{self.cluster}/{self.name}" if self.cluster else self.name


ROW_COLUMNS = ["version__revision" if name == "submitted_id" else name for name in Row._fields]


@dataclass(frozen=True, slots=True)
class Listed:
    """The objects of a list, to be read in its order, and how many they are."""

    objects: Objects
    total: Total

    @property
    def rows(self) -> QuerySet[CatalogueObject, tuple[Any, ...]]:
        """The objects as the values of a `Row`."""
        return self.objects.values_list(*ROW_COLUMNS)


def list_open(workspace: Workspace, kind: Kind, chosen: ListFilter, order: Order) -> Listed:
    """Return the objects of a kind that match, so that an index finds a page of them in `order`.

    A database that has both an order and filters to serve guesses which index is better, and guesses
    wrong by a factor of the catalogue. So it is decided here: what few objects match is gathered and
    sorted; otherwise rows come by the index of the order, and the filters are checked.
    """
    narrowed = [column for column in NARROWING if getattr(chosen, column)]
    kept = count_of(workspace, kind, chosen)
    first = order.names[0]
    if kept is not None and (not narrowed or first in ("name", *narrowed)):
        return Listed(object_list(workspace, kind, chosen), Total(kept, False))
    narrowest = _by_narrowest(workspace, kind, chosen, narrowed)
    if kept is None and not many_found(workspace, kind, chosen) or kept is not None and kept <= GATHERED:
        ids = list(narrowest.order_by().values_list("pk", flat=True)[: GATHERED + 1])
        if len(ids) <= GATHERED:
            return Listed(objects_gathered(workspace, kind, ids), Total(len(ids), False))
    total = Total(GATHERED, True) if kept is None else Total(kept, False)
    if first == "name":
        return Listed(narrowest, total)
    return Listed(_checked(workspace, kind, chosen, narrowed), total)


def _by_narrowest(workspace: Workspace, kind: Kind, chosen: ListFilter, narrowed: list[str]) -> Objects:
    """Return what matches, found by the index of the filter that leaves fewest; the others are checked."""

    def kept(column: str) -> int:
        return count_of(workspace, kind, ListFilter(**{column: getattr(chosen, column)})) or 0

    narrowest = min(narrowed, key=kept) if len(narrowed) > 1 else ""
    return _checked(workspace, kind, chosen, [column for column in narrowed if narrowest not in ("", column)])


def _checked(workspace: Workspace, kind: Kind, chosen: ListFilter, columns: list[str]) -> Objects:
    """Return what matches; these columns find no row, they are checked."""
    found = object_list(workspace, kind, replace(chosen, **dict.fromkeys(columns, "")))  # type: ignore[arg-type]
    return found.filter(**{f"{column}__checked": getattr(chosen, column) for column in columns})
