"""A list page: what the address asks for, and the page that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from dlfportal.access.models import Workspace
from dlfportal.catalogue.acting.asked import BulkVerb
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.catalogue.lists import Listed, Row, list_among, list_open
from dlfportal.catalogue.models import Selection
from dlfportal.catalogue.references import missing_counts
from dlfportal.catalogue.selections import Choice, choice_resolve
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.db.keyset import Order
from dlfportal.formats.kinds import Kind
from dlfportal.links import admin_add_url, export_url
from dlfportal.web.health_words import narrowed_words
from dlfportal.web.pages.bulk_acts import ActSpec, acts_for
from dlfportal.web.pages.cells import Cells
from dlfportal.web.pages.columns import Column, columns_of, columns_shown, order_of
from dlfportal.web.pages.filters import (
    FILTER_PARAMS,
    Excluding,
    FilterChip,
    filter_chips,
    filter_params,
    filters_excluding,
    list_filter,
)
from dlfportal.web.pages.folders import FolderNode, folder_tree
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.paging import Address, Pager, Window, Windows, pager_of

LIMITS = (25, 50, 100, 200)
LIMIT = 50


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the address of a list asks for; what cannot be is replaced by the usual."""

    chosen: ListFilter
    column: Column
    descending: bool
    limit: int

    @classmethod
    def read(cls, spec: KindSpec, params: Mapping[str, str]) -> ListQuery:
        """Return the query of the parameters of `filters`, `sort` and `limit`."""
        sort = params.get("sort", "")
        columns = {column.key: column for column in columns_of(spec)}
        column = columns.get(sort.removeprefix("-"))
        limit = params.get("limit", "")
        return cls(
            chosen=list_filter(params),
            column=column or columns["name"],
            descending=column is not None and sort.startswith("-"),
            limit=int(limit) if limit in map(str, LIMITS) else LIMIT,
        )

    @property
    def order(self) -> Order:
        """What the rows are ordered by."""
        return order_of(self.column, self.descending)


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: `url` is what a click asks for, `direction` what `aria-sort` says."""

    column: Column
    url: str
    direction: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """One object of a list, its cells drawn. A selection calls it `label`, the box beside it `choose`."""

    name: str
    label: str
    choose: str
    cells: SafeString


class Only(NamedTuple):
    """What a list is narrowed to by a check, an hour of the week or a selection, and the list without it."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the template of a list is given."""

    frame: Frame
    spec: KindSpec
    query: ListQuery
    address: Address
    headings: list[Heading]
    filters: list[FilterChip]
    folders: list[FolderNode]
    excluding: list[Excluding]
    columns: tuple[Column, ...]
    rows: list[ListRow]
    shown: Selection | None
    window: Window
    pager: Pager
    limits: tuple[int, ...] = LIMITS

    @property
    def total(self) -> Total:
        """How many objects the list has."""
        return self.window.total

    @property
    def filtered(self) -> bool:
        """Whether the list is narrowed."""
        return self.shown is not None or self.query.chosen != ListFilter()

    @property
    def kept_params(self) -> list[tuple[str, str]]:
        """What a choice of another page size keeps of the address."""
        return self.address.pairs("limit")

    @property
    def all_folders_url(self) -> str:
        """The address of the list in all folders."""
        return self.address.changed(folder="", directory="")

    @property
    def search_hidden(self) -> list[tuple[str, str]]:
        """What a search keeps of the address."""
        return self.address.pairs("q")

    @property
    def clear_url(self) -> str:
        """The address of the list not narrowed."""
        return self.address.changed(**dict.fromkeys((*FILTER_PARAMS, "s"), ""))

    @property
    def export_all_url(self) -> str:
        """The address of the export of everything that matches."""
        narrowed = dict(self.filter_pairs)
        return export_url(self.frame.workspace.pk, all="1", kind=self.spec.slug, **narrowed)

    @property
    def filter_pairs(self) -> list[tuple[str, str]]:
        """The parameters that choose what the list is narrowed to."""
        within = [("within", self.shown.pk)] if self.shown else []
        return [*filter_params(self.query.chosen).items(), *within]

    @property
    def selection_key(self) -> str:
        """What a browser keeps the ticked objects under: those of another filter are another selection."""
        return f"{self.spec.slug}:{self.frame.workspace.pk}?{urlencode(self.filter_pairs)}"

    @property
    def is_paged(self) -> bool:
        """Whether more match than this page shows."""
        return bool(self.pager.previous or self.pager.next)

    @property
    def only(self) -> Only | None:
        """What another page of the workspace narrowed the list to."""
        chosen = self.query.chosen
        words = narrowed_words(chosen.check, chosen.starts, chosen.alone)
        return Only(words, self.address.changed(check="", starts="", alone="")) if words else None

    @property
    def shown_all_url(self) -> str:
        """The list without the selection that it shows."""
        return self.address.changed(s="")

    @property
    def acts(self) -> list[tuple[BulkVerb, ActSpec]]:
        """What the reader may do with many of these objects at once."""
        return acts_for(self.spec.kind) if self.frame.may_change else []

    @property
    def column_choices(self) -> list[tuple[Column, bool]]:
        """The columns that one may choose, each with whether it is shown."""
        return [(column, column in self.columns) for column in columns_of(self.spec)[1:]]

    @property
    def add_url(self) -> str:
        """The address of the page that makes a new object."""
        return admin_add_url(self.spec.kind, self.frame.workspace.pk)


