"""Contents that nothing points to any more: marked by a worker, and deleted a day later if they still are.

Content is written ahead of what makes it visible, and one that is there already is used again. So who uses
one takes its mark away first (`contents.contents_claim`, and with it all that stores contents), and is safe
for a day then: longer than any import takes. The mark is the lock: a worker that deletes holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from django.db import connection, models, transaction
from django.utils import timezone

from dlfportal.catalogue.models import Content, ContentNames, Orphan, Revision

MARKED_FOR = timedelta(days=1)
CONTENTS_A_LOOK = 20_000
DELETED_AT_ONCE = 500

Kept = Callable[[Sequence[str]], Collection[str]]
"""Says which of these SHA-256s are kept for something else than a revision, such as a plan."""


def orphans_mark(kept: Kept) -> int:
    """Mark the contents that neither a revision nor anything that `kept` knows points to; return how many."""
    last, marked = 0, 0
    while window := list(
        Content.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "sha256")[:CONTENTS_A_LOOK]
    ):
        first, last = window[0][0], window[-1][0]
        used = set(
            Revision.objects.filter(content__gte=first, content__lte=last).order_by().values_list("content")
        )
        unused = {sha256: pk for pk, sha256 in window if (pk,) not in used}
        spared = set(kept(list(unused))) if unused else set()
        marks = [Orphan(content_id=pk) for sha256, pk in unused.items() if sha256 not in spared]
        Orphan.objects.bulk_create(marks, batch_size=DELETED_AT_ONCE, ignore_conflicts=True)
        marked += len(marks)
    return marked


def orphans_delete(kept: Kept) -> int:
    """Delete the contents that have been marked for long enough and are still unused; return how many."""
    deleted = 0
    while True:
        with transaction.atomic():
            old = Orphan.objects.filter(since__lte=timezone.now() - MARKED_FOR).order_by("pk")
            ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:DELETED_AT_ONCE])
            if not ids:
                return deleted
            unused = _unused(ids, kept)
            Orphan.objects.filter(pk__in=ids).delete()
            ContentNames.objects.filter(pk__in=unused).delete()
            models.QuerySet(Content).filter(pk__in=unused)._raw_delete(connection.alias)
        deleted += len(unused)


def _unused(ids: Sequence[int], kept: Kept) -> list[int]:
    """Return those of the contents that nothing points to."""
    used = set(Revision.objects.filter(content__in=ids).order_by().values_list("content", flat=True))
    free = dict(Content.objects.filter(pk__in=set(ids) - used).values_list("sha256", "pk"))
    spared = set(kept(list(free)))
    return [pk for sha256, pk in free.items() if sha256 not in spared]
