"""Lists of objects that stay quick at 100,000 rows: an index serves each order and each filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _

from dlfportal.adminsite.access import reach
from dlfportal.adminsite.bounded import ROWS_AT_MOST, BoundedChangeList, FoundListing, IndexListing, Listing
from dlfportal.catalogue.counts import count_across, filter_values
from dlfportal.catalogue.search.finding import candidates
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.db.merged import first_keys
from dlfportal.formats.kinds import Kind
from dlfportal.formats.models import SCHEDULE_TYPES
from dlfportal.formats.registry import FORMATS

OWNERS_SHOWN = 100

ORDERS = {
    "name": ["name", "cluster"],
    "-name": ["-name", "-cluster"],
    "updated_at": ["updated_at", "-name", "-cluster"],
    "-updated_at": ["-updated_at", "name", "cluster"],
}
"""The orders that an index gives, by what a list is sorted by."""

WITH_COUNTS = {"workspace", "type", "owner"}
"""The filters whose counts may be kept."""


class ObjectChangeList(BoundedChangeList):
    """A list of objects. One narrowed to a time goes by time, which is the order of the index of times."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the order asked for, completed so that an index gives it."""
        asked = str(super().get_ordering(request, queryset)[0])
        if self.by_time and not asked.endswith("updated_at"):
            asked = "-updated_at"
        self.order = ORDERS.get(asked, ORDERS["name"])
        return self.order

    def get_ordering_field_columns(self) -> dict[int, Literal["desc", "asc"]]:
        """Return the column whose heading shows that the list is sorted by it."""
        columns = super().get_ordering_field_columns()
        if not self.by_time:
            return columns
        updated = list(self.list_display).index("updated")
        return {updated: columns.get(updated, "desc")}

    @property
    def by_time(self) -> bool:
        """Whether the list is narrowed to a time."""
        return any(name.startswith("updated_at") for name in self.params)

    def listing(self, workspaces: Sequence[str], kind: Kind, *, all_there_are: bool) -> Listing:
        """Return the rows in these workspaces, which `all_there_are` says of."""
        if (found := self._searched(workspaces, kind, all_there_are)) is not None:
            return FoundListing.of(found)
        specs = [spec for spec in self.filter_specs if isinstance(spec, ColumnFilter)]
        chosen: dict[str, Any] = {spec.column: value for spec in specs if (value := spec.value())}
        parts = [{"workspace_id": pk} for pk in workspaces]
        narrow = [{**part, **chosen} for part in parts]
        if not chosen or self.order[0].endswith("name"):
            parts = narrow  # the index of a column has the names of each value in their order
        if self.query:  # for much: one walk finds the first rows and whether there are more
            return FoundListing.of(first_keys(self.rows, parts, self.order, ROWS_AT_MOST + 1))
        total = None
        if self.get_filters_params().keys() <= WITH_COUNTS:
            total = count_across(workspaces, kind, ListFilter(**chosen))
        return IndexListing(self.rows, parts, self.order, narrow=narrow, total=total)

    def _searched(self, workspaces: Sequence[str], kind: Kind, all_there_are: bool) -> list[int] | None:
        """Return the ids of what is searched for, in order; None without a search or when too much is found.

        Then the index of the order comes to the first rows sooner.
        """
        within = None if all_there_are else workspaces
        sought = [candidates(word, kind, within, ROWS_AT_MOST + 1) for word in words_sought(self.query)]
        fewest = min((ids for ids in sought if len(ids) <= ROWS_AT_MOST), key=len, default=None)
        if fewest is None:
            return None
        rows = self.rows.filter(pk__within=fewest).values_list("pk", "workspace_id")
        return [pk for pk, workspace_id in rows if workspace_id in set(workspaces)]


def words_sought(text: str) -> list[str]:
    """Return the words, or texts in quotation marks, that a search looks for: a row has all of them."""
    words = (
        unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] else word
        for word in smart_split(text)
    )
    return [word for word in words if word]


class WorkspaceFilter(admin.SimpleListFilter):
    """One of the workspaces the person may edit."""

    title = _("workspace")
    parameter_name = "workspace"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        mine = reach(request)
        return [(pk, mine.label(workspace)) for pk, workspace in mine.editable.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows as they are: the list reads those of the chosen workspace alone."""
        return queryset


class ColumnFilter(admin.SimpleListFilter):
    """Base of a filter by one value of a column of text."""

    column: str

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with the value; it is for the list to find them by an index."""
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(**{f"{self.column}__checked": value}) if is_word(value) else queryset.none()


class KnownValuesFilter(ColumnFilter):
    """Base of a filter by the documented words of a column; the table is not asked which occur."""

    def words(self, kind: Kind) -> tuple[str, ...]:
        """Return the words to choose from."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(word, word) for word in self.words(model_admin.kind)]


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


class OwnerFilter(ColumnFilter):
    """The owners in the chosen workspace; without one, there are none to choose from."""

    title = _("owner")
    parameter_name = column = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        workspace = reach(request).editable.get(request.GET.get("workspace", ""))
        if workspace is None:
            return []
        owners = filter_values(workspace, model_admin.kind, "owner")[:OWNERS_SHOWN]
        return [(owner, owner) for owner in owners]

    def has_output(self) -> bool:
        return bool(self.lookup_choices or self.value())


def is_word(value: str) -> bool:
    """Return whether the database can be asked for this text at all."""
    return "\x00" not in value
