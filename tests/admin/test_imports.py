"""Imports in the admin: what became of each object, the ones that need a look first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.options import options_read
from dlfportal.transfer.models import ImportRun, RunStatus
from tests.importing import imported, job, pack, script
from tests.queries import count_queries

pytestmark = pytest.mark.django_db
LIST = "/admin/transfer/importrun/"

SignIn = Callable[[User], Client]


def page_of(client: Client, run: ImportRun) -> str:
    return client.get(f"{LIST}{run.pk}/change/").content.decode()


def test_a_failed_import_tells_what_to_mend_before_all_else(
    client_for: SignIn, developer: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlfportal.adminsite.imports.ITEMS_SHOWN", 3)
    good = [script(f"good_{number}") for number in range(5)]
    run = imported(workspace, pack(*good, job("z_bad", schedule="daily")))
    page = page_of(client_for(developer), run)
    assert "Nothing was written" in page and "jobs/z_bad.job $.schedule" in page
    assert page.index(">z_bad<") < page.index(">good_0<")
    assert "good_1" in page and "good_2" not in page and "And 3 more." in page


def test_each_thing_to_mend_has_its_line(client_for: SignIn, developer: User, workspace: Workspace) -> None:
    run = imported(workspace, pack(job("bad", schedule="daily", nodes=["n"])))
    page = page_of(client_for(developer), run)
    assert page.count("<div>jobs/bad.job $.") > 1


def test_workspaces_of_one_name_are_told_apart(
    client_for: SignIn, admin: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    runs = [imported(place, pack(job())) for place in (workspace, other_workspace)]
    for text in (client_for(admin).get(LIST).content.decode(), page_of(client_for(admin), runs[0])):
        assert "retail / default" in text
    assert "finance / default" in client_for(admin).get(LIST).content.decode()


def test_the_options_are_shown_without_values(
    client_for: SignIn, developer: User, workspace: Workspace
) -> None:
    body = {"sameNamePolicy": "OVERWRITE", "params": {"key": "s3cret"}, "executeUser": "li"}
    run = imported(workspace, pack(job(params=[{"name": "key", "value": ""}])), options_read(body))
    page = page_of(client_for(developer), run)
    assert "OVERWRITE" in page and "SUBMITTED" in page and "<dd>key</dd>" in page and "<dd>li</dd>" in page
    assert "s3cret" not in page


def test_an_import_whose_process_is_gone_is_shown_as_failed(
    client_for: SignIn, developer: User, workspace: Workspace
) -> None:
    """Looking writes nothing."""
    run = ImportRun.objects.create(workspace=workspace, source="a.zip", user_name="x", runner="gone")
    client = client_for(developer)
    assert '<td class="field-status">failed</td>' in client.get(LIST).content.decode()
    page = page_of(client, run)
    assert "ended before it was done" in page and "still running" not in page
    assert ImportRun.objects.get(pk=run.pk).status == RunStatus.RUNNING


@pytest.mark.parametrize(
    ("status", "shown"), [("FAILED", "ab"), ("RUNNING", "c"), ("SUCCESSFUL", ""), ("", "abc"), ("odd", "abc")]
)
def test_the_list_is_filtered_by_what_it_shows(
    client_for: SignIn,
    admin: User,
    workspace: Workspace,
    other_workspace: Workspace,
    status: str,
    shown: str,
) -> None:
    make = ImportRun.objects.create
    make(workspace=workspace, source="a.zip", user_name="x", status=RunStatus.FAILED)
    make(workspace=workspace, source="b.zip", user_name="x", runner="gone")
    with heartbeat(queued=False) as runner:
        make(workspace=other_workspace, source="c.zip", user_name="x", runner=runner.pk)
        page = client_for(admin).get(LIST, {"status": status} if status else {}).content.decode()
    assert [name for name in "abc" if f"{name}.zip" in page] == list(shown)


def test_a_running_import_says_so(client_for: SignIn, developer: User, workspace: Workspace) -> None:
    with heartbeat(queued=False) as runner:
        run = ImportRun.objects.create(workspace=workspace, source="a", user_name="x", runner=runner.pk)
        assert "It is still running" in page_of(client_for(developer), run)


def test_who_sees_what(
    client_for: SignIn, developer: User, viewer: User, stranger: User, workspace: Workspace
) -> None:
    run = imported(workspace, pack(job()))
    assert "test.zip" in client_for(developer).get(LIST).content.decode()
    assert "test.zip" not in client_for(stranger).get(LIST).content.decode()
    assert client_for(stranger).get(f"{LIST}{run.pk}/change/").status_code == 302
    assert client_for(viewer).get(LIST).status_code == 403
    assert client_for(developer).post(f"{LIST}{run.pk}/delete/").status_code == 403
    page = page_of(client_for(developer), run)
    assert "command line" in page and "historylink" not in page


def test_queries_do_not_grow_with_the_objects(
    client_for: SignIn, developer: User, workspace: Workspace
) -> None:
    client = client_for(developer)
    few = imported(workspace, pack(job()))
    many = imported(workspace, pack(*(script(f"s{number}") for number in range(40))))
    page_of(client, few)
    assert count_queries(lambda: page_of(client, few)) == count_queries(lambda: page_of(client, many))
