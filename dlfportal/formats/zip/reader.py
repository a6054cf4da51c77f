"""The zip reader for untrusted archives: their objects, one at a time, or one clear error."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from functools import partial
from typing import Generic, NamedTuple, Protocol, TypeVar

from dlfportal.chunks import pieces
from dlfportal.errors import gettext_noop
from dlfportal.formats.layout import is_junk
from dlfportal.formats.problems import InvalidDocument
from dlfportal.formats.zip.limits import NO_OBJECTS, BadPackage, Limits
from dlfportal.formats.zip.objects import (
    EntryNote,
    EntryProblem,
    ObjectKey,
    PackageObject,
    contradiction,
    entry_key,
    prepared_digest,
    read_objects,
    without_twins,
)
from dlfportal.formats.zip.package import IncomingPackage, PackageEntry, PackedEntry, open_package, unpack
from dlfportal.formats.zip.writer import PackageDigest, digest

__all__ = [
    "BadDocuments",
    "BadPackage",
    "EntryNote",
    "EntryProblem",
    "IncomingPackage",
    "Limits",
    "PackageEntry",
    "PackageObject",
    "PackedEntry",
    "Recognise",
    "Recognised",
    "Spread",
    "open_package",
    "package_objects",
    "package_take",
]

MOST_PROBLEMS = 1000
ENTRIES_A_LOOK = 2000
BYTES_A_LOOK = 8 * 1024 * 1024
"""So many entries, of so many bytes in the package, are looked at together for those that are recognised."""

APPLE_DOUBLE = b"\x00\x05\x16\x07"
"""How the files begin in which macOS keeps the attributes of others, under whatever name they come."""

TOO_MANY_OBJECTS = gettext_noop("The package has more than %(limit)s objects. Split it.")

Value = TypeVar("Value")
Result = TypeVar("Result")


class BadDocuments(BadPackage):
    """Documents of the package cannot be read, or contradict each other; all of them."""

    def __init__(self, problems: Sequence[EntryProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            gettext_noop("The package has documents that cannot be read: %(problems)s"),
            problems="; ".join(str(problem) for problem in self.problems),
        )


class Spread(Protocol):
    """What calls a function for many values and yields the results in order, as `map` does."""

    def __call__(self, work: Callable[[Value], Result], values: Iterable[Value], /) -> Iterator[Result]: ...


class Recognised(NamedTuple, Generic[Result]):
    """The one object of an entry, told without reading it: the SHA-256 of its content, its identity, and what
    would have been made of it.
    """

    sha256: str
    key: ObjectKey
    taken: Result


Recognise = Callable[[Sequence[PackedEntry]], Mapping[int, Recognised[Result]]]
"""What tells entries that need not be read, by their places in a sequence."""


class _LeftOut(Enum):
    """Why an entry with the suffix of an object holds none."""

    APPLE_DOUBLE = auto()
    NO_OBJECT = auto()


class _Found(NamedTuple, Generic[Result]):
    """An object of an entry: its place there, its identity if its document has a name, and what it gave."""

    place: int
    key: ObjectKey | None
    taken: Result


class _Read(NamedTuple, Generic[Result]):
    """What one entry gave: the SHA-256 of its content, its objects and its problems.

    Of an entry that has the bytes of an earlier one (`is_repeat`) only the SHA-256 is there.
    """

    sha256: str = ""
    found: Sequence[_Found[Result]] = ()
    problems: Sequence[EntryProblem] = ()
    left_out: _LeftOut | None = None
    is_repeat: bool = False

    @property
    def is_new_each_time(self) -> bool:
        """Whether the same bytes in another entry give more than these: what has no name, or is wrong."""
        return bool(self.left_out or self.problems or any(one.key is None for one in self.found))


class _First(NamedTuple):
    """Where an object was first found, `entry` by its place in the package; no document is kept."""

    entry: int
    sha256: str
    place: int


class _Known:
    """The objects found so far. Which objects are one is known only from their documents."""

    def __init__(self, package: IncomingPackage) -> None:
        self._package = package
        self._firsts: dict[ObjectKey, _First] = {}
        self._digests: dict[int, list[bytes]] = {}

    def first(self, key: ObjectKey, here: _First) -> _First:
        """Return where the object was first found: `here`, when it is new."""
        return self._firsts.setdefault(key, here)

    def differ(self, one: _First, other: _First) -> bool:
        """Whether a write would store two occurrences of an object as different documents."""
        if (one.sha256, one.place) == (other.sha256, other.place):
            return False
        return self._digest(one) != self._digest(other)

    def _digest(self, found: _First) -> bytes:
        """Read an entry again, once for all of its objects: else large files would be read for each."""
        if found.entry not in self._digests:
            entry = self._package.entries[found.entry]
            content = self._package.read(entry)
            self._digests[found.entry] = [prepared_digest(one) for one in read_objects(entry, content)]
        return self._digests[found.entry][found.place]

    def path(self, found: _First) -> str:
        """Return the path of the entry that an object was found in."""
        return self._package.entries[found.entry].path


def package_objects(package: IncomingPackage) -> Iterator[PackageObject]:
    """Yield the objects of `package` as `package_take` does; memory holds those of one entry."""
    return package_take(package, _itself, map)


def package_take(
    package: IncomingPackage,
    take: Callable[[PackageObject], Result],
    spread: Spread,
    *,
    is_kept: Callable[[str], bool] | None = None,
    recognise: Recognise[Result] | None = None,
) -> Iterator[Result]:
    """Yield what `take` makes of each object of `package`, in archive order.

    Entries are read, and objects taken, by way of `spread`: with `map` here, one at a time; or in
    other processes, as neither needs more than one entry. An object that stands in several entries,
    as shared scripts do in the batch layout, comes once: they must be equal as a write would store
    them (canonical form of the prepared document). Raises BadPackage for a damaged entry, or too many
    objects, at once; and after the last object, BadDocuments with everything else, or BadPackage if
    there was no object: the package is good only if the iteration ends. Whether a document makes a
    valid object is for `documents.judge`.

    `is_kept` says of a SHA-256 whether it is that of a document as it is kept: then a content that has it is
    canonical, and need not be proved to be. What `recognise` tells of entries is taken as if it was read.
    """
    known, package_digest = _Known(package), PackageDigest()
    problems: list[EntryProblem] = []
    objects = 0
    reading = partial(_read, take, is_kept)
    for number, (entry, read) in enumerate(_reads(package, reading, spread, recognise)):
        if read.left_out:
            if read.left_out is _LeftOut.NO_OBJECT:
                package.ignored.append(entry.path)
            continue
        package_digest.add(read.sha256, entry.path)
        problems += read.problems
        objects += len(read.found)
        if objects > package.limits.entries:
            raise BadPackage(TOO_MANY_OBJECTS, limit=package.limits.entries)
        yield from _new(known, number, read, problems)
        if len(problems) >= MOST_PROBLEMS:
            break
    package.digest = package_digest.hexdigest()
    if problems:
        raise BadDocuments(problems[:MOST_PROBLEMS])
    if not objects:
        raise BadPackage(NO_OBJECTS)


def _reads(
    package: IncomingPackage,
    reading: Callable[[PackedEntry], _Read[Result]],
    spread: Spread,
    recognise: Recognise[Result] | None,
) -> Iterator[tuple[PackageEntry, _Read[Result]]]:
    """Yield what each entry gives. Repeated bytes are read again only for faults and nameless objects."""
    again: set[str] = set()
    waiting: deque[PackageEntry] = deque()
    packed = _noted(package.packed_entries(), waiting)
    reads = _recognised(packed, reading, spread, recognise) if recognise else spread(reading, packed)
    for read in reads:
        entry = waiting.popleft()
        if read.is_repeat and read.sha256 in again:
            read = reading(PackedEntry(entry, package.packed(entry), False))
        if read.is_new_each_time:
            again.add(read.sha256)
        yield entry, read


def _noted(entries: Iterable[PackedEntry], waiting: deque[PackageEntry]) -> Iterator[PackedEntry]:
    """Yield the entries; those that are on their way are in `waiting`."""
    for one in entries:
        waiting.append(one.entry)
        yield one


def _recognised(
    entries: Iterable[PackedEntry],
    reading: Callable[[PackedEntry], _Read[Result]],
    spread: Spread,
    recognise: Recognise[Result],
) -> Iterator[_Read[Result]]:
    """Yield what each entry gives, some entries at a time: only those are read that are not recognised."""
    for piece in pieces(entries, _packed_size, ENTRIES_A_LOOK, BYTES_A_LOOK):
        told = recognise(piece)
        others = spread(reading, [one for place, one in enumerate(piece) if place not in told])
        for place in range(len(piece)):
            if place in told:
                sha256, key, taken = told[place]
                yield _Read(sha256, (_Found(0, key, taken),))
            else:
                yield next(others)


def _packed_size(entry: PackedEntry) -> int:
    return len(entry.packed)


def _new(known: _Known, entry: int, read: _Read[Result], problems: list[EntryProblem]) -> Iterator[Result]:
    """Yield what was made of the objects that were not found before; `problems` gets what contradicts."""
    for place, key, taken in read.found:
        here = _First(entry, read.sha256, place)
        first = known.first(key, here) if key else here
        if first is here:
            yield taken
        elif key and known.differ(first, here):
            problems.append(contradiction(known.path(here), place, key, known.path(first)))


def _itself(found: PackageObject) -> PackageObject:
    return found


def _read(
    take: Callable[[PackageObject], Result], is_kept: Callable[[str], bool] | None, packed: PackedEntry
) -> _Read[Result]:
    """Read one entry. Raises BadPackage when it is damaged."""
    entry = packed.entry
    content = unpack(entry.member, packed.packed)
    if content.startswith(APPLE_DOUBLE):
        return _Read(left_out=_LeftOut.APPLE_DOUBLE)
    sha256 = digest(content)
    if packed.repeated:
        return _Read(sha256, is_repeat=True)
    try:
        is_canonical = is_kept is not None and is_kept(sha256)
        objects, problems = without_twins(read_objects(entry, content, sha256, is_canonical=is_canonical))
    except InvalidDocument as invalid:
        if is_junk(entry.path):
            return _Read(sha256, left_out=_LeftOut.NO_OBJECT)
        key = entry_key(entry)
        return _Read(sha256, problems=[EntryProblem(entry.path, one, key) for one in invalid.problems])
    if not objects:
        return _Read(sha256, left_out=_LeftOut.NO_OBJECT)
    found = [_Found(one.place, one.key if one.is_named else None, take(one)) for one in objects]
    return _Read(sha256, found, problems)
