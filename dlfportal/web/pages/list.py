"""A list page: what the address asks for, and the page that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import FILTERS_SHOWN, filter_values
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import ListFilter, object_list
from dlfportal.formats.kinds import Kind
from dlfportal.links import admin_add_url, export_url
from dlfportal.web.pages.columns import Column, columns_of, filters_of
from dlfportal.web.pages.frame import Frame

LIMITS = (25, 50, 100, 200)
LIMIT = 50
LONGEST_VALUE = 1500


def list_filter(params: Mapping[str, str]) -> ListFilter:
    """Return the filter that the parameters of a list ask for."""
    values = {key: params.get(key, "").replace("\0", "").strip()[:LONGEST_VALUE] for key in FILTER_PARAMS}
    return ListFilter(values["q"], values["type"], values["directory"], values["owner"])


FILTER_PARAMS = ("q", "type", "directory", "owner")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the address of a list asks for; what cannot be is replaced by the usual."""

    chosen: ListFilter
    column: Column
    descending: bool
    limit: int
    page: str

    @classmethod
    def read(cls, spec: KindSpec, params: Mapping[str, str]) -> ListQuery:
        """Return the query of the parameters `q`, `type`, `directory`, `owner`, `sort`, `limit`, `page`."""
        sort = params.get("sort", "")
        columns = {column.key: column for column in columns_of(spec)}
        column = columns.get(sort.removeprefix("-"))
        limit = params.get("limit", "")
        return cls(
            chosen=list_filter(params),
            column=column or columns["name"],
            descending=column is not None and sort.startswith("-"),
            limit=int(limit) if limit in map(str, LIMITS) else LIMIT,
            page=params.get("page", "1"),
        )

    @property
    def order(self) -> tuple[str, ...]:
        """What the rows are ordered by: the column, then name and cluster, so that no row comes twice."""
        first = f"-{self.column.field}" if self.descending else self.column.field
        return tuple(
            dict.fromkeys((first, *(part for part in ("name", "cluster") if part != first.strip("-"))))
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: `sort` is what a click asks for, `direction` what `aria-sort` says."""

    column: Column
    sort: str
    direction: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter above a list; with too many values to list (`open`) it is typed instead."""

    name: str
    label: Promise
    value: str
    values: list[str]
    open: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the template of a list is given."""

    frame: Frame
    spec: KindSpec
    query: ListQuery
    headings: list[Heading]
    filters: list[Choice]
    rows: Page[CatalogueObject]
    limits: tuple[int, ...] = LIMITS

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the kind."""
        return columns_of(self.spec)

    @property
    def filtered(self) -> bool:
        """Whether the list is narrowed."""
        return self.query.chosen != ListFilter()

    @property
    def export_all_url(self) -> str:
        """The address of the export of everything that matches."""
        chosen = self.query.chosen
        return export_url(
            self.frame.workspace.pk,
            all="1",
            kind=self.spec.slug,
            q=chosen.search,
            type=chosen.type,
            directory=chosen.directory,
            owner=chosen.owner,
        )

    @property
    def add_url(self) -> str:
        """The address of the page that makes a new object."""
        return admin_add_url(self.spec.kind, self.frame.workspace.pk)


def list_page(frame: Frame, kind: Kind, params: Mapping[str, str]) -> ListPage:
    """Return the page of a list that `params` ask for."""
    spec = KINDS[kind]
    query = ListQuery.read(spec, params)
    objects = object_list(frame.workspace, kind, query.chosen).order_by(*query.order)
    return ListPage(
        frame=frame,
        spec=spec,
        query=query,
        headings=[_heading(column, query) for column in columns_of(spec)],
        filters=[_choice(frame.workspace, kind, column, query.chosen) for column in filters_of(spec)],
        rows=Paginator(objects, query.limit).get_page(query.page),
    )


def _heading(column: Column, query: ListQuery) -> Heading:
    if column != query.column:
        return Heading(column, column.key, "")
    if query.descending:
        return Heading(column, column.key, "descending")
    return Heading(column, f"-{column.key}", "ascending")


def _choice(workspace: Workspace, kind: Kind, column: Column, chosen: ListFilter) -> Choice:
    value = getattr(chosen, column.key)
    values = filter_values(workspace, kind, column.key)
    if value and value not in values:
        values = [value, *values]
    return Choice(column.key, column.label, value, values, len(values) >= FILTERS_SHOWN)
