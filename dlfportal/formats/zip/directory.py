"""The structure of a zip from anywhere: its directory and the local headers; reads no content.

Python's `zipfile` is made to open whatever can be opened: it believes the directory, skips bytes in
front of the zip, cuts names at NUL and reads a directory of any size. This reader accepts a file only
if its records, one after the other and without a gap, are the whole file, and if what a record says of
itself is what the directory says of it. So any two programs that unpack the file see the same.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, BinaryIO

from dlfportal.errors import gettext_noop
from dlfportal.formats.zip.end import LOCAL_MARK, find_end, read_at
from dlfportal.formats.zip.limits import DAMAGED, SPLIT, BadPackage, Limits
from dlfportal.formats.zip.names import RawName, path_fault, read_names, shown_name
from dlfportal.formats.zip.writer import CENTRAL_HEADER, DEFLATED, LARGE, LOCAL_HEADER, UTF8_NAME

STORED = 0
EMPTY_DEFLATED = 2
"""Bytes of nothing, deflated: some tools compress folders too."""

METHODS = (STORED, DEFLATED)
ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
HAS_DESCRIPTOR = 1 << 3
ZIP64_EXTRA = 0x0001
UNICODE_PATH = 0x7075
WINDOWS_LINK = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT
FILE_MODES = (0, stat.S_IFREG)
FOLDER_MODES = (*FILE_MODES, stat.S_IFDIR)

CENTRAL_MARK, DESCRIPTOR_MARK = b"PK\1\2", b"PK\7\x08"
DESCRIPTORS = {
    # By length: streaming writers leave the mark out or not, and write sizes in 4 or in 8 bytes.
    12: Struct("<0s3I"),
    16: Struct("<4s3I"),
    20: Struct("<0sI2Q"),
    24: Struct("<4sI2Q"),
}
EXTRA_FIELD = Struct("<2H")

DAMAGED_ENTRY = gettext_noop("%(entry)s: the entry is damaged. Make or transfer the package again.")
OVERLAPS = gettext_noop(
    "%(entry)s: the entry overlaps what follows it, as in a zip bomb. Make the package again."
)
DISAGREES = gettext_noop(
    "%(entry)s: the entry itself and the directory of the package disagree about it. Make the package again."
)


@dataclass(slots=True)
class Member:
    """One entry as the directory describes it; `start` is where its data begins, known from itself.

    `path` is the text of its name, a guess when `is_guess`: see `names.read_names`.
    """

    raw_name: bytes
    unicode_path: bytes = b""
    flags: int = 0
    method: int = 0
    crc32: int = 0
    packed: int = 0
    size: int = 0
    offset: int = 0
    attributes: int = 0
    path: str = ""
    is_guess: bool = False
    start: int = 0

    @property
    def has_utf8_name(self) -> bool:
        """Whether the entry says that its name is UTF-8."""
        return bool(self.flags & UTF8_NAME)

    @property
    def is_folder(self) -> bool:
        """Whether the entry stands for a folder."""
        return self.path.endswith("/")

    def refused(self, message: str, **params: Any) -> BadPackage:
        """Make the error that says why this entry refuses the package."""
        return BadPackage(message, entry=shown_name(self.raw_name), **params)


def read_members(file: BinaryIO, limits: Limits) -> list[Member]:
    """Return the entries of the zip in `file` in archive order, its whole structure checked.

    Raises BadPackage. Memory holds the directory, never a content.
    """
    file_size = file.seek(0, 2)
    if file_size > limits.package_bytes:
        raise BadPackage(
            gettext_noop("The package has more than %(limit)s bytes. Split it."), limit=limits.package_bytes
        )
    end = find_end(file, file_size, limits)
    members = list(_members(read_at(file, end.offset, end.size), end.entries, limits))
    _read_names(members)
    for member in members:
        _check_member(member)
    _check_sizes(members, file_size, limits)
    _check_names(members, limits)
    _check_places(file, members, end.offset)
    return members


# The directory.


def _members(directory: bytes, count: int, limits: Limits) -> Iterator[Member]:
    place = 0
    for _ in range(count):
        if place + CENTRAL_HEADER.size > len(directory):
            raise BadPackage(DAMAGED)
        record = CENTRAL_HEADER.unpack_from(directory, place)
        name_size, extra_size, comment_size = record[10:13]
        name_end = place + CENTRAL_HEADER.size + name_size
        raw_name = directory[place + CENTRAL_HEADER.size : name_end]
        extra = directory[name_end : name_end + extra_size]
        place = name_end + extra_size + comment_size
        if record[0] != CENTRAL_MARK or place > len(directory):
            raise BadPackage(DAMAGED)
        if name_size > limits.name_bytes:
            raise BadPackage(
                gettext_noop("%(entry)s: the name of the entry has more than %(limit)s bytes. Shorten it."),
                entry=shown_name(raw_name),
                limit=limits.name_bytes,
            )
        yield _member(record, raw_name, extra)
    if place != len(directory):
        raise BadPackage(DAMAGED)


def _member(record: Sequence[Any], raw_name: bytes, extra: bytes) -> Member:
    _, _, _, flags, method, _, _, crc32, packed, size, _, _, _, disk, _, attributes, offset = record
    unicode_path = _unicode_path(extra, raw_name)
    member = Member(raw_name, unicode_path, flags, method, crc32, packed, size, offset, attributes)
    if disk:
        raise BadPackage(SPLIT)
    if LARGE in (size, packed, offset):
        member.size, member.packed, member.offset = _widened(member, extra, (size, packed, offset))
    return member


def _read_names(members: Sequence[Member]) -> None:
    """Give the entries their paths."""
    names = [RawName(member.raw_name, member.has_utf8_name, member.unicode_path) for member in members]
    for member, name in zip(members, read_names(names), strict=True):
        if name.text is None:
            raise member.refused(
                gettext_noop("%(entry)s: the name is not readable text. Make the zip with UTF-8 names.")
            )
        member.path, member.is_guess = name.text, name.is_guess


def _check_member(member: Member) -> None:
    if member.flags & ENCRYPTED:
        raise member.refused(
            gettext_noop("%(entry)s: the entry is encrypted. Make the package without a password.")
        )
    if member.method not in METHODS:
        message = gettext_noop(
            "%(entry)s: the compression method %(method)s is not supported. Make the package with Deflate."
        )
        raise member.refused(message, method=member.method)
    if member.method == STORED and member.packed != member.size:
        raise member.refused(DAMAGED_ENTRY)
    if member.is_folder and (member.size or member.packed > EMPTY_DEFLATED):
        raise member.refused(gettext_noop("%(entry)s: a folder cannot hold data. Make the package again."))
    mode = stat.S_IFMT(member.attributes >> 16)
    allowed = FOLDER_MODES if member.is_folder else FILE_MODES
    if mode not in allowed or member.attributes & WINDOWS_LINK:
        raise member.refused(gettext_noop("%(entry)s: the entry is a link or a special file. Leave it out."))


def _widened(member: Member, extra: bytes, values: Sequence[int]) -> list[int]:
    """Replace each value that is too large for four bytes by the next of the zip64 extra field."""
    rest = _extra_field(extra, ZIP64_EXTRA)
    result = []
    for value in values:
        if value == LARGE:
            if len(rest) < 8:
                raise member.refused(DAMAGED_ENTRY)
            value, rest = int.from_bytes(rest[:8], "little"), rest[8:]
        result.append(value)
    return result


def _extra_field(extra: bytes, wanted: int) -> bytes:
    place = 0
    while place + EXTRA_FIELD.size <= len(extra):
        tag, size = EXTRA_FIELD.unpack_from(extra, place)
        place += EXTRA_FIELD.size
        if tag == wanted:
            return extra[place : place + size]
        place += size
    return b""


def _unicode_path(extra: bytes, raw_name: bytes) -> bytes:
    """The UTF-8 name that some tools add to one in a local code page, if it was made for this name."""
    field = _extra_field(extra, UNICODE_PATH) if extra else b""
    if field[:1] == b"\1" and int.from_bytes(field[1:5], "little") == zlib.crc32(raw_name):
        return field[5:]
    return b""


def _check_sizes(members: Sequence[Member], file_size: int, limits: Limits) -> None:
    total = 0
    for member in members:
        # The data may be a little larger than what it unpacks to; nothing honest is twice as large.
        if member.size > limits.entry_bytes or member.packed > 2 * limits.entry_bytes:
            message = gettext_noop("%(entry)s: the entry has %(size)s bytes; %(limit)s are allowed.")
            raise member.refused(message, size=max(member.size, member.packed), limit=limits.entry_bytes)
        total += member.size
    if total > limits.total_bytes:
        message = gettext_noop("The package unpacks to %(size)s bytes; %(limit)s are allowed. Split it.")
        raise BadPackage(message, size=total, limit=limits.total_bytes)
    if total > limits.ratio_from and total > limits.ratio * file_size:
        message = gettext_noop("The package unpacks to more than %(limit)s times its size: no package does.")
        raise BadPackage(message, limit=limits.ratio)


def _check_names(members: Sequence[Member], limits: Limits) -> None:
    seen = set()
    for member in members:
        fault = path_fault(member.path, limits.folders)
        if fault is not None:
            raise member.refused(fault, limit=limits.folders)
        if member.path in seen:
            raise member.refused(gettext_noop("%(entry)s: the package has this entry twice. Leave one out."))
        seen.add(member.path)


# The entries themselves.


def _check_places(file: BinaryIO, members: Sequence[Member], end: int) -> None:
    """Check that the entries fill the file from its first byte to the directory, without a gap or overlap."""
    in_place = sorted(members, key=lambda member: member.offset)
    if in_place[0].offset:
        raise in_place[0].refused(
            gettext_noop("The package holds bytes that belong to no entry, before %(entry)s. Make it again.")
        )
    ends = [*(member.offset for member in in_place[1:]), end]
    for member, next_offset in zip(in_place, ends, strict=True):
        complete = _check_local(file, member, next_offset)
        gap = next_offset - member.start - member.packed
        if gap < 0:
            raise member.refused(OVERLAPS)
        if gap:
            _check_descriptor(file, member, next_offset, gap)
        elif not complete:
            raise member.refused(DAMAGED_ENTRY)


def _check_local(file: BinaryIO, member: Member, end: int) -> bool:
    """Compare the entry's own header with the directory, and learn where its data starts.

    Returns False when sizes and CRC-32 are still missing, because they follow in a data descriptor.
    """
    head_size = LOCAL_HEADER.size + len(member.raw_name)
    if member.offset + head_size > end:
        raise member.refused(OVERLAPS)
    head = read_at(file, member.offset, head_size)
    mark, _, flags, method, _, _, crc32, packed, size, name_size, extra_size = LOCAL_HEADER.unpack_from(head)
    if mark != LOCAL_MARK:
        raise member.refused(DAMAGED_ENTRY)
    same_name = name_size == len(member.raw_name) and head[LOCAL_HEADER.size :] == member.raw_name
    if (flags ^ member.flags) & UTF8_NAME and not member.raw_name.isascii():
        same_name = False  # the same bytes, and two texts to a program that goes by the flags
    if not same_name or method != member.method or flags & ENCRYPTED:
        raise member.refused(DISAGREES)
    if LARGE in (size, packed):
        extra = read_at(file, member.offset + head_size, extra_size)
        size, packed = _widened(member, extra, (size, packed))
    member.flags |= flags & HAS_DESCRIPTOR
    member.start = member.offset + head_size + extra_size
    told, known = (crc32, packed, size), (member.crc32, member.packed, member.size)
    if told == known:
        return True
    unknown = member.flags & HAS_DESCRIPTOR and all(
        mine in (0, theirs) for mine, theirs in zip(told, known, strict=True)
    )
    if not unknown:
        raise member.refused(DISAGREES)
    return False


def _check_descriptor(file: BinaryIO, member: Member, end: int, gap: int) -> None:
    """Check that the `gap` bytes after the data of an entry are its data descriptor."""
    layout = DESCRIPTORS.get(gap)
    if not member.flags & HAS_DESCRIPTOR or layout is None:
        raise member.refused(
            gettext_noop("The package holds bytes that belong to no entry, after %(entry)s. Make it again.")
        )
    mark, *told = layout.unpack(read_at(file, end - gap, gap))
    if mark not in (b"", DESCRIPTOR_MARK) or told != [member.crc32, member.packed, member.size]:
        raise member.refused(DISAGREES)
