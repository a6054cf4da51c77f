"""The documents of a package, read before it is made: to say why each goes in, and what all of them need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


def documents_read(entries: Iterable[Entry], room: int = READ_BYTES) -> Reading:
    """Return the documents of entries in their order, up to `room` bytes of them. One query."""
    sizes = {entry.revision_id: entry.size for entry in entries}
    chosen = []
    for revision_id, size in sizes.items():
        if size <= room:
            room -= size
            chosen.append(revision_id)
    found = Revision.objects.filter(pk__within=chosen).select_related("content").order_by()
    documents = {revision.pk: document_of(revision) for revision in found}
    return Reading(documents, len(sizes) - len(chosen))


def documents_in_steps(
    entries: Iterable[Entry], room: int = READ_BYTES
) -> Iterator[tuple[list[Entry], Mapping[int, dict[str, Any]]]]:
    """Yield entries with all their documents, so many at a time as `room` bytes hold. A query a step."""
    step: list[Entry] = []
    size = 0
    for entry in entries:
        if step and size + entry.size > room:
            yield step, documents_read(step, max(size, room)).documents
            step, size = [], 0
        step.append(entry)
        size += entry.size
    if step:
        yield step, documents_read(step, max(size, room)).documents
