"""The objects of a bulk write on their way, and what was done with each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dlfportal.catalogue.drafts import LightDraft
from dlfportal.catalogue.existing import Existing
from dlfportal.catalogue.index import State, state_of


class Written(NamedTuple):
    """What a write of many did with one object: ids before and after, None where there was or is none.

    `was_deleted`: a deleted object was revived. A version before belongs to a living object only.
    """

    object_id: int
    was_deleted: bool
    revision_before: int | None
    revision: int | None
    version_before: int | None
    version: int | None


class Back(NamedTuple):
    """The version that becomes the submitted one again: its id, its number and the id of its revision.

    `stands`: what is written now brings that revision back, so nothing was changed since it.
    """

    version_id: int | None
    number: int
    marked: int | None
    stands: bool


@dataclass(slots=True)
class Target:
    """A draft on its way: what stood under its identity, the ids it gets, and its version.

    `is_kept`: the object lives with this content already, and gets no revision. `number` is that of the
    newest revision when all is written, `marked` the id of the revision that was submitted before.
    `is_pointed`: another version than before becomes the submitted one, and is there already.
    """

    draft: LightDraft
    old: Existing | None
    pk: int = field(init=False)
    revision_id: int = field(init=False)
    content_id: int = 0
    is_kept: bool = field(init=False)
    number: int = field(init=False)
    version_before: int | None = None
    version_id: int | None = None
    version: int = 0
    is_submitted: bool = False
    is_pointed: bool = False
    marked: int | None = None

    def __post_init__(self) -> None:
        """Keep the ids of what stood there; the others are taken when the write is prepared."""
        old = self.old
        self.pk, self.revision_id, number = (old.pk, old.revision_id, old.number) if old else (0, 0, 0)
        self.is_kept = old is not None and old.alive and old.sha256 == self.draft.sha256
        self.number = number if self.is_kept else number + 1

    def submit_as(self, version_before: int | None, back: Back) -> None:
        """Let `back` be the submitted version, which was `version_before`."""
        self.version_before, self.version_id, self.version = version_before, back.version_id, back.number
        self.is_submitted, self.is_pointed = False, back.version_id != version_before
        self.marked = self.revision_id if back.stands else back.marked

    @property
    def columns(self) -> tuple[Any, ...]:
        """The values of `index.BESIDE`."""
        return (*self.draft.columns, self.draft.size, self.version, self.state.value)

    @property
    def moves(self) -> bool:
        """Whether the object points to another revision or version once all is written."""
        return self.is_submitted or self.is_pointed or not self.is_kept

    @property
    def state(self) -> State:
        """Where the object stands once all is written."""
        return state_of(self.revision_id if self.is_submitted else self.marked, self.revision_id)

    @property
    def written(self) -> Written:
        """What is done, once all is written."""
        old = self.old
        return Written(
            self.pk,
            old is not None and not old.alive,
            old.revision_id if old else None,
            self.revision_id,
            self.version_before,
            self.version_id,
        )
