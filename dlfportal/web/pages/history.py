"""The revisions of an object as pages list them."""

from __future__ import annotations

from dataclasses import dataclass

from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import revision_list
from dlfportal.links import compare_url, restore_url, url_of
from dlfportal.transfer.imports.texts import revision_texts


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision in the list of them: `changes_url` is "" for the first, `restore_url` for the newest."""

    revision: Revision
    why: str
    url: str
    newest: bool
    changes_url: str
    restore_url: str


def revision_rows(target: CatalogueObject, most: int | None) -> list[RevisionRow]:
    """Return the revisions of an object, newest first: at most so many, None for all."""
    rows = list(revision_list(target)[:most])
    why = revision_texts(rows)
    return [_row(target, row, why[row.pk]) for row in rows]


def _row(target: CatalogueObject, revision: Revision, why: str) -> RevisionRow:
    number, newest = revision.number, revision.pk == target.revision_id
    return RevisionRow(
        revision=revision,
        why=why,
        url=url_of(target, number),
        newest=newest,
        changes_url=compare_url(target, number - 1, number) if number > 1 else "",
        restore_url="" if newest else restore_url(target, number),
    )
