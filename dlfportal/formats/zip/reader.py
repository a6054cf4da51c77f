"""The zip reader for untrusted archives: their objects, one at a time, or one clear error."""

from __future__ import annotations

import hashlib
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Generic, NamedTuple, Protocol, TypeVar

from dlfportal.errors import gettext_noop
from dlfportal.formats.documents import name_of, prepare
from dlfportal.formats.fields import shown
from dlfportal.formats.jsontext import canonical, parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.layout import EntryName, read_entry
from dlfportal.formats.problems import Code, InvalidDocument, JsonPath, Level, Problem
from dlfportal.formats.zip.directory import DAMAGED_ENTRY, STORED, Member, read_members
from dlfportal.formats.zip.limits import BadPackage, Limits
from dlfportal.formats.zip.names import plain_path
from dlfportal.formats.zip.writer import RAW_DEFLATE, PackageDigest

__all__ = [
    "BadDocuments",
    "BadPackage",
    "EntryProblem",
    "Limits",
    "IncomingPackage",
    "PackageEntry",
    "PackageObject",
    "open_package",
    "package_objects",
    "package_take",
]

MOST_PROBLEMS = 1000

ObjectKey = tuple[Kind, str, str]
"""What identifies an object of a package: kind, cluster, name."""

Value = TypeVar("Value")
Result = TypeVar("Result")


class PackageEntry(NamedTuple):
    """An entry that holds an object: its path as packed, what the path says, and the size of its content."""

    path: str
    name: EntryName
    size: int
    member: Member

    @property
    def key(self) -> ObjectKey:
        """What the entry holds; macOS spells accents of file names its own way, which is no other name."""
        return self.name.kind, self.name.cluster, unicodedata.normalize("NFC", self.name.name)


class PackedEntry(NamedTuple):
    """An entry with its bytes as they stand in the package: all it takes to read it, in any process.

    `repeated` says that an earlier entry holds the same object.
    """

    entry: PackageEntry
    packed: bytes
    repeated: bool


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


class IncomingPackage:
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

    def packed(self, entry: PackageEntry) -> bytes:
        """Return the bytes of `entry` as they stand in the package; `unpack` checks and unpacks them."""
        self._file.seek(entry.member.start)
        return self._file.read(entry.member.packed)

    def packed_entries(self) -> Iterator[PackedEntry]:
        """Yield the entries in archive order; memory holds one."""
        seen = set()
        for entry in self.entries:
            yield PackedEntry(entry, self.packed(entry), entry.key in seen)
            seen.add(entry.key)

    def read(self, entry: PackageEntry) -> bytes:
        """Return the content of `entry`. Raises BadPackage as `unpack` does."""
        return unpack(entry.member, self.packed(entry))


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


def open_package(file: BinaryIO, limits: Limits | None = None) -> IncomingPackage:
    """Check the structure of the package in the seekable, buffered `file`; reads no content.

    Raises BadPackage with the one reason why the package is refused.
    """
    return IncomingPackage(file, read_members(file, limits or Limits()))


class Spread(Protocol):
    """What calls a function for many values and yields the results in order, as `map` does."""

    def __call__(self, work: Callable[[Value], Result], values: Iterable[Value], /) -> Iterator[Result]: ...


@dataclass(slots=True)
class _Seen:
    """Where an object was first found, and the digests of its document, so that no document is kept."""

    entry: PackageEntry
    sha256: str
    prepared: bytes = b""


class _Read(NamedTuple, Generic[Result]):
    """What one entry gave: the SHA-256 of its content, and its problems or what was made of its object.

    Of a repeated object nothing is made; the digest of its prepared document is there instead.
    """

    sha256: str
    problems: tuple[Problem, ...] = ()
    taken: Result | None = None
    prepared: bytes = b""


def package_objects(package: IncomingPackage) -> Iterator[PackageObject]:
    """Yield the objects of `package` as `package_take` does; memory holds one document."""
    return package_take(package, _itself, map)


