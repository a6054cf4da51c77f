"""What goes wrong with a plan, as its pages say it: one clear sentence, and nothing is half done."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.catalogue.mapping_profiles import profile_save
from dlfportal.catalogue.models import MappingProfile
from dlfportal.formats.mapping import MapKind
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.store.storage import FolderStorage
from tests.factories import operator
from tests.importing import pack, script
from tests.web.pages import address
from tests.web.test_plan_page import place, send, stands, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_for: Callable[[User], Client], developer: User) -> Client:
    return client_for(developer)


@pytest.fixture(autouse=True)
def store(settings: LazySettings, tmp_path: Path) -> Path:
    """Where the packages of these tests are kept."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "obs" / "dlfportal-uploads"


def test_a_package_that_is_gone_is_said_and_the_plan_stays(
    browser: Client, workspace: Workspace, store: Path
) -> None:
    page = upload(browser, workspace, script("load", connectionName="dev"), script("more"))
    for path in store.iterdir():
        path.unlink()
    forms = (
        {"again": "1"},
        {"rename": place(page, "load"), "new_name": "x"},
        {"map": "1", "kind-0": "connection", "from-0": "dev", "to-0": "prod"},
    )
    for form in forms:
        answer = send(browser, page, **form)
        assert answer.status_code == 409, form
        assert "The package of the plan is gone" in answer.context["page"].typed.refused
    page = send(browser, page, skip=place(page, "more")).context["page"]
    send(browser, page, apply="1")
    assert stands(workspace) == {"load"}


def test_a_profile_of_another_workspace_is_none_here(
    browser: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    mapping = {(MapKind.CONNECTION, "dev"): "secret"}
    profile_save(actor=operator(), workspace=other_workspace, name="theirs", mapping=mapping)
    page = upload(browser, workspace, script("load", connectionName="dev"))
    for act in ("use_profile", "delete_profile"):
        answer = send(browser, page, **{act: "1", "profile": "theirs"})
        assert answer.status_code in (400, 404)
        text = answer.content.decode()
        assert "The workspace has no mapping profile theirs (any more)." in text and "secret" not in text
    assert MappingProfile.objects.get().workspace == other_workspace
    assert not ImportRun.objects.get().mapping


def test_names_that_a_mapping_makes_one_are_said(browser: Client, workspace: Workspace) -> None:
    page = upload(browser, workspace, script("a", connectionName="one"), script("b", connectionName="two"))
    form = {}
    for number, name in enumerate(("one", "two")):
        form |= {f"kind-{number}": "connection", f"from-{number}": name, f"to-{number}": "prod"}
    answer = send(browser, page, map="1", **form)
    [merged] = answer.context["page"].mapping.merged
    assert (merged.new, merged.names) == ("prod", ("one", "two"))
    assert "one, two" in answer.content.decode()


def test_a_store_that_is_full_is_said_and_keeps_nothing(
    browser: Client, workspace: Workspace, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(FolderStorage, "_write", full)
    file = SimpleUploadedFile("jobs.zip", pack(script("load")).getvalue(), "application/zip")
    answer = browser.post(address(workspace, "import/"), {"from": "file", "file": file})
    assert answer.status_code == 507 and "no room" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert not store.exists() or list(store.iterdir()) == []


def test_more_entries_than_a_package_may_have_is_said_on_the_page(
    browser: Client, workspace: Workspace, settings: LazySettings
) -> None:
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "entries": 1}
    file = SimpleUploadedFile("jobs.zip", pack(script("a"), script("b")).getvalue(), "application/zip")
    answer = browser.post(address(workspace, "import/"), {"from": "file", "file": file})
    assert answer.status_code == 400 and "2" in answer.context["page"].refused, answer.context["page"].refused
