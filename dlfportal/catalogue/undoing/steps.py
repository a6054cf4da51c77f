"""What undoing does with each object, and why one stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from dlfportal.catalogue.acting.uses import User
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.existing import Existing
from dlfportal.catalogue.targets import Back


class Do(StrEnum):
    """What undoing does with an object: `restore` a former document, `delete` what was new or revived, or
    `revive` what was deleted.
    """

    RESTORE = "restore"
    DELETE = "delete"
    REVIVE = "revive"


class Former(NamedTuple):
    """The revision whose document comes back: its number, and its content."""

    number: int
    content_id: int
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Step:
    """What is done with one object. `now` and `version_id` are what must still stand there; `version` is the
    number of that version, 0 for none. `back` is the version that becomes the submitted one again.

    Without a `former` document the object is deleted.
    """

    identity: Identity
    now: Existing
    version_id: int | None
    version: int
    former: Former | None
    back: Back

    @property
    def pk(self) -> int:
        """The id of the object."""
        return self.now.pk

    @property
    def do(self) -> Do:
        """What is done."""
        if self.former is None:
            return Do.DELETE
        return Do.RESTORE if self.now.alive else Do.REVIVE


class Why(StrEnum):
    """Why an object stays as it is."""

    EDITED = "edited"
    RENAMED = "renamed"
    DELETED = "deleted"
    SUBMITTED = "submitted"
    REVIVED = "revived"
    TAKEN = "taken"
    """Another object has the name."""
    USED = "used"
    """It would be deleted, and something that stays points to it since."""


@dataclass(frozen=True, slots=True)
class Stay:
    """That an object stays as it is: why, and who made it so when; "" and None where that is not known.

    `by` are the first of the objects that use it, or the one that has its name.
    """

    step: Step
    why: Why
    who: str = ""
    when: datetime | None = None
    by: tuple[User, ...] = ()
