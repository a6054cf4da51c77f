"""Imports in the admin: read only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.adminsite.access import PortalAdmin, reach, workspace_label
from dlfportal.adminsite.changelist import is_word, short_time
from dlfportal.adminsite.words import CHANNELS
from dlfportal.transfer.imports.runs import items_shown, runs_refresh
from dlfportal.transfer.imports.texts import item_lines, run_lines
from dlfportal.transfer.models import ImportRun

ITEMS_SHOWN = 500


class ImportRunAdmin(PortalAdmin):
    """The imports of the workspaces in which a person may edit, with what became of each object."""

    change_form_template = "admin/record.html"
    list_display = ("started", "status", "source", "place", "user_name")
    list_display_links = ("started",)
    list_filter = ("status",)
    list_select_related = ("workspace__project",)
    search_fields = ("source", "user_name")
    fields = (
        "id", "source", "place", "user_name", "door", "status", "told", "created_at", "ended_at",
        "chosen", "digest", "objects",
    )  # fmt: skip
    readonly_fields = ("place", "door", "told", "chosen", "objects")
    ordering = ("-created_at",)
    sortable_by = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = Paginator
    actions = None

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["css/admin-document.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """Return the imports the person may know of."""
        runs: QuerySet[ImportRun] = super().get_queryset(request)
        mine = reach(request)
        return runs if mine.everything else runs.filter(workspace__in=list(mine.editable))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show no import as running whose process has died."""
        runs_refresh(self.get_queryset(request))
        return super().changelist_view(request, extra_context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the import as it stands when its process is looked at."""
        if is_word(object_id):
            runs_refresh(self.get_queryset(request).filter(pk=object_id))
        return super().get_object(request, object_id, from_field)

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

    @admin.display(description=_("channel"))
    def door(self, obj: ImportRun) -> str:
        """The door it was asked for at."""
        return str(CHANNELS.get(obj.channel, obj.channel))

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
