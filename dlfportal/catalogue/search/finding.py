"""Finding objects by a part of their name or description: the same that reading all of them would find."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from dlfportal.catalogue.search.grams import fold, keys_sought, scope_key
from dlfportal.catalogue.search.index import index
from dlfportal.formats.kinds import Kind

NAMES = ("folded_name",)
TEXTS = ("folded_name", "folded_description")


def holding(text: str, columns: Sequence[str] = TEXTS) -> Q:
    """Return the condition that one of the columns has `text` in it, without case."""
    if not is_findable(text):
        return Q(pk__in=())
    folded = Value(fold(text))
    return reduce(or_, (Q(GreaterThan(StrIndex(column, folded), 0)) for column in columns))


def candidates(text: str, kind: Kind, workspaces: Collection[str] | None, most: int) -> list[int] | None:
    """Return the ids of all objects of a kind that may have `text` in name or description.

    `workspaces` are the ids of those to look in, None all. Returns None if there are more than `most`: then a
    list in order comes to its page sooner. Whether an object has the text and lives, `holding` and the
    list have to check.
    """
    if not is_findable(text):
        return []
    scopes = [scope_key(kind)] if workspaces is None else [scope_key(kind, pk) for pk in workspaces]
    found = index().rows_find(keys_sought(fold(text)), scopes, most + 1) if scopes else []
    return found if len(found) <= most else None


def is_findable(text: str) -> bool:
    """Return whether a document can have this text: U+0000 and lone surrogates it cannot."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
