"""Words for the values that DLF documents; a value it does not document is shown as it is."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCHEDULE_TYPES: dict[str, Promise] = {"CRON": _("by time"), "EVENT": _("by event"), "EXECUTE_ONCE": _("once")}
FAIL_POLICIES: dict[str, Promise] = {
    "FAIL": _("fail"),
    "IGNORE": _("go on"),
    "SUSPEND": _("suspend"),
    "FAIL_CHILD": _("fail the nodes after it"),
    "EXIT": _("fail"),
    "CONTINUE": _("go on"),
    "EXIT_CHILD": _("fail the nodes after it"),
}
PRIORITIES: dict[Any, Promise] = {0: _("high"), 1: _("medium"), 2: _("low")}
