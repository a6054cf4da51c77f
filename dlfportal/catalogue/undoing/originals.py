"""Which revision the one that an undo made stands for: the one whose state it brings back."""

from __future__ import annotations

from collections.abc import Sequence

from dlfportal.catalogue.models import Origin, Revision
from dlfportal.chunks import in_chunks

History = dict[int, tuple[int, str, int | None]]
"""By number: the id of a revision, what made it, and the id of its deletion."""


def originals(revisions: Sequence[int]) -> dict[int, int]:
    """Return, for those of the revisions that an undo made, the ids of the revisions they stand for.

    An undo puts back what stood before the revision that it undoes, which was the newest then; or, where it
    brings an object back, the last one before that was deleted. It may be an undo's too.
    """
    found: dict[int, int] = {}
    for chunk in in_chunks(revisions):
        rows = Revision.objects.filter(pk__within=chunk, origin=Origin.UNDO).order_by()
        made = list(rows.values_list("pk", "object_id", "number"))
        histories = _histories(sorted({target for _pk, target, _number in made}))
        found.update((pk, _original(histories[target], number)) for pk, target, number in made)
    return found


def _histories(objects: Sequence[int]) -> dict[int, History]:
    found: dict[int, History] = {pk: {} for pk in objects}
    if objects:
        rows = Revision.objects.filter(object__id__within=objects).order_by()
        for target, number, *revision in rows.values_list("object_id", "number", "pk", "origin", "deletion"):
            found[target][number] = (revision[0], revision[1], revision[2])
    return found


def _original(history: History, number: int) -> int:
    pk, origin, _deletion = history[number]
    while origin == Origin.UNDO:
        number -= 1 if history[number - 1][2] else 2
        pk, origin, _deletion = history[number]
    return pk
