"""Keeping the index of texts right over every write of an object, and building it anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject, SearchIndex
from dlfportal.catalogue.search.grams import Keys, scope_key
from dlfportal.catalogue.search.index import index
from dlfportal.catalogue.search.rows import Change, Row
from dlfportal.chunks import NAMES_A_QUERY, in_chunks

TEXTS_A_READ = 1000
ROWS_AHEAD = 5000
"""So many rows are written ahead in one transaction, which takes a few hundredths of a second."""

log = logging.getLogger(__name__)


class Text(NamedTuple):
    """What the index knows of a living object: where it belongs, and its folded texts."""

    workspace_id: str
    kind: str
    name: str
    description: str

    def keys(self, known: Keys) -> str:
        """Return the keys of the object's row, `known` those of texts before it."""
        kind = str(self.kind)
        scopes = f"{scope_key(kind)} {scope_key(kind, self.workspace_id)}"
        return f"{scopes} {known.of(self.name, self.description)}"


COLUMNS = ("workspace_id", "kind", "folded_name", "folded_description")


def text_of(target: CatalogueObject) -> Text | None:
    """Return what the index has to know of an object: nothing of one that is new or deleted."""
    if target.pk is None or target.deleted_at is not None:
        return None
    return Text(target.workspace_id, target.kind, target.folded_name, target.folded_description)


def text_replace(pk: int, before: Text | None, after: Text | None) -> None:
    """Bring the row of an object from what it was to what it is, in the transaction that writes it."""
    if before == after:
        return
    known = Keys()
    change = pk, before.keys(known) if before else "", after.keys(known) if after else ""
    index().rows_replace([change])


def texts_drop(texts: Iterable[tuple[int, Text]]) -> None:
    """Take the rows of many objects away, in the transaction that deletes them; each text is what it had."""
    known = Keys()
    index().rows_replace((pk, text.keys(known), "") for pk, text in texts)


class Ahead:
    """The rows of objects that one transaction will write, in the index before it.

    Until then they are inert: a row only names a candidate, and what its object has is what counts.
    """

    def __init__(self, texts: Callable[[], Iterable[tuple[int, Text]]], existing: Sequence[int]) -> None:
        """Take what yields the texts to be, in the order of ids, each time that it is called: their keys
        would take much more room. `existing` are the ids that have an object now.
        """
        self._built: int | None = None
        self._before = _texts_standing(existing)
        self._texts = texts

    def _rows(self, *, replacing: bool = False) -> Iterator[Row]:
        """Yield the rows to be; with `replacing`, only those of objects that exist."""
        known = Keys()
        for pk, text in self._texts():
            if self._before.get(pk) != text and (pk in self._before or not replacing):
                yield pk, text.keys(known)

    @contextmanager
    def written(self) -> Iterator[None]:
        """Write the rows, and when the block has ended take away what its end leaves over."""
        self._built = _times_built()
        try:
            for some in _parts(self._rows(), ROWS_AHEAD):
                with transaction.atomic():
                    index().rows_add(some)
            yield
        except BaseException:
            self._settle(self._rows())
            raise
        if self._before:
            self._settle(self._rows(replacing=True))

    def confirm(self) -> None:
        """In the transaction of the objects: add the rows unless they were written and are still there."""
        index().lock_for_rows()
        if self._built != _times_built():
            index().rows_add(self._rows())

    def _settle(self, rows: Iterable[Row]) -> None:
        """Let rows have what their objects have now; what cannot be taken away does no harm."""
        known = Keys()
        try:
            for chunk in _parts(rows, NAMES_A_QUERY):
                with transaction.atomic():
                    now = _texts_standing([pk for pk, _keys in chunk], lock=True)
                    index().rows_replace(self._left_over(pk, keys, now.get(pk), known) for pk, keys in chunk)
        except DatabaseError:
            log.exception("rows of the search index were left over; reindex takes them away")

    def _left_over(self, pk: int, keys: str, now: Text | None, known: Keys) -> Change:
        """Return what a row is to become that may have the keys of what was, and those of what was to be."""
        before = self._before.get(pk)
        return pk, f"{keys} {before.keys(known)}" if before else keys, now.keys(known) if now else ""


def _parts(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while some := list(islice(iterator, most)):
        yield some


def index_build() -> None:
    """Build the index anew from the objects, in one transaction for which other writers wait.

    A write that wrote ahead meanwhile sees it by the number of times that the index was built.
    """
    known = Keys()
    with transaction.atomic():
        index().rows_clear()
        SearchIndex.objects.get_or_create(pk=1)
        SearchIndex.objects.filter(pk=1).update(times_built=F("times_built") + 1)
        for texts in _texts_in_order(CatalogueObject.objects.all()):
            index().rows_add((pk, text.keys(known)) for pk, text in texts)


def index_complete(workspaces: Iterable[Workspace]) -> None:
    """Add to the index what it lacks of the objects of these workspaces; what is too much in it stays."""
    known = Keys()
    for workspace in workspaces:
        for texts in _texts_in_order(CatalogueObject.objects.filter(workspace=workspace)):
            with transaction.atomic():
                index().rows_add((pk, text.keys(known)) for pk, text in texts)


def _texts_in_order(objects: QuerySet[CatalogueObject]) -> Iterator[list[tuple[int, Text]]]:
    living = objects.filter(ALIVE).order_by("pk").values_list("pk", *COLUMNS)
    last = 0
    while rows := list(living.filter(pk__gt=last)[:TEXTS_A_READ]):
        yield [(pk, Text(*columns)) for pk, *columns in rows]
        last = rows[-1][0]


def _texts_standing(pks: Sequence[int], *, lock: bool = False) -> dict[int, Text]:
    """Return the texts of those of the objects that live."""
    found: dict[int, Text] = {}
    for chunk in in_chunks(pks):
        rows = CatalogueObject.objects.filter(ALIVE, pk__within=chunk).order_by("pk")
        rows = rows.select_for_update() if lock else rows
        found.update((pk, Text(*columns)) for pk, *columns in rows.values_list("pk", *COLUMNS))
    return found


def _times_built() -> int:
    return SearchIndex.objects.values_list("times_built", flat=True).filter(pk=1).first() or 0
