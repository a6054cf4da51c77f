"""From the content of an entry to the objects in it: needs one entry and nothing else of the package."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from dlfportal.errors import gettext_noop
from dlfportal.formats.decoding import decode
from dlfportal.formats.documents import name_of, prepare
from dlfportal.formats.fields import shown
from dlfportal.formats.jsontext import canonical, parse, parse_canonical, parse_kept
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code, InvalidDocument, Level, Problem
from dlfportal.formats.shapes import items
from dlfportal.formats.zip.package import PackageEntry

MOST_CDM_JOBS = 10_000
"""CDM imports files of 1 MB: a file with more jobs would only serve to keep the portal busy."""

MOST_SHARED_BYTES = 16 << 20
"""What stands beside the jobs of a CDM file goes into the document of each; so much in all."""

OTHER_NAME = gettext_noop("The name is that in the document, %(name)s; the file in the package is %(entry)s.")
REENCODED = gettext_noop("The text of the file is %(encoding)s; it is kept as UTF-8.")
GUESSED_CLUSTER = gettext_noop(
    "The zip does not say how its file names are encoded. The cluster was read as %(cluster)s: check it, "
    "or make the zip with UTF-8 names."
)
TOO_MANY_JOBS = gettext_noop("The file has %(count)s CDM jobs; %(limit)s are allowed. Split it.")
TOO_MUCH_SHARED = gettext_noop(
    "Each of the %(count)s CDM jobs would keep all that stands beside “jobs”: that is too much. "
    "Split the file."
)
CONTRADICTION = gettext_noop("%(other)s holds the same object with a different document. Leave one out.")

ObjectKey = tuple[Kind, str, str]
"""What identifies an object of a package: kind, cluster, name."""


class EntryNote(NamedTuple):
    """What a person should know of an object's entry: an English template and its values."""

    message: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PackageObject:
    """An object of a package: its identity, its document as it came, and where it stands.

    `path` is its entry, `place` which of the jobs of a CDM file it is. An object whose document has
    no name (`is_named` false) has that of its entry, so that messages can speak of it. `data` are the
    canonical bytes of its document where they came, which spares writing them anew, and `sha256` theirs.
    """

    kind: Kind
    name: str
    cluster: str
    document: Any
    path: str
    place: int = 0
    is_named: bool = True
    notes: tuple[EntryNote, ...] = ()
    data: bytes | None = field(default=None, compare=False, repr=False)
    sha256: str = field(default="", compare=False, repr=False)

    @property
    def key(self) -> ObjectKey:
        """What identifies the object."""
        return self.kind, self.cluster, self.name

    def in_file(self, problem: Problem) -> Problem:
        """Return a problem of the document with its place in the file, which may hold further jobs."""
        if not self.place or problem.path[:2] != ("jobs", 0):
            return problem
        return replace(problem, path=("jobs", self.place, *problem.path[2:]))


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """A problem of the document in one entry, and the object it is about."""

    path: str
    problem: Problem
    key: ObjectKey

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


def entry_key(entry: PackageEntry) -> ObjectKey:
    """Return the identity that the path of an entry speaks of, for want of a better one."""
    return entry.name.kind, entry.name.cluster, entry.name.name


def read_objects(
    entry: PackageEntry, content: bytes, sha256: str = "", *, is_canonical: bool = False
) -> list[PackageObject]:
    """Return the objects in the content of an entry: one, each job of a CDM file, or none.

    CDM exports its links by themselves too, in the same form: such a file holds no object. `sha256` is that
    of the content, if it is known; `is_canonical` says that the content is known to be canonical.

    Raises InvalidDocument for what is no JSON text or cannot be kept.
    """
    read = _read(content, is_canonical)
    if entry.name.kind is Kind.CDM_JOB and _holds_links(read.document):
        return []
    documents = _documents(entry.name.kind, read.document)
    data = read.canonical if len(documents) == 1 else None
    text = _ReadText(read.document, read.encoding, data)
    return [_object(entry, place, one, text, sha256) for place, one in enumerate(documents)]


