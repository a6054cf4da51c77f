"""Recognising entries of a package that hold what the workspace has, without unpacking or reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.named import KINDS, Names, Stream, names_keep, names_of
from dlfportal.formats.zip.reader import PackedEntry, Recognised
from dlfportal.formats.zip.writer import DEFLATED
from dlfportal.transfer.imports.drafts import Drafted, Review, drafted_same
from dlfportal.transfer.imports.plan import Looked
from dlfportal.transfer.imports.rows import PlanRow
from dlfportal.transfer.models import Outcome


class Recognising:
    """Tells the entries whose bytes are those of the stored document under their name: see `Recognise`.

    What an entry says by its path is enough then: the document has that name, as nothing else is stored
    under it. `looked` is what stands in the workspace under the names of the package's entries.
    """

    def __init__(self, looked: Looked) -> None:
        self._looked = looked
        self._known: set[str] = set()

    def __call__(self, entries: Sequence[PackedEntry]) -> Mapping[int, Recognised[Drafted]]:
        """Return what is told of some entries, by their places."""
        places: dict[str, list[int]] = {}
        for place, one in enumerate(entries):
            if sha256 := self._standing(one):
                places.setdefault(sha256, []).append(place)
        lengths = {len(one.packed) for one in entries}
        found: dict[int, Recognised[Drafted]] = {}
        for sha256, stream, names in names_of(list(places), lengths):
            for place in places[sha256]:
                if _holds(entries[place], stream) and entries[place].entry.name.kind is names.kind:
                    found[place] = _recognised(entries[place], sha256, names)
        self._known.update(one.sha256 for one in found.values())
        return found

    def learn(self, rows: Sequence[PlanRow]) -> None:
        """Keep what the documents of a plan say that were read, if they are stored."""
        found: dict[str, Names] = {}
        for row in rows:
            if row.draft and row.outcome is not Outcome.INVALID and row.reviewed:
                review, kind, sha256 = row.reviewed.review, row.identity.kind, row.draft.sha256
                if review.is_whole and kind in KINDS and sha256 not in self._known:
                    found[sha256] = Names(kind, review.directory, tuple(review.uses))
        names_keep(found)

    def _standing(self, packed: PackedEntry) -> str:
        """Return the SHA-256 of the document that stands under the name of an entry, "" for none."""
        name = packed.entry.name
        if name.kind not in KINDS or packed.entry.member.method != DEFLATED:
            return ""
        there = self._looked.get(Identity(name.kind, name.cluster, name.name))
        return there.sha256 if there and there.alive else ""


def _holds(packed: PackedEntry, stream: Stream) -> bool:
    """Whether an entry is a content as it is kept."""
    member = packed.entry.member
    return (member.size, member.crc32) == stream[:2] and packed.packed == stream.data


def _recognised(packed: PackedEntry, sha256: str, names: Names) -> Recognised[Drafted]:
    entry = packed.entry
    identity = Identity(entry.name.kind, entry.name.cluster, entry.name.name)
    review = Review(names.directory, names.uses, (), (), is_whole=True)
    key = (identity.kind, identity.cluster, identity.name)
    return Recognised(sha256, key, drafted_same(entry.path, identity, sha256, entry.size, review))
