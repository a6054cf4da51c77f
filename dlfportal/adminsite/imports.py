"""Import tasks in the admin: read only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dlfportal.access.policy import Right
from dlfportal.adminsite.access import Needed, workspace_label
from dlfportal.adminsite.bounded import (
    ROWS_AT_MOST,
    BoundedAdmin,
    BoundedChangeList,
    FoundListing,
    IndexListing,
    Listing,
)
from dlfportal.adminsite.changelist import is_word
from dlfportal.adminsite.columns import time_column
from dlfportal.adminsite.record import RecordAdmin
from dlfportal.db.merged import first_keys, in_order
from dlfportal.times import moment
from dlfportal.transfer.imports.deaths import dead_ids, runs_seen
from dlfportal.transfer.imports.items import items_shown
from dlfportal.transfer.imports.texts import item_lines, run_lines
from dlfportal.transfer.models import ImportRun, RunStatus

ITEMS_SHOWN = 500
TIMES = (time_column(ImportRun, "created_at"), time_column(ImportRun, "ended_at"))
NEWEST_FIRST = ("-created_at",)


class SeenChangeList(BoundedChangeList):
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

    @cached_property
    def dead(self) -> list[str]:
        """The imports that are marked as running and shown as failed."""
        return dead_ids() if self.value() in (RunStatus.FAILED, RunStatus.RUNNING) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> QuerySet[ImportRun]:
        value = self.value()
        if value == RunStatus.FAILED:
            return queryset.filter(Q(status=value) | Q(pk__in=self.dead))
        if value == RunStatus.RUNNING:
            return queryset.filter(status=value).exclude(pk__in=self.dead)
        return queryset.filter(status=value) if value in RunStatus.values else queryset


class ImportRunAdmin(RecordAdmin, BoundedAdmin):
    """The imports of the workspaces in which a person may edit, with what became of each object."""

    rights: ClassVar[Mapping[str, Needed]] = {"view": Right.EDIT}
    list_display = ("started", "status", "source", "place", "user_name")
    list_display_links = ("started",)
    list_filter = (StatusFilter,)
    list_select_related = ("workspace__project",)
    search_fields = ("source", "user_name")
    search_help_text = _("Search in the packages and user names of the newest 1,000 imports")
    fields = (
        "id", "source", "place", "user_name", "channel_name", "status", "told", *TIMES,
        "chosen", "digest", "undoing", "objects",
    )  # fmt: skip
    readonly_fields = (*TIMES, "place", "channel_name", "told", "chosen", "undoing", "objects")
    ordering = NEWEST_FIRST

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        """Return the list that looks at the processes."""
        return SeenChangeList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Return what the search finds among the newest imports of the person's workspaces."""
        if search_term:
            parts = [{"workspace_id": pk} for pk in self.workspaces_listed(request)]
            newest = first_keys(self.every_row(request), parts, NEWEST_FIRST, ROWS_AT_MOST)
            queryset = queryset.filter(pk__within=newest)
        return super().get_search_results(request, queryset, search_term)

    def listing(self, request: HttpRequest, page: BoundedChangeList) -> Listing:
        """Return the imports, newest first."""
        parts = [{"workspace_id": pk} for pk in self.workspaces_listed(request)]
        chosen = next(spec for spec in page.filter_specs if isinstance(spec, StatusFilter))
        if page.query or chosen.value() not in RunStatus.values:
            return IndexListing(page.rows, parts, NEWEST_FIRST)
        of_status = [{**part, "status": str(chosen.value())} for part in parts]
        if chosen.value() != RunStatus.FAILED or not chosen.dead:
            return IndexListing(page.rows, of_status, NEWEST_FIRST)
        failed = first_keys(page.rows, of_status, NEWEST_FIRST, ROWS_AT_MOST + 1)
        dead = first_keys(page.rows.filter(pk__in=chosen.dead), parts, (), len(chosen.dead))
        return FoundListing.of(in_order(page.rows, {*failed, *dead}, NEWEST_FIRST))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the import as it stands when its process is looked at."""
        found = super().get_object(request, object_id, from_field) if is_word(object_id) else None
        return runs_seen([found])[0] if found else None

    @admin.display(description=_("started"))
    def started(self, obj: ImportRun) -> SafeString:
        """When the import was asked for."""
        return moment(obj.created_at)

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

    @admin.display(description=_("undo"))
    def undoing(self, obj: ImportRun) -> SafeString:
        """The way to undo it, or to take an undo back."""
        if obj.status != RunStatus.SUCCESSFUL:
            return SafeString("")
        context = {"workspace_id": obj.workspace_id, "run_id": obj.pk, "undoes": obj.undoes_id}
        return render_to_string("imports/_undo.html", context)

    @admin.display(description=_("objects"))
    def objects(self, obj: ImportRun) -> SafeString:
        """What became of each object, the first of very many."""
        items, more = items_shown(obj, ITEMS_SHOWN)
        rows = [(item, item_lines(obj, item)) for item in items]
        return render_to_string("admin/transfer/importrun/_objects.html", {"rows": rows, "more": more})
