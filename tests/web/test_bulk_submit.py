"""Submitting many objects at once: said before, one act, one version each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Version
from dlfportal.catalogue.services import object_update, version_submit
from dlfportal.formats.kinds import Kind
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, operator
from tests.queries import assert_same_queries
from tests.web.bulk import act_of, do, look, send
from tests.web.pages import address

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


def submitted(name: str) -> tuple[int, int]:
    row = CatalogueObject.objects.select_related("version__revision").get(name=name)
    return row.version_number, row.version.revision.number if row.version else 0


def test_the_page_says_what_will_be_submitted_and_what_is_already(
    browser: Client, workspace: Workspace
) -> None:
    one = JobFactory(workspace=workspace, name="one")
    JobFactory(workspace=workspace, name="two")
    version_submit(actor=operator(), target=one)
    answer = look(browser, workspace, "submit", job=["one", "two", "gone"])
    page, text = answer.context["page"], answer.content.decode()
    assert (page.look.count, page.look.same, page.look.doing) == (2, 1, 1)
    assert page.chosen.gone == ["gone"]
    assert [job.name for job, _url in page.first] == ["one", "two"]
    assert "Submit 2 objects" in text and "1 is submitted already" in text
    assert not Version.objects.filter(object__name="two").exists()


def test_each_gets_its_next_version_with_the_comment_in_one_act(
    browser: Client, workspace: Workspace
) -> None:
    jobs = [JobFactory(workspace=workspace, name=name) for name in ("one", "two", "same")]
    version_submit(actor=operator(), target=jobs[0])
    version_submit(actor=operator(), target=jobs[2])
    object_update(
        actor=operator(), target=jobs[0], document={"name": "one", "nodes": [], "schedule": {"type": "CRON"}}
    )
    said = do(browser, workspace, "submit", {"comment": "Q4"}, job=["one", "two", "same"])
    assert said == "2 were submitted. 1 was so already."
    assert [submitted(name) for name in ("one", "two", "same")] == [(2, 2), (1, 1), (1, 1)]
    assert set(Version.objects.filter(comment="Q4").values_list("object__name", "author_name")) == {
        ("one", "developer"),
        ("two", "developer"),
    }
    act = act_of("objects.submit_many")
    assert (act.user_name, act.detail) == ("developer", {"count": 2, "reason": "Q4"})
    parts = AuditEntry.objects.filter(part_of=act).order_by("object_name")
    assert [(part.action, part.object_name, part.detail["version"]) for part in parts] == [
        ("job.submit", "one", 2),
        ("job.submit", "two", 1),
    ]
    activity = browser.get(address(workspace, "activity/")).content.decode()
    assert "submitted 2 objects at once" in activity


def test_objects_of_every_kind_are_submitted(browser: Client, workspace: Workspace) -> None:
    for make in (JobFactory, ScriptFactory, ResourceFactory, CdmJobFactory):
        make(workspace=workspace, name="x")
    do(browser, workspace, "submit", {}, job="x", script="x", resource="x", cdm_job="cdm-1/x")
    assert CatalogueObject.objects.filter(version_number=1).count() == len(Kind)


def test_nothing_to_submit_is_no_act(browser: Client, workspace: Workspace) -> None:
    version_submit(actor=operator(), target=JobFactory(workspace=workspace, name="one"))
    page = look(browser, workspace, "submit", job="one")
    assert "There is nothing to do." in page.content.decode()
    answer = send(browser, page.context["page"])
    assert answer.status_code == 302
    assert not AuditEntry.objects.filter(action="objects.submit_many").exists()


def test_a_viewer_may_not_and_sees_no_button(
    client_for: SignIn, viewer: User, browser: Client, workspace: Workspace
) -> None:
    JobFactory(workspace=workspace, name="one")
    jobs = address(workspace, "jobs/")
    assert 'name="act" value="submit"' in browser.get(jobs).content.decode()
    reader = client_for(viewer)
    assert 'name="act" value="submit"' not in reader.get(jobs).content.decode()
    assert look(reader, workspace, "submit", job="one").status_code == 403
    page = look(browser, workspace, "submit", job="one").context["page"]
    assert send(reader, page).status_code == 403
    assert not Version.objects.exists()


@pytest.mark.parametrize("word", ["", "x", "SUBMIT", "￿"])
def test_an_unknown_act_is_not_found(browser: Client, workspace: Workspace, word: str) -> None:
    assert browser.get(address(workspace, "acts/new/"), {"act": word, "s": "0" * 32}).status_code == 404


@pytest.mark.parametrize("count", ["", "x", "-1", "9" * 30, "½"])
def test_a_form_that_was_tampered_with_does_nothing(
    browser: Client, workspace: Workspace, count: str
) -> None:
    JobFactory(workspace=workspace, name="one")
    page = look(browser, workspace, "submit", job="one").context["page"]
    assert send(browser, page, count=count, digest="x").status_code == 409
    assert not Version.objects.exists()


def test_too_long_a_comment_is_refused_at_its_field(browser: Client, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="one")
    page = look(browser, workspace, "submit", job="one").context["page"]
    answer = send(browser, page, comment="x" * 129)
    assert answer.status_code == 400 and "comment" in answer.context["page"].form.errors  # type: ignore[attr-defined]
    assert not Version.objects.exists()


def test_pages_and_the_act_ask_the_same_queries_for_ten_times_the_objects(
    browser: Client, workspace: Workspace
) -> None:
    def more(count: int) -> None:
        for _ in range(count):
            JobFactory(workspace=workspace, directory="/a")

    more(2)
    url = look(browser, workspace, "submit", all="1", kind="jobs").context["page"].url
    assert_same_queries(lambda: more(18), lambda: browser.get(url))


def test_the_act_costs_the_same_statements_for_ten_times_the_objects(
    browser: Client, workspace: Workspace
) -> None:
    def fresh(count: int) -> list[str]:
        return [JobFactory(workspace=workspace).name for _ in range(count)]

    sets = iter([fresh(2), fresh(2), fresh(20)])
    pages = iter([look(browser, workspace, "submit", job=names).context["page"] for names in sets])
    assert_same_queries(lambda: None, lambda: send(browser, next(pages)))
