"""Contents of many documents: which are kept already, and writing the others ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dlfportal.catalogue.models import Content, Orphan
from dlfportal.chunks import in_chunks, pieces
from dlfportal.db.rows import rows_insert
from dlfportal.formats.zip.writer import Deflated

CONTENTS_A_WRITE = 2000
BYTES_A_WRITE = 8 * 1024 * 1024


def contents_known(sha256s: Sequence[str]) -> dict[str, int]:
    """Return SHA-256 -> id of the contents that are kept already; they stay for a day at least."""
    known: dict[str, int] = {}
    for chunk in in_chunks(sha256s):
        rows = Content.objects.filter(sha256__within=chunk).values_list("sha256", "pk", "orphan__since")
        found = list(rows)
        if marked := [sha256 for sha256, _pk, since in found if since]:
            contents_claim(marked)
            found = list(rows.all())
        known.update((sha256, pk) for sha256, pk, _since in found)
    return known


def contents_claim(sha256s: Sequence[str]) -> None:
    """Take away the marks of contents that are about to be used; waits for a worker that is deleting them."""
    marked = Orphan.objects.filter(content__sha256__within=list(sha256s)).values_list("pk", flat=True)
    if ids := list(marked):
        Orphan.objects.filter(pk__in=ids).delete()


def contents_store(contents: Iterable[Deflated]) -> None:
    """Write contents ahead, batch by batch; those that are kept already are left as they are.

    In a batch they come in one order for all: on PostgreSQL two imports that bring the same contents
    would wait for each other otherwise.
    """
    for batch in pieces(contents, _stored_bytes, CONTENTS_A_WRITE, BYTES_A_WRITE):
        batch.sort(key=lambda one: one.sha256)
        contents_claim([one.sha256 for one in batch])
        rows = ((one.sha256, one.size, one.crc32, len(one.data), one.data) for one in batch)
        rows_insert(Content, ("sha256", "size", "crc32", "stored", "data"), rows, ignore=True)


def _stored_bytes(content: Deflated) -> int:
    return len(content.data)
