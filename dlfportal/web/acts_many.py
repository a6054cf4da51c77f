"""What the record says of acts on many objects, as sentences in the reader's language; see `acts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dlfportal.audit.actions import Action
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import gettext_noop


def many_said(entry: AuditEntry) -> str:
    """Return what was done with many objects at once."""
    count = entry.detail.get("count")
    number = count if isinstance(count, int) else 0
    return {
        Action.OBJECTS_SUBMIT: ngettext(
            "%(who)s submitted %(count)s object at once",
            "%(who)s submitted %(count)s objects at once",
            number,
        ),
        Action.OBJECTS_TAG: ngettext(
            "%(who)s changed the tags of %(count)s job", "%(who)s changed the tags of %(count)s jobs", number
        ),
        Action.OBJECTS_MOVE: ngettext(
            "%(who)s moved %(count)s object to %(folder)s",
            "%(who)s moved %(count)s objects to %(folder)s",
            number,
        ),
        Action.OBJECTS_DELETE: ngettext(
            "%(who)s deleted %(count)s object at once", "%(who)s deleted %(count)s objects at once", number
        ),
    }[Action(entry.action)]


FAILED: dict[str, str] = {
    "submit": gettext_noop("%(who)s could not submit %(count)s objects"),
    "tag": gettext_noop("%(who)s could not change the tags of %(count)s objects"),
    "move": gettext_noop("%(who)s could not move %(count)s objects"),
    "delete": gettext_noop("%(who)s could not delete %(count)s objects"),
}


def many_failed(entry: AuditEntry) -> str:
    """Return what a worker could not do with many objects."""
    return _(FAILED.get(str(entry.detail.get("verb")), "%(who)s: %(action)s"))


def tags_said(detail: Mapping[str, Any]) -> list[str]:
    """Return the tags that were added and taken away."""
    signs = (("add", "+"), ("remove", "−"))
    return [f"{sign}{tag}" for key, sign in signs for tag in detail.get(key) or ()]
