from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue.services import version_submit
from tests.factories import CdmJobFactory, ResourceFactory, ScriptFactory, operator
from tests.web.pages import address, rows_of, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


def test_script_list_shows_and_sorts(browser: Client, workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="small", type="Shell")
    ScriptFactory(workspace=workspace, name="large", content="x" * 3000)
    url = address(workspace, "scripts/")
    assert rows_of(browser, url, sort="-size") == ["large", "small"]
    assert rows_of(browser, url, type="Shell") == ["small"]


def test_resource_list_shows_locations(browser: Client, workspace: Workspace) -> None:
    ResourceFactory(workspace=workspace, name="lib", location="obs://libs/lib.jar")
    assert "obs://libs/lib.jar" in text_of(browser, address(workspace, "resources/"), sort="location")


def test_cdm_job_list_leads_to_the_job_of_each_cluster(browser: Client, workspace: Workspace) -> None:
    for cluster in ("cdm-1", "cdm-数据"):
        CdmJobFactory(workspace=workspace, name="load", cluster=cluster)
    url = address(workspace, "cdm-jobs/")
    html = text_of(browser, url, sort="-cluster")
    assert f'href="{url}load/?cluster=cdm-1"' in html
    assert f'href="{url}load/?cluster=cdm-%E6%95%B0%E6%8D%AE"' in html
    assert "mysql_link → hive_link" in html


@pytest.mark.parametrize(
    ("slug", "factory"),
    [("scripts", ScriptFactory), ("resources", ResourceFactory), ("cdm-jobs", CdmJobFactory)],
)
def test_every_kind_shows_its_state_and_is_narrowed_and_sorted_by_it(
    browser: Client, workspace: Workspace, slug: str, factory: Any
) -> None:
    for name in ("b_first", "a_later"):
        factory(workspace=workspace, name=name)
    version_submit(actor=operator(), target=factory(workspace=workspace, name="c_out"))
    url = address(workspace, f"{slug}/")
    assert "submitted v1" in text_of(browser, url)
    page = browser.get(url, {"state": "draft"}).context["page"]
    assert ([row.name for row in page.rows], str(page.total)) == (["a_later", "b_first"], "2")
    assert rows_of(browser, url, state="submitted") == ["c_out"]
    assert rows_of(browser, url, sort="-version") == ["c_out", "b_first", "a_later"]


@pytest.mark.parametrize("slug", ["scripts", "resources", "cdm-jobs"])
def test_other_lists_are_empty_politely_and_closed_to_strangers(
    client_for: SignIn, viewer: User, stranger: User, workspace: Workspace, slug: str
) -> None:
    url = address(workspace, f"{slug}/")
    assert "Nothing here yet" in text_of(client_for(viewer), url)
    assert client_for(stranger).get(url).status_code == 404


def test_an_unknown_kind_is_not_found(browser: Client, workspace: Workspace) -> None:
    assert browser.get(address(workspace, "tables/")).status_code == 404
