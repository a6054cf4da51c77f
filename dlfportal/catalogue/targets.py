"""The objects of a bulk write on their way, and what was done with each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dlfportal.catalogue.drafts import LightDraft
from dlfportal.catalogue.existing import Existing
from dlfportal.catalogue.index import State, state_of


class Written(NamedTuple):
    """What a bulk write did with one object: ids before and after, None where there was none.

    `was_deleted`: a deleted object was revived. A version before belongs to a living object only.
    """

    object_id: int
    was_deleted: bool
    revision_before: int | None
    revision: int
    version_before: int | None
    version: int | None


@dataclass(slots=True)
class Target:
    """A draft on its way: what stood under its identity, the ids it gets, and its version.

    `is_kept`: the object lives with this content already, and gets no revision. `number` is that of the
    newest revision when all is written, `marked` the id of the revision that was submitted before.
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
    marked: int | None = None

    def __post_init__(self) -> None:
        """Keep the ids of what stood there; the others are taken when the write is prepared."""
        old = self.old
        self.pk, self.revision_id, number = (old.pk, old.revision_id, old.number) if old else (0, 0, 0)
        self.is_kept = old is not None and old.alive and old.sha256 == self.draft.sha256
        self.number = number if self.is_kept else number + 1

    @property
    def columns(self) -> tuple[Any, ...]:
        """The values of `index.BESIDE`."""
        return (*self.draft.columns, self.draft.size, self.version, self.state.value)

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
