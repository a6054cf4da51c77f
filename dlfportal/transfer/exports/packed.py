"""The entries of a package in a few bytes each: so an export keeps them on its way, and its row for good."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

ENTRIES_A_BLOCK = 1500
LEVEL = 1
"""Of compression: a higher one takes three times as long and saves a fifth."""

IDS_A_PAGE = 1024


class Kept(NamedTuple):
    """An entry of a package that left: its path and the revision it held."""

    path: str
    revision_id: int


class Placed(NamedTuple):
    """An entry of a package on its way: also about how many bytes its document has."""

    path: str
    revision_id: int
    size: int


class AnEntry(Protocol):
    """What every entry says of itself."""

    @property
    def path(self) -> str: ...

    @property
    def revision_id(self) -> int: ...

    @property
    def size(self) -> int: ...


class PackedEntries:
    """Entries in their order, which can be read again and again."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._sizes = array("I")
        self._paths: list[str] = []
        self._revision_ids: list[int] = []

    def add(self, path: str, revision_id: int, size: int) -> None:
        """Take in the next entry; `size` is about how many bytes its document has."""
        self._paths.append(path)
        self._revision_ids.append(revision_id)
        self._sizes.append(size)
        if len(self._paths) == ENTRIES_A_BLOCK:
            self._pack()

    def __len__(self) -> int:
        return len(self._sizes)

    def __iter__(self) -> Iterator[Placed]:
        sizes = iter(self._sizes)
        for block in self._blocks:
            revision_ids, paths = _read(block)
            yield from map(Placed, paths, revision_ids, sizes)
        yield from map(Placed, self._paths, self._revision_ids, sizes)

    def packed(self) -> bytes:
        """Return what `entries_unpack` takes; nothing is added afterwards."""
        if self._paths:
            self._pack()
        return b"".join(self._blocks)

    def _pack(self) -> None:
        self._blocks.append(_block(self._revision_ids, self._paths))
        self._paths, self._revision_ids = [], []


class PackedNames:
    """Names in their order, which can be read again and again."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._count = 0

    def extend(self, names: Sequence[str]) -> None:
        """Take in the next names."""
        self._blocks.append(_compressed(names))
        self._count += len(names)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            yield from _read(block)


class IdSet:
    """A set of ids of rows, which takes a bit or two for each where many lie close together."""

    def __init__(self) -> None:
        self._pages: dict[int, int] = {}

    def add(self, pk: int) -> bool:
        """Take in an id; return whether it is new."""
        page, bit = pk // IDS_A_PAGE, 1 << pk % IDS_A_PAGE
        bits = self._pages.get(page, 0)
        self._pages[page] = bits | bit
        return not bits & bit

    def __contains__(self, pk: int) -> bool:
        return bool(self._pages.get(pk // IDS_A_PAGE, 0) >> pk % IDS_A_PAGE & 1)

    def __iter__(self) -> Iterator[int]:
        for page, bits in self._pages.items():
            yield from (page * IDS_A_PAGE + place for place in range(IDS_A_PAGE) if bits >> place & 1)


def entries_pack(entries: Sequence[AnEntry] | PackedEntries) -> bytes:
    """Return the paths and revision ids of entries, in their order, compressed."""
    if isinstance(entries, PackedEntries):
        return entries.packed()
    return _block([entry.revision_id for entry in entries], [entry.path for entry in entries])


def entries_unpack(packed: bytes) -> list[Kept]:
    """Return the entries of a package that left, as they were packed; [] where none are known."""
    return [entry for block in entries_read(packed) for entry in block]


def entries_read(packed: bytes) -> Iterator[list[Kept]]:
    """Yield the same block by block."""
    while packed:
        stream = zlib.decompressobj()
        revision_ids, paths = json.loads(stream.decompress(packed))
        yield list(map(Kept, paths, revision_ids))
        packed = stream.unused_data


def _block(revision_ids: Sequence[int], paths: Sequence[str]) -> bytes:
    return _compressed([revision_ids, paths])


def _read(block: bytes) -> Any:
    return json.loads(zlib.decompress(block))


def _compressed(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), LEVEL)
