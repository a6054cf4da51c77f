"""The end of a zip from anywhere: where its directory is, by the plain or the zip64 records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

from dlfportal.errors import gettext_noop
from dlfportal.formats.zip.limits import DAMAGED, SPLIT, BadPackage, Limits
from dlfportal.formats.zip.writer import CENTRAL_HEADER, END, LARGE, MANY, ZIP64_END, ZIP64_LOCATOR

LOCAL_MARK, END_MARK = b"PK\3\4", b"PK\5\6"
ZIP64_END_MARK, ZIP64_LOCATOR_MARK = b"PK\6\6", b"PK\6\7"


class End(NamedTuple):
    """What the end records say of the directory, and `place`, where they themselves begin."""

    place: int
    entries: int
    size: int
    offset: int


def find_end(file: BinaryIO, file_size: int, limits: Limits) -> End:
    """Return what the end records say, checked against the file and the limits. Raises BadPackage."""
    end = _find_end(file, file_size)
    _check_end(end, limits)
    return end


def read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Return `size` bytes from `offset`; raises BadPackage when the file has fewer."""
    file.seek(offset)
    data = file.read(size)
    if len(data) != size:
        raise BadPackage(DAMAGED)
    return data


def _find_end(file: BinaryIO, file_size: int) -> End:
    tail_size = min(file_size, END.size + MANY)
    tail = read_at(file, file_size - tail_size, tail_size)
    found = []
    marked = place = tail.find(END_MARK)
    while place >= 0:
        if place + END.size <= tail_size:
            record = END.unpack_from(tail, place)
            if place + END.size + record[-1] == tail_size:  # its comment ends with the file
                found.append((file_size - tail_size + place, record))
        place = tail.find(END_MARK, place + 1)
    if len(found) > 1:
        raise BadPackage(gettext_noop("The package has two ends. Make it again, without a comment."))
    if not found:
        raise _no_end(file, marked >= 0)
    return _end(file, *found[0])


def _no_end(file: BinaryIO, marked: bool) -> BadPackage:
    if marked:
        return BadPackage(
            gettext_noop("The package is cut off at its end, or other bytes follow it. Transfer it again.")
        )
    file.seek(0)
    if file.read(4) == LOCAL_MARK:
        return BadPackage(gettext_noop("The package is cut off: its end is missing. Transfer it again."))
    return BadPackage(gettext_noop("This is not a zip package."))


def _end(file: BinaryIO, place: int, record: Sequence[Any]) -> End:
    zip64 = _zip64_end(file, place)
    _, *shown, _ = record
    if zip64 is not None:
        # What does not fit stands in the zip64 record; what fits must be the same in both.
        for mine, theirs, full in zip(shown, zip64[1:], (MANY,) * 4 + (LARGE,) * 2, strict=True):
            if mine not in (theirs, full):
                raise BadPackage(DAMAGED)
        place, *shown = zip64
    disk, directory_disk, count_here, count, size, offset = shown
    if disk or directory_disk or count_here != count:
        raise BadPackage(SPLIT)
    return End(place, count, size, offset)


def _zip64_end(file: BinaryIO, end_place: int) -> list[int] | None:
    """Where the zip64 end record is, if there is one, and its values in the order of the plain one."""
    start = end_place - ZIP64_LOCATOR.size - ZIP64_END.size
    if start < 0:
        return None
    records = read_at(file, start, ZIP64_END.size + ZIP64_LOCATOR.size)
    mark, disk, place, disks = ZIP64_LOCATOR.unpack_from(records, ZIP64_END.size)
    if mark != ZIP64_LOCATOR_MARK:
        return None
    if disk or disks > 1:
        raise BadPackage(SPLIT)
    mark, rest, _, _, *values = ZIP64_END.unpack_from(records)
    if place != start or mark != ZIP64_END_MARK or rest != ZIP64_END.size - 12:
        raise BadPackage(DAMAGED)
    return [start, *values]


def _check_end(end: End, limits: Limits) -> None:
    if not end.entries:
        raise BadPackage(gettext_noop("The package is empty."))
    if end.entries > limits.entries:
        raise BadPackage(
            gettext_noop("The package has %(count)s entries; %(limit)s are allowed. Split it."),
            count=end.entries,
            limit=limits.entries,
        )
    if end.size > limits.directory_bytes:
        raise BadPackage(
            gettext_noop("The directory of the package has more than %(limit)s bytes. Split the package."),
            limit=limits.directory_bytes,
        )
    if end.offset + end.size < end.place:
        raise BadPackage(
            gettext_noop("Other bytes stand before the package or in it. Make it again, as a plain zip.")
        )
    if end.offset + end.size > end.place or end.entries * CENTRAL_HEADER.size > end.size:
        raise BadPackage(DAMAGED)
