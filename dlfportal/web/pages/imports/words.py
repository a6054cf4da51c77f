"""The words for what becomes of an import and of its objects."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from dlfportal.transfer.models import Outcome, RunPhase, RunStatus, Undone
from dlfportal.transfer.planning.remarks import Remark

TONES: dict[str, str] = {
    RunStatus.PLANNING: "warning",
    RunStatus.PLANNED: "info",
    RunStatus.RUNNING: "warning",
    RunStatus.SUCCESSFUL: "success",
    RunStatus.FAILED: "error",
}
"""The colour of a state; a plan that was given up is grey."""

PHASES: dict[str, str | Promise] = {
    "": gettext_lazy("Waits for a worker"),
    RunPhase.GATHERING: gettext_lazy("Makes the package of the other workspace"),
    RunPhase.READING: gettext_lazy("Reads the package"),
    RunPhase.CHECKING: gettext_lazy("Checks the objects"),
    RunPhase.WRITING: gettext_lazy("Writes"),
}


REMARKS: dict[Remark, Promise] = {
    Remark.MISSING: gettext_lazy("Missing objects"),
    Remark.EMPTY: gettext_lazy("Empty secrets"),
    Remark.CREDENTIAL: gettext_lazy("Credentials"),
    Remark.DYNAMIC: gettext_lazy("By expression"),
    Remark.MAPPED: gettext_lazy("Mapped names"),
}


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """What is said of the objects with one outcome: the word of their token, the heading of their list."""

    token: str
    heading: str | Promise


OUTCOMES: dict[str, OutcomeWords] = {
    Undone.RESTORED: OutcomeWords("restored", gettext_lazy("Restored")),
    Undone.REVIVED: OutcomeWords("revived", gettext_lazy("Brought back")),
    Undone.DELETED: OutcomeWords("deleted", gettext_lazy("Deleted")),
    Outcome.INVALID: OutcomeWords("invalid", gettext_lazy("Invalid")),
    Outcome.CHANGED: OutcomeWords("changed", gettext_lazy("Changed objects")),
    Outcome.NEW: OutcomeWords("new", gettext_lazy("New objects")),
    Outcome.SKIPPED: OutcomeWords("skipped", gettext_lazy("Skipped")),
    Outcome.SAME: OutcomeWords("same", gettext_lazy("Same")),
}
"""In the order people look: what needs a look comes first. The first ones are of undos."""


def joined(parts: list[str]) -> str:
    """Return parts of a sentence as one, without those that are empty."""
    return _(", ").join(part for part in parts if part)


NUMBERED = {
    Outcome.NEW: ngettext_lazy("%(number)s new", "%(number)s new", "count"),
    Outcome.CHANGED: ngettext_lazy("%(number)s change", "%(number)s changes", "count"),
    Outcome.SAME: ngettext_lazy("%(number)s the same", "%(number)s the same", "count"),
    Outcome.SKIPPED: ngettext_lazy("%(number)s skipped", "%(number)s skipped", "count"),
    Outcome.INVALID: ngettext_lazy("%(number)s invalid", "%(number)s invalid", "count"),
}


def numbered(outcome: Outcome, count: int) -> str:
    """Return how many objects have an outcome, "" for none."""
    return NUMBERED[outcome] % {"count": count, "number": f"{count:,}"} if count else ""
