"""What a plan, or an undo, shows of the second person that it needs."""

from __future__ import annotations

from dataclasses import dataclass

from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.actor import Actor
from dlfportal.transfer.imports.proposals import last_changer, proposal_of
from dlfportal.transfer.models import ImportRun, Proposal


@dataclass(frozen=True, slots=True)
class Second:
    """How far something is on its way to a second person.

    `proposal` is what was proposed, None for nothing; it `stands` if it is of what the page shows. `is_mine`
    says that the reader proposed it, `is_changer` that the reader changed the plan last.
    """

    proposal: Proposal | None
    stands: bool
    is_mine: bool
    is_changer: bool

    @property
    def may_do(self) -> bool:
        """Whether the reader is a second person, if somebody who may edit."""
        return self.stands and not self.is_mine and not self.is_changer

    @property
    def is_void(self) -> bool:
        """Whether something was proposed that is not what stands now."""
        return self.proposal is not None and not self.stands


def second_of(actor: Actor, run: ImportRun, digest: str, *, is_undo: bool = False) -> Second | None:
    """Return what is to be shown of a second person, None where none is needed."""
    if not imports_need_second(run.workspace):
        return None
    found = proposal_of(run)
    if found and found.is_undo != is_undo:
        found = None
    return Second(
        proposal=found,
        stands=found is not None and bool(digest) and found.digest == digest,
        is_mine=found is not None and found.user_id == actor.user.pk,
        is_changer=not is_undo and last_changer(run) == actor.user.pk,
    )
