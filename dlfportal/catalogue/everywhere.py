"""Objects of any kind in many workspaces, found by the words of a search: bounded, however frequent they are.

Each word stands somewhere in the name or the description, so that "dai sal" finds daily_sales. The index of
texts is asked within the workspaces that the reader may see; what it names is checked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import and_
from typing import NamedTuple

from django.db.models import Q

from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.search.finding import NAMES, TEXTS, Places, candidates, holding
from dlfportal.catalogue.search.grams import fold
from dlfportal.formats.kinds import Kind

LOOKED_AT = 2000
"""So many objects of a kind are looked at for one search: of a word that more have, not all are found."""
WORDS_AT_MOST = 8


class Hit(NamedTuple):
    """An object that a search found."""

    workspace_id: str
    kind: str
    cluster: str
    name: str
    description: str
    directory: str
    type: str


class Hits(NamedTuple):
    """The objects of a kind that a search found, the best first; `is_more` says that there may be others."""

    hits: list[Hit]
    is_more: bool


def words_of(text: str) -> list[str]:
    """Return the words of a search, each once, without those that are too many."""
    return list(dict.fromkeys(text.split()))[:WORDS_AT_MOST]


def find_everywhere(
    words: Sequence[str], kind: Kind, workspaces: Collection[str], *, names_only: bool = False
) -> Hits:
    """Return the objects of a kind in these workspaces that have all of the words.

    A search for a single character, or with `names_only`, looks at names alone. Of words that are all
    frequent, some objects are found: those of the very name always, then the first that the index names.
    """
    if not words or not workspaces:
        return Hits([], False)
    places = NAMES if names_only or max(map(len, words)) < 2 else TEXTS
    sought = [candidates(word, kind, workspaces, LOOKED_AT + 1, places) for word in words]
    fewest = min(sought, key=len)
    is_more = len(fewest) > LOOKED_AT
    found = _checked(fewest[:LOOKED_AT], words, kind, workspaces, places)
    if is_more:
        found |= _named(" ".join(words), kind, workspaces)
    return Hits(sorted(found, key=lambda hit: _rank(hit, words)), is_more)


def _checked(
    ids: Sequence[int], words: Sequence[str], kind: Kind, workspaces: Collection[str], places: Places
) -> set[Hit]:
    """Return those of the objects that live in one of the workspaces and have all of the words."""
    holds = reduce(and_, (holding(word, places) for word in words), Q())
    rows = CatalogueObject.objects.filter(ALIVE, holds, pk__within=ids, kind__checked=kind).order_by()
    mine = set(workspaces)
    hits = (Hit._make(row) for row in rows.values_list(*Hit._fields))
    return {hit for hit in hits if hit.workspace_id in mine}


def _named(name: str, kind: Kind, workspaces: Collection[str]) -> set[Hit]:
    """Return the objects of exactly this name."""
    rows = CatalogueObject.objects.filter(ALIVE, workspace__in=workspaces, kind=kind, name=name).order_by()
    return {Hit._make(row) for row in rows.values_list(*Hit._fields)[:LOOKED_AT]}


def _rank(hit: Hit, words: Sequence[str]) -> tuple[int, int, str, str]:
    """Return what a hit is sorted by: the very name, a name that begins so, one that has all, the others."""
    name, sought = fold(hit.name), [fold(word) for word in words]
    if name == " ".join(sought):
        place = 0
    elif name.startswith(sought[0]) and all(word in name for word in sought):
        place = 1
    else:
        place = 2 if all(word in name for word in sought) else 3
    return place, len(hit.name) if place < 3 else 0, hit.name, hit.workspace_id
