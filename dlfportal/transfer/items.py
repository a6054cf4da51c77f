"""What became of the objects of an import, for people: the ones that need a look come first."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, QuerySet, Value, When

from dlfportal.transfer.models import ImportItem, ImportRun, Outcome, RunStatus
from dlfportal.transfer.runs import runs_give_up

WEIGHT = (Outcome.INVALID, Outcome.SKIPPED, Outcome.CHANGED, Outcome.NEW, Outcome.SAME)


def items_shown(run: ImportRun, most: int) -> tuple[Sequence[ImportItem], int]:
    """Return the first objects of an import, at most `most`, and how many more there are."""
    weight = Case(*(When(outcome=outcome, then=Value(place)) for place, outcome in enumerate(WEIGHT)))
    items = list(run.items.order_by(weight, "position")[:most])
    return items, run.items.count() - len(items) if len(items) == most else 0


def runs_refresh(runs: QuerySet[ImportRun]) -> None:
    """End those of `runs` as failed whose process has died, before a person looks at them."""
    if runs.filter(status=RunStatus.RUNNING).exists():
        runs_give_up()
