"""What the documents of pairs say: read once for two contents and a mapping, and kept for some time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from dlfportal.catalogue.comparing.pairs import Outcome, Pair, Paired
from dlfportal.catalogue.models import ComparedPair, Content
from dlfportal.catalogue.selectors import content_bytes
from dlfportal.formats.difference.changes import ValueChange, reading_of
from dlfportal.formats.jsontext import parse
from dlfportal.formats.kinds import Kind
from dlfportal.formats.mapping import Change as MappedName
from dlfportal.formats.mapping import MapKind, NameMap, mapped, mapping_digest

READING = 1
"""Goes up when pairs are read in another way: what is kept is then read anew."""
KEPT = timedelta(days=30)
MOST_KEPT = 500_000
"""So long, and so many, readings are kept."""
DROPPED_AT_ONCE = 5000
READ_AT_ONCE = 50
BYTES_AT_ONCE = 4_000_000
"""Up to so many pairs, of so many bytes, are read within a request."""
PAIRS_A_CHUNK = 50

Contents = tuple[int, int]


@dataclass(frozen=True, slots=True)
class View:
    """How documents are looked at: with the names of one side mapped to those of the other, or as they are.

    `of_here` says that the documents of the first side are mapped.
    """

    mapping: NameMap = field(default_factory=dict)
    of_here: bool = True

    @property
    def digest(self) -> str:
        """What is the same for equal ways of looking."""
        digest = mapping_digest(self.mapping)
        return f"{'here' if self.of_here else 'there'} {digest[:40]}" if digest else ""

    def key(self, kind: Kind) -> str:
        """Return what readings of a kind are kept under."""
        return f"{READING} {kind.value} {self.digest}".strip()

    @property
    def clusters(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """What clusters of CDM jobs are called on the other side: those of the first, and of the second."""
        names = {old: new for (kind, old), new in self.mapping.items() if kind is MapKind.CLUSTER}
        return (names, {}) if self.of_here else ({}, names)

    def documents(self, pair: Pair, here: Any, there: Any) -> Looked:
        """Return two documents as they are looked at; None is one that is not there."""
        row, document = (pair.here, here) if self.of_here else (pair.there, there)
        if row is None or document is None:
            return Looked(here, there)
        found = mapped(pair.kind, document, row.cluster, self.mapping)
        if self.of_here:
            return Looked(found.document, there, found.changes)
        return Looked(here, found.document, found.changes)


class Looked(NamedTuple):
    """Two documents as they are looked at, and the names that were mapped."""

    here: Any
    there: Any
    changes: tuple[MappedName, ...] = ()


class Known(NamedTuple):
    """What is known of two contents: the outcome, how many fields differ, and which values became which."""

    outcome: Outcome
    fields: int
    changes: tuple[ValueChange, ...]


@dataclass(frozen=True, slots=True)
class Readings:
    """What is known of the pairs of a comparison, and how many are still to be read."""

    known: Mapping[Contents, Known] = field(default_factory=dict)
    unread: int = 0

    def told(self, pairs: Paired, *, is_strict: bool = False) -> Paired:
        """Return the pairs with what was read of them: those that turn out to be the same among the same.

        `is_strict` lets pairs differ that are the same but for what means nothing.
        """
        unlike, same = [], list(pairs.same)
        for pair in pairs.unlike:
            known = self.known.get(pair.contents) if pair.outcome is Outcome.DIFFER else None
            if (
                known is None
                or known.outcome is Outcome.DIFFER
                or (is_strict and known.outcome is Outcome.APART)
            ):
                unlike.append(pair)
            else:
                same.append(pair._replace(outcome=known.outcome))
        return Paired(unlike, same)


def readings_of(pairs: Sequence[Pair], view: View) -> Readings:
    """Return what is known of pairs, those that differ read at once where they are few."""
    to_read = [pair for pair in pairs if pair.here and pair.there]
    known = dict(_kept(to_read, view))
    unread = [pair for pair in to_read if pair.contents not in known]
    if unread and len(unread) <= READ_AT_ONCE and _bytes_of(unread) <= BYTES_AT_ONCE:
        known |= {pair.contents: found for pair, found in _read(unread, view)}
        unread = []
    return Readings(known, len(unread))


def readings_keep(pairs: Sequence[Pair], view: View) -> Iterator[int]:
    """Read the documents of pairs of which nothing is kept, and keep that; yield how many each time."""
    to_read = [pair for pair in pairs if pair.here and pair.there]
    known = dict(_kept(to_read, view))
    unread = list({pair.contents: pair for pair in to_read if pair.contents not in known}.values())
    for start in range(0, len(unread), PAIRS_A_CHUNK):
        chunk = unread[start : start + PAIRS_A_CHUNK]
        rows = [_row(pair, view, found) for pair, found in _read(chunk, view)]
        with transaction.atomic():
            ComparedPair.objects.bulk_create(rows, ignore_conflicts=True)
        yield len(chunk)


def readings_forget() -> None:
    """Delete some of the readings that are too old, or more than are kept."""
    old = ComparedPair.objects.filter(read_at__lt=timezone.now() - KEPT).order_by("read_at")
    ids = list(old.values_list("pk", flat=True)[:DROPPED_AT_ONCE])
    if not ids and (
        last := ComparedPair.objects.order_by("-pk").values_list("pk", flat=True)[MOST_KEPT:][:1]
    ):
        rows = ComparedPair.objects.filter(pk__lte=last[0]).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:DROPPED_AT_ONCE])
    ComparedPair.objects.filter(pk__in=ids).delete()


def _kept(pairs: Sequence[Pair], view: View) -> Iterator[tuple[Contents, Known]]:
    """Yield what is kept of pairs."""
    wanted = {pair.contents for pair in pairs}
    if not wanted:
        return
    rows = ComparedPair.objects.filter(
        view__in=sorted({view.key(pair.kind) for pair in pairs}),
        here__within=[here for here, _there in wanted],
    )
    for here, there, outcome, fields, changes in rows.values_list(
        "here", "there", "outcome", "fields", "changes"
    ).iterator(chunk_size=5000):
        if (here, there) in wanted:
            told = tuple(ValueChange(section, tuple(keys), *sides) for section, keys, *sides in changes)
            yield (here, there), Known(Outcome(outcome), fields, told)


def _bytes_of(pairs: Sequence[Pair]) -> int:
    ids = {content for pair in pairs for content in pair.contents}
    return sum(Content.objects.filter(pk__in=ids).values_list("size", flat=True))


def _read(pairs: Sequence[Pair], view: View) -> Iterator[tuple[Pair, Known]]:
    """Yield what the documents of pairs say."""
    contents = Content.objects.in_bulk({content for pair in pairs for content in pair.contents})
    for pair in pairs:
        if not contents.keys() >= set(pair.contents):  # a plan's documents may go at any time
            continue
        here, there = (parse(content_bytes(contents[content])) for content in pair.contents)
        looked = view.documents(pair, here, there)
        reading = reading_of(pair.kind, looked.here, looked.there)
        outcome = Outcome.DIFFER
        if reading.is_same:
            outcome = Outcome.MAPPED
        elif reading.is_apart:
            outcome = Outcome.APART
        yield pair, Known(outcome, reading.fields, reading.changes)


def _row(pair: Pair, view: View, known: Known) -> ComparedPair:
    here, there = pair.contents
    return ComparedPair(
        view=view.key(pair.kind),
        here=here,
        there=there,
        outcome=known.outcome,
        fields=known.fields,
        changes=known.changes,
    )


def changed_alike(known: Iterable[Known]) -> dict[ValueChange, int]:
    """Return in how many pairs each value became another one, the most frequent first."""
    counts: dict[ValueChange, int] = {}
    for one in known:
        for change in one.changes:
            counts[change] = counts.get(change, 0) + 1
    return dict(sorted(counts.items(), key=lambda found: (-found[1], found[0])))
