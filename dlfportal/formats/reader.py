"""The zip reader for untrusted archives: their objects, one at a time, or one clear error."""

from __future__ import annotations

import hashlib
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from dlfportal.errors import gettext_noop
from dlfportal.formats.archive import DAMAGED_ENTRY, STORED, Member, read_members
from dlfportal.formats.documents import name_of, prepare
from dlfportal.formats.entrypath import plain_path
from dlfportal.formats.jsontext import canonical, parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import EntryName, read_entry
from dlfportal.formats.limits import BadPackage, Limits
from dlfportal.formats.problems import Code, InvalidDocument, JsonPath, Level, Problem
from dlfportal.formats.writer import RAW_DEFLATE, PackageDigest

__all__ = [
    "BadDocuments",
    "BadPackage",
    "EntryProblem",
    "Limits",
    "Package",
    "PackageEntry",
    "PackageObject",
    "open_package",
    "package_objects",
]

PIECE = 1 << 16
MOST_PROBLEMS = 1000

ObjectKey = tuple[Kind, str, str]
"""What identifies an object of a package: kind, cluster, name."""


@dataclass(frozen=True, slots=True)
class PackageEntry:
    """An entry that holds an object: its path as packed, what the path says, and the size of its content."""

    path: str
    name: EntryName
    size: int
    member: Member


@dataclass(frozen=True, slots=True)
class PackageObject:
    """An object of a package: its identity, its document as it came, and the path of its entry."""

    kind: Kind
    name: str
    cluster: str
    document: Any
    path: str


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """A problem of the document in one entry."""

    path: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class BadDocuments(BadPackage):
    """Documents of the package cannot be read, or contradict their entries or each other; all of them."""

    def __init__(self, problems: Sequence[EntryProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            gettext_noop("The package has documents that cannot be read: %(problems)s"),
            problems="; ".join(str(problem) for problem in self.problems),
        )


class Package:
    """A package whose structure is sound: `entries` are its objects in archive order.

    `ignored` names the other files, which are never unpacked; folders are in neither list. `digest`
    is the package digest (design, section 5) of the entries once `package_objects` has read them all.
    """

    def __init__(self, file: BinaryIO, members: Sequence[Member]) -> None:
        self._file = file
        self.entries: list[PackageEntry] = []
        self.ignored: list[str] = []
        self.digest = ""
        for member in members:
            name = None if member.is_folder else read_entry(plain_path(member.path))
            if name is not None:
                self.entries.append(PackageEntry(member.path, name, member.size, member))
            elif not member.is_folder:
                self.ignored.append(member.path)

    def read(self, entry: PackageEntry) -> bytes:
        """Return the content of `entry`; never unpacks more than it said.

        Raises BadPackage unless size and CRC-32 are as announced.
        """
        member = entry.member
        content = self._stored(member) if member.method == STORED else self._inflated(member)
        if len(content) != member.size or zlib.crc32(content) != member.crc32:
            raise member.refused(DAMAGED_ENTRY)
        return content

    def _stored(self, member: Member) -> bytes:
        self._file.seek(member.start)
        return self._file.read(member.size)

    def _inflated(self, member: Member) -> bytes:
        unpacker = zlib.decompressobj(RAW_DEFLATE)
        pieces, room, left = [], member.size + 1, member.packed
        self._file.seek(member.start)
        while left and room and not unpacker.eof:
            packed = self._file.read(min(left, PIECE))
            left -= len(packed)
            try:
                pieces.append(unpacker.decompress(packed, room))
            except zlib.error:
                raise member.refused(DAMAGED_ENTRY) from None
            if not packed:
                raise member.refused(DAMAGED_ENTRY)
            room -= len(pieces[-1])
        if not room:
            raise member.refused(
                gettext_noop("%(entry)s: the entry unpacks to more than it says, as in a zip bomb.")
            )
        if left or not unpacker.eof or unpacker.unused_data:
            raise member.refused(DAMAGED_ENTRY)
        return b"".join(pieces)


def open_package(file: BinaryIO, limits: Limits | None = None) -> Package:
    """Check the structure of the package in the seekable, buffered `file`; reads no content.

    Raises BadPackage with the one reason why the package is refused.
    """
    return Package(file, read_members(file, limits or Limits()))


@dataclass(slots=True)
class _Seen:
    """Where an object was first found, and the digests of its document, so that no document is kept."""

    entry: PackageEntry
    digest: bytes
    prepared: bytes = b""


def package_objects(package: Package) -> Iterator[PackageObject]:
    """Yield the objects of `package` in archive order, parsed; memory holds one document.

    An object that stands in several entries, as shared scripts do in the batch layout, comes once:
    they must be equal as a write would store them (canonical form of the prepared document). Raises
    BadPackage for a damaged entry at once and, after the last object, BadDocuments with everything
    else: the package is good only if the iteration ends. Whether a document makes a valid object is
    for `documents.judge`.
    """
    seen: dict[ObjectKey, _Seen] = {}
    problems: list[EntryProblem] = []
    digest = PackageDigest()
    for entry in package.entries:
        content = package.read(entry)
        sha256 = hashlib.sha256(content)
        digest.add(sha256.hexdigest(), entry.path)
        try:
            document = parse(content)
        except InvalidDocument as invalid:
            problems += (EntryProblem(entry.path, problem) for problem in invalid.problems)
        else:
            found = _object(entry, document)
            key = (found.kind, found.cluster, found.name)
            first = seen.setdefault(key, _Seen(entry, sha256.digest()))
            problem = _wrong_name(entry, document) or _contradiction(
                package, first, entry, sha256.digest(), document
            )
            if problem is not None:
                problems.append(EntryProblem(entry.path, problem))
            elif first.entry is entry:
                yield found
        if len(problems) >= MOST_PROBLEMS:
            break
    package.digest = digest.hexdigest()
    if problems:
        raise BadDocuments(problems[:MOST_PROBLEMS])


def _object(entry: PackageEntry, document: Any) -> PackageObject:
    """The object in an entry; a document without a name, which `judge` refuses, bears the entry's."""
    kind = entry.name.kind
    name = name_of(kind, document) or entry.name.name
    return PackageObject(kind, name, entry.name.cluster, document, entry.path)


def _wrong_name(entry: PackageEntry, document: Any) -> Problem | None:
    """A name in the document that is not the entry's; macOS spells accents of file names its own way."""
    name = name_of(entry.name.kind, document)
    if not name or unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", entry.name.name):
        return None
    place: JsonPath = ("jobs", 0, "name") if entry.name.kind is Kind.CDM_JOB else ("name",)
    message = gettext_noop("The entry is called %(entry)s, but the name in its document is %(name)s.")
    params = {"entry": entry.name.name, "name": name}
    return Problem(Level.ERROR, place, Code.NAME_INVALID, message, params)


def _contradiction(
    package: Package, first: _Seen, entry: PackageEntry, digest: bytes, document: Any
) -> Problem | None:
    """Compare a document with the first of the same object."""
    if first.entry is entry or first.digest == digest:
        return None
    if not first.prepared:
        first.prepared = _prepared_digest(entry.name.kind, parse(package.read(first.entry)))
    if first.prepared == _prepared_digest(entry.name.kind, document):
        return None
    message = gettext_noop("%(other)s holds the same object with a different document. Leave one out.")
    return Problem(Level.ERROR, (), Code.REPEATED_NAME, message, {"other": first.entry.path})


def _prepared_digest(kind: Kind, document: Any) -> bytes:
    if isinstance(document, dict):
        document = prepare(kind, document).document
    return hashlib.sha256(canonical(document)).digest()
