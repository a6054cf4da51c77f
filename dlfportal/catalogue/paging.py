"""Pages of a list by number, as the wire has them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import count_of
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import ListFilter, object_list
from dlfportal.db.snapshot import snapshot
from dlfportal.formats.kinds import Kind

WITH_DOCUMENTS = ("revision__content", "version")


def page_of(
    workspace: Workspace, kind: Kind, chosen: ListFilter, number: int, size: int
) -> tuple[int, Sequence[CatalogueObject]]:
    """Return how many objects `object_list` has, and those of page `number` (from 0) with their documents.

    As many queries whatever the number of rows; a page behind the last one is empty.
    """
    objects = object_list(workspace, kind, chosen)
    if number == 0:
        first = list(objects.select_related(*WITH_DOCUMENTS)[:size])
        return _total(workspace, kind, chosen, objects), first
    with snapshot():  # so that the total is that of the rows, which are counted from their end too
        total = _total(workspace, kind, chosen, objects)
        keys = _keys(objects, total, number * size, size)
    rows = CatalogueObject.objects.select_related(*WITH_DOCUMENTS).order_by().in_bulk(keys)
    return total, [rows[key] for key in keys if key in rows]


def _total(workspace: Workspace, kind: Kind, chosen: ListFilter, objects: QuerySet[CatalogueObject]) -> int:
    """Return how many `objects` there are exactly: counted only where the number is not kept."""
    kept = count_of(workspace, kind, chosen)
    return objects.count() if kept is None else kept


def _keys(objects: QuerySet[CatalogueObject], total: int, start: int, size: int) -> list[int]:
    """Return the ids of `size` of the `total` objects from place `start`, sought from the nearer end.

    The index of the order has all that is asked for, so no row before the page is read.
    """
    stop = min(start + size, total)
    if start >= stop:
        return []
    ids = objects.values_list("pk", flat=True)
    if start <= total - stop:
        return list(ids[start:stop])
    return list(ids.reverse()[total - stop : total - start])[::-1]
