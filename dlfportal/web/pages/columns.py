"""The columns of the lists: what each kind shows, and what each column sorts by."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.formats.kinds import Kind


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


NAME = Column("name", _("Name"), "name", "table-name")
TYPE = Column("type", _("Type"), "type")
DIRECTORY = Column("directory", _("Directory"), "directory")
OWNER = Column("owner", _("Owner"), "owner")
SIZE = Column("size", _("Size"), "size", "number nowrap")
UPDATED = Column("updated", _("Updated"), "updated_at")
SCHEDULE = Column("schedule", _("Schedule"), "schedule", "nowrap")
NODES = Column("nodes", _("Nodes"), "node_count", "number")
VERSION = Column("version", _("Version"), "version__number", "nowrap")
LOCATION = Column("location", _("Location"), "location", "break")
CLUSTER = Column("cluster", _("Cluster"), "cluster")
LINKS = Column("links", _("From → to"), "description")

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.JOB: (NAME, TYPE, DIRECTORY, SCHEDULE, NODES, OWNER, VERSION, UPDATED),
    Kind.SCRIPT: (NAME, TYPE, DIRECTORY, OWNER, SIZE, UPDATED),
    Kind.RESOURCE: (NAME, TYPE, DIRECTORY, LOCATION, UPDATED),
    Kind.CDM_JOB: (CLUSTER, NAME, TYPE, LINKS, UPDATED),
}
FILTERS: dict[Kind, tuple[Column, ...]] = {
    Kind.JOB: (TYPE, DIRECTORY, OWNER),
    Kind.SCRIPT: (TYPE, DIRECTORY, OWNER),
    Kind.RESOURCE: (TYPE, DIRECTORY),
    Kind.CDM_JOB: (TYPE, OWNER),
}
