"""Imports in the admin: read only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right
from dlfportal.adminsite.access import Needed, workspace_label
from dlfportal.adminsite.changelist import is_word, short_time
from dlfportal.adminsite.record import RecordAdmin
from dlfportal.transfer.imports.runs import items_shown, runs_refresh
from dlfportal.transfer.imports.texts import item_lines, run_lines
from dlfportal.transfer.models import ImportRun

ITEMS_SHOWN = 500


class ImportRunAdmin(RecordAdmin):
    """The imports of the workspaces in which a person may edit, with what became of each object."""

    rights: ClassVar[Mapping[str, Needed]] = {"view": Right.EDIT}
    list_display = ("started", "status", "source", "place", "user_name")
    list_display_links = ("started",)
    list_filter = ("status",)
    list_select_related = ("workspace__project",)
    search_fields = ("source", "user_name")
    fields = (
        "id", "source", "place", "user_name", "channel_name", "status", "told", "created_at", "ended_at",
        "chosen", "digest", "objects",
    )  # fmt: skip
    readonly_fields = ("place", "channel_name", "told", "chosen", "objects")
    ordering = ("-created_at",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show no import as running whose process has died."""
        runs_refresh(self.get_queryset(request))
        return super().changelist_view(request, extra_context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the import as it stands when its process is looked at."""
        if is_word(object_id):
            runs_refresh(self.get_queryset(request).filter(pk=object_id))
        return super().get_object(request, object_id, from_field)

    @admin.display(description=_("started"))
    def started(self, obj: ImportRun) -> str:
        """When the import was asked for."""
        return short_time(obj.created_at)

    @admin.display(description=_("workspace"))
    def place(self, obj: ImportRun) -> str:
        """The workspace with its project: many have one named `default`."""
        return workspace_label(obj.workspace)

    @admin.display(description=_("message"))
    def told(self, obj: ImportRun) -> SafeString:
        """How the import ended, and below each other what is to be known of its package."""
        lines = run_lines(obj) or [gettext("It is still running: reload the page to see how it goes.")]
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines))

    @admin.display(description=_("options"))
    def chosen(self, obj: ImportRun) -> SafeString:
        """What the import was told; parameters by name, their values may be secret."""
        return render_to_string("admin/transfer/importrun/_options.html", {"options": obj.options})

    @admin.display(description=_("objects"))
    def objects(self, obj: ImportRun) -> SafeString:
        """What became of each object, the first of very many."""
        items, more = items_shown(obj, ITEMS_SHOWN)
        rows = [(item, item_lines(obj, item)) for item in items]
        return render_to_string("admin/transfer/importrun/_objects.html", {"rows": rows, "more": more})
