"""What a large package needs, piece by piece: its documents are read to know it, so many at a time as a page
may take.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selections import Resolved
from dlfportal.db.snapshot import snapshot
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.needs import Needs, NeedsFound
from dlfportal.transfer.exports.overview import others_after
from dlfportal.transfer.exports.packed import IdSet
from dlfportal.transfer.exports.reading import documents_in_steps
from dlfportal.transfer.exports.selection import Entry, Selector

JOBS_A_PIECE = 500
PIECE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NeedsPiece:
    """What a piece of a package needs: `files` documents were read, and `following` is where the next begins.

    `following` is "" behind the last piece.
    """

    needs: Needs
    files: int
    following: str


def needs_piece(*, actor: Actor, selector: Selector, resolved: Resolved, after: str = "") -> NeedsPiece:
    """Return what the piece of a package after `after` needs, the first for "".

    Something else than a `following` is taken for the first piece. Raises NotFound (policy).
    """
    require(actor.user, selector.workspace, Right.VIEW)
    found = NeedsFound()
    entries, following = package_piece(selector, resolved, after, JOBS_A_PIECE)
    for step, documents in documents_in_steps(entries):
        found.add(step, documents)
    return NeedsPiece(found.needs(), len({entry.revision_id for entry in entries}), following)


def needs_documents(
    *, actor: Actor, selector: Selector, resolved: Resolved
) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Return the entries of a package with their documents, each document once; read as they are asked for.

    Raises NotFound (policy) at once.
    """
    require(actor.user, selector.workspace, Right.VIEW)
    return _documents(selector, resolved)


def _documents(selector: Selector, resolved: Resolved) -> Iterator[tuple[Entry, dict[str, Any]]]:
    seen = IdSet()
    after = ""
    while True:
        entries, after = package_piece(selector, resolved, after, JOBS_A_PIECE)
        new = [entry for entry in entries if seen.add(entry.revision_id)]
        for step, documents in documents_in_steps(new):
            yield from ((entry, documents[entry.revision_id]) for entry in step)
        if not after:
            return


def package_piece(
    selector: Selector, resolved: Resolved, after: str, jobs: int
) -> tuple[Sequence[Entry], str]:
    """Return the entries of a piece, and where the next begins: jobs with what they use, then the rest."""
    where, _slash, place = after.partition("/")
    with snapshot():
        if where != "object":
            rows = selector.jobs_after(resolved.jobs, place if where == "job" else "", jobs + 1)
            entries, last = _fitting(selector.choose(rows[:jobs]).entries)
            if last or len(rows) > jobs:
                return entries, f"job/{last or rows[jobs - 1].name}"
            rest, following = _rest(selector, resolved.others, "")
            return [*entries, *rest], following
        return _rest(selector, resolved.others, place)


def _rest(
    selector: Selector, others: QuerySet[CatalogueObject] | None, after: str
) -> tuple[Sequence[Entry], str]:
    """Return the entries of the next objects that were chosen beside jobs, with what they pull in."""
    if others is None:
        return [], ""
    part, following = others_after(others, after)
    return selector.choose([], part).entries, following


def _fitting(entries: Sequence[Entry]) -> tuple[Sequence[Entry], str]:
    """Return the entries of the first jobs that a page may read, and the last of these jobs if not of all.

    CDM jobs stand at the end, once for all jobs.
    """
    size, job = 0, ""
    for place, entry in enumerate(entries):
        name = entry.name if entry.kind is Kind.JOB else entry.pulled_by
        if job and name not in ("", job) and size > PIECE_BYTES:
            return [*entries[:place], *(one for one in entries[place:] if one.kind is Kind.CDM_JOB)], job
        size += entry.size
        job = name or job
    return entries, ""