def package_take(
    package: IncomingPackage, take: Callable[[PackageObject], Result], spread: Spread
) -> Iterator[Result]:
    """Yield what `take` makes of each object of `package`, in archive order.

    Entries are read, and objects taken, by way of `spread`: with `map` here, one at a time; or in
    other processes, as neither needs more than one entry. An object that stands in several entries,
    as shared scripts do in the batch layout, comes once: they must be equal as a write would store
    them (canonical form of the prepared document). Raises BadPackage for a damaged entry at once and,
    after the last object, BadDocuments with everything else: the package is good only if the
    iteration ends. Whether a document makes a valid object is for `documents.judge`.
    """
    seen: dict[ObjectKey, _Seen] = {}
    problems: list[EntryProblem] = []
    digest = PackageDigest()
    reads: Iterator[_Read[Result]] = spread(partial(_read, take), package.packed_entries())
    for entry, read in zip(package.entries, reads, strict=True):
        digest.add(read.sha256, entry.path)
        first = seen.get(entry.key)
        if read.problems:
            problems += (EntryProblem(entry.path, problem) for problem in read.problems)
        elif read.taken is not None:
            seen[entry.key] = _Seen(entry, read.sha256)
            yield read.taken
        elif first and (problem := _contradiction(package, first, read)):
            problems.append(EntryProblem(entry.path, problem))
        if len(problems) >= MOST_PROBLEMS:
            break
    package.digest = digest.hexdigest()
    if problems:
        raise BadDocuments(problems[:MOST_PROBLEMS])


def _itself(found: PackageObject) -> PackageObject:
    return found


def _read(take: Callable[[PackageObject], Result], found: PackedEntry) -> _Read[Result]:
    """Read one entry. Raises BadPackage when it is damaged."""
    entry = found.entry
    content = unpack(entry.member, found.packed)
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        document = parse(content)
    except InvalidDocument as invalid:
        return _Read(sha256, invalid.problems)
    if problem := _wrong_name(entry, document):
        return _Read(sha256, (problem,))
    if found.repeated:
        return _Read(sha256, prepared=_prepared_digest(entry.name.kind, document))
    return _Read(sha256, taken=take(_object(entry, document)))


def _object(entry: PackageEntry, document: Any) -> PackageObject:
    """The object in an entry; a document without a name, which `judge` refuses, bears the entry's."""
    kind = entry.name.kind
    name = name_of(kind, document) or entry.name.name
    return PackageObject(kind, name, entry.name.cluster, document, entry.path)


def _wrong_name(entry: PackageEntry, document: Any) -> Problem | None:
    """A name in the document that is not the entry's."""
    name = name_of(entry.name.kind, document)
    if not name or unicodedata.normalize("NFC", name) == entry.key[2]:
        return None
    place: JsonPath = ("jobs", 0, "name") if entry.name.kind is Kind.CDM_JOB else ("name",)
    message = gettext_noop("The entry is called %(entry)s, but the name in its document is %(name)s.")
    params = {"entry": shown(entry.name.name), "name": shown(name)}
    return Problem(Level.ERROR, place, Code.NAME_INVALID, message, params)


def _contradiction(package: IncomingPackage, first: _Seen, read: _Read[Any]) -> Problem | None:
    """Compare a repeated object with where it was found first."""
    if first.sha256 == read.sha256:
        return None
    if not first.prepared:
        first.prepared = _prepared_digest(first.entry.name.kind, parse(package.read(first.entry)))
    if first.prepared == read.prepared:
        return None
    message = gettext_noop("%(other)s holds the same object with a different document. Leave one out.")
    return Problem(Level.ERROR, (), Code.REPEATED_NAME, message, {"other": first.entry.path})


def _prepared_digest(kind: Kind, document: Any) -> bytes:
    if isinstance(document, dict):
        document = prepare(kind, document).document
    return hashlib.sha256(canonical(document)).digest()
