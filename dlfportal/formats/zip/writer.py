"""The zip writer: ready-deflated entries in, bytes out; streaming, deterministic, zip64 when needed."""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from struct import Struct
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

RAW_DEFLATE = -zlib.MAX_WBITS
LEVEL = 6

# PKWARE APPNOTE 4.3.7 (local header), 4.3.12 (central header), 4.3.14 to 4.3.16 (the three end records).
LOCAL_HEADER = Struct("<4s5H3I2H")
CENTRAL_HEADER = Struct("<4s6H3I5H2I")
ZIP64_OFFSET = Struct("<2HQ")
END = Struct("<4s4H2IH")
ZIP64_END = Struct("<4sQ2H2I4Q")
ZIP64_LOCATOR = Struct("<4sIQI")

VERSION, VERSION_ZIP64 = 20, 45
MADE_ON_UNIX = 3 << 8
UTF8_NAME = 1 << 11
DEFLATED = 8
TIME, DATE = 0, (1 << 5) | 1  # 1980-01-01 00:00, the first moment a zip can name
REGULAR_FILE = 0o100644 << 16
MANY = 0xFFFF
LARGE = 0xFFFFFFFF
DIRECTORY_CHUNK = 256 * 1024
DIRECTORY_IN_MEMORY = 2 * 1024 * 1024
"""A longer directory waits on disk for the end of its zip."""

# Both headers of an entry: what all entries have in common, and between it what an entry's two headers share.
LOCAL_BEGIN = Struct("<4s5H").pack(b"PK\3\4", VERSION, UTF8_NAME, DEFLATED, TIME, DATE)
LOCAL_END = bytes(2)
CENTRAL_BEGIN = Struct("<4s6H").pack(
    b"PK\1\2", MADE_ON_UNIX | VERSION, VERSION, UTF8_NAME, DEFLATED, TIME, DATE
)
CENTRAL_END = Struct("<4HI").pack(0, 0, 0, 0, REGULAR_FILE)
SHARED = Struct("<3IH")
OFFSET = Struct("<I")


@dataclass(frozen=True, slots=True)
class Deflated:
    """Content as it is kept: SHA-256 (hex), size and CRC-32 of the content, and its raw-deflate stream."""

    sha256: str
    size: int
    crc32: int
    data: bytes


class ZipEntry(NamedTuple):
    """One file of a zip: its path, size and CRC-32 of its content, and the raw-deflate stream of it."""

    name: str
    size: int
    crc32: int
    data: bytes


def digest(data: bytes) -> str:
    """Return what a content is known by: its SHA-256 (hex), one text however often it is asked for."""
    return sys.intern(hashlib.sha256(data).hexdigest())


def deflate(data: bytes) -> Deflated:
    """Compress `data`; the one place that does, so equal content gives equal bytes."""
    stream = zlib.compress(data, LEVEL, wbits=RAW_DEFLATE)
    return Deflated(digest(data), len(data), zlib.crc32(data), stream)


def inflate(data: bytes, size: int) -> bytes:
    """Return the `size` bytes of content behind the raw-deflate stream `data`.

    Raises ValueError when the stream is damaged or holds more or fewer bytes; never unpacks more.
    """
    unpacker = zlib.decompressobj(RAW_DEFLATE)
    try:
        content = unpacker.decompress(data, size + 1)
    except zlib.error as damage:
        raise ValueError("The stored content is damaged.") from damage
    if len(content) != size or not unpacker.eof or unpacker.unused_data:
        raise ValueError("The stored content does not have the expected size.")
    return content


