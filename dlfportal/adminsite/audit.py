"""The record in the admin: read only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right
from dlfportal.adminsite.access import Needed, reach
from dlfportal.adminsite.bounded import ROWS_AT_MOST, BoundedAdmin, BoundedChangeList, IndexListing, Listing
from dlfportal.adminsite.changelist import ColumnFilter
from dlfportal.adminsite.columns import time_column
from dlfportal.adminsite.record import RecordAdmin
from dlfportal.audit.actor import Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.selectors import NEWEST_FIRST, entries_find, listed_parts, recorded_workspaces
from dlfportal.audit.texts import CHANNELS
from dlfportal.db.lookups import is_row_id
from dlfportal.times import moment

AT = time_column(AuditEntry, "at")


class RecordedWorkspaceFilter(admin.SimpleListFilter):
    """One of the workspaces whose record the person may read."""

    title = _("workspace")
    parameter_name = "workspace"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        mine = reach(request)
        return [(pk, mine.label(workspace)) for pk, workspace in mine.managed.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows as they are: the list reads those of the chosen workspace alone."""
        return queryset


class ChannelFilter(ColumnFilter):
    """The channel somebody used."""

    title = _("channel")
    parameter_name = column = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(channel.value, str(CHANNELS[channel])) for channel in Channel]

    def value(self) -> str | None:
        """Return the chosen channel, None also for one that does not exist."""
        chosen = super().value()
        return chosen if chosen in list(Channel) else None


class AuditEntryAdmin(RecordAdmin, BoundedAdmin):
    """Superusers read the whole record, workspace admins that of their workspaces."""

    rights: ClassVar[Mapping[str, Needed]] = {"view": Right.MANAGE}
    list_display = ("time", "act", "workspace_name", "channel_name", "summary")
    list_display_links = ("time",)
    list_filter = (RecordedWorkspaceFilter, ChannelFilter, "at")
    search_fields = ("object_name", "user_name", "action")
    search_help_text = _(
        "Search for a name or its beginning, or for acts by the whole user name or by the action, such as "
        "package.export or package. Case matters."
    )
    fields = (
        AT, "act", "user_name", "channel_name", "action", "workspace_name", "workspace_id", "kind",
        "object_name", "request_id", "details",
    )  # fmt: skip
    readonly_fields = (AT, "act", "channel_name", "details")
    ordering = NEWEST_FIRST
    list_per_page = 50

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the entry, or None."""
        return super().get_object(request, object_id, from_field) if is_row_id(object_id) else None

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Return the rows as they are: `listing` searches."""
        return queryset, False

    def workspaces_listed(self, request: HttpRequest) -> list[str]:
        """Return the workspaces whose entries are listed: for a superuser also those that are no more."""
        if not reach(request).everything:
            return super().workspaces_listed(request)
        chosen = request.GET.get("workspace", "")
        return [chosen] if chosen else recorded_workspaces()

    def listing(self, request: HttpRequest, page: BoundedChangeList) -> Listing:
        """Return the entries, newest first."""
        if page.query:
            workspaces = self.workspaces_listed(request)
            found = entries_find(page.rows, workspaces, page.query, ROWS_AT_MOST)
            return self.found(request, found, page.query)
        if reach(request).everything and not page.get_filters_params():
            return IndexListing(page.rows, [{}], ("-id",))
        chosen = next(spec.value() for spec in page.filter_specs if isinstance(spec, ChannelFilter))
        parts = listed_parts(self.workspaces_listed(request), [chosen] if chosen else list(Channel))
        return IndexListing(page.rows, parts, NEWEST_FIRST)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the record under its own name."""
        return super().changelist_view(request, {"title": gettext("Record")} | (extra_context or {}))

    @admin.display(description=_("time"))
    def time(self, obj: AuditEntry) -> SafeString:
        """When it was done."""
        return moment(obj.at)

    @admin.display(description=_("what was done"))
    def act(self, obj: AuditEntry) -> SafeString:
        """What was done, in words."""
        return render_to_string("admin/audit/_act.html", {"entry": obj})

    @admin.display(description=_("details"))
    def summary(self, obj: AuditEntry) -> str:
        """The details in one line."""
        text = json.dumps(obj.detail, ensure_ascii=False)[1:-1].replace('"', "")
        return text if len(text) <= 120 else text[:119] + "…"

    @admin.display(description=_("details"))
    def details(self, obj: AuditEntry) -> SafeString:
        """The details, readable."""
        return format_html("<pre>{}</pre>", json.dumps(obj.detail, ensure_ascii=False, indent=2))
