"""Exports in the admin: who took what, read only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right
from dlfportal.adminsite.access import Needed, workspace_label
from dlfportal.adminsite.bounded import ROWS_AT_MOST, BoundedAdmin, BoundedChangeList, IndexListing, Listing
from dlfportal.adminsite.changelist import is_word
from dlfportal.adminsite.columns import time_column
from dlfportal.adminsite.record import RecordAdmin
from dlfportal.times import moment
from dlfportal.transfer.exports.packed import entries_unpack
from dlfportal.transfer.exports.selectors import NEWEST_FIRST, exports_find
from dlfportal.transfer.models import Export

LINES_SHOWN = 500
TIMES = (time_column(Export, "started_at"), time_column(Export, "ended_at"))


class ExportAdmin(RecordAdmin, BoundedAdmin):
    """Superusers see all exports, workspace admins those of their workspaces."""

    rights: ClassVar[Mapping[str, Needed]] = {"view": Right.MANAGE}
    list_display = ("started", "shown", "name", "place", "user_name", "channel_name", "bytes_sent")
    list_display_links = ("started",)
    list_select_related = ("workspace__project",)
    search_fields = ("name", "user_name")
    search_help_text = _(
        "Search for a package's name or its beginning, or for a whole job name or user name. Case matters."
    )
    fields = (
        "id", "name", "place", "user_name", "channel_name", "request_id", "shown", *TIMES,
        "bytes_sent", "size", "digest", "placed", "chosen", "made", "gaps", "held",
    )  # fmt: skip
    readonly_fields = (
        *TIMES,
        "place",
        "channel_name",
        "shown",
        "bytes_sent",
        "placed",
        "chosen",
        "made",
        "gaps",
        "held",
    )
    ordering = NEWEST_FIRST

    def every_row(self, request: HttpRequest) -> QuerySet[Export]:
        """Return the exports without the paths of their entries."""
        return super().every_row(request).defer("contents", "missing")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Return the rows as they are: `listing` searches."""
        return queryset, False

    def listing(self, request: HttpRequest, page: BoundedChangeList) -> Listing:
        """Return the exports, newest first."""
        workspaces = self.workspaces_listed(request)
        if page.query:
            found = exports_find(page.rows, workspaces, page.query, ROWS_AT_MOST)
            return self.found(request, found, page.query)
        return IndexListing(page.rows, [{"workspace_id": pk} for pk in workspaces], NEWEST_FIRST)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the export, or None."""
        return super().get_object(request, object_id, from_field) if is_word(object_id) else None

    @admin.display(description=_("started"))
    def started(self, obj: Export) -> SafeString:
        """When the export began."""
        return moment(obj.started_at)

    @admin.display(description=_("state"))
    def shown(self, obj: Export) -> str:
        """How the export stands; one that gives no sign of life any more has broken off."""
        return str(obj.shown_state.label)

    @admin.display(description=_("workspace"))
    def place(self, obj: Export) -> str:
        """The workspace with its project: many have one named `default`."""
        return workspace_label(obj.workspace)

    @admin.display(description=_("sent"))
    def bytes_sent(self, obj: Export) -> str:
        """How much left."""
        return filesizeformat(obj.sent)

    @admin.display(description=_("Folder"))
    def placed(self, obj: Export) -> str:
        """Where in the object store the package was put, if it was."""
        return obj.folder or "—"

    @admin.display(description=_("selection"))
    def chosen(self, obj: Export) -> SafeString:
        """How the objects were chosen."""
        return _readable(obj.selection)

    @admin.display(description=_("options"))
    def made(self, obj: Export) -> SafeString:
        """How the package was made."""
        return _readable(obj.options)

    @admin.display(description=_("missing"))
    def gaps(self, obj: Export) -> SafeString:
        """What nothing in the workspace answered, the first of very many."""
        return _lines(obj.missing)

    @admin.display(description=_("entries"))
    def held(self, obj: Export) -> SafeString:
        """The paths of the package, the first of very many."""
        return _lines([entry.path for entry in entries_unpack(bytes(obj.contents))])


def _readable(value: Any) -> SafeString:
    return format_html("<pre>{}</pre>", json.dumps(value, ensure_ascii=False, indent=2))


def _lines(lines: list[str]) -> SafeString:
    more = max(0, len(lines) - LINES_SHOWN)
    return render_to_string("admin/transfer/export/_lines.html", {"lines": lines[:LINES_SHOWN], "more": more})
