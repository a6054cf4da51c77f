"""The documents of a small package, read before it is made: to say why each of them goes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.transfer.exports.selection import Entry

READ_BYTES = 8 * 1024 * 1024
"""So much of the documents is read; a package of 100 jobs rarely has more."""


class Reading(NamedTuple):
    """Documents by the id of the revision; `left` says how many were not read, for there were too many."""

    documents: Mapping[int, dict[str, Any]]
    left: int


def documents_read(entries: Iterable[Entry]) -> Reading:
    """Return the documents of entries in their order, up to `READ_BYTES` of them. One query."""
    sizes = {entry.revision_id: entry.size for entry in entries}
    chosen, room = [], READ_BYTES
    for revision_id, size in sizes.items():
        if size <= room:
            room -= size
            chosen.append(revision_id)
    found = Revision.objects.filter(pk__within=chosen).select_related("content").order_by()
    documents = {revision.pk: document_of(revision) for revision in found}
    return Reading(documents, len(sizes) - len(chosen))
