"""A package whose structure is sound: its entries, and their bytes."""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO, NamedTuple, cast, overload

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


class PackageEntries(Sequence[PackageEntry]):
    """The entries of a package, each made when it is asked for: a package may have 200,000 of them."""

    NUMBERS = 7

    def __init__(self) -> None:
        self._paths: list[str] = []
        self._numbers = array("Q")
        self._raw_names: dict[int, bytes] = {}

    def add(self, member: Member) -> None:
        """Take in the entry that `member` describes."""
        if member.raw_name != member.path.encode():
            self._raw_names[len(self._paths)] = member.raw_name
        self._paths.append(member.path)
        self._numbers.extend(
            (
                member.method,
                member.is_guess,
                member.crc32,
                member.packed,
                member.size,
                member.start,
                member.offset,
            )
        )

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def names(self) -> Iterator[EntryName]:
        """What the paths of the entries say, in their order."""
        return (cast(EntryName, read_entry(plain_path(path))) for path in self._paths)

    @overload
    def __getitem__(self, place: int) -> PackageEntry: ...
    @overload
    def __getitem__(self, place: slice) -> list[PackageEntry]: ...
    def __getitem__(self, place: int | slice) -> PackageEntry | list[PackageEntry]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        path = self._paths[place]
        member = self._member(range(len(self))[place])
        return PackageEntry(path, cast(EntryName, read_entry(plain_path(path))), member.size, member)

    def _member(self, place: int) -> Member:
        first = place * self.NUMBERS
        method, is_guess, crc32, packed, size, start, offset = self._numbers[first : first + self.NUMBERS]
        path = self._paths[place]
        raw_name = self._raw_names.get(place) or path.encode()
        return Member(
            raw_name=raw_name,
            method=method,
            crc32=crc32,
            packed=packed,
            size=size,
            offset=offset,
            path=path,
            is_guess=bool(is_guess),
            start=start,
        )

    def repeated(self) -> set[tuple[int, int]]:
        """Return the (CRC-32, size) that several entries have: only these can have the same bytes."""
        pairs = list(zip(self._numbers[2 :: self.NUMBERS], self._numbers[4 :: self.NUMBERS], strict=True))
        pairs.sort()
        return {one for one, other in pairwise(pairs) if one == other}


class IncomingPackage:
    """A package whose structure is sound: `entries` are the files with objects, in archive order.

    `ignored` names the other files, which are never unpacked; folders, and what file managers leave in
    folders, are in neither list. Once `package_take` has read all entries, `digest` is the package
    digest (design, section 5) of those with objects, and `ignored` complete.
    """

    def __init__(self, file: BinaryIO, members: Iterable[Member], limits: Limits) -> None:
        self._file = file
        self.limits = limits
        self.entries = PackageEntries()
        self.ignored: list[str] = []
        self.digest = ""
        for member in members:
            path = plain_path(member.path)
            if not member.is_folder and read_entry(path) is not None:
                self.entries.add(member)
            elif not member.is_folder and not is_junk(path):
                self.ignored.append(member.path)

    def packed(self, entry: PackageEntry) -> bytes:
        """Return the bytes of `entry` as they stand in the package; `unpack` checks and unpacks them."""
        self._file.seek(entry.member.start)
        return self._file.read(entry.member.packed)

    def packed_entries(self) -> Iterator[PackedEntry]:
        """Yield the entries in archive order; memory holds one."""
        repeated = self.entries.repeated()
        seen = set()
        for entry in self.entries:
            packed = self.packed(entry)
            is_repeat = False
            if (entry.member.crc32, entry.size) in repeated:
                key = _bytes_key(entry, packed)
                is_repeat = key in seen
                seen.add(key)
            yield PackedEntry(entry, packed, is_repeat)

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
