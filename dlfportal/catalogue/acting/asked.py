"""What somebody asks to be done with many objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from dlfportal.audit.actions import Action
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.moving import has_folders
from dlfportal.errors import Conflict, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Problem


class BulkVerb(StrEnum):
    """What can be done with many objects at once, as addresses name it."""

    SUBMIT = "submit"
    TAG = "tag"
    MOVE = "move"
    DELETE = "delete"


ACTIONS: Mapping[BulkVerb, Action] = {
    BulkVerb.SUBMIT: Action.OBJECTS_SUBMIT,
    BulkVerb.TAG: Action.OBJECTS_TAG,
    BulkVerb.MOVE: Action.OBJECTS_MOVE,
    BulkVerb.DELETE: Action.OBJECTS_DELETE,
}
"""What the record calls each of them; each object is recorded as a part, as if it were changed alone."""


def fits(verb: BulkVerb, kind: Kind) -> bool:
    """Return whether something can be done with objects of a kind: only jobs have tags."""
    if verb is BulkVerb.TAG:
        return kind is Kind.JOB
    return has_folders(kind) if verb is BulkVerb.MOVE else True


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done: `folder` is where a move leads, `add` and `remove` are tags, `comment` is that of
    the versions of a submit.
    """

    verb: BulkVerb
    folder: str = ""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    comment: str = ""

    @property
    def detail(self) -> dict[str, Any]:
        """What the record says of it."""
        said = {"folder": self.folder, "add": list(self.add), "remove": list(self.remove)}
        return {key: value for key, value in (*said.items(), ("reason", self.comment)) if value}

    def write(self) -> dict[str, Any]:
        """Return it as JSON can keep it."""
        return asdict(self)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Asked:
        """Return what `write` made this of."""
        tags = {key: tuple(kept[key]) for key in ("add", "remove")}
        return cls(BulkVerb(kept["verb"]), kept["folder"], **tags, comment=kept["comment"])


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: so many objects changed, so many had it already, so many are of a kind without it.

    `warnings` are what DLF may not like of it; `entry` is the act of the record, None when nothing changed.
    """

    changed: int
    same: int = 0
    unfit: int = 0
    warnings: list[Problem] = field(default_factory=list)
    entry: AuditEntry | None = None


class SetChanged(Conflict):
    """The objects are not the ones that were shown: so many `shown` became so many now."""

    def __init__(self, shown: int, now: int) -> None:
        self.shown, self.now = shown, now
        if shown == now:
            message = gettext_noop(
                "The selection has other objects than the %(shown)s that were shown. Nothing was done: look "
                "at them again."
            )
        else:
            message = gettext_noop(
                "The selection has changed: %(shown)s objects became %(now)s. Nothing was done: look at them "
                "again."
            )
        super().__init__(message, shown=shown, now=now)
