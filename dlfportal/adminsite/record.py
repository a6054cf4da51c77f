"""Rows that never change in the admin: what is common to the record and to imports."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dlfportal.adminsite.access import PortalAdmin
from dlfportal.audit.texts import CHANNELS


class RecordAdmin(PortalAdmin):
    """Base of rows that are only read: `rights` names `view` alone, and they have no history themselves."""

    change_form_template = "admin/record.html"
    sortable_by = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Refuse: the row is history itself."""
        raise PermissionDenied

    @admin.display(description=_("channel"))
    def channel_name(self, obj: Any) -> str:
        """The channel somebody used."""
        return str(CHANNELS.get(obj.channel, obj.channel))
