"""Bringing the documents of a package into the form they are kept in; for large packages on all processors.

Unpacking, judging and writing documents is much of the work of an import, and none of it needs the
database: further processes do it, which end with the one that started them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from dlfportal.catalogue.drafts import Draft, Identity, LightDraft, draft_lighten, draft_make
from dlfportal.catalogue.index import directory_of
from dlfportal.errors import gettext_noop
from dlfportal.formats.documents import find_dynamic
from dlfportal.formats.fields import shown
from dlfportal.formats.kinds import Kind, cluster_name
from dlfportal.formats.mapping import NameMap, found_values, mapped
from dlfportal.formats.normalise import masked_places
from dlfportal.formats.problems import InvalidDocument, Level, Problem, show_path
from dlfportal.formats.references import EXPRESSIONS, Target
from dlfportal.formats.renaming import ObjectKey, renamed, renames_followed
from dlfportal.formats.zip.reader import (
    IncomingPackage,
    PackageObject,
    PackedEntry,
    Recognise,
    Spread,
    package_take,
)
from dlfportal.formats.zip.writer import Deflated, deflate, digest
from dlfportal.transfer.imports import parallel
from dlfportal.transfer.imports.adapt import REFUSED, Adapted, Note, adapt, old_id_notes
from dlfportal.transfer.imports.options import ImportOptions, Request

CHANGES_KEPT = 100
"""So many mapped names of an object are listed."""

NOTES_KEPT = 20
"""So many reasons an object keeps: a person mends a few and tries again."""

EMPTIED = gettext_noop("The secret at %(path)s was not taken over: enter it again where the job runs.")
EMPTY = gettext_noop("The secret at %(path)s is empty in the package: enter it again where the job runs.")
EMPTY_TOLD = 20
MORE = gettext_noop("... and %(count)s more.")
NAMES_TOLD = 5
DYNAMIC = {
    Target.SCRIPT: gettext_noop("An expression names the script, so only a run knows which: %(name)s."),
    Target.RESOURCE: gettext_noop(
        "An expression names the resource: %(name)s. Only a run knows which it is."
    ),
    Target.CDM_JOB: gettext_noop("An expression names the CDM job, so only a run knows which: %(name)s."),
    Target.JOB: gettext_noop("An expression names the job, so only a run knows which: %(name)s."),
}
EXPRESSION_SIGNS = tuple(sign.encode() for sign in EXPRESSIONS)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a plan changes beside the options: names by a mapping, and objects that get new names.

    `reviewed`: people look at the plan, and want to know what the objects name and what changed. `known` is
    the file of the SHA-256s of documents that the workspace has: they are not judged again.
    """

    mapping: NameMap = field(default_factory=dict)
    renames: Mapping[ObjectKey, str] = field(default_factory=dict)
    reviewed: bool = False
    known: str = ""


class Review(NamedTuple):
    """What is to be seen of an object: its folder, the names in it as the package has them, each once, what
    the mapping changed, as [kind, old, new, place], and which renamed objects it named, each time. `is_whole`
    says that folder and names are those of the document as it is kept.
    """

    directory: str
    uses: Sequence[tuple[str, str]]
    mapped: Sequence[Sequence[str]]
    followed: Sequence[Identity]
    is_whole: bool = False


class Drafted(NamedTuple):
    """An object of the package, judged: a draft and its content as it is stored, or neither and the reasons.

    `identity` is that before a new name. `used` says what the options asked for that this object has a place
    for; `review` is there if people look at the plan.
    """

    path: str
    identity: Identity
    draft: LightDraft | None
    content: Deflated | None
    notes: Sequence[Note]
    used: Set[Request]
    review: Review | None = None


@contextmanager
def spreading(file: BinaryIO) -> Iterator[Spread]:
    """Yield what `drafts` shall work with: `map`, or for a large package in `file` further processes.

    They begin at once, while the package is still to be opened, and end with the context.
    """
    with parallel.spreading(file.seek(0, os.SEEK_END), _entry_size) as spread:
        yield spread


