"""One object of a plan as its row shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.formats.kinds import Kind
from dlfportal.links import import_item_url
from dlfportal.transfer.imports.texts import note_text
from dlfportal.transfer.models import Choice, ImportItem, ImportRun, Outcome
from dlfportal.transfer.planning.plans import item_label, plan_lacks
from dlfportal.web.pages.imports.words import OUTCOMES

LACKS_NAMED = 5
TAIL = 12
"""So many characters at the end of a name are always seen."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One object of a plan. `lacks` names what it needs that is skipped and not here.

    `typed` is the new name that somebody typed and that was not taken.
    """

    workspace_id: str
    item: ImportItem
    lacks: Sequence[str] = ()
    typed: str | None = None

    @property
    def position(self) -> int:
        """Its place in the plan, which names it."""
        return self.item.position

    @property
    def spec(self) -> KindSpec:
        """Its kind."""
        return KINDS[Kind(self.item.kind)]

    @property
    def label(self) -> str:
        """Its name in the package, of a CDM job with the cluster."""
        return item_label(self.item)

    @property
    def ends(self) -> tuple[str, str]:
        """Its name in two parts: what is cut where there is no room, and the end, by which names differ."""
        return self.label[:-TAIL], self.label[-TAIL:]

    @property
    def token(self) -> str:
        """The word of its token."""
        return OUTCOMES[self.item.outcome].token

    @property
    def is_skipped(self) -> bool:
        """Whether it is left out; what is the same is written by no choice."""
        return bool(self.item.choice == Choice.SKIP)

    @property
    def is_taken(self) -> bool:
        """Whether it is written."""
        return not self.is_skipped

    @property
    def is_renamed(self) -> bool:
        """Whether it comes in under another name."""
        return bool(self.item.choice == Choice.RENAME)

    @property
    def may_be_taken(self) -> bool:
        """Whether it can be taken: what is invalid cannot be written, what is the same need not."""
        return self.item.outcome in (Outcome.NEW, Outcome.CHANGED)

    @property
    def may_be_renamed(self) -> bool:
        """Whether it can come in under another name."""
        return self.item.outcome != Outcome.INVALID

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose."""
        return self.item.outcome != Outcome.SAME or self.is_renamed

    @property
    def notes(self) -> list[str]:
        """What is to be said of it, why it is invalid first."""
        return [note_text(note) for note in self.item.messages]

    @property
    def url(self) -> str:
        """What it would change."""
        return import_item_url(self.workspace_id, self.item.run_id, self.item.position)

    @property
    def new_name(self) -> str:
        """What its field for a new name holds."""
        return self.item.new_name if self.typed is None else self.typed


def plan_lines(
    workspace_id: str,
    items: Sequence[ImportItem],
    lacks: Mapping[int, Sequence[str]],
    typed: Mapping[int, str],
) -> list[PlanLine]:
    """Return the rows of some objects; `lacks` and `typed` by their positions."""
    return [
        PlanLine(workspace_id, item, lacks.get(item.position, ()), typed.get(item.position)) for item in items
    ]


def lacks_named(run: ImportRun, items: Sequence[ImportItem]) -> dict[int, list[str]]:
    """Return what some objects need that is skipped and not here, by their positions: the first of each."""
    here = {item.position for item in items}
    return {
        position: [item_label(one) for one in needs[:LACKS_NAMED]]
        for position, needs in plan_lacks(run).items()
        if position in here
    }
