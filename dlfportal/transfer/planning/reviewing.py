"""What a plan that people look at says beside what is new and what has changed.

The choices that still fit, what needs what, which names the package brings, and where both sides come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dlfportal.access.models import Workspace
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.existing import existing_objects
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports.drafts import Review
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.imports.plan import Plan
from dlfportal.transfer.imports.rows import PlanRow, Reviewed
from dlfportal.transfer.models import Choice, ImportRun, Outcome
from dlfportal.transfer.planning.states import ITEMS_A_READ, default_choice

NOTHING = Review("", (), (), ())
USES_KEPT = 2000
"""So many names of a package are listed, those that most objects use."""


class Chosen(NamedTuple):
    """What a person chose for an object when it would have been written as `sha256`."""

    choice: Choice
    new_name: str
    sha256: str


@dataclass(slots=True)
class Prior:
    """What people chose in a plan before it is made again; `digest` is that of its package."""

    digest: str = ""
    choices: dict[Identity, Chosen] = field(default_factory=dict)

    @property
    def renames(self) -> Mapping[tuple[str, str, str], str]:
        """The new names, by what the objects are called in the package."""
        return {
            identity: chosen.new_name
            for identity, chosen in self.choices.items()
            if chosen.choice == Choice.RENAME
        }

    def fitting(self, row: PlanRow, digest: str) -> Chosen | None:
        """Return what was chosen for an object, if it still fits: the package or the document is the same."""
        chosen = self.choices.get(row.identity)
        if chosen is None or chosen.choice == Choice.RENAME:
            return chosen
        is_same = digest == self.digest or (row.draft and row.draft.sha256 == chosen.sha256)
        return chosen if is_same else None


def prior_of(run: ImportRun) -> Prior:
    """Return what people chose in a plan: what is as the policy has it is no choice."""
    policy = run.options.get("sameNamePolicy", "")
    columns = ("kind", "cluster", "name", "outcome", "choice", "new_name", "sha256")
    prior = Prior(run.digest)
    rows = run.items.order_by().values_list(*columns)
    for kind, cluster, name, outcome, choice, new_name, sha256 in rows.iterator(ITEMS_A_READ):
        if choice != default_choice(outcome, policy):
            identity = Identity(Kind(kind), cluster, name)
            prior.choices[identity] = Chosen(Choice(choice), new_name, sha256)
    return prior


def rows_review(workspace: Workspace, plan: Plan, options: ImportOptions, prior: Prior) -> None:
    """Give each row of a plan its choice, and count the references that follow a new name."""
    _stand_invalid(workspace, plan)
    followed = Counter(
        identity for row in plan.rows if row.reviewed for identity in row.reviewed.review.followed
    )
    for row in plan.rows:
        reviewed = row.reviewed = row.reviewed or Reviewed(NOTHING)
        reviewed.choice = default_choice(row.outcome, options.policy)
        reviewed.followed = followed.get(row.identity, 0)
        chosen = prior.fitting(row, plan.digest)
        if chosen and _may_be(chosen, row):
            reviewed.choice, reviewed.new_name = chosen.choice, chosen.new_name


def _may_be(chosen: Chosen, row: PlanRow) -> bool:
    """Whether a choice means something for a row: an object keeps a new name only if it has it."""
    return chosen.choice != Choice.RENAME or row.outcome is Outcome.INVALID or row.target != row.identity


def _stand_invalid(workspace: Workspace, plan: Plan) -> None:
    """Look what stands under the names of the invalid objects: who leaves one out may have it already."""
    unknown = [row.identity for row in plan.rows if row.identity not in plan.planned and row.draft is None]
    plan.planned.update(existing_objects(workspace, unknown))


def needs_of(rows: Sequence[PlanRow]) -> dict[str, list[int]]:
    """Return by position, as JSON has it, the positions of what an object of the package uses."""
    places = {tuple(row.target): place for place, row in enumerate(rows)}
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        keys = row.draft.references if row.draft else ()
        used = {places.get((key.target, key.cluster, key.name)) for key in keys}
        if needed := sorted(one for one in used if one is not None and one != place):
            found[str(place)] = needed
    return found


def uses_of(rows: Iterable[PlanRow]) -> list[tuple[str, str, int]]:
    """Return (kind, name, objects) of what the package names, what most of them use first."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row.reviewed:
            counted.update(row.reviewed.review.uses)
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [(kind, name, count) for (kind, name), count in ordered[:USES_KEPT]]


def facts_of(
    plan: Plan, uses: Sequence[tuple[str, str, int]], here: Mapping[tuple[str, str], bool]
) -> dict[str, Any]:
    """Return the values of `PlanFacts` for a plan; `here` says which names of `uses` the workspace uses."""
    named = [[kind, name, count, here.get((kind, name), False)] for kind, name, count in uses]
    return {"uses": named, "needs": needs_of(plan.rows)}
