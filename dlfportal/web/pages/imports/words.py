"""The words for what becomes of an import and of its objects."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dlfportal.transfer.models import Outcome, RunStatus, Undone

TONES: dict[str, str] = {
    RunStatus.PLANNED: "info",
    RunStatus.RUNNING: "warning",
    RunStatus.SUCCESSFUL: "success",
    RunStatus.FAILED: "error",
}
"""The colour of a state."""


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
    Outcome.CHANGED: OutcomeWords("changed", gettext_lazy("Changed")),
    Outcome.NEW: OutcomeWords("new", gettext_lazy("New")),
    Outcome.SKIPPED: OutcomeWords("skipped", gettext_lazy("Skipped")),
    Outcome.SAME: OutcomeWords("same", gettext_lazy("Same")),
}
"""In the order people look: what needs a look comes first. The first ones are of undos."""
