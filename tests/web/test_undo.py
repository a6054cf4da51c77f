"""The page of undoing an import: what it would do, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import ALIVE, CatalogueObject
from dlfportal.catalogue.services import object_delete, object_update
from dlfportal.transfer.imports import undo as service
from dlfportal.transfer.imports.deaths import TaskMissing, task_get
from dlfportal.transfer.imports.undo import undo_take
from dlfportal.transfer.models import ImportRun, Runner, RunPhase, RunStatus
from tests.importing import OVERWRITE, imported, job, pack, script
from tests.queries import assert_same_queries
from tests.web.pages import text_of

SignIn = Callable[[User], Client]


@pytest.fixture
def browser(client_for: SignIn, developer: User) -> Client:
    return client_for(developer)


@pytest.fixture
def run(workspace: Workspace) -> ImportRun:
    """An import that changed one script and brought another one and a job."""
    imported(workspace, pack(script("load")))
    return imported(
        workspace, pack(script("load", "SELECT 2;\n"), script("extra"), job("nightly")), OVERWRITE
    )


def url_of(run: ImportRun) -> str:
    return f"/w/{run.workspace_id}/imports/{run.pk}/undo/"


def send(browser: Client, run: ImportRun, **fields: str) -> object:
    digest = browser.get(url_of(run)).context["page"].look.digest
    return browser.post(url_of(run), {"digest": digest, **fields})


def alive() -> set[str]:
    return set(CatalogueObject.objects.filter(ALIVE).values_list("name", flat=True))


def test_it_says_what_it_would_do_does_it_and_can_be_taken_back(browser: Client, run: ImportRun) -> None:
    page = browser.get(url_of(run)).context["page"]
    assert page.doing == "restore 1, delete 2"
    lines = {line.label: line for line in page.lines}
    assert lines["load"].said == [
        "gets the document of revision 1 again",
        "version 1 is the submitted one again",
    ]
    assert lines["load"].compare_url.endswith("/scripts/load/compare/?from=2&to=1")
    assert 'data-diff-pair="' in text_of(browser, lines["load"].compare_url)
    assert lines["nightly"].said == ["it was not here before, so it is deleted; its history stays"]
    done = send(browser, run)
    undo = ImportRun.objects.get(undoes=run)
    assert done["Location"] == f"/w/{run.workspace_id}/imports/{undo.pk}/"  # type: ignore[index]
    assert alive() == {"load"}
    result = text_of(browser, done["Location"])  # type: ignore[index]
    assert "Undo of the import from test.zip" in result and "Take the undo back" in result
    after = browser.get(url_of(run)).context["page"]
    assert after.nothing == "All that was written was undone already." and after.later_url == url_of(undo)
    assert browser.get(url_of(undo)).context["page"].doing == "restore 1, bring 2 back"
    send(browser, undo)
    assert alive() == {"load", "extra", "nightly"}


def test_the_ways_to_it(browser: Client, run: ImportRun, client_for: SignIn, admin: User) -> None:
    link = f'href="{url_of(run)}"'
    act = AuditEntry.objects.filter(action=Action.IMPORT).latest("id")
    assert link in text_of(browser, f"/w/{run.workspace_id}/activity/{act.pk}/")
    assert link in text_of(browser, f"/w/{run.workspace_id}/imports/{run.pk}/")
    assert link in text_of(client_for(admin), f"/admin/transfer/importrun/{run.pk}/change/")
    send(browser, run)
    undo = ImportRun.objects.get(undoes=run)
    act = AuditEntry.objects.get(action=Action.UNDO)
    told = text_of(browser, f"/w/{run.workspace_id}/activity/{act.pk}/")
    assert f'href="{url_of(undo)}"' in told
    assert "developer undid the import of test.zip: 1 restored, 2 deleted" in told
    assert "version 1 is the submitted one again" in told
    assert "To the undo" in text_of(browser, f"/w/{run.workspace_id}/imports/{run.pk}/")
    assert "Undo of the import from test.zip" in text_of(browser, f"/w/{run.workspace_id}/imports/")


def test_what_stays_is_named_and_the_rest_is_undone_on_request(
    browser: Client, run: ImportRun, developer: User
) -> None:
    dev = Actor(developer, Channel.WEB)
    document = script("load", "SELECT 3;\n")
    object_update(actor=dev, target=CatalogueObject.objects.get(name="load"), document=document)
    object_delete(actor=dev, target=CatalogueObject.objects.get(name="extra"))
    page = browser.get(url_of(run)).context["page"]
    assert [(line.label, line.said, bool(line.url)) for line in page.stays] == [
        ("extra", "developer deleted it since", False),
        ("load", "developer changed it since", True),
    ] or {line.label for line in page.stays} == {"extra", "load"}
    refused = send(browser, run)
    assert refused.status_code == 409 and alive() == {"load", "nightly"}  # type: ignore[attr-defined]
    assert "ask to undo the rest" in refused.content.decode()  # type: ignore[attr-defined]
    assert send(browser, run, rest="1").status_code == 302  # type: ignore[attr-defined]
    assert alive() == {"load"}


def test_what_changed_since_the_page_was_shown_is_shown_again(browser: Client, run: ImportRun) -> None:
    digest = browser.get(url_of(run)).context["page"].look.digest
    object_delete(actor=service_actor(), target=CatalogueObject.objects.get(name="extra"))
    answer = browser.post(url_of(run), {"digest": digest, "rest": "1"})
    assert answer.status_code == 409 and "Something changed since you looked" in answer.content.decode()
    assert alive() == {"load", "nightly"} and not ImportRun.objects.exclude(undoes=None).exists()


def service_actor() -> Actor:
    return Actor(User.objects.get(username="operator"), Channel.COMMAND)


def test_a_viewer_looks_only(client_for: SignIn, viewer: User, stranger: User, run: ImportRun) -> None:
    browser = client_for(viewer)
    page = browser.get(url_of(run))
    assert page.status_code == 200 and '<button class="button button-primary"' not in page.content.decode()
    assert browser.post(url_of(run), {"digest": page.context["page"].look.digest}).status_code == 403
    assert client_for(stranger).get(url_of(run)).status_code == 404
    assert client_for(stranger).post(url_of(run)).status_code == 404
    assert alive() == {"load", "extra", "nightly"}


def test_an_undo_is_no_task_on_the_wire(browser: Client, run: ImportRun, developer: User) -> None:
    send(browser, run)
    undo = ImportRun.objects.get(undoes=run)
    actor, project = Actor(developer, Channel.API), run.workspace.project
    assert task_get(actor=actor, project=project, task_id=run.pk) == run
    with pytest.raises(TaskMissing):
        task_get(actor=actor, project=project, task_id=undo.pk)


def test_of_many_objects_a_worker_does_it(
    browser: Client, run: ImportRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    assert send(browser, run).status_code == 409  # type: ignore[attr-defined]  # no worker lives
    Runner.objects.create(queued=True, alive_until=Now() + timedelta(seconds=30))
    assert send(browser, run)["Location"] == url_of(run)  # type: ignore[index]
    undo = ImportRun.objects.get(undoes=run)
    assert undo.status == RunStatus.RUNNING
    assert "Waits for a worker" in text_of(browser, f"{url_of(run)}?fragment=1")
    ImportRun.objects.filter(pk=undo.pk).update(phase=RunPhase.CHECKING, done=1, total=3)
    shown = text_of(browser, f"{url_of(run)}?fragment=1")
    assert "data-open" in shown and "Checks the objects" in shown and "1 of 3" in shown
    assert '<noscript><meta http-equiv="refresh"' in text_of(browser, url_of(run))
    undo_take(undo.pk)
    assert browser.get(f"{url_of(run)}?fragment=1").status_code == 302
    assert alive() == {"load"}


def test_how_it_is_getting_on_is_not_looked_up_among_the_objects(
    browser: Client, run: ImportRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 0)
    Runner.objects.create(queued=True, alive_until=Now() + timedelta(seconds=30))
    send(browser, run)
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"{url_of(run)}?fragment=1")
    assert not [query for query in queries.captured_queries if "transfer_importitem" in query["sql"]]


def test_what_it_asks_does_not_grow_with_the_objects(browser: Client, workspace: Workspace) -> None:
    small = imported(workspace, pack(script("a0"), job("b0")))
    many = [one for n in range(1, 20) for one in (script(f"a{n}"), job(f"b{n}"))]
    large = imported(workspace, pack(*many))
    urls = [url_of(small)]
    assert_same_queries(lambda: urls.append(url_of(large)), lambda: browser.get(urls[-1]))
