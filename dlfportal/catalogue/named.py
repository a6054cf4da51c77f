"""What the documents of contents name, kept for those that have been read once, and their streams.

A package that a portal wrote holds the streams of the contents as they are kept. One that is found here again
need neither be unpacked nor be read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from dlfportal.catalogue import index
from dlfportal.catalogue.contents import contents_known
from dlfportal.catalogue.models import Content, ContentNames
from dlfportal.chunks import in_chunks
from dlfportal.db.rows import rows_insert
from dlfportal.formats import jsonplaces, mapping, references, shapes
from dlfportal.formats.kinds import KIND_OF, Kind

KINDS = frozenset({Kind.JOB, Kind.SCRIPT, Kind.RESOURCE})
"""The kinds whose documents alone say what they name: a CDM job names the cluster that it is in."""

TEXTS_KNOWN = 4096
ROWS_A_FETCH = 100

Uses = tuple[tuple[str, str], ...]
"""What a document names, each name once: kind (`mapping.MapKind`) and value, in order."""


class Names(NamedTuple):
    """What a document says of itself: its kind, its folder, and what it names."""

    kind: Kind
    directory: str
    uses: Uses


class Stream(NamedTuple):
    """A content as a package may hold it: size and CRC-32 of its document, and its raw-deflate stream."""

    size: int
    crc32: int
    data: bytes


def _reader() -> str:
    """Return what is equal for equal rules of reading: a digest of the code that reads."""
    modules = (mapping, jsonplaces, references, shapes, index)
    code = (Path(str(module.__file__)).read_bytes() for module in modules)
    return hashlib.sha256(b"".join(code)).hexdigest()[:16]


READER = _reader()


def names_of(sha256s: Sequence[str], lengths: Collection[int]) -> Iterator[tuple[str, Stream, Names]]:
    """Yield SHA-256, stream, and what the document says, of the contents that have been read and have streams
    of these lengths. A query a thousand; memory holds a few of them.
    """
    columns = ("sha256", "size", "crc32", "data", "names__kind", "names__directory", "names__uses")
    rows = Content.objects.filter(stored__within=list(lengths), names__reader=READER).order_by()
    for chunk in in_chunks(sha256s):
        found = rows.filter(sha256__within=chunk).values_list(*columns)
        for sha256, size, crc32, data, kind, directory, uses in found.iterator(ROWS_A_FETCH):
            stream = Stream(size, crc32, bytes(data))
            yield sha256, stream, Names(KIND_OF[kind], directory, _uses(uses))


def names_keep(found: Mapping[str, Names]) -> None:
    """Keep what documents say, by the SHA-256 of their contents; contents that are not kept are left out."""
    for chunk in in_chunks(list(found)):
        ids = contents_known(chunk)
        ContentNames.objects.filter(content__in=ids.values()).exclude(reader=READER).delete()
        rows = (
            (ids[sha256], str(one.kind), READER, one.directory, json.dumps(one.uses))
            for sha256 in chunk
            if sha256 in ids and (one := found[sha256])
        )
        rows_insert(ContentNames, ("content", "kind", "reader", "directory", "uses"), rows, ignore=True)


@lru_cache(TEXTS_KNOWN)
def _uses(text: str) -> Uses:
    """Return what was kept as one text; many documents name the same."""
    return tuple((kind, value) for kind, value in json.loads(text))
