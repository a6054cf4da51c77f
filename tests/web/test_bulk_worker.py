"""More objects than a request should hold: a worker does all of it or nothing, and a page shows how."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dlfportal.access.models import Membership, Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.transfer.acting import execute, runs
from dlfportal.transfer.acting.execute import bulk_take
from dlfportal.transfer.acting.runs import KEPT, bulk_forget, bulk_give_up, bulk_start
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.models import BulkRun, Runner, RunStatus
from dlfportal.web.pages import bulk as pages
from dlfportal.web.views import bulk as views
from tests.factories import JobFactory
from tests.web.bulk import act_of, look, send
from tests.web.pages import address

SignIn = Callable[[User], Client]
LIVING, ENDED = -15, 16


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let more than two objects be a worker's."""
    monkeypatch.setattr(views, "AT_ONCE", 2)
    monkeypatch.setattr(pages, "AT_ONCE", 2)


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


@pytest.fixture
def jobs(workspace: Workspace) -> list[str]:
    return [JobFactory(workspace=workspace, name=name).name for name in ("one", "two", "three")]


def worker(seconds: int) -> str:
    """Keep a worker that was taken for alive until so many seconds ago; return its id."""
    pk: str = Runner.objects.create(queued=True, alive_until=Now() - timedelta(seconds=seconds)).pk
    return pk


def ask(browser: Client, workspace: Workspace, act: str = "delete", **fields: str) -> tuple[str, BulkRun]:
    """Ask for an act on all jobs, and return the address of its page and the act."""
    answer = send(browser, look(browser, workspace, act, all="1", kind="jobs").context["page"], **fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], BulkRun.objects.get()


def alive() -> set[str]:
    return set(CatalogueObject.objects.filter(ALIVE).values_list("name", flat=True))


def state(browser: Client, url: str) -> str:
    page = browser.get(url).context["page"]
    return f"{page.state}: {page.text}"


def test_it_waits_runs_and_is_done_as_one_act(browser: Client, workspace: Workspace, jobs: list[str]) -> None:
    worker(LIVING)
    url, run = ask(browser, workspace, "tag", add="q4")
    assert state(browser, url) == "waits: "
    waiting = browser.get(url).content.decode()
    assert '<noscript><meta http-equiv="refresh"' in waiting and "Waits for a worker" in waiting
    assert "data-open" in browser.get(f"{url}?fragment=1").content.decode()
    assert "<html" not in browser.get(f"{url}?fragment=1").content.decode()
    bulk_start(run.pk)
    assert state(browser, url) == "runs: "
    bulk_take(run.pk)
    assert state(browser, url) == "done: The tags of 3 were changed."
    done = browser.get(url).content.decode()
    assert "http-equiv" not in done and "developer" in done and "+q4" in done
    act = act_of("objects.tag_many")
    assert (act.user_name, act.channel) == ("developer", "web")
    assert AuditEntry.objects.filter(part_of=act).count() == 3
    assert f"/activity/{act.pk}/" in done


def test_the_page_says_beforehand_that_a_worker_does_it(
    browser: Client, workspace: Workspace, jobs: list[str]
) -> None:
    text = look(browser, workspace, "delete", all="1", kind="jobs").content.decode()
    assert ": a worker does it, and a page shows how it is getting on." in text


def test_without_a_worker_it_is_said_at_once(browser: Client, workspace: Workspace, jobs: list[str]) -> None:
    worker(ENDED)
    answer = send(browser, look(browser, workspace, "delete", all="1", kind="jobs").context["page"])
    assert answer.status_code == 409 and "No worker is running" in answer.content.decode()
    assert not BulkRun.objects.exists() and not DBTaskResult.objects.exists()


def test_a_set_that_changed_before_the_worker_came_is_refused(
    browser: Client, workspace: Workspace, jobs: list[str]
) -> None:
    worker(LIVING)
    url, run = ask(browser, workspace)
    JobFactory(workspace=workspace, name="four")
    bulk_take(run.pk)
    assert "3 objects became 4. Nothing was done" in state(browser, url)
    assert alive() == {"one", "two", "three", "four"}
    failed = AuditEntry.objects.get(action="objects.fail_many")
    assert failed.detail["verb"] == "delete" and "became 4" in failed.detail["reason"]
    line = browser.get(address(workspace, "activity/")).content.decode()
    assert "could not delete 3 objects" in line and "became 4" in line


