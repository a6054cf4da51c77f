"""Lists that cost what a page costs, however long the table is.

A list finds the keys of its page from the indexes, workspace by workspace, and reads only those rows. It
shows the first `ROWS_AT_MOST` rows in its order: a longer one is narrowed, not paged through.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.adminsite.access import PortalAdmin, reach
from dlfportal.db.merged import FoundKeys, Part, first_keys, in_order

ROWS_AT_MOST = 1_000


class AtLeast(int):
    """A number of rows at which counting stopped; people read that there are more."""

    def __str__(self) -> str:
        return f"{int(self):,}+"


class Listing(Protocol):
    """The rows of a list in their order."""

    @property
    def total(self) -> int:
        """How many rows there are, `AtLeast` where that was not counted to the end."""

    def keys(self, start: int, stop: int) -> list[Any]:
        """Return the keys of the rows from `start` up to `stop`, which is `ROWS_AT_MOST` at most."""


class FoundListing(NamedTuple):
    """A list whose first keys are known."""

    found: list[Any]
    total: int

    @classmethod
    def of(cls, keys: list[Any]) -> FoundListing:
        """Return the list of the rows with these keys, of which those beyond `ROWS_AT_MOST` are not shown."""
        return cls(keys[:ROWS_AT_MOST], AtLeast(ROWS_AT_MOST) if len(keys) > ROWS_AT_MOST else len(keys))

    def keys(self, start: int, stop: int) -> list[Any]:
        """Return the keys of some rows."""
        return self.found[start:stop]


class IndexListing:
    """A list of the `rows` of some parts, in an order that an index which begins with the parts gives.

    `narrow` are the same parts narrowed further, where the list is narrowed to values of columns: few
    rows are found by the index of these columns and sorted; of many, the index that gives the order has
    the first ones soon. `total` is how many there are if that is kept.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        parts: Sequence[Part],
        order: Sequence[str],
        *,
        narrow: Sequence[Part] | None = None,
        total: int | None = None,
    ) -> None:
        self.rows = rows
        self.parts = parts
        self.order = order
        self.narrow = narrow or parts
        self.kept = total

    @cached_property
    def few(self) -> list[Any] | None:
        """The keys of all rows in order, None if they are more than `ROWS_AT_MOST`."""
        found = first_keys(self.rows, self.narrow, (), ROWS_AT_MOST + 1)
        return None if len(found) > ROWS_AT_MOST else in_order(self.rows, found, self.order)

    @cached_property
    def total(self) -> int:
        """How many rows there are."""
        if self.kept is not None:
            return self.kept
        return AtLeast(ROWS_AT_MOST) if self.few is None else len(self.few)

    def keys(self, start: int, stop: int) -> list[Any]:
        """Return the keys of some rows."""
        narrowed = self.narrow is not self.parts
        if (self.kept is None or (narrowed and self.kept <= ROWS_AT_MOST)) and self.few is not None:
            return self.few[start:stop]
        return first_keys(self.rows, self.parts, self.order, stop)[start:]


class ListingPaginator(Paginator):  # type: ignore[type-arg]
    """Cuts a listing into pages; `rows` reads what has the keys of a page."""

    def __init__(self, listing: Listing, rows: QuerySet[Any], per_page: int) -> None:
        super().__init__(rows, per_page)
        self.listing = listing
        self.rows = rows

    @cached_property
    def count(self) -> int:
        return min(int(self.listing.total), ROWS_AT_MOST)

    def page(self, number: int | str) -> Page[Any]:
        """Return a page of rows in the order of the list. Raises InvalidPage."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        return Page(self.between(first, first + self.per_page), number, self)

    def between(self, start: int, stop: int) -> list[Any]:
        """Return the rows from `start` up to `stop`."""
        keys = self.listing.keys(start, min(stop, self.count))
        found = self.rows.order_by().in_bulk(keys)
        return [found[key] for key in keys if key in found]


class BoundedChangeList(ChangeList):
    """A list that is read through a `Listing`."""

    model_admin: BoundedAdmin

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows of the list, for what is done with all of them.

        `rows` has them in all workspaces: the listing reads those of the person's, each by itself.
        """
        self.root_queryset = self.model_admin.every_row(request)
        self.rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return self.model_admin.limited(request, self.rows)

    def get_results(self, request: HttpRequest) -> None:
        """Read the page that was asked for. Raises IncorrectLookupParameters when there is none."""
        listing = self.model_admin.listing(request, self)
        rows = self.apply_select_related(self.root_queryset)
        paginator = ListingPaginator(listing, rows, self.list_per_page)
        self.paginator = paginator
        self.result_count = listing.total
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        if self.can_show_all and (self.show_all or not self.multi_page):
            self.result_list = paginator.between(0, self.list_max_show_all)
            return
        try:
            self.result_list = paginator.page(self.page_num).object_list
        except InvalidPage as error:
            raise IncorrectLookupParameters from error


class BoundedAdmin(PortalAdmin):
    """Base of the pages of tables that grow without end."""

    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that is read through `listing`."""
        return BoundedChangeList

    def listing(self, request: HttpRequest, page: BoundedChangeList) -> Listing:
        """Return the rows that the list shows, of the workspaces of the person alone."""
        raise NotImplementedError

    def workspaces_listed(self, request: HttpRequest) -> list[str]:
        """Return the ids of the workspaces whose rows are listed: the chosen one, or all of the person's."""
        mine = reach(request).where(self.rights["view"])
        chosen = request.GET.get("workspace")
        return [pk for pk in mine if pk == chosen] if chosen else list(mine)

    def limited(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of the `rows` that are listed."""
        if reach(request).everything and not request.GET.get("workspace"):
            return rows
        return rows.filter(workspace_id__in=self.workspaces_listed(request))

    def found(self, request: HttpRequest, found: FoundKeys, text: str) -> Listing:
        """Return the rows that a search found; say so when it was too vague to find all."""
        if found.is_vague:
            told = gettext(
                "More than %(limit)s names begin with %(text)s; this lists what is named exactly so. "
                "Type more of the name to find others."
            )
            self.message_user(request, told % {"limit": ROWS_AT_MOST, "text": text}, messages.WARNING)
        return FoundListing.of(found.keys)
