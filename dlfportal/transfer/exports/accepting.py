"""What DataArts would say of the objects of a package: so many are read at a time as a page may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from dlfportal.access.policy import Right, require
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.selections import Resolved
from dlfportal.formats.accept import Objection, Verdict, objections
from dlfportal.transfer.exports.needing import needs_documents, package_piece
from dlfportal.transfer.exports.reading import documents_in_steps, documents_read
from dlfportal.transfer.exports.selection import Entry, Selector

JOBS_A_PIECE = 100
LOOKED_AT_MOST = 500
"""So many documents are judged for a page that shows something else, too."""


class Judged(NamedTuple):
    """An object of a package, its document, and what DataArts would say of it, if anything."""

    entry: Entry
    document: dict[str, Any]
    objections: Sequence[Objection]

    @property
    def is_refused(self) -> bool:
        """Whether DataArts would refuse the object."""
        return any(one.verdict is Verdict.REFUSED for one in self.objections)


@dataclass(slots=True)
class Acceptance:
    """The objects that DataArts would refuse, and those that it perhaps refuses.

    So many documents were `looked` at, and so many were `left`.
    """

    refused: list[Judged] = field(default_factory=list)
    perhaps: list[Judged] = field(default_factory=list)
    looked: int = 0
    left: int = 0

    def add(self, judged: Judged) -> None:
        """Add an object that was looked at."""
        self.looked += 1
        if judged.objections:
            (self.refused if judged.is_refused else self.perhaps).append(judged)


def entry_judged(entry: Entry, document: dict[str, Any]) -> Judged:
    """Return what DataArts would say of one object."""
    told = objections(entry.kind, entry.cluster, entry.name, document, entry.size)
    return Judged(entry, document, told)


def acceptance_of(entries: Iterable[Entry], documents: Mapping[int, dict[str, Any]]) -> Acceptance:
    """Return what DataArts would say of the entries whose documents are given; each document counts once."""
    found = Acceptance()
    for entry in {entry.revision_id: entry for entry in entries}.values():
        document = documents.get(entry.revision_id)
        if document is None or found.looked == LOOKED_AT_MOST:
            found.left += 1
        else:
            found.add(entry_judged(entry, document))
    return found


def acceptance_begun(entries: Iterable[Entry], objects: int) -> Acceptance:
    """Return what DataArts would say of the first entries of a package of so many objects. One query."""
    first = list(islice({entry.revision_id: entry for entry in entries}.values(), LOOKED_AT_MOST))
    found = acceptance_of(first, documents_read(first).documents)
    found.left = objects - found.looked
    return found


class AcceptancePiece(NamedTuple):
    """What DataArts would say of a piece of a package; `following` is where the next begins, "" for none."""

    found: Acceptance
    following: str


def acceptance_piece(
    *, actor: Actor, selector: Selector, resolved: Resolved, after: str = ""
) -> AcceptancePiece:
    """Return what DataArts would say of the piece of a package after `after`, the first for "".

    Something else than a `following` is taken for the first piece. Raises NotFound (policy).
    """
    require(actor.user, selector.workspace, Right.VIEW)
    entries, following = package_piece(selector, resolved, after, JOBS_A_PIECE)
    found = Acceptance()
    for step, documents in documents_in_steps({entry.revision_id: entry for entry in entries}.values()):
        for entry in step:
            found.add(entry_judged(entry, documents[entry.revision_id]))
    return AcceptancePiece(found, following)


def package_judged(*, actor: Actor, selector: Selector, resolved: Resolved) -> Iterator[Judged]:
    """Return what DataArts would say of each object of a package, each once; read as they are asked for.

    Raises NotFound (policy) at once.
    """
    documents = needs_documents(actor=actor, selector=selector, resolved=resolved)
    return (entry_judged(entry, document) for entry, document in documents)
