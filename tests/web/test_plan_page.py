"""The plan of an import on its page: what it shows, choosing, renaming, mapping, and applying it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import ALIVE, CatalogueObject, MappingProfile
from dlfportal.catalogue.selectors import document_of
from dlfportal.transfer.models import ImportItem, ImportRun, RunStatus
from dlfportal.web.pages.imports import walk
from tests.factories import node
from tests.importing import OVERWRITE, imported, job, pack, script
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]
BAD = job("bad", schedule="daily")


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


def upload(browser: Client, workspace: Workspace, *documents: dict[str, Any]) -> Any:
    """Upload a package, as the form of the page does, and return the page of its plan."""
    file = SimpleUploadedFile("jobs.zip", pack(*documents).getvalue(), "application/zip")
    answer = browser.post(address(workspace, "import/"), {"from": "file", "file": file}, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return answer.context["page"]


def send(browser: Client, page: Any, **fields: str) -> Any:
    """Send a form of a plan; return the answer, followed."""
    return browser.post(page.url, {"digest": page.run.plan_digest, **fields}, follow=True)


def rows(page: Any) -> dict[str, str]:
    """Return what a page of a plan says of its objects: what is done, and the choice."""
    return {
        line.label: f"{line.item.outcome} {line.item.choice}" for group in page.groups for line in group.lines
    }


def place(page: Any, name: str) -> str:
    """Return the position of an object in the plan."""
    return str(page.run.items.get(name=name).position)


def stands(workspace: Workspace) -> set[str]:
    return set(CatalogueObject.objects.filter(ALIVE, workspace=workspace).values_list("name", flat=True))


def test_what_needs_a_decision_comes_first_and_the_same_is_folded(
    browser: Client, workspace: Workspace
) -> None:
    imported(workspace, pack(script("load"), script("same")))
    page = upload(browser, workspace, job("nightly"), BAD, script("load", "SELECT 2;\n"), script("same"))
    assert list(rows(page).items()) == [
        ("bad", "invalid take"),
        ("load", "changed take"),
        ("nightly", "new take"),
    ]
    assert page.apply_said == "Apply: write 1 new, 1 change; 1 the same, 1 invalid left out"
    assert not page.may_apply
    shown = {link.label: link.count for group in page.rail for link in group.links}
    assert shown["To decide"] == 3 and shown["Same"] == 1 and shown["All"] == 4
    assert stands(workspace) == {"load", "same"}


def test_the_rest_is_applied_once_what_is_invalid_is_left_out(browser: Client, workspace: Workspace) -> None:
    page = upload(browser, workspace, job("nightly"), BAD, script("load"))
    refused = send(browser, page, apply="1")
    assert refused.status_code == 409 and "Invalid objects" in refused.context["page"].typed.refused
    page = send(browser, refused.context["page"], skip="all-invalid").context["page"]
    page = send(browser, page, skip=place(page, "load")).context["page"]
    answer = send(browser, page, apply="1", comment="the release of autumn", submits="1")
    assert answer.redirect_chain[-1][0] == address(workspace, f"imports/{page.run.pk}/")
    assert answer.context["page"].said[0].startswith("1 new, 0 changed")
    assert stands(workspace) == {"nightly"}
    written = CatalogueObject.objects.get(name="nightly")
    assert written.version and written.revision and written.revision.reason == "the release of autumn"


def test_what_dataarts_would_refuse_is_shown_apart_and_taken_all_the_same(
    browser: Client, workspace: Workspace
) -> None:
    cron = {"type": "CRON", "cron": {"expression": "0 0 25 * * ?", "startTime": "2026-01-01T00:00:00+08"}}
    page = upload(browser, workspace, job("a b", schedule=cron), job("nightly"), BAD)
    said = [
        "DataArts would refuse it: $.name: A name has only letters, digits, Chinese characters, hyphens, "
        "underscores and dots.",
        "DataArts would refuse it: $.schedule.cron.expression: "
        "Field 3 of the cron expression cannot be “25”.",
    ]
    assert next(line for group in page.groups for line in group.lines if line.label == "a b").notes == said
    (link,) = [link for group in page.rail for link in group.links if link.label == "DataArts would refuse"]
    assert link.count == 1
    answer = browser.get(link.url)
    assert rows(answer.context["page"]) == {"a b": "new take"}
    assert "1 that DataArts would refuse" in " ".join(answer.content.decode().split())
    page = send(browser, page, skip="all-invalid").context["page"]
    result = send(browser, page, apply="1").context["page"]
    assert stands(workspace) == {"a b", "nightly"}
    (link,) = [link for group in result.rail for link in group.links if link.label == "DataArts would refuse"]
    (line,) = browser.get(link.url).context["page"].lines
    assert (link.count, line.label, line.lines) == (1, "a b", said)


def test_without_the_tick_no_version_is_submitted(browser: Client, workspace: Workspace) -> None:
    page = upload(browser, workspace, script("load"))
    send(browser, page, apply="1")
    assert CatalogueObject.objects.get(name="load").version is None


def test_a_new_name_is_checked_and_references_follow(browser: Client, workspace: Workspace) -> None:
    imported(workspace, pack(script("taken")))
    uses = job("nightly", nodes=[node("n", "DLISQL", statementOrScript="SCRIPT", scriptName="load")])
    page = upload(browser, workspace, uses, script("load"))
    item = address(workspace, f"imports/{page.run.pk}/plan/{place(page, 'load')}/")
    assert "taken" in browser.get(item, {"check": "taken"}).content.decode()
    assert browser.get(item, {"check": "load_2"}).content == b""
    refused = send(browser, page, rename=place(page, "load"), new_name="taken")
    assert refused.status_code == 400
    line = next(line for group in refused.context["page"].groups for line in group.lines if line.typed)
    assert (line.label, line.new_name) == ("load", "taken")
    page = send(browser, page, rename=place(page, "load"), new_name="load_2").context["page"]
    renamed = next(line for group in page.groups for line in group.lines if line.is_renamed)
    assert (renamed.label, renamed.item.new_name, renamed.item.followed) == ("load", "load_2", 1)
    send(browser, page, apply="1")
    assert stands(workspace) == {"taken", "nightly", "load_2"}
    revision = CatalogueObject.objects.get(name="nightly").revision
    assert revision and "load_2" in str(document_of(revision))


def test_names_are_mapped_and_kept_as_a_profile(browser: Client, workspace: Workspace) -> None:
    page = upload(browser, workspace, script("load", connectionName="hive_dev"))
    (line,) = page.mapping.strange
    form = {"kind-0": "connection", "from-0": line.use.value, "to-0": "hive_prod"}
    page = send(browser, page, save="1", save_as="dev to prod", **form).context["page"]
    assert [(one.use.value, one.to) for one in page.mapping.strange] == [("hive_dev", "hive_prod")]
    assert page.mapping.profile == "dev to prod"
    fragment = text_of(browser, page.groups[0].lines[0].url, fragment="1")
    assert "hive_dev → hive_prod" in fragment
    second = upload(browser, workspace, script("other", connectionName="hive_dev"))
    second = send(browser, second, use_profile="1", profile="dev to prod").context["page"]
    ImportRun.objects.filter(pk=second.run.pk).update(created_at=timezone.now() - timedelta(days=3))
    result = send(browser, second, apply="1")
    [line] = result.context["page"].lines
    assert [(name.old, name.new) for name in line.mapped] == [("hive_dev", "hive_prod")]
    assert "hive_prod" in result.content.decode()
    assert 0 <= result.context["page"].seconds < 60, "the days that it waited are no part of it"
    revision = CatalogueObject.objects.get(name="other").revision
    assert revision and document_of(revision)["connectionName"] == "hive_prod"
    third = upload(browser, workspace, script("third", connectionName="hive_dev"))
    send(browser, third, delete_profile="1", profile="dev to prod")
    assert not MappingProfile.objects.exists()


def test_a_profile_keeps_what_the_package_does_not_name(browser: Client, workspace: Workspace) -> None:
    page = upload(browser, workspace, script("load", connectionName="a"))
    page = send(
        browser, page, save="1", save_as="p", **{"kind-0": "connection", "from-0": "a", "to-0": "b"}
    ).context["page"]
    other = upload(browser, workspace, script("more", connectionName="c"))
    send(browser, other, save="1", save_as="p", **{"kind-0": "connection", "from-0": "c", "to-0": "d"})
    kept = MappingProfile.objects.get().mapping
    assert {value: to for (_kind, value), to in kept.items()} == {"a": "b", "c": "d"}


def test_the_plan_and_the_comparison_lead_to_each_other(browser: Client, workspace: Workspace) -> None:
    page = upload(browser, workspace, script("load"))
    assert f'href="{page.compare_url}"' in browser.get(page.url).content.decode()
    sides = browser.get(page.compare_url)
    assert sides.context["page"].there.url == address(workspace, f"imports/{page.run.pk}/")
    assert [row.name for row in sides.context["page"].rows] == ["load"]


def test_two_people_on_one_plan_lose_nothing(
    browser: Client, workspace: Workspace, client_for: SignIn, workspace_admin: User
) -> None:
    page = upload(browser, workspace, script("load"), script("more"))
    other = client_for(workspace_admin)
    send(other, other.get(page.url).context["page"], skip=place(page, "more"))
    late = send(browser, page, apply="1", comment="mine")
    assert late.status_code == 409 and "Somebody changed the plan" in late.content.decode()
    assert late.context["page"].comment == "mine" and stands(workspace) == set()
    again = send(browser, late.context["page"], apply="1", comment="mine")
    assert again.status_code == 200 and stands(workspace) == {"load"}
    gone = send(browser, page, skip=place(page, "load"))
    assert gone.redirect_chain[-1][0] == address(workspace, f"imports/{page.run.pk}/")
    assert "The plan has been applied" in gone.content.decode()


def test_the_ground_moved_names_what_and_choices_are_kept(browser: Client, workspace: Workspace) -> None:
    imported(workspace, pack(script("load")))
    page = upload(browser, workspace, script("load", "SELECT 2;\n"), script("more"), script("left"))
    page = send(browser, page, skip=place(page, "left")).context["page"]
    imported(workspace, pack(script("more", "SELECT 9;\n")))
    answer = send(browser, page, apply="1")
    stopped = answer.context["page"]
    assert stopped.run.status == RunStatus.PLANNED and "more" in " ".join(stopped.said)
    assert stands(workspace) == {"load", "more"}
    again = send(browser, stopped, again="1").context["page"]
    assert rows(again) == {"load": "changed take", "more": "changed take", "left": "new skip"}
    send(browser, again, apply="1")
    assert stands(workspace) == {"load", "more"}


def test_the_policy_is_chosen_once_for_all(browser: Client, workspace: Workspace) -> None:
    imported(workspace, pack(script("a"), script("b")))
    page = upload(browser, workspace, script("a", "2"), script("b", "2"), script("c"))
    page = send(browser, page, policy="SKIP").context["page"]
    assert rows(page) == {"a": "changed skip", "b": "changed skip", "c": "new take"}
    page = send(browser, page, take="changed").context["page"]
    assert rows(page)["a"] == "changed take"


def test_a_group_is_chosen_within_what_is_shown(browser: Client, workspace: Workspace) -> None:
    one, two = script("a", directory="/x"), script("b", directory="/y")
    page = upload(browser, workspace, one, two)
    narrowed = browser.get(page.url, {"folder": "/x"}).context["page"]
    assert rows(narrowed) == {"a": "new take"} and narrowed.total == 1
    send(browser, narrowed, skip="new")
    assert rows(browser.get(page.plain_url).context["page"]) == {"a": "new skip", "b": "new take"}


def test_a_viewer_looks_and_may_not_choose(
    browser: Client, workspace: Workspace, client_for: SignIn, viewer: User
) -> None:
    page = upload(browser, workspace, script("load"))
    looking = client_for(viewer)
    shown = looking.get(page.url)
    assert shown.status_code == 200 and "ask a developer of this workspace" in shown.content.decode()
    assert "plan-comment" not in shown.content.decode()
    assert looking.post(page.url, {"digest": page.run.plan_digest, "apply": "1"}).status_code == 403
    assert stands(workspace) == set()


def test_a_discarded_and_an_old_plan_say_so(browser: Client, workspace: Workspace) -> None:
    page = upload(browser, workspace, script("load"))
    gone = send(browser, page, discard="1")
    assert "The plan was discarded by developer." in gone.content.decode()
    assert send(browser, page, apply="1").status_code == 409
    old = upload(browser, workspace, script("load"))
    ImportRun.objects.filter(pk=old.run.pk).update(expires_at=timezone.now() - timedelta(days=1))
    shown = browser.get(old.url)
    assert "cannot be applied any more" in shown.content.decode() and not shown.context["page"].may_choose
    assert send(browser, old, apply="1").status_code == 409


def test_what_both_sides_changed_is_shown_three_ways(browser: Client, workspace: Workspace) -> None:
    first = job("nightly", description="a", owner="a")
    imported(workspace, pack(first))
    exported = browser.post(address(workspace, "export/"), {"job": "nightly"})
    assert b"".join(exported.streaming_content)
    imported(workspace, pack(job("nightly", description="here", owner="a")), OVERWRITE)
    page = upload(browser, workspace, job("nightly", description="there", owner="a"))
    line = page.groups[0].lines[0]
    item = browser.get(line.url).context["page"]
    assert item.both and item.clashes == ["description"]
    shown = text_of(browser, line.url)
    assert "What changed here since" in shown and "What changed in the package since" in shown


def test_secrets_that_are_empty_are_named_with_their_places(browser: Client, workspace: Workspace) -> None:
    secret = {"name": "key", "value": "", "value_is_sensitive": True}
    page = upload(browser, workspace, job("nightly", params=[secret]))
    said = "The secret at $.params[0].value is empty in the package: enter it again where the job runs."
    assert page.groups[0].lines[0].notes == [said]
    assert said in text_of(browser, page.groups[0].lines[0].url)
    assert said in send(browser, page, apply="1").content.decode(), "the result keeps it"


def test_remarks_of_the_whole_plan_are_counted_and_narrow_it(browser: Client, workspace: Workspace) -> None:
    secret = {"name": "key", "value": "", "value_is_sensitive": True}
    page = upload(
        browser,
        workspace,
        job("empty", params=[secret]),
        job("lost", nodes=[node("n", "DLISQL", scriptName="gone")]),
        job("guess", nodes=[node("n", "DLISQL", scriptName="${x}")]),
        script("leak", "mysql -uroot -pS3cr3tXy99 -e 'select 1'", type="Shell"),
        script("plain"),
    )
    [remarks] = [group for group in page.rail if group.heading == "Remarks"]
    assert {str(link.label): link.count for link in remarks.links} == {
        "Missing objects": 1,
        "Empty secrets": 1,
        "Credentials": 1,
        "By expression": 1,
    }
    shown = {str(link.label): browser.get(link.url).context["page"] for link in remarks.links}
    assert {label: list(rows(one)) for label, one in shown.items()} == {
        "Missing objects": ["lost"],
        "Empty secrets": ["empty"],
        "Credentials": ["leak"],
        "By expression": ["guess"],
    }
    one = shown["Credentials"]
    assert one.total == 1
    page = send(browser, one, skip="new").context["page"]
    assert {item.name for item in page.run.items.filter(choice="skip")} == {"leak"}


def test_many_objects_come_in_pages_of_constant_queries(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(browser, workspace, *(script(f"s{number}") for number in range(3)))

    def more() -> None:
        last = page.run.items.order_by("-position").first()
        ImportItem.objects.bulk_create(
            ImportItem(run=page.run, position=10 + number, kind="script", name=f"m{number}", outcome="new",
                       sha256=last.sha256)
            for number in range(60)
        )  # fmt: skip

    assert_same_queries(more, lambda: browser.get(page.url))
    monkeypatch.setattr(walk, "SIZE", 40)
    first = browser.get(page.url).context["page"]
    second = browser.get(first.pager.after).context["page"]
    assert (len(first.window.rows), len(second.window.rows), second.total) == (40, 23, 63)
    assert not set(rows(first)) & set(rows(second))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"take": "nothing"},
        {"skip": "9" * 30},
        {"rename": "x", "new_name": "y"},
        {"rename": "0", "new_name": ""},
        {"rename": "0", "new_name": "a\0b"},
        {"policy": "MAYBE"},
        {"use_profile": "1", "profile": "none"},
        {"save": "1", "save_as": ""},
        {"apply": "1", "comment": "x" * 300},
        {"apply": "1", "comment": "a\0b"},
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(
    browser: Client, workspace: Workspace, form: dict[str, str]
) -> None:
    page = upload(browser, workspace, script("load"))
    assert send(browser, page, **form).status_code in (400, 404)
    assert stands(workspace) == set() and rows(browser.get(page.url).context["page"]) == {"load": "new take"}
