"""The signs and words of what happened to a thing, the same on every page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOKENS: dict[str, tuple[str, Promise]] = {
    "new": ("+", _("new")),
    "changed": ("~", _("changed")),
    "removed": ("−", _("removed")),
    "same": ("=", _("same")),
    "there": ("→", _("only there")),
    "skipped": ("○", _("skipped")),
    "invalid": ("!", _("invalid")),
    "renamed": ("↷", _("renamed?")),
    "restored": ("~", _("restored")),
    "deleted": ("−", _("deleted")),
    "revived": ("+", _("brought back")),
    "differ": ("~", _("differs")),
    "here": ("←", _("only here")),
    "mapped": ("≈", _("same by mapping")),
    "apart": ("=", _("same but for positions and order")),
}
"""What can be said of a thing between two states: a sign and a word, never the colour alone."""