def test_who_lost_the_right_meanwhile_changes_nothing(
    browser: Client, client_for: SignIn, viewer: User, workspace: Workspace, jobs: list[str]
) -> None:
    worker(LIVING)
    url, run = ask(browser, workspace)
    Membership.objects.filter(user__username="developer").update(role="viewer")
    bulk_take(run.pk)
    assert state(client_for(viewer), url) == "refused: Your role in this workspace does not allow this."
    assert len(alive()) == 3


def test_a_worker_that_dies_half_way_leaves_nothing_and_a_reason(
    browser: Client, workspace: Workspace, jobs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = worker(LIVING)
    url, run = ask(browser, workspace)
    DBTaskResult.objects.update(status="RUNNING", worker_ids=[pk])

    def die(*args: object) -> None:
        raise SystemExit

    monkeypatch.setattr(execute, "bulk_succeed", die)
    with pytest.raises(SystemExit):
        bulk_take(run.pk)
    assert "told to stop before it was done" in state(browser, url) and len(alive()) == 3


def test_a_worker_that_was_killed_is_noticed(browser: Client, workspace: Workspace, jobs: list[str]) -> None:
    worker(LIVING)
    url, run = ask(browser, workspace)
    Runner.objects.update(alive_until=Now() - timedelta(seconds=ENDED))
    assert state(browser, url).startswith("refused: No worker took this up.")
    DBTaskResult.objects.update(status="RUNNING", worker_ids=[Runner.objects.get().pk])
    assert state(browser, url).startswith("refused: The process that did this ended before it was done.")
    assert BulkRun.objects.get().status == RunStatus.RUNNING  # who looks writes nothing
    bulk_give_up()
    bulk_give_up()
    assert BulkRun.objects.get().status == RunStatus.FAILED
    assert AuditEntry.objects.filter(action="objects.fail_many").count() == 1
    assert not DBTaskResult.objects.ready().exists() and not DBTaskResult.objects.running().exists()
    bulk_take(run.pk)
    assert len(alive()) == 3


def test_a_crash_ends_with_a_reason(
    browser: Client, workspace: Workspace, jobs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker(LIVING)
    url, run = ask(browser, workspace)

    def crash(**kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(execute, "bulk_do", crash)
    with pytest.raises(ZeroDivisionError):
        bulk_take(run.pk)
    assert "This broke off, and nothing was changed" in state(browser, url)


def test_only_members_see_it(
    browser: Client,
    client_for: SignIn,
    stranger: User,
    viewer: User,
    admin: User,
    workspace: Workspace,
    other_workspace: Workspace,
    jobs: list[str],
) -> None:
    with heartbeat(queued=True):
        url, _run = ask(browser, workspace)
    assert client_for(viewer).get(url).status_code == 200
    assert client_for(stranger).get(url).status_code == 404
    assert client_for(admin).get(url.replace(workspace.pk, other_workspace.pk)).status_code == 404


def test_what_ended_long_ago_is_forgotten_some_at_a_time_but_stays_in_the_record(
    browser: Client, workspace: Workspace, jobs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker(LIVING)
    url, run = ask(browser, workspace, "tag", add="q4")
    bulk_take(run.pk)
    now = timezone.now()
    values = {"workspace": workspace, "asked": {"verb": "delete"}, "chosen": {}, "count": 9}
    waits = BulkRun.objects.create(**values, created_at=now - 9 * KEPT)
    for hours in (2, 1, -1):
        BulkRun.objects.create(**values, status="FAILED", ended_at=now - KEPT - timedelta(hours=hours))
    bulk_forget()
    assert BulkRun.objects.count() == 3 and browser.get(url).status_code == 200
    BulkRun.objects.exclude(pk=waits.pk).update(ended_at=now - 2 * KEPT)
    monkeypatch.setattr(runs, "FORGOTTEN_AT_ONCE", 1)
    bulk_forget()
    assert BulkRun.objects.count() == 2
    bulk_forget()
    assert [one.pk for one in BulkRun.objects.all()] == [waits.pk]
    assert browser.get(url).status_code == 404
    assert AuditEntry.objects.filter(part_of=act_of("objects.tag_many")).count() == 3
