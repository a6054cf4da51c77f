"""All that the target of a package must have: of a package of any size, on a page and as a file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.transfer.exports import needing, overview
from dlfportal.web.pages.exporting import building
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node
from tests.queries import assert_same_queries
from tests.web.pages import address, body_of, export_page_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def catalogue(workspace: Workspace) -> Workspace:
    """Four jobs that share a script and a CDM job, and a script, a resource and a CDM job that none uses."""
    ScriptFactory(workspace=workspace, name="shared", connectionName="dws", database="dm")
    ScriptFactory(workspace=workspace, name="unused", connectionName="spare")
    ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    inputs = [{"name": "fromJobConfig.password", "value": "Add password here"}]
    values = {"configs": [{"name": "fromJobConfig", "inputs": inputs}]}
    CdmJobFactory(workspace=workspace, name="copy", from_link="mysql", to_link="hive", from_values=values)
    for number in range(4):
        nodes = [
            node("a", scriptName="shared"),
            node("b", "DLISQL", queueName=f"q{number}"),
            node("c", "CDMJob", clusterName="cdm-1", jobName="copy"),
        ]
        params = [{"name": f"key{number}", "value": "", "value_is_sensitive": True}]
        JobFactory(workspace=workspace, name=f"job{number}", nodes=nodes, params=params)
    return workspace


def needs_url(browser: Client, workspace: Workspace, **chosen: Any) -> str:
    answer = export_page_of(browser, address(workspace, "export/"), **(chosen or {"everything": "1"}))
    return f"{address(workspace, 'exports/needs/')}?s={answer.context['page'].chosen.selection_id}"


def pieces(browser: Client, url: str) -> list[Any]:
    pages = [browser.get(url).context["page"]]
    while pages[-1].following_url and len(pages) < 20:
        pages.append(browser.get(pages[-1].following_url).context["page"])
    return pages


def named(page: Any) -> set[tuple[str, str]]:
    needs = {(str(line.label), need.value) for line in page.needs for need in line.needs}
    return needs | {("secret", secret.name) for secret in page.secrets}


WHOLE = {
    ("Connections", "dws"),
    ("Connections", "hive"),
    ("Connections", "mysql"),
    ("Connections", "spare"),
    ("Clusters", "cdm-1"),
    ("Databases", "dm"),
    ("Files and folders", "obs://libs/lib.jar"),
    ("secret", "fromJobConfig.password"),
    *(("Queues", f"q{number}") for number in range(4)),
    *(("secret", f"key{number}") for number in range(4)),
}


def test_the_page_reads_all_that_the_package_holds(browser: Client, catalogue: Workspace) -> None:
    [page] = pieces(browser, needs_url(browser, catalogue))
    assert named(page) == WHOLE
    [connections] = [line for line in page.needs if str(line.label) == "Connections"]
    assert [need.value for need in connections.needs] == ["dws", "hive", "mysql", "spare"]
    assert {need.count for need in connections.needs} == {1}, "what many jobs use is read once"
    assert not page.is_piece and page.piece.files == 8


@pytest.mark.parametrize("limit", ["jobs", "bytes"])
def test_a_large_package_is_read_piece_by_piece(
    browser: Client, catalogue: Workspace, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    if limit == "jobs":
        monkeypatch.setattr(needing, "JOBS_A_PIECE", 1)
    else:
        monkeypatch.setattr(needing, "PIECE_BYTES", 10)
    monkeypatch.setattr(overview, "OTHERS_A_PART", 1)
    url = needs_url(browser, catalogue)
    found = pieces(browser, url)
    assert len(found) > 4
    assert set().union(*map(named, found)) == WHOLE
    assert all(("Connections", "mysql") in named(page) for page in found[:4]), "the CDM job of each job"
    assert all(page.is_piece for page in found)
    lines = body_of(browser.get(url.replace("needs/", "needs.csv"))).decode()
    rows = list(csv.DictReader(lines.removeprefix("\ufeff").splitlines()))
    [row] = [row for row in rows if row["name"] == "dws"]
    assert list(row.values()) == ["connection", "dws", "script", "", "shared", ""]
    assert {row["name"] for row in rows} == {name for _kind, name in WHOLE}
    assert {row["node"] for row in rows if row["needed"] == "queue"} == {"b"}


def test_a_large_package_says_where_all_of_it_stands(
    browser: Client, catalogue: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "ENTRIES_OPEN", 2)
    answer = export_page_of(browser, address(catalogue, "export/"), everything="1")
    assert f'href="{answer.context["page"].needs_url}"' in answer.content.decode()


def test_only_what_is_ticked_counts(browser: Client, catalogue: Workspace) -> None:
    [page] = pieces(browser, needs_url(browser, catalogue, job=["job1"]))
    assert {need for need in named(page) if need[0] == "Queues"} == {("Queues", "q1")}
    assert ("Connections", "spare") not in named(page)


@pytest.mark.parametrize("after", ["job/", "object/x", "object/-1", "nothing", "job/\0", "\ud800"])
def test_an_address_that_nobody_gave_shows_a_piece(browser: Client, catalogue: Workspace, after: str) -> None:
    url = needs_url(browser, catalogue)
    text = quote(after.encode(errors="surrogatepass"))
    assert browser.get(f"{url}&after={text}").status_code in (200, 400)


def test_queries_do_not_grow_with_the_package(browser: Client, catalogue: Workspace) -> None:
    url = needs_url(browser, catalogue)

    def more() -> None:
        for number in range(10):
            ScriptFactory(workspace=catalogue, name=f"s{number}", connectionName=f"c{number}")
            JobFactory(workspace=catalogue, name=f"j{number}", nodes=[node("n", scriptName=f"s{number}")])

    assert_same_queries(more, lambda: browser.get(url))
