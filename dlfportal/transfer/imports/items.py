"""The objects of an import: kept as the plan has them, and what the import did with each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.targets import Written
from dlfportal.db.rows import ids_take, rows_insert, storing
from dlfportal.db.staged import Staged
from dlfportal.transfer.imports.plan import Plan
from dlfportal.transfer.imports.rows import PlanRow, Reviewed
from dlfportal.transfer.models import Choice, ImportItem, ImportRun, Outcome

LONGEST_NAME = 255
WRITTEN_COLUMNS = (
    # The id, and what `Written` says.
    "id", "object", "was_deleted", "revision_before", "revision_after", "version_before", "version_after",
)  # fmt: skip

WEIGHT = (Outcome.INVALID, Outcome.SKIPPED, Outcome.CHANGED, Outcome.NEW, Outcome.SAME)
"""What became of an object, in the order people look: the ones that need a look come first."""


COLUMNS = (
    *(
        "id",
        "run",
        "position",
        "kind",
        "cluster",
        "name",
        "outcome",
        "messages",
        "refused",
        "choice",
        "new_name",
    ),
    *("sha256", "object", "was_deleted", "revision_before"),
)
REVIEWED_COLUMNS = ("directory", "base", "both_changed", "mapped", "followed")
"""What the rows of a plan that people look at have besides."""


def items_keep(run: ImportRun, plan: Plan) -> Sequence[int]:
    """Keep the rows of `plan` and what it says of the package; return the ids of the items in its order."""
    notes = [list(note) for note in plan.notes]
    with transaction.atomic():
        ids = items_insert(run, plan)
        kept = ImportRun.objects.filter(pk=run.pk)
        kept.update(digest=plan.digest, notes=notes, updated_at=timezone.now())
    return ids


def items_insert(run: ImportRun, plan: Plan) -> Sequence[int]:
    """Insert an item for each row of `plan`, in a transaction; return their ids in its order."""
    ids = ids_take(ImportItem, len(plan.rows))
    columns = COLUMNS + REVIEWED_COLUMNS if run.is_reviewed else COLUMNS
    rows_insert(ImportItem, columns, _rows(run, plan, ids))
    return ids


def _rows(run: ImportRun, plan: Plan, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    messages, mapped = storing(ImportItem, "messages"), storing(ImportItem, "mapped")
    none = messages([])
    for position, (pk, row) in enumerate(zip(ids, plan.rows, strict=True)):
        there = plan.planned.get(row.target)
        reviewed = row.reviewed
        kind, cluster, name = row.identity
        values = (
            pk,
            run.pk,
            position,
            kind.value,
            cluster[:LONGEST_NAME],
            name[:LONGEST_NAME],
            row.outcome.value,
            messages([list(note) for note in row.notes]) if row.notes else none,
            row.is_refused,
            reviewed.choice.value if reviewed else Choice.TAKE.value,
            reviewed.new_name if reviewed else "",
            row.draft.sha256 if row.draft else "",
            there.pk if there else None,
            there is not None and not there.alive,
            there.revision_id if there else None,
        )
        yield (*values, *_review_values(row, mapped)) if reviewed else values


def _review_values(row: PlanRow, mapped: Callable[[Any], Any]) -> tuple[Any, ...]:
    reviewed = cast(Reviewed, row.reviewed)
    changes = [list(change) for change in reviewed.review.mapped]
    return (
        reviewed.review.directory,
        reviewed.base,
        reviewed.both_changed,
        mapped(changes) if changes else None,
        reviewed.followed,
    )


class WrittenItems:
    """What an import writes of each object: what it would take to undo it. `ids` are those of the items."""

    def __init__(self, plan: Plan, ids: Sequence[int]) -> None:
        self._plan, self._ids = plan, ids
        self._staged: Staged | None = None
        self._told: Mapping[Identity, Written] = {}

    def ready(self, written: Mapping[Identity, Written]) -> None:
        """Make the rows ahead of the transaction."""
        rows = (
            (pk, *done)
            for pk, row in zip(self._ids, self._plan.rows, strict=True)
            if (done := written.get(row.target))
        )
        self._staged, self._told = Staged(ImportItem, WRITTEN_COLUMNS, rows, "written"), written

    def keep(self, written: Mapping[Identity, Written]) -> None:
        """Keep what was written, in the import's transaction."""
        if self._staged is None or written != self._told:
            self.ready(written)
        cast(Staged, self._staged).update()


def items_shown(run: ImportRun, most: int) -> tuple[Sequence[ImportItem], int]:
    """Return the first objects of an import, at most `most`, and how many more there are."""
    weight = Case(*(When(outcome=outcome, then=Value(place)) for place, outcome in enumerate(WEIGHT)))
    items = list(run.items.order_by(weight, "position")[:most])
    return items, run.items.count() - len(items) if len(items) == most else 0
