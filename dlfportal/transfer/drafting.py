"""Bringing the documents of a package into the form they are kept in; for large packages on all processors.

Judging, writing and compressing documents is nearly all the work of an import, and none of it needs
the database: further processes do it, which end with the one that started them.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from dlfportal.catalogue.bulk import Identity, LightDraft, draft_lighten
from dlfportal.catalogue.services import draft_make
from dlfportal.errors import gettext_noop
from dlfportal.formats.problems import InvalidDocument, Problem
from dlfportal.formats.reader import Package, PackageObject, package_objects
from dlfportal.formats.writer import Deflated, deflate
from dlfportal.transfer.adapt import Note, adapt
from dlfportal.transfer.options import ImportOptions
from dlfportal.transfer.processes import start

MANY_ENTRIES = 2000
"""From so many entries on, further processes are worth their start."""

OBJECTS_A_PIECE = 50
BYTES_A_PIECE = 1024 * 1024
PIECES_AHEAD = 3
"""A piece of work, and how many of them for each process wait: the memory of an import."""

NOTES_KEPT = 20
"""So many reasons an object keeps: a person mends a few and tries again."""

EMPTIED = gettext_noop("The secret at %(path)s was not taken over: enter it again where the job runs.")
MORE = gettext_noop("... and %(count)s more.")


class Drafted(NamedTuple):
    """An object of the package, judged: a draft and its content, or none of them and the reasons."""

    path: str
    identity: Identity
    draft: LightDraft | None
    content: Deflated | None
    notes: list[Note]


def drafts(package: Package, options: ImportOptions, *, keep: bool) -> Iterator[Drafted]:
    """Yield the objects of `package` in archive order; `keep` also compresses their contents.

    Raises BadPackage and, at the end, BadDocuments as `package_objects` does.
    """
    objects = package_objects(package)
    processes = os.cpu_count() or 1
    if len(package.entries) < MANY_ENTRIES or processes == 1:
        for found in objects:
            yield draft_one(found, options, keep)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=start) as pool:
        waiting: deque[Future[list[Drafted]]] = deque()
        try:
            for piece in _pieces(package, objects):
                waiting.append(pool.submit(partial(_draft_piece, piece, options, keep)))
                if len(waiting) > PIECES_AHEAD * processes:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def draft_one(found: PackageObject, options: ImportOptions, keep: bool) -> Drafted:
    """Adapt and judge one object."""
    adapted = adapt(found.kind, found.name, found.cluster, found.document, options)
    identity = Identity(found.kind, adapted.cluster, found.name)
    try:
        draft = draft_make(found.kind, adapted.document, adapted.cluster)
    except InvalidDocument as error:
        return Drafted(found.path, identity, None, None, problem_notes(error.problems))
    content = deflate(draft.data) if keep else None
    light = draft_lighten(draft, content.sha256 if content else sha256(draft.data).hexdigest())
    notes = [*adapted.notes, *(Note(EMPTIED, {"path": path}) for path in light.emptied)]
    return Drafted(found.path, identity, light, content, notes_cut(notes + problem_notes(draft.warnings)))


def problem_notes(problems: Sequence[Problem]) -> list[Note]:
    """Return problems as notes that begin with their places, errors first."""
    return notes_cut([_note(problem) for problem in sorted(problems, key=lambda problem: problem.level)])


def notes_cut(notes: list[Note]) -> list[Note]:
    """Return the first notes, and how many more there are."""
    if len(notes) <= NOTES_KEPT:
        return notes
    return [*notes[:NOTES_KEPT], Note(MORE, {"count": len(notes) - NOTES_KEPT})]


def _note(problem: Problem) -> Note:
    params = {key: value if isinstance(value, int) else str(value) for key, value in problem.params.items()}
    return Note(problem.message, {**params, "$": problem.where})


def _pieces(package: Package, objects: Iterable[PackageObject]) -> Iterator[list[PackageObject]]:
    sizes = {entry.path: entry.size for entry in package.entries}
    piece: list[PackageObject] = []
    size = 0
    for found in objects:
        piece.append(found)
        size += sizes[found.path]
        if len(piece) == OBJECTS_A_PIECE or size > BYTES_A_PIECE:
            yield piece
            piece, size = [], 0
    yield piece


def _draft_piece(piece: Sequence[PackageObject], options: ImportOptions, keep: bool) -> list[Drafted]:
    return [draft_one(found, options, keep) for found in piece]
