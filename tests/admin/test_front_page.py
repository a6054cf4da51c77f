"""What the front page of the admin shows a person of what they did last."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Membership, Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.services import object_create
from dlfportal.formats.kinds import Kind
from tests.factories import PASSWORD, MembershipFactory
from tests.importing import imported, job, pack, script

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


def test_coming_and_going_does_not_fill_the_list(client_for: SignIn, developer: User) -> None:
    Client().post("/accounts/login/", {"username": "developer", "password": PASSWORD})
    assert not client_for(developer).get("/admin/").context["recent"]
