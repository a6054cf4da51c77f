"""The columns of the lists: how each looks, what it sorts by, and which of them a reader wants to see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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
    `css` says how wide it may be, and below which width of the list it is not shown.
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
        Column("name", _("Name"), "name", Cells.name, "list-name"),
        Column("type", _("Type"), "type", Cells.type, "list-medium"),
        Column("directory", _("Folder"), "directory", Cells.directory, "list-wide list-cut"),
        Column("owner", _("Owner"), "owner", Cells.owner, "list-wide list-cut"),
        Column("size", _("Size"), "size", Cells.size, "list-medium number", largest=True),
        Column("updated", _("Changed"), "updated_at", Cells.updated, "list-narrow", largest=True),
        Column("schedule", _("Schedule"), "schedule", Cells.schedule, "list-medium list-cut"),
        Column("nodes", _("Nodes"), "node_count", Cells.nodes, "list-wide number", largest=True),
        Column("version", _("State"), "state", Cells.version),
        Column("location", _("Location"), "location", Cells.location, "list-medium list-long"),
        Column("cluster", _("Cluster"), "cluster", Cells.cluster, "list-narrow list-cut"),
        Column("links", _("From → to"), "description", Cells.links, "list-medium list-long"),
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


def columns_cookie(spec: KindSpec) -> str:
    """Return the name of the cookie that keeps which columns of a kind's list a reader wants to see."""
    return f"columns_{spec.kind}"


def columns_shown(spec: KindSpec, cookies: Mapping[str, str], sorted_by: Column) -> tuple[Column, ...]:
    """Return the columns that a reader wants to see; the name and what the list is sorted by always.

    The cookie names where they differ from the usual, so that a new column is seen by everybody.
    """
    differing = set(cookies.get(columns_cookie(spec), "").split("."))
    return tuple(
        column
        for column in columns_of(spec)
        if column.key in ("name", sorted_by.key) or (column.key in spec.optional) is (column.key in differing)
    )


def columns_differing(spec: KindSpec, chosen: Collection[str]) -> str:
    """Return the value of the cookie for the keys of the columns that a reader chose; "" for the usual."""
    keys = (column.key for column in columns_of(spec)[1:])
    return ".".join(key for key in keys if (key in chosen) is (key in spec.optional))
