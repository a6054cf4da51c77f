"""The states of imports and of their objects, as the tables of the transfer keep them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunStatus(models.TextChoices):
    """The states of an import; RUNNING, SUCCESSFUL and FAILED are a task's on the wire (wire API, section 3).

    PLANNING -> PLANNED, DISCARDED (the package cannot be read). PLANNED -> PLANNING (made anew), RUNNING
    (applied), DISCARDED (by a person, or by its age). RUNNING -> SUCCESSFUL, and FAILED, or PLANNED again for
    what was applied from a plan. SUCCESSFUL, FAILED and DISCARDED stay.
    """

    PLANNING = "PLANNING", _("planning")
    PLANNED = "PLANNED", _("planned")
    RUNNING = "RUNNING", _("running")
    SUCCESSFUL = "SUCCESSFUL", _("successful")
    FAILED = "FAILED", _("failed")
    DISCARDED = "DISCARDED", _("discarded")


NO_TASKS = (RunStatus.PLANNING, RunStatus.PLANNED, RunStatus.DISCARDED)
"""The states of plans: what nobody has applied is no task on the wire."""


class RunPhase(models.TextChoices):
    """What an import is doing; "" while it waits for a worker."""

    GATHERING = "gathering", _("making the package")
    READING = "reading", _("reading the package")
    CHECKING = "checking", _("checking the objects")
    WRITING = "writing", _("writing")


class Outcome(models.TextChoices):
    """What a plan says of an object of the package."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    SAME = "same", _("same")
    SKIPPED = "skipped", _("skipped")
    INVALID = "invalid", _("invalid")


class Undone(models.TextChoices):
    """What an undo did with an object."""

    RESTORED = "restored", _("restored")
    DELETED = "deleted", _("deleted")
    REVIVED = "revived", _("brought back")


class Choice(models.TextChoices):
    """What a person wants done with an object of a plan."""

    TAKE = "take", _("take")
    SKIP = "skip", _("skip")
    RENAME = "rename", _("rename")
