"""The columns of the lists: how each looks, and what it sorts by."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.catalogue.kinds import KindSpec


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its word in `sort`, its heading, the model field it sorts by, the template of a cell."""

    key: str
    label: Promise
    field: str
    css: str = ""

    @property
    def template(self) -> str:
        """The template of the column's cells; its context is `row`."""
        return f"catalogue/cells/_{self.key}.html"


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("name", _("Name"), "name", "table-name"),
        Column("type", _("Type"), "type"),
        Column("directory", _("Directory"), "directory"),
        Column("owner", _("Owner"), "owner"),
        Column("size", _("Size"), "size", "number nowrap"),
        Column("updated", _("Updated"), "updated_at"),
        Column("schedule", _("Schedule"), "schedule", "nowrap"),
        Column("nodes", _("Nodes"), "node_count", "number"),
        Column("version", _("Version"), "version__number", "nowrap"),
        Column("location", _("Location"), "location", "break"),
        Column("cluster", _("Cluster"), "cluster"),
        Column("links", _("From → to"), "description"),
    )
}


def columns_of(spec: KindSpec) -> tuple[Column, ...]:
    """Return the columns of a kind's list."""
    return tuple(COLUMNS[key] for key in spec.columns)


def filters_of(spec: KindSpec) -> tuple[Column, ...]:
    """Return the columns that a kind's list may be narrowed by."""
    return tuple(COLUMNS[key] for key in spec.filters)
