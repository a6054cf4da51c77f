"""Words of the record for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.audit.actor import Channel

CHANNELS: dict[str, Promise] = {
    Channel.WEB: _("pages"),
    Channel.ADMIN: _("administration"),
    Channel.API: _("API"),
    Channel.COMMAND: _("command line"),
}
"""The channels somebody may use, as people read them."""