@contextmanager
def spreading_late() -> Iterator[Spread]:
    """Yield what `drafts` shall work with where most of a package may be recognised, and little be left for
    further processes.
    """
    with parallel.spreading_late(_entry_size) as spread:
        yield spread


def _entry_size(found: PackedEntry) -> int:
    return found.entry.size


def drafts(
    package: IncomingPackage,
    options: ImportOptions,
    spread: Spread,
    *,
    keep: bool,
    changes: Changes | None = None,
    recognise: Recognise[Drafted] | None = None,
) -> Iterator[Drafted]:
    """Yield the objects of `package` in archive order, with what is to be stored of them if `keep`.

    `recognise` tells entries whose documents the workspace has; where the plan changes any, all are read.
    Raises BadPackage and, at the end, BadDocuments as `package_take` does.
    """
    changes = changes or Changes()
    work = partial(draft_one, options=options, keep=keep, changes=changes)
    if options.adapts or changes.mapping or changes.renames:
        return package_take(package, work, spread)
    is_kept = partial(is_known, changes.known) if changes.known else None
    return package_take(package, work, spread, is_kept=is_kept, recognise=recognise)


def draft_one(found: PackageObject, options: ImportOptions, keep: bool, changes: Changes) -> Drafted:
    """Adapt, rename and judge one object."""
    adapted = adapt(found.kind, found.name, found.cluster, found.document, options)
    uses = tuple(_uses(found.kind, adapted)) if changes.reviewed else ()
    mapped_names = _map(found.kind, changes.mapping, adapted) if changes.mapping else ()
    identity = Identity(found.kind, cluster_name(adapted.cluster), found.name)
    followed = _rename(identity, changes.renames, adapted) if changes.renames else ()
    data = found.data if adapted.document is found.document else None
    directory = _directory(found.kind, adapted.document) if changes.reviewed else ""
    review = Review(directory, uses, mapped_names, followed) if changes.reviewed else None
    review = review and review._replace(is_whole=adapted.document is found.document)
    if data and changes.known and (sha256 := found.sha256 or digest(data)) in known_read(changes.known):
        return drafted_same(found.path, identity, sha256, len(data), review, adapted.used)
    adapted.notes += _empty(found.kind, adapted.document) if changes.reviewed else ()
    try:
        draft = draft_make(found.kind, adapted.document, adapted.cluster, data=data)
    except InvalidDocument as error:
        reasons = problem_notes([found.in_file(problem) for problem in error.problems])
        return Drafted(found.path, identity, None, None, reasons, adapted.used)
    content = deflate(draft.data) if keep else None
    review = review and review._replace(is_whole=draft.document is found.document)
    light = draft_lighten(draft, content.sha256 if content else digest(draft.data))
    warnings = problem_notes(draft.warnings)
    refused = [note for note in warnings if REFUSED in note.params]
    notes = [
        *refused,
        *(Note(note.message, dict(note.params)) for note in found.notes),
        *adapted.notes,
        *_dynamic(draft),
        *(Note(EMPTIED, {"path": path}) for path in light.emptied),
    ]
    notes = notes_cut(notes + warnings[len(refused) :])
    return Drafted(found.path, identity, light, content, notes, adapted.used, review)


def drafted_same(
    path: str,
    identity: Identity,
    sha256: str,
    size: int,
    review: Review | None,
    used: Set[Request] = frozenset(),
) -> Drafted:
    """Return what is made of a document that the workspace has: it is not judged again."""
    return Drafted(path, identity, LightDraft(identity, sha256, size, (), (), ()), None, (), used, review)


def _empty(kind: Kind, document: Any) -> list[Note]:
    """Return notes of the first secrets that a document has no value for."""
    places = masked_places(kind, document) if isinstance(document, dict) else ()
    return [Note(EMPTY, {"path": show_path(path)}) for path in islice(places, EMPTY_TOLD)]