class _ReadText(NamedTuple):
    """The document in a file, the name of the file's encoding, and its bytes where they are canonical."""

    document: Any
    encoding: str
    canonical: bytes | None


def _read(content: bytes, is_canonical: bool) -> _ReadText:
    """Read the text of a file; what a portal exported comes as it is kept. Raises InvalidDocument."""
    try:
        return _ReadText(parse_kept(content) if is_canonical else parse_canonical(content), "", content)
    except ValueError:
        text, encoding = decode(content)
        return _ReadText(parse(text), encoding, None)


def _holds_links(document: Any) -> bool:
    return isinstance(document, dict) and "jobs" not in document and isinstance(document.get("links"), list)


def _documents(kind: Kind, document: Any) -> list[Any]:
    """Split a CDM file into a document for each job, with all else of the file in each (section 4.3)."""
    jobs = items(document, "jobs") if kind is Kind.CDM_JOB else []
    if len(jobs) < 2:
        return [document]
    if len(jobs) > MOST_CDM_JOBS:
        raise _refused(TOO_MANY_JOBS, count=len(jobs), limit=MOST_CDM_JOBS)
    shared = {key: value for key, value in document.items() if key != "jobs"}
    if len(canonical(shared)) * len(jobs) > MOST_SHARED_BYTES:
        raise _refused(TOO_MUCH_SHARED, count=len(jobs))
    return [{key: [job] if key == "jobs" else value for key, value in document.items()} for job in jobs]


def _refused(message: str, **params: Any) -> InvalidDocument:
    return InvalidDocument([Problem(Level.ERROR, ("jobs",), Code.INVALID, message, params)])


def _object(entry: PackageEntry, place: int, document: Any, read: _ReadText, sha256: str) -> PackageObject:
    kind, cluster, file_name = entry_key(entry)
    name = name_of(kind, document)
    notes = tuple(_notes(entry, name, read.encoding))
    return PackageObject(
        kind,
        name or file_name,
        cluster,
        document,
        entry.path,
        place,
        bool(name),
        notes,
        read.canonical,
        sha256 if read.canonical else "",
    )


def _notes(entry: PackageEntry, name: str, encoding: str) -> Iterator[EntryNote]:
    if name and name != entry.name.name:
        yield EntryNote(OTHER_NAME, {"entry": entry.path, "name": shown(name)})
    if encoding:
        yield EntryNote(REENCODED, {"encoding": encoding})
    if entry.member.is_guess and not entry.name.cluster.isascii():
        yield EntryNote(GUESSED_CLUSTER, {"cluster": entry.name.cluster})


def prepared_digest(found: PackageObject) -> bytes:
    """Return what is equal for documents that a write stores as the same."""
    document = found.document
    if isinstance(document, dict):
        document = prepare(found.kind, document).document
    data = found.data if document is found.document else None
    return hashlib.sha256(data or canonical(document)).digest()


def without_twins(objects: Sequence[PackageObject]) -> tuple[list[PackageObject], list[EntryProblem]]:
    """Return the objects of one entry, each once, and a problem for each that is there again and differs."""
    firsts: dict[ObjectKey, PackageObject] = {}
    digests: dict[ObjectKey, bytes] = {}
    kept, problems = [], []
    for found in objects:
        first = firsts.setdefault(found.key, found) if found.is_named else found
        if first is found:
            kept.append(found)
            continue
        if first.key not in digests:
            digests[first.key] = prepared_digest(first)
        if digests[first.key] != prepared_digest(found):
            problems.append(contradiction(found.path, found.place, found.key, first.path))
    return kept, problems


def contradiction(path: str, place: int, key: ObjectKey, other: str) -> EntryProblem:
    """Return the problem of an object that stands in the entry `other` with a different document."""
    where = ("jobs", place) if place else ()
    problem = Problem(Level.ERROR, where, Code.REPEATED_NAME, CONTRADICTION, {"other": other})
    return EntryProblem(path, problem, key)