class ZipWriter:
    """Makes the bytes of a zip: those of its entries as they are given, then those of the directory.

    Sizes are known beforehand, so no data descriptors are needed. Memory holds what it is given, and the
    directory up to DIRECTORY_IN_MEMORY.
    """

    def __init__(self) -> None:
        self._directory: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(DIRECTORY_IN_MEMORY)  # noqa: SIM115
        self._offset = 0
        self._count = 0

    def add(self, entries: Iterable[ZipEntry]) -> bytes:
        """Return the bytes of the next entries.

        Raises ValueError for an entry of 4 GiB or more: contents are 16 MiB at most.
        """
        parts: list[bytes] = []
        records: list[bytes] = []
        offset = self._offset
        for path, size, crc, data in entries:
            name, length = path.encode(), len(data)
            if size >= LARGE or length >= LARGE:
                raise ValueError("A zip entry of 4 GiB or more is not supported.")
            shared = SHARED.pack(crc, length, size, len(name))
            parts += (LOCAL_BEGIN, shared, LOCAL_END, name, data)
            if offset < LARGE:
                records += (CENTRAL_BEGIN, shared, CENTRAL_END, OFFSET.pack(offset), name)
            else:
                records.append(_far_record(name, crc, length, size, offset))
            offset += LOCAL_HEADER.size + len(name) + length
            self._count += 1
        self._offset = offset
        self._directory.write(b"".join(records))
        return b"".join(parts)

    def end(self) -> Iterator[bytes]:
        """Yield the directory in pieces, and the end of the zip."""
        size = self._directory.tell()
        self._directory.seek(0)
        while piece := self._directory.read(DIRECTORY_CHUNK):
            yield piece
        yield _end_records(self._count, size, self._offset)

    def close(self) -> None:
        """Let go of the directory."""
        self._directory.close()


def zip_stream(entries: Iterable[ZipEntry]) -> Iterator[bytes]:
    """Yield the bytes of a zip: one piece per entry, then the directory. Raises as `ZipWriter.add`."""
    with closing(ZipWriter()) as writer:
        for entry in entries:
            yield writer.add([entry])
        yield from writer.end()


def zip_size(entries: Iterable[tuple[str, int]]) -> int:
    """Return how many bytes `zip_stream` yields for entries given as (name, length of the deflate stream)."""
    offset = directory = count = 0
    for name, length in entries:
        name_length = len(name.encode())
        directory += CENTRAL_HEADER.size + name_length + (ZIP64_OFFSET.size if offset >= LARGE else 0)
        offset += LOCAL_HEADER.size + name_length + length
        count += 1
    return offset + directory + len(_end_records(count, directory, offset))


def _far_record(name: bytes, crc: int, length: int, size: int, offset: int) -> bytes:
    """Return the central record of an entry that begins at 4 GiB or later."""
    extra = ZIP64_OFFSET.pack(1, 8, offset)
    # fmt: off
    record = CENTRAL_HEADER.pack(
        b"PK\1\2", MADE_ON_UNIX | VERSION_ZIP64, VERSION_ZIP64, UTF8_NAME, DEFLATED, TIME, DATE, crc, length,
        size, len(name), len(extra), 0, 0, 0, REGULAR_FILE, LARGE,
    )
    # fmt: on
    return record + name + extra


def _end_records(count: int, size: int, offset: int) -> bytes:
    """The end of a zip whose directory has `count` records in `size` bytes at `offset`."""
    end = END.pack(
        b"PK\5\6", 0, 0, min(count, MANY), min(count, MANY), min(size, LARGE), min(offset, LARGE), 0
    )
    if count < MANY and size < LARGE and offset < LARGE:
        return end
    made = MADE_ON_UNIX | VERSION_ZIP64
    rest = ZIP64_END.size - 12  # the record does not count its signature and this length
    zip64 = ZIP64_END.pack(b"PK\6\6", rest, made, VERSION_ZIP64, 0, 0, count, count, size, offset)
    return zip64 + ZIP64_LOCATOR.pack(b"PK\6\7", 0, offset + size, 1) + end


class PackageDigest:
    """The digest of a package: SHA-256 over lines `sha256 SPACE entry-name LF` in entry order (section 5)."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, sha256_hex: str, entry_name: str) -> None:
        """Take in the next entry by the SHA-256 of its content and its path in the package."""
        self._hash.update(f"{sha256_hex} {entry_name}\n".encode())

    def copy(self) -> PackageDigest:
        """Return the digest as it stands; neither takes in what the other does afterwards."""
        twin = PackageDigest()
        twin._hash = self._hash.copy()
        return twin

    def hexdigest(self) -> str:
        """Return the digest of the entries taken in so far, as 64 hex digits."""
        return self._hash.hexdigest()
