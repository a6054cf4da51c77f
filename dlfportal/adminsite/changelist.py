"""Lists of objects that stay quick at 100,000 rows: ordered by an index, counted and cut by ids alone."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dlfportal.adminsite.access import reach
from dlfportal.catalogue.counts import filter_values
from dlfportal.formats.kinds import Kind
from dlfportal.formats.models import SCHEDULE_TYPES
from dlfportal.formats.registry import FORMATS

COUNTED_AT_MOST = 1_000_000
OWNERS_SHOWN = 100

INDEXED_ORDER = {
    "name": ["name", "cluster", "id"],
    "-name": ["-name", "-cluster", "-id"],
    "updated_at": ["updated_at", "id"],
    "-updated_at": ["-updated_at", "-id"],
}


class IndexPaginator(Paginator):  # type: ignore[type-arg]
    """Finds the ids of a page first, from an index where there is one, and reads only those rows.

    It never counts more than `COUNTED_AT_MOST` rows: a list that long is narrowed, not paged through.
    """

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by().values("pk")[:COUNTED_AT_MOST].count()

    def page(self, number: int | str) -> Page[Any]:
        """Return a page of rows in the order of the list."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        pks = list(self.object_list.values_list("pk", flat=True)[first : first + self.per_page])
        rows = self.object_list.order_by().in_bulk(pks)
        return Page([rows[pk] for pk in pks if pk in rows], number, self)


class IndexChangeList(ChangeList):
    """A list whose every order is one that an index serves."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the order asked for, completed so that an index gives it."""
        ordering = super().get_ordering(request, queryset)
        return INDEXED_ORDER.get(str(ordering[0]), INDEXED_ORDER["name"])


class WorkspaceFilter(admin.SimpleListFilter):
    """One of the workspaces the person may edit."""

    title = _("workspace")
    parameter_name = "workspace"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        mine = reach(request)
        return [(pk, mine.label(workspace)) for pk, workspace in mine.editable.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        if value not in reach(request).editable:
            return queryset.none()
        return queryset.filter(workspace_id=value)


class KnownValuesFilter(admin.SimpleListFilter):
    """Base of a filter by the documented words of a column; the table is not asked which occur."""

    column: str

    def words(self, kind: Kind) -> tuple[str, ...]:
        """Return the words to choose from."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(word, word) for word in self.words(model_admin.kind)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(**{self.column: value}) if is_word(value) else queryset.none()


class TypeFilter(KnownValuesFilter):
    """The type of a job, script, resource or CDM job."""

    title = _("type")
    parameter_name = column = "type"

    def words(self, kind: Kind) -> tuple[str, ...]:
        return FORMATS[kind].types


class ScheduleFilter(KnownValuesFilter):
    """How jobs start."""

    title = _("schedule type")
    parameter_name = column = "schedule"

    def words(self, kind: Kind) -> tuple[str, ...]:
        return SCHEDULE_TYPES


class OwnerFilter(admin.SimpleListFilter):
    """The owners in the chosen workspace; without one, the column is not asked."""

    title = _("owner")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        workspace = reach(request).editable.get(request.GET.get("workspace", ""))
        if workspace is None:
            return []
        owners = filter_values(workspace, model_admin.kind, "owner")[:OWNERS_SHOWN]
        return [(owner, owner) for owner in owners]

    def has_output(self) -> bool:
        return bool(self.lookup_choices or self.value())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(owner=value) if is_word(value) else queryset.none()


def is_word(value: str) -> bool:
    """Return whether the database can be asked for this text at all."""
    return "\x00" not in value


def short_time(moment: datetime) -> str:
    """Return a time as lists show it: short, and in order when read from the left."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
