"""The rows of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlfportal.catalogue.drafts import Identity, LightDraft
from dlfportal.formats.layout import EntryOrder, entry_order
from dlfportal.transfer.imports.adapt import Note
from dlfportal.transfer.models import Outcome


@dataclass(slots=True)
class PlanRow:
    """One object of the package: what the import does with it, and why or what a person should know.

    `path` is the entry of an object that cannot be kept; the others need none, and may be 200,000.
    """

    identity: Identity
    outcome: Outcome
    notes: Sequence[Note]
    draft: LightDraft | None = None
    path: str = ""

    @property
    def place(self) -> EntryOrder:
        """The row's place in the plan, that of its entry in a package."""
        kind, cluster, name = self.identity
        return entry_order(kind, name, cluster, str(kind))
