"""The list of plans and imports of a workspace, and what an import did, object by object."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.transfer.models import ImportItem, ImportRun, Outcome, RunStatus
from dlfportal.web.pages.imports import lists, walk
from tests.importing import OVERWRITE, imported, job, pack, script
from tests.queries import assert_same_queries
from tests.web.pages import address, body_of, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


def sources(browser: Client, url: str) -> list[str]:
    """Return the packages that a page of the list names, in its order."""
    return [line.run.source for line in browser.get(url).context["page"].lines]


def runs(workspace: Workspace, count: int) -> None:
    """Make so many imports, an hour apart."""
    now = timezone.now()
    for number in range(count):
        ImportRun.objects.create(
            workspace=workspace,
            source=f"{number}.zip",
            status=RunStatus.FAILED,
            created_at=now + timedelta(hours=number),
        )


def test_the_newest_import_comes_first_and_says_how_it_ended(browser: Client, workspace: Workspace) -> None:
    imported(workspace, pack(script()))
    refused = imported(workspace, BytesIO(b"no package"))
    page = browser.get(address(workspace, "imports/")).context["page"]
    first, second = page.lines
    assert first.run == refused and first.tone == "error"
    assert second.said == "1 new, 0 changed, 0 the same, 0 skipped because they exist."
    assert second.url == address(workspace, f"imports/{second.run.pk}/")


def test_pages_of_the_list_lead_back_and_forth(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    runs(workspace, 5)
    first = browser.get(address(workspace, "imports/")).context["page"]
    assert [line.run.source for line in first.lines] == ["4.zip", "3.zip"] and not first.newer
    second = browser.get(first.older).context["page"]
    assert [line.run.source for line in second.lines] == ["2.zip", "1.zip"]
    last = browser.get(second.older).context["page"]
    assert [line.run.source for line in last.lines] == ["0.zip"] and not last.older
    assert sources(browser, last.newer) == ["2.zip", "1.zip"]
    assert sources(browser, second.newer) == ["4.zip", "3.zip"]
    assert sources(browser, f"{address(workspace, 'imports/')}?after=nonsense") == ["4.zip", "3.zip"]


def test_the_list_asks_no_more_of_the_database_for_more_imports(
    browser: Client, workspace: Workspace
) -> None:
    runs(workspace, 2)
    assert_same_queries(lambda: runs(workspace, 20), lambda: browser.get(address(workspace, "imports/")))


def test_the_objects_of_an_import_lead_to_them_and_to_what_changed(
    browser: Client, workspace: Workspace
) -> None:
    imported(workspace, pack(script("load"), script("same")))
    brought = pack(job("nightly"), script("load", "SELECT 2;\n"), script("same"))
    run = imported(workspace, brought, OVERWRITE)
    page = browser.get(address(workspace, f"imports/{run.pk}/")).context["page"]
    lines = {line.label: line for line in page.lines}
    assert list(lines) == ["load", "nightly", "same"]
    assert lines["nightly"].url == address(workspace, "jobs/nightly/") and not lines["nightly"].compare_url
    changed = browser.get(lines["load"].compare_url)
    assert changed.status_code == 200 and changed.context["page"].part.added == 1
    assert not lines["same"].compare_url
    shown = browser.get(address(workspace, f"imports/{run.pk}/"), {"show": "new", "kind": "job"})
    assert [line.label for line in shown.context["page"].lines] == ["nightly"]


def test_an_import_that_failed_says_why_and_of_each_object_that_it_was_not_written(
    browser: Client, workspace: Workspace
) -> None:
    run = imported(workspace, pack(script("good"), job("bad", schedule="daily")))
    text = text_of(browser, address(workspace, f"imports/{run.pk}/"))
    assert "Nothing was written" in text
    assert "It was not written, because the import failed as a whole." in text


def test_many_objects_come_page_by_page(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "SIZE", 2)
    run = ImportRun.objects.create(workspace=workspace, source="a.zip", status=RunStatus.SUCCESSFUL)
    outcomes = [Outcome.SAME, Outcome.NEW, Outcome.CHANGED, Outcome.NEW, Outcome.SAME]
    ImportItem.objects.bulk_create(
        ImportItem(run=run, position=place, kind="job", name=str(place), outcome=outcome)
        for place, outcome in enumerate(outcomes)
    )
    url, seen = address(workspace, f"imports/{run.pk}/"), []
    first = page = browser.get(url).context["page"]
    while True:
        seen.append([line.label for line in page.lines])
        if not page.pager.after:
            break
        page = browser.get(page.pager.after).context["page"]
    assert seen == [["2", "1"], ["3", "0"], ["4"]] and (page.window.start, page.total) == (5, 5)
    back = browser.get(page.pager.before).context["page"]
    assert [line.label for line in back.lines] == ["3", "0"] and back.window.start == 3
    again = browser.get(back.pager.before).context["page"]
    assert [line.label for line in again.lines] == [line.label for line in first.lines]


def test_the_files_have_every_object_and_no_formula(browser: Client, workspace: Workspace) -> None:
    run = imported(workspace, pack(script("=1+1"), script("plain")))
    table = body_of(browser.get(address(workspace, f"imports/{run.pk}/objects.csv"))).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(table)))
    assert [row["name"] for row in rows] == ["'=1+1", "plain"] and rows[0]["revision"] == "1"
    told = json.loads(body_of(browser.get(address(workspace, f"imports/{run.pk}/objects.json"))))
    assert told["task"] == run.pk and [one["name"] for one in told["objects"]] == ["=1+1", "plain"]


@pytest.mark.parametrize("pk", ["0" * 32, "nothing", "%F0%9F%92%A9", "%ED%A0%80"])
def test_an_import_that_is_none_or_of_another_workspace_does_not_exist(
    browser: Client, other_workspace: Workspace, workspace: Workspace, pk: str
) -> None:
    foreign = ImportRun.objects.create(workspace=other_workspace, source="a.zip", status=RunStatus.FAILED)
    for one in (pk, foreign.pk):
        assert browser.get(address(workspace, f"imports/{one}/")).status_code in (400, 404)
