"""What the record says of undos of imports, as sentences in the reader's language; see `acts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dlfportal.audit.models import AuditEntry
from dlfportal.errors import gettext_noop
from dlfportal.transfer.models import Undone

COUNTS: dict[Undone, str] = {
    Undone.RESTORED: gettext_noop("%(number)s restored"),
    Undone.DELETED: gettext_noop("%(number)s deleted"),
    Undone.REVIVED: gettext_noop("%(number)s brought back"),
}


def undo_said(entry: AuditEntry) -> str:
    """Return that an import, or an undo of one, was undone."""
    if entry.detail.get("of") == "undo":
        return _("%(who)s took back the undo of the import of %(source)s: %(undone)s")
    return _("%(who)s undid the import of %(source)s: %(undone)s")


def undone_counts(counts: Any) -> str:
    """Return how many objects were restored and so on; what is 0 is left out."""
    if not isinstance(counts, Mapping):
        return "?"
    told = [_(text) % {"number": f"{counts[key]:,}"} for key, text in COUNTS.items() if counts.get(key)]
    return _(", ").join(told) or _("nothing")


def undo_facts(detail: Mapping[str, Any]) -> list[str]:
    """Return the short remarks beside the sentence of an undo, or of what one did with an object."""
    facts = []
    if isinstance(stayed := detail.get("stayed"), int) and stayed:
        facts.append(_("%(number)s stayed") % {"number": f"{stayed:,}"})
    if isinstance(version := detail.get("submitted"), int):
        text = _("version %(number)s is the submitted one again") if version else _("not submitted any more")
        facts.append(text % {"number": version})
    return facts
