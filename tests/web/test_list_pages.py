"""Paging through a list: by places, not numbers, in every order, while rows come and go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue import lists
from dlfportal.catalogue.counts import Total, counts_add, standing_of
from dlfportal.catalogue.index import State
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.lists import list_open
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.search.grams import fold
from dlfportal.catalogue.search.writing import index_complete
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.formats.kinds import Kind
from dlfportal.web.pages import list as list_module
from dlfportal.web.pages import paging
from dlfportal.web.pages.columns import COLUMNS, columns_of, order_of
from tests.plans import assert_walks
from tests.queries import assert_same_queries
from tests.web.pages import address, rows_of, text_of

SignIn = Callable[[User], Client]
SORTS = [
    (kind, f"{sign}{column.key}")
    for kind, spec in KINDS.items()
    for column in columns_of(spec)
    for sign in ("", "-")
]
START = datetime(2026, 1, 1, 12, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture(autouse=True)
def four_rows_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_module, "LIMITS", (4,))
    monkeypatch.setattr(list_module, "LIMIT", 4)


def fill(workspace: Workspace, kind: Kind, names: Iterator[str] | list[str]) -> list[CatalogueObject]:
    """Write objects of which several have each value of every column, without documents."""
    rows = [
        CatalogueObject(
            workspace=workspace,
            kind=kind,
            name=name,
            folded_name=fold(name),
            cluster=f"cdm-{place % 2}" if kind is Kind.CDM_JOB else "",
            type="日" if place % 3 else "",
            directory=f"/{place % 2}",
            owner="" if place % 4 else "li",
            description=f"x{place % 3}",
            schedule="CRON" if place % 2 else "EXECUTE_ONCE",
            node_count=place % 3,
            state=list(State)[place % 3],
            size=place % 3 * 1000,
            location=f"obs://{place % 2}",
            updated_at=START + timedelta(microseconds=place % 3),
        )
        for place, name in enumerate(names)
    ]
    made: list[CatalogueObject] = CatalogueObject.objects.bulk_create(rows)
    counts_add(workspace.pk, [(standing_of(row), 1) for row in made])
    index_complete([workspace])
    return made


def letters(count: int, first: str = "a") -> list[str]:
    return [f"{first}{'Zz日_'[number % 4]}{number:03}" for number in range(count)]


def link(html: str, rel: str) -> str | None:
    """Return the address that the pager leads to: `next`, `prev`, or the words `First` and `Last`."""
    told = f' href="([^"]*)">{rel}<' if rel in ("First", "Last") else f' rel="{rel}" href="([^"]*)"'
    found = re.search(f'<a class="button button-small"{told}', html)
    return unescape(found[1]) if found else None


class Reader:
    """Somebody who pages through a list by its links."""

    def __init__(self, browser: Client, url: str, **params: str) -> None:
        self.browser, self.url = browser, url
        self.open(f"{url}?" + "&".join(f"{name}={value}" for name, value in params.items()))

    def open(self, address: str) -> None:
        response = self.browser.get(address)
        assert response.status_code == 200, address
        self.html = response.content.decode()
        self.names = [row.label for row in response.context["page"].rows]
        window = response.context["page"].window
        self.numbers = (window.start, window.end, str(window.total))

    def follow(self, rel: str) -> bool:
        """Follow a link of the pager; return whether there is one."""
        target = link(self.html, rel)
        if target is None:
            return False
        self.open(self.url + target)
        return True

    def all(self, rel: str = "next") -> list[list[str]]:
        """Return the names of this page and of those that follow."""
        pages = [self.names]
        while self.follow(rel):
            pages.append(self.names)
        return pages


@pytest.mark.parametrize(("kind", "sort"), SORTS)
def test_every_order_is_paged_forth_and_back(
    browser: Client, workspace: Workspace, kind: Kind, sort: str
) -> None:
    fill(workspace, kind, letters(11))
    column = COLUMNS[sort.strip("-")]
    order = order_of(column, sort.startswith("-"))
    rows = CatalogueObject.objects.filter(workspace=workspace, kind=kind).order_by(*order.fields)
    expected = [f"{row.cluster}/{row.name}" if row.cluster else row.name for row in rows]
    assert str(rows.query.order_by[0]).strip("-") == column.field
    reader = Reader(browser, address(workspace, f"{KINDS[kind].slug}/"), sort=sort)
    pages = [expected[:4], expected[4:8], expected[8:]]
    assert reader.all() == pages
    assert reader.numbers == (9, 11, "11")
    assert reader.all("prev") == pages[::-1]
    assert reader.numbers == (1, 4, "11")
    assert reader.follow("Last")
    assert (reader.names, reader.numbers) == (pages[2], (9, 11, "11"))
    assert reader.follow("prev")
    assert (reader.names, reader.numbers) == (pages[1], (5, 8, "11"))
    assert reader.follow("First")
    assert reader.names == pages[0]


@pytest.mark.parametrize("sort", ["name", "-updated", "nodes"])
def test_rows_that_come_and_go_hide_no_other_and_show_none_twice(
    browser: Client, workspace: Workspace, sort: str
) -> None:
    rows = fill(workspace, Kind.JOB, letters(16))
    reader = Reader(browser, address(workspace, "jobs/"), sort=sort)
    seen = list(reader.names)
    stays = {row.name for row in rows}
    for number in range(4):
        # The very row at the edge goes, and so does one of the next page; others come, early and late.
        gone = CatalogueObject.objects.filter(name=seen[-1]).get()
        CatalogueObject.objects.filter(pk=gone.pk).update(deleted_at=START)
        stays.discard(gone.name)
        fill(workspace, Kind.JOB, [f"A{number}", f"z{number}"])
        if not reader.follow("next"):
            break
        seen += reader.names
    while reader.follow("next"):
        seen += reader.names
    assert len(seen) == len(set(seen))
    assert stays <= set(seen)


def test_a_page_whose_rows_are_all_gone_is_the_nearest_that_has_some(
    browser: Client, workspace: Workspace
) -> None:
    fill(workspace, Kind.JOB, letters(9))
    reader = Reader(browser, address(workspace, "jobs/"))
    ahead = link(reader.html, "next")
    reader.follow("next")
    behind = link(reader.html, "prev")
    names = sorted(letters(9))
    CatalogueObject.objects.filter(name__in=names[4:]).update(deleted_at=START)
    reader.open(f"{reader.url}{ahead}")
    assert set(reader.names) <= set(names[:4])
    assert reader.names
    CatalogueObject.objects.filter(name__in=names[4:]).update(deleted_at=None)
    CatalogueObject.objects.filter(name__in=names[:4]).update(deleted_at=START)
    reader.open(f"{reader.url}{behind}")
    assert (reader.names, link(reader.html, "prev")) == (names[4:8], None)


def test_numbers_and_total_never_contradict(browser: Client, workspace: Workspace) -> None:
    rows = fill(workspace, Kind.JOB, letters(12))
    reader = Reader(browser, address(workspace, "jobs/"))
    reader.follow("next")
    reader.follow("next")
    back = link(reader.html, "prev")
    counts_add(workspace.pk, [(standing_of(row), -1) for row in rows[:7]])
    CatalogueObject.objects.filter(pk__in=[row.pk for row in rows[:7]]).update(deleted_at=START)
    reader.open(f"{reader.url}{back}")
    start, end, total = reader.numbers
    assert start is None or (end is not None and start + len(reader.names) - 1 == end <= int(total))


def test_the_address_keeps_everything_else(browser: Client, workspace: Workspace) -> None:
    fill(workspace, Kind.JOB, letters(9))
    url = address(workspace, "jobs/")
    ahead = link(text_of(browser, url, sort="-name", directory="/0", page="1"), "next")
    assert ahead is not None
    assert re.fullmatch(r"\?sort=-name&directory=%2F0&after=[\w.:-]+", ahead)
    html = text_of(browser, f"{url}{ahead}")
    assert 'href="?sort=-name&amp;directory=%2F0"' in html
    assert 'name="after"' not in html


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-2], lambda text: f"x{text}", lambda text: "", lambda _: "é.%20"]
)
@pytest.mark.parametrize("param", ["after", "before"])
def test_an_address_that_was_tampered_with_shows_the_first_page(
    browser: Client, workspace: Workspace, param: str, spoil: Callable[[str], str]
) -> None:
    fill(workspace, Kind.JOB, letters(9))
    url = address(workspace, "jobs/")
    token = str(link(text_of(browser, url), "next")).partition("after=")[2]
    assert rows_of(browser, url, after=token) != rows_of(browser, url)
    assert rows_of(browser, f"{url}?{param}={spoil(token)}") == rows_of(browser, url)


def test_a_place_of_another_order_is_none(browser: Client, workspace: Workspace) -> None:
    fill(workspace, Kind.JOB, letters(9))
    url = address(workspace, "jobs/")
    token = str(link(text_of(browser, url), "next")).partition("after=")[2]
    assert rows_of(browser, url, sort="-updated", after=token) == rows_of(browser, url, sort="-updated")


def test_addresses_with_a_page_number_still_lead_somewhere(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = sorted(letters(10))
    fill(workspace, Kind.JOB, names)
    url = address(workspace, "jobs/")
    shown = {page: rows_of(browser, url, page=page) for page in ("0", "1", "2", "3", "4")}
    first, second, third = names[:4], names[4:8], names[8:]
    assert list(shown.values()) == [first, first, second, third, third]
    monkeypatch.setattr(paging, "SKIPPED_AT_MOST", 4)
    assert [rows_of(browser, url, page=page) for page in ("2", "3")] == [second, first]


@pytest.mark.parametrize("gathered", [2, 1000])
@pytest.mark.parametrize("sort", ["directory", "-updated"])
@pytest.mark.parametrize(
    "params",
    [
        {"directory": "/1"},
        {"owner": "li"},
        {"directory": "/1", "type": "日"},
        {"owner": "nobody", "type": "日"},
        {"q": "z", "directory": "/1"},
    ],
)
def test_filters_and_orders_find_the_same_among_few_and_among_many(
    browser: Client,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    gathered: int,
    sort: str,
    params: dict[str, str],
) -> None:
    monkeypatch.setattr(lists, "GATHERED", gathered)
    fill(workspace, Kind.JOB, letters(15))
    fill(workspace, Kind.SCRIPT, letters(5))
    rows = CatalogueObject.objects.filter(workspace=workspace, kind="job")
    rows = rows.filter(name__icontains=params["q"]) if "q" in params else rows
    rows = rows.filter(**{name: value for name, value in params.items() if name != "q"})
    order = order_of(COLUMNS[sort.strip("-")], sort.startswith("-"))
    expected = list(rows.order_by(*order.fields).values_list("name", flat=True))
    reader = Reader(browser, address(workspace, "jobs/"), sort=sort, **params)
    kept = len(params) == 1 and "q" not in params
    most = f"{gathered:,}+" if len(expected) > gathered and not kept else f"{len(expected)}"
    assert reader.numbers[2] in (most, f"{min(4, len(expected))}+", f"{len(expected)}")
    assert [name for page in reader.all() for name in page] == expected


def test_more_than_are_counted_are_shown_as_more(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "GATHERED", 6)
    fill(workspace, Kind.JOB, letters(15))
    reader = Reader(browser, address(workspace, "jobs/"), q="a")
    assert "<strong>6+</strong> matches" in reader.html
    assert "Export all 6+ matching" in reader.html
    assert "1–4 of 6+" in reader.html
    reader.follow("next")
    assert "5–8 of 8+" in reader.html
    reader.all()
    assert "13–15 of 15" in reader.html
    reader.follow("Last")
    assert str(Total(1000, True)) == "1,000+"


@pytest.mark.parametrize(("kind", "sort"), SORTS)
def test_every_order_is_served_by_an_index(workspace: Workspace, kind: Kind, sort: str) -> None:
    column = COLUMNS[sort.strip("-")]
    order = order_of(column, sort.startswith("-"))
    [row] = fill(workspace, kind, ["a"])
    listed = list_open(workspace, kind, ListFilter(), order)
    index = "object_identity" if column.key == "name" else f"object_{column.field}"
    assert_walks(listed.rows(order, 50).order_by(*order.fields)[:50], index)
    place = [getattr(row, name) for name in order.names]
    for part in order.ranges(listed.rows(order, 50, place), place):
        assert_walks(part[:50], index)


@pytest.mark.parametrize("column", ["type", "directory", "owner"])
@pytest.mark.parametrize("sort", ["name", "-updated"])
def test_every_filter_is_served_by_an_index(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, column: str, sort: str
) -> None:
    monkeypatch.setattr(lists, "GATHERED", 0)
    fill(workspace, Kind.JOB, letters(3))
    order = order_of(COLUMNS[sort.strip("-")], sort.startswith("-"))
    value = {"type": "日", "directory": "/0", "owner": "li"}[column]
    listed = list_open(workspace, Kind.JOB, ListFilter(**{column: value}), order)  # type: ignore[arg-type]
    index = f"object_{column}" if sort == "name" else "object_updated_at"
    assert_walks(listed.rows(order, 50).order_by(*order.fields)[:50], index)


@pytest.mark.parametrize("params", [{}, {"sort": "-updated"}, {"owner": "li"}, {"type": "日", "owner": "li"}])
def test_queries_do_not_grow_with_the_rows(
    browser: Client, workspace: Workspace, params: dict[str, Any]
) -> None:
    fill(workspace, Kind.JOB, letters(6))
    fill(workspace, Kind.SCRIPT, letters(6))
    url = address(workspace, "jobs/")
    assert_same_queries(
        lambda: fill(workspace, Kind.JOB, letters(60, "b")), lambda: text_of(browser, url, **params)
    )
