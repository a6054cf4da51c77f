"""The list of exports, the receipt of one, and the same package again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selections import Choice
from dlfportal.catalogue.selectors import ListFilter, document_of, object_get
from dlfportal.catalogue.services import object_delete, object_update
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.models import EXPORT_DEAD_AFTER, Export, ExportState
from dlfportal.web.pages.exporting import lists, receipt
from dlfportal.web.pages.exporting.words import what_taken
from tests.api.conftest import token_of
from tests.factories import JobFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, body_of, text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def nightly(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load")
    JobFactory(workspace=workspace, name="nightly", nodes=[node("1", scriptName="load")])
    JobFactory(workspace=workspace, name="other", nodes=[node("1", scriptName="gone")])


def exports(workspace: Workspace, count: int, **fields: Any) -> None:
    """Make so many exports that have ended, an hour apart."""
    now = timezone.now()
    state = {"state": ExportState.COMPLETE, "entries": 1, "size": 10, "digest": "d" * 64, **fields}
    for number in range(count):
        at = now + timedelta(hours=number)
        Export.objects.create(workspace=workspace, name=f"{number}.zip", started_at=at, **state)


def names(browser: Client, url: str) -> list[str]:
    return [line.export.name for line in browser.get(url).context["page"].lines]


def test_exports_of_every_channel_are_listed_with_what_they_took(
    browser: Client, workspace: Workspace, viewer: User, nightly: None
) -> None:
    body_of(browser.post(address(workspace, "export/"), {"job": ["nightly", "other"]}))
    head = {"X-Auth-Token": token_of(viewer, workspace.project_id), "workspace": workspace.pk}
    url = f"/v1/{workspace.project_id}/jobs/nightly/export"
    body_of(browser.post(url, {"exportDepend": True}, "application/json", headers=head))
    lines = browser.get(address(workspace, "exports/")).context["page"].lines
    assert [(line.export.name, line.what, line.export.channel, line.missing) for line in lines] == [
        ("DLF_nightly.zip", "nightly", "api", 0),
        ("jobs.zip", "2 jobs", "web", 1),
    ]
    html = text_of(browser, address(workspace, "exports/"))
    assert lines[0].url in html and lines[0].export.digest in html


def test_pages_of_the_list_lead_back_and_forth_and_keep_the_filter(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    exports(workspace, 5, user_name="wang")
    exports(workspace, 1, user_name="li")
    url = address(workspace, "exports/?who=wang")
    first = browser.get(url).context["page"]
    assert [line.export.name for line in first.lines] == ["4.zip", "3.zip"] and not first.newer
    second = browser.get(first.older).context["page"]
    assert names(browser, second.older) == ["0.zip"]
    assert names(browser, second.newer) == ["4.zip", "3.zip"]
    assert names(browser, f"{url}&after=nonsense") == ["4.zip", "3.zip"]


def test_the_list_is_narrowed_by_person_name_and_state(browser: Client, workspace: Workspace) -> None:
    exports(workspace, 1, user_name="wang")
    for name, ago in (("DLF_a.zip", timedelta()), ("DLF_b.zip", 2 * EXPORT_DEAD_AFTER)):
        row = Export.objects.create(workspace=workspace, name=name, seen_at=timezone.now() - ago)
        assert row.state == ExportState.RUNNING
    found = {
        query: sorted(names(browser, address(workspace, f"exports/?{query}")))
        for query in ("who=wang", "who=wan", "name=DLF_", "state=running", "state=broken", "state=complete")
    }
    assert found == {
        "who=wang": ["0.zip"],
        "who=wan": [],
        "name=DLF_": ["DLF_a.zip", "DLF_b.zip"],
        "state=running": ["DLF_a.zip"],
        "state=broken": ["DLF_b.zip"],
        "state=complete": ["0.zip"],
    }
    assert "No export is like this" in text_of(browser, address(workspace, "exports/?who=wan"))


@pytest.mark.parametrize("query", ["state=x&name=%00&who=%00", "name=%ED%A0%80", "after=9-&before=%00"])
def test_an_address_that_no_page_made_breaks_nothing(
    browser: Client, workspace: Workspace, query: str
) -> None:
    exports(workspace, 1)
    assert browser.get(address(workspace, f"exports/?{query}")).status_code in (200, 400)


def test_list_and_receipt_ask_no_more_of_the_database_for_more(
    browser: Client, workspace: Workspace, nightly: None
) -> None:
    exports(workspace, 2)
    assert_same_queries(lambda: exports(workspace, 20), lambda: browser.get(address(workspace, "exports/")))

    def take() -> None:
        body_of(browser.post(address(workspace, "export/"), {"all": "1"}))

    def newest() -> Any:
        pk = Export.objects.filter(name="jobs.zip").latest("started_at").pk
        return browser.get(address(workspace, f"exports/{pk}/"))

    def more() -> None:
        for number in range(10):
            JobFactory(workspace=workspace, name=f"more{number}")
        take()

    take()
    assert_same_queries(more, newest)


def test_the_receipt_says_what_it_held_and_what_became_of_it(
    browser: Client, workspace: Workspace, nightly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt, "ENTRIES_A_PAGE", 2)
    body_of(browser.post(address(workspace, "export/"), {"all": "1"}))
    job, script = object_get(workspace, Kind.JOB, "nightly"), object_get(workspace, Kind.SCRIPT, "load")
    object_update(actor=operator(), target=job, document={**document_of(job.revision), "description": "x"})
    object_delete(actor=operator(), target=script)
    url = address(workspace, f"exports/{Export.objects.get().pk}/")
    page = browser.get(url).context["page"]
    assert page.what == "All jobs"
    assert [(line.entry.path, line.url, line.entry.is_newest) for line in page.lines] == [
        ("jobs/nightly/nightly.job", address(workspace, "jobs/nightly/revisions/1/"), False),
        ("jobs/nightly/load.script", "", False),
    ]
    assert browser.get(page.lines[0].url).status_code == 200
    following = browser.get(page.older_url).context["page"]
    assert [line.entry.path for line in following.lines] == ["jobs/other/other.job"]
    assert following.newer_url == url and not following.older_url
    assert browser.get(page.compare_url).status_code == 200
    for start in ("x", "9" * 9, "9" * 30, "-1", "²"):
        assert browser.get(url, {"start": start}).status_code == 200


def test_the_same_package_is_taken_again_and_leads_back_to_the_first(
    browser: Client, workspace: Workspace, nightly: None
) -> None:
    first = browser.post(address(workspace, "jobs/nightly/export/"))
    whole = body_of(first)
    row = Export.objects.get()
    page = browser.get(address(workspace, f"exports/{row.pk}/")).context["page"]
    object_delete(actor=operator(), target=object_get(workspace, Kind.JOB, "nightly"))
    again = browser.post(page.again_url)
    assert body_of(again) == whole
    for header in ("Content-Length", "Content-Disposition", "X-DLF-Package-Digest"):
        assert again[header] == first[header]
    other = Export.objects.exclude(pk=row.pk).get()
    receipt_of_again = browser.get(address(workspace, f"exports/{other.pk}/"))
    assert receipt_of_again.context["page"].first_url == page.frame.place.url(workspace.pk) + f"{row.pk}/"
    activity = text_of(browser, address(workspace, "activity/"))
    assert "took the same package of" in activity
    assert browser.get(page.again_url).status_code == 405


def test_one_that_cannot_be_taken_again_says_so(browser: Client, workspace: Workspace) -> None:
    row = Export.objects.create(workspace=workspace, name="jobs.zip", state=ExportState.BROKEN_OFF)
    url = address(workspace, f"exports/{row.pk}/")
    html = text_of(browser, url)
    assert "cannot be taken again" in html and "again/" not in html
    answer = browser.post(f"{url}again/")
    assert answer.status_code == 409 and "jobs.zip" in answer.content.decode()


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ({"everything": "1"}, "Everything"),
        ({"all": True}, "All jobs"),
        (
            {"all": "1", "kind": "scripts", "q": "ods", "state": "draft"},
            "Scripts with Search: ods, State: draft",
        ),
        ({"kinds": ["jobs", "cdm-jobs"], "folder": "/a"}, "Jobs, CDM jobs with Folder: /a"),
        ({"all": "1", "kind": "jobs", "except": ["a", "b"]}, "Jobs with 2 exceptions"),
        ({"job": ["a", "b"], "script": ["c"]}, "2 jobs, 1 script"),
        ({"script": ["c"]}, "c"),
        ({"jobs": ["a"]}, "a"),
        ({}, "All jobs"),
        (Choice({Kind.JOB: ["a", "b"], Kind.SCRIPT: ["c"]}).write(), "2 jobs, 1 script"),
        (Choice(kind=Kind.SCRIPT, chosen=ListFilter(folder="/a")).write(), "Scripts with Folder: /a"),
        (Choice(everything=True).write(), "Everything"),
    ],
)
def test_what_was_taken_is_said_in_words(selection: dict[str, Any], words: str) -> None:
    assert what_taken(Export(selection=selection)) == words


def test_what_stayed_out_is_said_too() -> None:
    row = Export(selection={"everything": "1"}, options={"without": ["a", "b"], "part": "jobs_1_of_2.zip"})
    assert what_taken(row) == "Everything, 2 ticked off, one part of it"
