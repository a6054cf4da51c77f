"""Finding entries of the record: by a name's beginning, person, action, channel, time and workspace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_record

pytestmark = pytest.mark.django_db
LIST = "/admin/audit/auditentry/"

SignIn = Callable[[User], Client]


@pytest.fixture
def act(workspace: Workspace) -> Callable[..., AuditEntry]:
    """Return a function that records an act; the newest comes last."""
    minutes = iter(range(1000, 0, -1))

    def record(name: str, user: User, channel: Channel = Channel.WEB, **said: object) -> AuditEntry:
        entry = audit_record(
            actor=Actor(user, channel),
            **{"action": Action.JOB_CREATE, "workspace_id": workspace.pk, "kind": "job", **said},
            object_name=name,
        )
        rows = AuditEntry._base_manager.filter(pk=entry.pk)
        rows.update(at=timezone.now() - timedelta(minutes=next(minutes)))
        return entry

    return record


def names(client: Client, query: str) -> list[str]:
    """Return the names in the rows of the list."""
    return [row.object_name for row in client.get(f"{LIST}?{query}").context["cl"].result_list]


@pytest.mark.parametrize("person", ["admin", "workspace_admin"])
def test_search_finds_beginnings_people_and_actions(
    person: str, client_for: SignIn, act: Callable[..., AuditEntry], request: pytest.FixtureRequest,
    developer: User, viewer: User,
) -> None:  # fmt: skip
    client = client_for(request.getfixturevalue(person))
    act("load_orders", developer)
    act("load_items", viewer, kind="script", action=Action.SCRIPT_DELETE)
    act("Load_Orders", viewer, action=Action.JOB_UPDATE)
    whole = act("", developer, kind="", action=Action.IMPORT)
    act("brought", developer, part_of=whole)
    act("load_100%_\\", viewer)
    assert names(client, "q=load_") == ["load_100%_\\", "load_items", "load_orders"]
    assert names(client, "q=load_100%25") == ["load_100%_\\"]
    assert names(client, "q=load_orders") == ["load_orders"]
    assert names(client, "q=loadXorders") == []
    assert names(client, "q=viewer") == ["load_100%_\\", "Load_Orders", "load_items"]
    assert names(client, "q=script") == names(client, "q=script.delete") == ["load_items"]
    assert names(client, "q=package.import") == [""]
    assert names(client, "q=brought") == ["brought"], "a part of an act is found by its name"
    assert names(client, "q=developer") == ["", "load_orders"], "of an act, not of its parts"


def test_search_stays_in_the_workspaces_of_the_person(
    client_for: SignIn, act: Callable[..., AuditEntry], workspace_admin: User, admin: User, developer: User
) -> None:
    act("mine", developer)
    act("mine", developer, workspace_id="f" * 32, channel=Channel.API)
    act("mine", developer, workspace_id="", kind="")
    assert len(names(client_for(workspace_admin), "q=mine")) == 1
    assert len(names(client_for(workspace_admin), "q=developer")) == 1
    assert names(client_for(workspace_admin), f"q=mine&workspace={'f' * 32}") == []
    assert len(names(client_for(admin), "q=mine")) == 3
    assert len(names(client_for(admin), f"workspace={'f' * 32}")) == 1, "a workspace that is no more"
    assert len(names(client_for(admin), "channel=api")) == 1


def test_filters_narrow_together_and_keep_the_newest_first(
    client_for: SignIn, act: Callable[..., AuditEntry], workspace_admin: User, developer: User
) -> None:
    for number in range(3):
        act(f"web{number}", developer)
        act(f"api{number}", developer, channel=Channel.API)
    old = act("old", developer, channel=Channel.API)
    AuditEntry._base_manager.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=60))
    client = client_for(workspace_admin)
    week = f"at__gte={(timezone.now() - timedelta(days=7)).isoformat().replace('+', '%2B')}"
    assert names(client, "channel=api") == ["api2", "api1", "api0", "old"]
    assert names(client, f"channel=api&{week}") == ["api2", "api1", "api0"]
    assert names(client, f"q=api&channel=web&{week}") == []
    assert names(client, f"{week}&channel=no") == ["api2", "web2", "api1", "web1", "api0", "web0"]


def test_of_too_many_that_begin_so_those_named_exactly_so_are_listed(
    client_for: SignIn, act: Callable[..., AuditEntry], admin: User, developer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("dlfportal.adminsite.audit.ROWS_AT_MOST", 2)
    for name in ("load", "load_1", "load_2"):
        act(name, developer)
    page = client_for(admin).get(f"{LIST}?q=load&channel=web")
    assert [row.object_name for row in page.context["cl"].result_list] == ["load"]
    assert "Type more of the name" in page.content.decode()


def test_a_row_says_in_words_what_was_done_and_names_the_action(
    client_for: SignIn, act: Callable[..., AuditEntry], workspace_admin: User, developer: User
) -> None:
    act("load_<b>", developer, action=Action.JOB_DELETE)
    client = client_for(workspace_admin)
    page = client.get(f"{LIST}?q=load_").content.decode()
    words = (
        '<span title="job.delete"><span class="act-who">developer</span> deleted the job '
        '<b class="act-name">load_&lt;b&gt;</b></span>'
    )
    assert words in page
    client.cookies["django_language"] = "zh-hans"
    assert 'title="job.delete"' in client.get(f"{LIST}?q=load_").content.decode()
    entry = AuditEntry.objects.get(object_name="load_<b>")
    client.cookies["django_language"] = "en"
    assert words in client.get(f"{LIST}{entry.pk}/change/").content.decode()
