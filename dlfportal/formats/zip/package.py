"""A package whose structure is sound: its entries, and their bytes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from dlfportal.errors import gettext_noop
from dlfportal.formats.layout import EntryName, is_junk, read_entry
from dlfportal.formats.zip.directory import DAMAGED_ENTRY, STORED, Member, read_members
from dlfportal.formats.zip.limits import Limits
from dlfportal.formats.zip.names import plain_path
from dlfportal.formats.zip.writer import RAW_DEFLATE


class PackageEntry(NamedTuple):
    """An entry that holds objects: its path, what the path says, and the size of its content."""

    path: str
    name: EntryName
    size: int
    member: Member


class PackedEntry(NamedTuple):
    """An entry with its bytes as they stand in the package: all it takes to read it, in any process.

    `repeated` says that an earlier entry of the same kind and cluster has the same bytes, as a script
    that many jobs use has in the batch layout.
    """

    entry: PackageEntry
    packed: bytes
    repeated: bool


class IncomingPackage:
    """A package whose structure is sound: `entries` are the files with objects, in archive order.

    `ignored` names the other files, which are never unpacked; folders, and what file managers leave in
    folders, are in neither list. Once `package_take` has read all entries, `digest` is the package
    digest (design, section 5) of those with objects, and `ignored` complete.
    """

    def __init__(self, file: BinaryIO, members: Sequence[Member], limits: Limits) -> None:
        self._file = file
        self.limits = limits
        self.entries: list[PackageEntry] = []
        self.ignored: list[str] = []
        self.digest = ""
        for member in members:
            path = plain_path(member.path)
            name = None if member.is_folder else read_entry(path)
            if name is not None:
                self.entries.append(PackageEntry(member.path, name, member.size, member))
            elif not member.is_folder and not is_junk(path):
                self.ignored.append(member.path)

    def packed(self, entry: PackageEntry) -> bytes:
        """Return the bytes of `entry` as they stand in the package; `unpack` checks and unpacks them."""
        self._file.seek(entry.member.start)
        return self._file.read(entry.member.packed)

    def packed_entries(self) -> Iterator[PackedEntry]:
        """Yield the entries in archive order; memory holds one."""
        seen = set()
        for entry in self.entries:
            packed = self.packed(entry)
            key = _bytes_key(entry, packed)
            yield PackedEntry(entry, packed, key in seen)
            seen.add(key)

    def read(self, entry: PackageEntry) -> bytes:
        """Return the content of `entry`. Raises BadPackage as `unpack` does."""
        return unpack(entry.member, self.packed(entry))


def _bytes_key(entry: PackageEntry, packed: bytes) -> bytes:
    """Return what only entries of the same kind, cluster and bytes have in common."""
    member, name = entry.member, entry.name
    head = f"{name.kind} {member.method} {member.size} {member.crc32} {name.cluster}\n"
    return hashlib.blake2b(head.encode() + packed, digest_size=16).digest()


def open_package(file: BinaryIO, limits: Limits | None = None) -> IncomingPackage:
    """Check the structure of the package in the seekable, buffered `file`; reads no content.

    Raises BadPackage with the one reason why the package is refused.
    """
    limits = limits or Limits()
    return IncomingPackage(file, read_members(file, limits), limits)


def unpack(member: Member, packed: bytes) -> bytes:
    """Return the content of an entry from its bytes in the package; never unpacks more than it said.

    Raises BadPackage unless size and CRC-32 are as announced.
    """
    content = packed if member.method == STORED else _inflated(member, packed)
    if len(content) != member.size or zlib.crc32(content) != member.crc32:
        raise member.refused(DAMAGED_ENTRY)
    return content


def _inflated(member: Member, packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(RAW_DEFLATE)
    try:
        content = unpacker.decompress(packed, member.size + 1)
    except zlib.error:
        raise member.refused(DAMAGED_ENTRY) from None
    if len(content) > member.size:
        raise member.refused(
            gettext_noop("%(entry)s: the entry unpacks to more than it says, as in a zip bomb.")
        )
    if not unpacker.eof or unpacker.unused_data:
        raise member.refused(DAMAGED_ENTRY)
    return content
