"""Finding objects by a part of their name or description: the same that reading all of them would find."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from dlfportal.catalogue.search.grams import Place, fold, keys_sought, scope_key
from dlfportal.catalogue.search.index import index
from dlfportal.formats.kinds import Kind

Places = Mapping[str, Place]
NAMES: Places = MappingProxyType({"folded_name": Place.NAME})
TEXTS: Places = MappingProxyType({**NAMES, "folded_description": Place.DESCRIPTION})
"""The columns that are searched, each with its place in the index."""


def holding(text: str, places: Places = TEXTS) -> Q:
    """Return the condition that one of the places has `text` in it, without case."""
    if not is_findable(text):
        return Q(pk__in=())
    folded = Value(fold(text))
    return reduce(or_, (Q(GreaterThan(StrIndex(column, folded), 0)) for column in places))


class Sought(NamedTuple):
    """What the index is asked for: the keys of a text in either place, in one of the scopes."""

    either: list[list[int]]
    scopes: list[int]


def candidates(
    text: str, kind: Kind, workspaces: Collection[str] | None, most: int, places: Places = TEXTS
) -> list[int]:
    """Return the ids of at most `most` objects of a kind that may have `text` in one of the places.

    `workspaces` are the ids of those to look in, None all. Fewer than `most` are all that there are. Whether
    an object has the text and lives, `holding` and the list have to check.
    """
    if not is_findable(text) or workspaces is not None and not workspaces:
        return []
    return index().rows_find(*_sought(text, kind, workspaces, places), most)


def named(text: str, kind: Kind, workspace: str, places: Places = TEXTS) -> Q:
    """Return the condition that an object may be one of the candidates, for a walk along many objects.

    It is empty where the database checks the text itself as quickly.
    """
    return index().row_named(*_sought(text, kind, [workspace], places)) if is_findable(text) else Q()


def _sought(text: str, kind: Kind, workspaces: Collection[str] | None, places: Places) -> Sought:
    scopes = [scope_key(kind)] if workspaces is None else [scope_key(kind, pk) for pk in workspaces]
    return Sought([keys_sought(fold(text), place) for place in places.values()], scopes)


def is_findable(text: str) -> bool:
    """Return whether a document can have this text: U+0000, lone surrogates and nothing it cannot."""
    return text != "" and "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
