"""Imports in the admin: read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dlfportal.adminsite.access import PortalAdmin, reach
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.texts import item_message, run_message

ITEMS_SHOWN = 500


class ImportRunAdmin(PortalAdmin):
    """The imports of the workspaces in which a person may edit, with what became of each object."""

    list_display = ("created_at", "source", "workspace", "user_name", "status", "told")
    list_display_links = ("created_at",)
    list_filter = ("status",)
    list_select_related = ("workspace",)
    search_fields = ("source", "user_name")
    fields = (
        "id", "source", "workspace", "user_name", "via", "status", "told", "created_at", "ended_at",
        "digest", "objects",
    )  # fmt: skip
    readonly_fields = ("told", "objects")
    ordering = ("-created_at",)
    sortable_by = ()
    show_full_result_count = False
    paginator = Paginator
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """Return the imports the person may know of."""
        runs: QuerySet[ImportRun] = super().get_queryset(request)
        mine = reach(request)
        return runs if mine.everything else runs.filter(workspace__in=list(mine.editable))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(reach(request).everything or reach(request).editable)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return self.has_module_permission(request)
        return obj.workspace_id in reach(request).editable

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_change_permission

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Refuse: an import is history itself."""
        raise PermissionDenied

    @admin.display(description=_("message"))
    def told(self, obj: ImportRun) -> str:
        """How the import ended."""
        return run_message(obj)

    @admin.display(description=_("objects"))
    def objects(self, obj: ImportRun) -> SafeString:
        """What became of each object, the first of very many."""
        rows = (
            (item.get_outcome_display(), item.get_kind_display(), item.name, item_message(obj, item))
            for item in obj.items.all()[:ITEMS_SHOWN]
        )
        return format_html_join("", "<div>{} · {} · <b>{}</b> {}</div>", rows)
