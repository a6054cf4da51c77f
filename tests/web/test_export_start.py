"""The form that begins an export: kinds, a folder, and what changed since a day or a past export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.transfer.models import Export
from tests.factories import JobFactory, ScriptFactory
from tests.web.pages import address, body_of, export_page_of, shown, text_of, unzip

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def url(workspace: Workspace) -> str:
    JobFactory(workspace=workspace, name="old", directory="/a/b")
    ScriptFactory(workspace=workspace, name="load", directory="/a")
    ScriptFactory(workspace=workspace, name="elsewhere", directory="/z")
    CatalogueObject.objects.update(updated_at=timezone.now() - timedelta(days=9))
    JobFactory(workspace=workspace, name="new", directory="/z")
    return address(workspace, "export/")


def test_the_form_stands_where_nothing_is_chosen(browser: Client, url: str) -> None:
    html = text_of(browser, url)
    assert 'name="kinds" value="scripts" checked' in html
    assert "Tick at least one kind" in text_of(browser, url, folder="/a")


def test_a_folder_with_all_below_it_of_some_kinds(browser: Client, url: str) -> None:
    page = export_page_of(browser, url, kinds=["jobs", "scripts"], folder="/a", since="").context["page"]
    assert list(unzip(browser.post(page.post_url, shown(page)))) == [
        "jobs/old/old.job",
        "scripts/load.script",
    ]
    options = Export.objects.get()
    assert options.selection == {"kinds": ["jobs", "scripts"], "folder": "/a"}


def test_what_changed_since_a_day_of_every_kind(browser: Client, url: str) -> None:
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    kinds = ["jobs", "scripts", "resources", "cdm-jobs"]
    assert export_page_of(browser, url, kinds=kinds, since=day).context["page"].jobs == ["new"]
    everything = export_page_of(browser, url, kinds=kinds, since="").context["page"]
    assert everything.chosen.choice.everything
    assert everything.numbers.objects == 4


def test_what_changed_since_an_export(browser: Client, url: str, workspace: Workspace) -> None:
    body_of(browser.post(url, {"job": "old"}))
    export = Export.objects.get()
    CatalogueObject.objects.filter(name="new").update(updated_at=timezone.now() - timedelta(days=1))
    ScriptFactory(workspace=workspace, name="later")
    assert export.pk in text_of(browser, url)
    page = export_page_of(browser, url, kinds=["jobs", "scripts"], since_export=export.pk).context["page"]
    assert list(unzip(browser.post(page.post_url, shown(page)))) == ["scripts/later.script"]
    assert browser.get(url, {"kinds": "jobs", "since_export": "f" * 32}).status_code == 400
