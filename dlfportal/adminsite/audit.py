"""The record in the admin: read only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right
from dlfportal.adminsite.access import Needed, reach
from dlfportal.adminsite.actions import is_row_id
from dlfportal.adminsite.changelist import IndexPaginator, is_word, short_time
from dlfportal.adminsite.record import RecordAdmin
from dlfportal.adminsite.words import CHANNELS
from dlfportal.audit.actor import Channel
from dlfportal.audit.models import AuditEntry


class RecordedWorkspaceFilter(admin.SimpleListFilter):
    """One of the workspaces whose record the person may read."""

    title = _("workspace")
    parameter_name = "workspace"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        mine = reach(request)
        return [(pk, mine.label(workspace)) for pk, workspace in mine.managed.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(workspace_id=value) if is_word(value) else queryset.none()


class ChannelFilter(admin.SimpleListFilter):
    """The channel somebody used."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(channel.value, str(CHANNELS[channel])) for channel in Channel]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(channel=value) if value in list(Channel) else queryset


class AuditEntryAdmin(RecordAdmin):
    """Superusers read the whole record, workspace admins that of their workspaces."""

    rights: ClassVar[Mapping[str, Needed]] = {"view": Right.MANAGE}
    list_display = ("time", "user_name", "action", "object_name", "workspace_name", "channel_name", "summary")
    list_display_links = ("time",)
    list_filter = (RecordedWorkspaceFilter, ChannelFilter, "at")
    search_fields = ("object_name", "user_name", "action")
    fields = (
        "at", "user_name", "channel_name", "action", "workspace_name", "workspace_id", "kind", "object_name",
        "request_id", "details",
    )  # fmt: skip
    readonly_fields = ("channel_name", "details")
    ordering = ("-id",)
    list_per_page = 50
    paginator = IndexPaginator

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the entry, or None."""
        return super().get_object(request, object_id, from_field) if is_row_id(object_id) else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the record under its own name."""
        return super().changelist_view(request, {"title": gettext("Record")} | (extra_context or {}))

    @admin.display(description=_("time"))
    def time(self, obj: AuditEntry) -> str:
        """When it was done."""
        return short_time(obj.at)

    @admin.display(description=_("details"))
    def summary(self, obj: AuditEntry) -> str:
        """The details in one line."""
        text = json.dumps(obj.detail, ensure_ascii=False)[1:-1].replace('"', "")
        return text if len(text) <= 120 else text[:119] + "…"

    @admin.display(description=_("details"))
    def details(self, obj: AuditEntry) -> SafeString:
        """The details, readable."""
        return format_html("<pre>{}</pre>", json.dumps(obj.detail, ensure_ascii=False, indent=2))