def list_page(
    frame: Frame, kind: Kind, params: QueryDict, cookies: Mapping[str, str], shown: Selection | None = None
) -> ListPage:
    """Return the page of a list that `params` ask for, with the columns that their cookies name.

    With a selection `shown`, of its objects only.
    """
    spec = KINDS[kind]
    query, address = ListQuery.read(spec, params), Address(params)
    columns = columns_shown(spec, cookies, query.column)
    listed = _listed(frame.workspace, kind, query, shown)
    window = Windows(listed, query.order, query.limit).read(params)
    missing = missing_counts(frame.workspace, [row.pk for row in window.rows]) if kind is Kind.JOB else {}
    return ListPage(
        frame=frame,
        spec=spec,
        query=query,
        address=address,
        headings=[_heading(column, query, address) for column in columns],
        filters=filter_chips(frame.workspace, spec, query.chosen, address),
        folders=folder_tree(frame.workspace, spec, query.chosen, address),
        excluding=[]
        if window.rows or shown
        else filters_excluding(frame.workspace, kind, query.chosen, address),
        columns=columns,
        rows=_drawn(window.rows, Cells(spec, frame.workspace.pk, address, missing), columns),
        shown=shown,
        window=window,
        pager=pager_of(window, query.order, address),
    )


def _listed(workspace: Workspace, kind: Kind, query: ListQuery, shown: Selection | None) -> Listed:
    if shown is None:
        return list_open(workspace, kind, query.chosen, query.order)
    among = choice_resolve(workspace, Choice.read(shown.chosen)).of_kind(kind)
    return list_among(workspace, kind, query.chosen, among)


def _drawn(rows: list[Row], cells: Cells, columns: tuple[Column, ...]) -> list[ListRow]:
    ends = [_ends(column) for column in columns]
    drawn, choose = [], gettext("Select %(name)s")
    for row in rows:
        parts = (
            begin + conditional_escape(column.draw(cells, row)) + end
            for column, (begin, end) in zip(columns, ends, strict=True)
        )
        html = mark_safe("".join(parts))  # noqa: S308 - each part is escaped
        drawn.append(ListRow(row.name, row.label, choose % {"name": row.name}, html))
    return drawn


def _ends(column: Column) -> tuple[SafeString, SafeString]:
    """Return what stands before and after the content of a column's cells; the name heads its row."""
    if column.key == "name":
        return format_html('<th scope="row" class="{}">', column.css), SafeString("</th>")
    return format_html('<td class="{}">', column.css), SafeString("</td>")


def _heading(column: Column, query: ListQuery, address: Address) -> Heading:
    if column != query.column:
        return Heading(column, address.changed(sort=column.key), "")
    if query.descending:
        return Heading(column, address.changed(sort=column.key), "descending")
    return Heading(column, address.changed(sort=f"-{column.key}"), "ascending")
