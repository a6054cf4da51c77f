"""Import tasks in the admin: read only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right
from dlfportal.adminsite.access import Needed, workspace_label
from dlfportal.adminsite.changelist import is_word, short_time
from dlfportal.adminsite.record import RecordAdmin
from dlfportal.transfer.imports.deaths import dead_ids, runs_seen
from dlfportal.transfer.imports.items import items_shown
from dlfportal.transfer.imports.texts import item_lines, run_lines
from dlfportal.transfer.models import ImportRun, RunStatus

ITEMS_SHOWN = 500


class SeenChangeList(ChangeList):
    """A list of imports in which those whose process has died are failed, though nobody wrote that down."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, and look at the processes of its imports."""
        super().get_results(request)
        self.result_list: list[ImportRun] = runs_seen(self.result_list)


class StatusFilter(admin.SimpleListFilter):
    """The states as the list shows them."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RunStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> QuerySet[ImportRun]:
        value = self.value()
        if value == RunStatus.FAILED:
            return queryset.filter(Q(status=value) | Q(pk__in=dead_ids()))
        if value == RunStatus.RUNNING:
            return queryset.filter(status=value).exclude(pk__in=dead_ids())
        return queryset.filter(status=value) if value in RunStatus.values else queryset


class ImportRunAdmin(RecordAdmin):
    """The imports of the workspaces in which a person may edit, with what became of each object."""

    rights: ClassVar[Mapping[str, Needed]] = {"view": Right.EDIT}
    list_display = ("started", "status", "source", "place", "user_name")
    list_display_links = ("started",)
    list_filter = (StatusFilter,)
    list_select_related = ("workspace__project",)
    search_fields = ("source", "user_name")
    fields = (
        "id", "source", "place", "user_name", "channel_name", "status", "told", "created_at", "ended_at",
        "chosen", "digest", "objects",
    )  # fmt: skip
    readonly_fields = ("place", "channel_name", "told", "chosen", "objects")
    ordering = ("-created_at",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that looks at the processes."""
        return SeenChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the import as it stands when its process is looked at."""
        found = super().get_object(request, object_id, from_field) if is_word(object_id) else None
        return runs_seen([found])[0] if found else None

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
        waits = gettext("It is still running: reload the page to see how it goes.")
        lines = run_lines(obj) or ([waits] if obj.status == RunStatus.RUNNING else [])
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
