"""The rows of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlfportal.catalogue.drafts import Identity, LightDraft
from dlfportal.formats.layout import EntryOrder, entry_order
from dlfportal.transfer.imports.adapt import REFUSED, Note
from dlfportal.transfer.imports.drafts import Review
from dlfportal.transfer.models import Choice, Outcome


@dataclass(slots=True)
class Reviewed:
    """What a plan that people look at says of an object beside its outcome: see `ImportItem`."""

    review: Review
    choice: Choice = Choice.TAKE
    new_name: str = ""
    followed: int = 0
    base: int | None = None
    both_changed: bool = False


@dataclass(slots=True)
class PlanRow:
    """One object of the package: what the import does with it, and why or what a person should know.

    `identity` is that in the package, before a new name. `path` is the entry of an object that cannot be
    kept; the others need none, and may be 200,000. `reviewed` is there if people look at the plan.
    """

    identity: Identity
    outcome: Outcome
    notes: Sequence[Note]
    draft: LightDraft | None = None
    path: str = ""
    reviewed: Reviewed | None = None

    @property
    def target(self) -> Identity:
        """What the object is called in the workspace."""
        return self.draft.identity if self.draft else self.identity

    @property
    def is_refused(self) -> bool:
        """Whether DataArts would refuse the document, which the portal keeps."""
        return self.outcome is not Outcome.INVALID and any(REFUSED in note.params for note in self.notes)

    @property
    def is_left_out(self) -> bool:
        """Whether a person wants nothing done with it."""
        return self.reviewed is not None and self.reviewed.choice == Choice.SKIP

    @property
    def place(self) -> EntryOrder:
        """The row's place in the plan, that of its entry in a package."""
        kind, cluster, name = self.identity
        return entry_order(kind, name, cluster, str(kind))