def _directory(kind: Kind, document: Any) -> str:
    """Return the folder of an object, "" for what is in none."""
    return directory_of(document) if kind is not Kind.CDM_JOB and isinstance(document, dict) else ""


def known_write(sha256s: Iterable[str], path: str) -> None:
    """Keep the SHA-256s of documents for `known_read`."""
    Path(path).write_text("\n".join(sha256s), encoding="ascii")


def is_known(path: str, sha256: str) -> bool:
    """Return whether a SHA-256 was kept in a file."""
    return sha256 in known_read(path)


@lru_cache(maxsize=1)
def known_read(path: str) -> frozenset[str]:
    """Return what was kept in a file, which is read once by each process."""
    return frozenset(Path(path).read_text(encoding="ascii").split())


def _uses(kind: Kind, adapted: Adapted) -> Iterator[tuple[str, str]]:
    """Yield what an object names, each once."""
    named = ((str(use.kind), use.value) for use in found_values(kind, adapted.document, adapted.cluster))
    yield from dict.fromkeys(named)


def _map(kind: Kind, mapping: NameMap, adapted: Adapted) -> Sequence[Sequence[str]]:
    """Change the names that `mapping` speaks of; return what changed, the first of very many."""
    done = mapped(kind, adapted.document, adapted.cluster, mapping)
    adapted.notes += old_id_notes(done.document, [change.path for change in done.changes])
    adapted.document, adapted.cluster = done.document, done.cluster
    return [
        (str(change.kind), change.old, change.new, show_path(change.path))
        for change in done.changes[:CHANGES_KEPT]
    ]


def _rename(identity: Identity, renames: Mapping[ObjectKey, str], adapted: Adapted) -> Sequence[Identity]:
    """Give an object its new name, and the new names of others where it names them; return those."""
    if not isinstance(adapted.document, dict):
        return ()
    document, followed = renames_followed(identity.kind, adapted.document, renames)
    if identity in renames:
        document = renamed(identity.kind, document, renames[identity])
    adapted.document = document
    return [Identity(Kind(kind), cluster, name) for kind, cluster, name in followed]


def _dynamic(draft: Draft) -> Iterator[Note]:
    """Yield what a job names by expressions; a path that may name a resource need name none."""
    if draft.kind is not Kind.JOB or not any(sign in draft.data for sign in EXPRESSION_SIGNS):
        return
    for found in find_dynamic(draft.kind, draft.document):
        if found.target in DYNAMIC and not found.soft:
            name = f"{found.cluster}/{found.name}" if found.cluster else found.name
            yield Note(DYNAMIC[found.target], {"name": shown(name), "$": show_path(found.path)})


def names_told(names: Sequence[str], most: int = NAMES_TOLD) -> str:
    """Return the first of `names` as one text, with a sign that there are more."""
    return ", ".join(map(shown, names[:most])) + (", ..." if len(names) > most else "")


def problem_notes(problems: Sequence[Problem]) -> list[Note]:
    """Return problems as notes that begin with their places: errors, then what DataArts would refuse."""
    order = sorted(problems, key=lambda problem: (problem.level, not problem.is_disallowed))
    return notes_cut([_note(problem) for problem in order])


def notes_cut(notes: list[Note]) -> list[Note]:
    """Return the first notes, and how many more there are."""
    if len(notes) <= NOTES_KEPT:
        return notes
    return [*notes[:NOTES_KEPT], Note(MORE, {"count": len(notes) - NOTES_KEPT})]


def _note(problem: Problem) -> Note:
    params = {key: value if isinstance(value, int) else str(value) for key, value in problem.params.items()}
    refused = {REFUSED: 1} if problem.is_disallowed and problem.level is Level.WARNING else {}
    return Note(problem.message, {**params, "$": problem.where, **refused})
