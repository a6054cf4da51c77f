from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_update, revision_restore, version_submit
from tests.factories import CdmJobFactory, ResourceFactory, ScriptFactory, operator
from tests.importing import imported, pack
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def script(workspace: Workspace) -> Any:
    """A script with three revisions: first text, second text (submitted), first text restored."""
    target: Any = ScriptFactory(workspace=workspace, name="load", content="SELECT 'first';")
    document = {
        "name": "load",
        "type": "DLISQL",
        "content": "SELECT 'second';",
        "directory": "/",
        "configuration": {},
    }
    object_update(actor=operator(), target=target, document=document, reason="<b>better</b>")
    version_submit(actor=operator(), target=target)
    revision_restore(actor=operator(), target=target, number=1)
    return target


def test_page_lists_the_revisions(browser: Client, script: Any, workspace: Workspace) -> None:
    html = text_of(browser, address(workspace, "scripts/load/"), tab="history")
    assert "Restored from revision 1" in html
    assert "&lt;b&gt;better&lt;/b&gt;" in html
    assert "version 1" in html
    for number in (1, 2, 3):
        assert f'href="{address(workspace, f"scripts/load/revisions/{number}/")}"' in html


def test_what_an_import_wrote_names_its_package(browser: Client, workspace: Workspace) -> None:
    run = imported(workspace, pack({"name": "brought", "type": "DLISQL", "content": "SELECT 1;"}))
    url = address(workspace, "scripts/brought/")
    assert "Imported from test.zip" in text_of(browser, url, tab="history")
    assert "Imported from test.zip" in text_of(browser, f"{url}revisions/1/")
    task_id = run.pk
    run.delete()
    assert f"Imported from {task_id}" in text_of(browser, url, tab="history")


def test_revision_page_shows_its_own_document(browser: Client, script: Any, workspace: Workspace) -> None:
    response = browser.get(address(workspace, "scripts/load/revisions/2/"))
    page = response.context["page"]
    assert page.document["content"] == "SELECT 'second';"
    assert page.older_url == address(workspace, "scripts/load/revisions/1/")
    assert page.newer_url == address(workspace, "scripts/load/revisions/3/")
    html = response.content.decode()
    assert "second" in html
    assert "version 1" in html


@pytest.mark.parametrize("number", ["4", "0", "99999999999999999999", "x"])
def test_an_unknown_revision_is_not_found(
    browser: Client, script: Any, workspace: Workspace, number: str
) -> None:
    assert browser.get(address(workspace, f"scripts/load/revisions/{number}/")).status_code == 404


def test_long_history_is_cut_with_a_link_to_all(browser: Client, script: Any, workspace: Workspace) -> None:
    document = {"name": "load", "type": "DLISQL", "directory": "/", "configuration": {}}
    for number in range(60):
        object_update(actor=operator(), target=script, document=document | {"content": f"SELECT {number};"})
    url = address(workspace, "scripts/load/")
    cut, whole = text_of(browser, url, tab="history"), text_of(browser, url, tab="history", all="1")
    assert cut.count("/revisions/") == 50
    assert f'href="{url}?tab=history&amp;all=1"' in cut
    assert whole.count("/revisions/") == 63


def test_revisions_of_the_other_kinds(browser: Client, workspace: Workspace) -> None:
    ResourceFactory(workspace=workspace, name="lib")
    CdmJobFactory(workspace=workspace, name="load", cluster="two")
    assert "obs://libs/lib.jar" in text_of(browser, address(workspace, "resources/lib/revisions/1/"))
    html = text_of(browser, address(workspace, "cdm-jobs/load/revisions/1/"), cluster="two")
    assert "mysql_link" in html


def test_revision_does_not_exist_for_a_stranger(
    client_for: SignIn, stranger: User, script: Any, workspace: Workspace
) -> None:
    assert client_for(stranger).get(address(workspace, "scripts/load/revisions/1/")).status_code == 404


def test_history_says_through_which_channel_a_revision_came(
    browser: Client, workspace: Workspace, script: Any
) -> None:
    """Another object may have had the name, and a revision of the number, at another time."""
    admin = Actor(operator().user, Channel.ADMIN)
    document = document_of(script.revision) | {"name": "renamed", "content": "SELECT 4;"}
    object_update(actor=admin, target=script, document=document)
    other = ScriptFactory(workspace=workspace, name="load")
    object_update(actor=admin, target=other, document=document_of(other.revision) | {"content": "SELECT 5;"})
    html = text_of(browser, address(workspace, "scripts/renamed/"), tab="history")
    rows = html.split('id="revisions"')[1].split('id="record"')[0]
    assert re.findall(r"via ([a-z ]+) ·", rows) == ["administration", *["command line"] * 3]
