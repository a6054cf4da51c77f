"""What the front page of the admin shows a person of what they did last."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dlfportal.access.models import Membership, Workspace
from dlfportal.adminsite import site
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.services import object_create
from dlfportal.formats.kinds import Kind
from tests.factories import PASSWORD, JobFactory, MembershipFactory
from tests.importing import imported, job, pack, script
from tests.plans import plan_of
from tests.queries import assert_same_queries

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_an_import_is_one_line_that_names_its_package(
    client_for: SignIn, developer: User, workspace: Workspace
) -> None:
    object_create(
        actor=Actor(developer, Channel.ADMIN),
        workspace=workspace,
        kind=Kind.JOB,
        document=job("before"),
        reason="import by hand",
    )
    imported(workspace, pack(*(script(f"s{number}") for number in range(12))), user=developer)
    answer = client_for(developer).get("/admin/")
    assert [entry.action for entry in answer.context["recent"]] == ["package.import", "job.create"]
    assert "test.zip" in answer.content.decode()


def test_nothing_is_said_of_a_workspace_that_one_has_left(
    client_for: SignIn, developer: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    document = job("secret_of_retail")
    object_create(
        actor=Actor(developer, Channel.ADMIN), workspace=workspace, kind=Kind.JOB, document=document
    )
    assert "secret_of_retail" in client_for(developer).get("/admin/").content.decode()
    Membership.objects.filter(user=developer, workspace=workspace).delete()
    MembershipFactory(user=developer, workspace=other_workspace, role="developer")
    page = client_for(developer).get("/admin/").content.decode()
    assert "secret_of_retail" not in page


def test_it_costs_the_same_however_much_was_done_since(
    client_for: SignIn, developer: User, workspace: Workspace
) -> None:
    """Of one's own acts the newest are looked at, by an index in which nobody else's stand."""
    actor = Actor(developer, Channel.ADMIN)
    for name in ("first", "second"):
        object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=job(name))
    client = client_for(developer)

    def build_more() -> None:
        JobFactory.create_batch(20, workspace=workspace)
        imported(workspace, pack(*(script(f"s{number}") for number in range(20))), user=developer)

    assert_same_queries(build_more, lambda: client.get("/admin/"))
    recent = client.get("/admin/").context["recent"]
    assert [entry.object_name for entry in recent] == ["", "second", "first"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by the size of the table")
def test_the_newest_acts_come_from_an_index(client_for: SignIn, developer: User) -> None:
    client = client_for(developer)
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/")
    [newest] = [query["sql"] for query in queries if '"audit_auditentry"."at" DESC' in query["sql"]]
    plan = str(plan_of(newest))
    assert "audit_acts_of_user" in plan and "TEMP B-TREE" not in plan, plan


def test_only_the_newest_acts_are_looked_at(
    client_for: SignIn, developer: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "LOOKED_AT", 2)
    actor = Actor(developer, Channel.ADMIN)
    for name in ("first", "second", "third"):
        object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=job(name))
    recent = client_for(developer).get("/admin/").context["recent"]
    assert [entry.object_name for entry in recent] == ["third", "second"]


def test_coming_and_going_does_not_fill_the_list(client_for: SignIn, developer: User) -> None:
    Client().post("/accounts/login/", {"username": "developer", "password": PASSWORD})
    assert not client_for(developer).get("/admin/").context["recent"]
