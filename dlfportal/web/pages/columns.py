"""The columns of the lists: how each looks, and what it sorts by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.kinds import KindSpec
from dlfportal.catalogue.lists import Row
from dlfportal.db.keyset import Order
from dlfportal.web.pages.cells import Cells

Draw = Callable[[Cells, Row], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its word in `sort`, its heading, the model field it sorts by, what draws a cell.

    Of numbers and times the `largest` come first where names go up; an index of the field has this order.
    """

    key: str
    label: Promise
    field: str
    draw: Draw
    css: str = ""
    largest: bool = False


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("name", _("Name"), "name", Cells.name, "table-name"),
        Column("type", _("Type"), "type", Cells.type),
        Column("directory", _("Directory"), "directory", Cells.directory),
        Column("owner", _("Owner"), "owner", Cells.owner),
        Column("size", _("Size"), "size", Cells.size, "number nowrap", largest=True),
        Column("updated", _("Updated"), "updated_at", Cells.updated, largest=True),
        Column("schedule", _("Schedule"), "schedule", Cells.schedule, "nowrap"),
        Column("nodes", _("Nodes"), "node_count", Cells.nodes, "number", largest=True),
        Column("version", _("Version"), "version_number", Cells.version, "nowrap", largest=True),
        Column("location", _("Location"), "location", Cells.location, "break"),
        Column("cluster", _("Cluster"), "cluster", Cells.cluster),
        Column("links", _("From → to"), "description", Cells.links),
    )
}


def order_of(column: Column, descending: bool) -> Order:
    """Return the order of a list sorted by a column: then by name and cluster, so that no place is shared.

    It is that of the column's index, or the reverse of it.
    """
    rest = (name for name in ("name", "cluster") if name != column.field)
    order = Order((f"-{column.field}" if column.largest else column.field, *rest))
    return order if descending is column.largest else order.reversed


def columns_of(spec: KindSpec) -> tuple[Column, ...]:
    """Return the columns of a kind's list."""
    return tuple(COLUMNS[key] for key in spec.columns)


def filters_of(spec: KindSpec) -> tuple[Column, ...]:
    """Return the columns that a kind's list may be narrowed by."""
    return tuple(COLUMNS[key] for key in spec.filters)
