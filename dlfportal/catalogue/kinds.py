"""What differs between the four kinds for people: names, addresses, and what their lists show."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst

from dlfportal.catalogue.models import CatalogueObject, CdmJob, Job, Resource, Script
from dlfportal.errors import Word
from dlfportal.formats.kinds import Kind


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind: its model, which names it, its word in addresses, and its colour and icon (`tone`).

    `columns` and `filters` are the keys of what a list of the kind shows and may be narrowed by, `optional`
    those of columns that it shows only to who asks for them; what a column looks like is known where lists
    are drawn.
    """

    kind: Kind
    model: type[CatalogueObject]
    slug: str
    tone: str
    columns: tuple[str, ...]
    filters: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name of the kind as a heading, in the reader's language."""
        return capfirst(str(self.model._meta.verbose_name))

    @property
    def plural(self) -> str:
        """The name of several as a heading, in the reader's language."""
        return capfirst(str(self.model._meta.verbose_name_plural))

    @property
    def word(self) -> Word:
        """The name of the kind within a message, which is translated with it."""
        return Word(self.model._meta.verbose_name_raw)


KINDS: dict[Kind, KindSpec] = {
    spec.kind: spec
    for spec in (
        KindSpec(
            Kind.JOB,
            Job,
            slug="jobs",
            tone="job",
            columns=("name", "type", "directory", "schedule", "nodes", "owner", "version", "updated"),
            filters=("type", "state", "owner", "tag", "schedule", "connection", "folder", "since"),
            optional=("type",),
        ),
        KindSpec(
            Kind.SCRIPT,
            Script,
            slug="scripts",
            tone="script",
            columns=("name", "type", "directory", "owner", "size", "version", "updated"),
            filters=("type", "state", "owner", "connection", "folder", "since"),
        ),
        KindSpec(
            Kind.RESOURCE,
            Resource,
            slug="resources",
            tone="resource",
            columns=("name", "type", "directory", "location", "version", "updated"),
            filters=("type", "state", "owner", "folder", "since"),
        ),
        KindSpec(
            Kind.CDM_JOB,
            CdmJob,
            slug="cdm-jobs",
            tone="cdm",
            columns=("name", "cluster", "type", "links", "version", "updated"),
            filters=("type", "state", "owner", "since"),
        ),
    )
}
