"""The revisions of an object as pages list them."""

from __future__ import annotations

from dataclasses import dataclass

from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import revision_list
from dlfportal.links import url_of
from dlfportal.transfer.imports.texts import revision_texts


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision in the list of them."""

    revision: Revision
    why: str
    url: str
    newest: bool


def revision_rows(target: CatalogueObject, most: int | None) -> list[RevisionRow]:
    """Return the revisions of an object, newest first: at most so many, None for all."""
    rows = list(revision_list(target)[:most])
    why = revision_texts(rows)
    return [
        RevisionRow(row, why[row.pk], url_of(target, row.number), row.pk == target.revision_id)
        for row in rows
    ]
