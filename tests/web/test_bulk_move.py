"""Moving many objects to a folder: a field that offers the folders, one revision each, one act."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory
from tests.web.bulk import act_of, do, look, send
from tests.web.pages import address, rows_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


def test_objects_go_to_the_folder_and_cdm_jobs_stay(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="one", directory="/a")
    JobFactory(workspace=workspace, name="there", directory="/new/place")
    ScriptFactory(workspace=workspace, name="load")
    CdmJobFactory(workspace=workspace, name="copy")
    ticked = {"job": ["one", "there"], "script": "load", "cdm_job": "cdm-1/copy"}
    page = look(browser, workspace, "move", **ticked)
    assert page.context["page"].known == ["/", "/a", "/new/place"]
    assert "CDM jobs: 1 stay as they are" in page.content.decode()
    said = do(browser, workspace, "move", {"directory": "new//place/"}, **ticked)
    assert said == "2 were moved. 1 was so already. 1 stayed: this is not for its kind."
    rows = CatalogueObject.objects.values_list("name", "directory", "revision__number")
    assert set(rows) == {
        ("one", "/new/place", 2),
        ("there", "/new/place", 1),
        ("load", "/new/place", 2),
        ("copy", "/", 1),
    }
    act = act_of("objects.move_many")
    assert act.detail == {"count": 2, "folder": "new//place/"}
    assert AuditEntry.objects.filter(part_of=act).count() == 2
    assert rows_of(browser, address(workspace, "jobs/"), folder="/new") == ["one", "there"]
    assert "moved 2 objects to new//place/" in browser.get(address(workspace, "activity/")).content.decode()


def test_a_folder_has_to_be_given(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="one", directory="/a")
    page = look(browser, workspace, "move", job="one").context["page"]
    for folder in ("", "  ", "x" * 501):
        answer = send(browser, page, directory=folder)
        assert answer.status_code == 400
        assert "directory" in answer.context["page"].form.errors  # type: ignore[attr-defined]
    assert CatalogueObject.objects.get().directory == "/a"


def test_afterwards_the_list_shows_what_was_moved(browser: Client, workspace: Workspace) -> None:
    for name in ("one", "two", "three"):
        JobFactory(workspace=workspace, name=name)
    page = look(browser, workspace, "move", job=["one", "three"]).context["page"]
    answer = send(browser, page, directory="/b")
    assert [row.name for row in browser.get(answer["Location"]).context["page"].rows] == ["one", "three"]
