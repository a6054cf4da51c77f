"""Exports in the admin: who took what, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.selectors import object_list
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.package import export_job, export_jobs
from dlfportal.transfer.models import EXPORT_DEAD_AFTER, Export
from tests.factories import JobFactory, node
from tests.queries import assert_same_queries

pytestmark = pytest.mark.django_db
LIST = "/admin/transfer/export/"

SignIn = Callable[[User], Client]


@pytest.fixture
def actor(viewer: User, workspace: Workspace) -> Actor:
    JobFactory(workspace=workspace, name="nightly", nodes=[node("n", scriptName="gone")])
    return Actor(viewer, Channel.API)


def page_of(client: Client) -> str:
    return client.get(f"{LIST}{Export.objects.get().pk}/change/").content.decode()


def test_a_workspace_admin_sees_who_took_what(
    client_for: SignIn, workspace_admin: User, workspace: Workspace, actor: Actor
) -> None:
    made = export_job(actor=actor, workspace=workspace, name="nightly")
    b"".join(made.stream)
    client = client_for(workspace_admin)
    for page in (client.get(LIST).content.decode(), page_of(client)):
        assert "DLF_nightly.zip" in page and "viewer" in page and "complete" in page
    page = page_of(client)
    assert made.head and made.head.digest in page
    assert "jobs/nightly.job" in page and "scripts/gone" in page


def test_an_export_whose_process_is_gone_is_shown_as_broken_off(
    client_for: SignIn, workspace_admin: User, workspace: Workspace
) -> None:
    for ago, told in ((timedelta(), "running"), (EXPORT_DEAD_AFTER + timedelta(seconds=5), "broken off")):
        Export(workspace=workspace, name="jobs.zip", seen_at=timezone.now() - ago).save()
        page = client_for(workspace_admin).get(LIST).content.decode()
        assert f'<td class="field-shown">{told}</td>' in page
    assert set(Export.objects.values_list("state", flat=True)) == {"running"}, "a look writes nothing"


def test_of_very_many_entries_the_first_are_shown(
    client_for: SignIn, workspace_admin: User, workspace: Workspace, actor: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for number in range(3):
        JobFactory(workspace=workspace, name=f"z{number}")
    jobs = object_list(workspace, Kind.JOB)
    b"".join(export_jobs(actor=actor, workspace=workspace, jobs=jobs).stream)
    monkeypatch.setattr("dlfportal.adminsite.exports.LINES_SHOWN", 2)
    page = page_of(client_for(workspace_admin))
    assert "jobs/z0/z0.job" in page and "jobs/z1/z1.job" not in page and "And 2 more." in page


def test_ten_times_the_exports_cost_the_same_queries(
    client_for: SignIn, workspace_admin: User, workspace: Workspace, actor: Actor
) -> None:
    def more() -> None:
        for _ in range(10):
            export_job(actor=actor, workspace=workspace, name="nightly").stream.close()

    more()
    client = client_for(workspace_admin)
    assert_same_queries(more, lambda: client.get(LIST))


def test_exports_are_found_by_package_job_and_person(
    client_for: SignIn, workspace_admin: User, workspace: Workspace, other_workspace: Workspace, actor: Actor
) -> None:
    export_job(actor=actor, workspace=workspace, name="nightly").stream.close()
    Export(workspace=workspace, name="jobs.zip", user_name="li").save()
    Export(workspace=other_workspace, name="jobs.zip", user_name="li").save()
    client = client_for(workspace_admin)
    found = {
        text: [row.name for row in client.get(f"{LIST}?q={text}").context["cl"].result_list]
        for text in ("nightly", "DLF_n", "jobs", "li", "viewer", "ightly")
    }
    assert found == {
        "nightly": ["DLF_nightly.zip"],
        "DLF_n": ["DLF_nightly.zip"],
        "jobs": ["jobs.zip"],
        "li": ["jobs.zip"],
        "viewer": ["DLF_nightly.zip"],
        "ightly": [],
    }
