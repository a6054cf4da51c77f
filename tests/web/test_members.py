"""The members of a workspace: seen by all of them, changed by its admins."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Membership, Role, Workspace
from dlfportal.audit.models import AuditEntry
from tests.factories import MembershipFactory, UserFactory
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]


def roles(workspace: Workspace) -> dict[str, str]:
    """Return the role of each member, by user name."""
    return dict(workspace.memberships.values_list("user__username", "role"))


def test_members_see_who_is_there_and_change_nothing(
    client_for: SignIn, developer: User, viewer: User, workspace: Workspace
) -> None:
    html = text_of(client_for(viewer), address(workspace, "members/"))
    assert "developer" in html and "viewer" in html
    assert "members/remove/" not in html and 'name="username"' not in html


def test_an_admin_adds_changes_and_removes(
    client_for: SignIn, workspace_admin: User, workspace: Workspace
) -> None:
    UserFactory(username="li.na")
    client, page = client_for(workspace_admin), address(workspace, "members/")
    client.post(page, {"username": "li.na", "role": "viewer"})
    assert roles(workspace)["li.na"] == "viewer"
    client.post(f"{page}role/", {"username": "li.na", "role": "developer"})
    assert roles(workspace)["li.na"] == "developer"
    client.post(f"{page}remove/", {"username": "li.na"})
    assert "li.na" not in roles(workspace)
    recorded = AuditEntry.objects.filter(user=workspace_admin.pk).order_by("id")
    assert list(recorded.values_list("action", flat=True)) == [
        "membership.set",
        "membership.set",
        "membership.remove",
    ]


def test_an_unknown_name_and_a_disabled_person_get_the_same_answer(
    client_for: SignIn, workspace_admin: User, workspace: Workspace
) -> None:
    UserFactory(username="gone", is_active=False)
    client, page = client_for(workspace_admin), address(workspace, "members/")
    answers = [
        client.post(page, {"username": name, "role": "viewer"}).context["page"].form.errors["username"]
        for name in ("gone", "nobody", "Workspace_Admin")
    ]
    assert {tuple(found) for found in answers} == {
        ("No such user can be added: use the exact name that the person signs in with.",)
    }
    assert roles(workspace) == {"workspace_admin": "admin"}


def test_who_is_a_member_already_keeps_the_role(
    client_for: SignIn, workspace_admin: User, developer: User, workspace: Workspace
) -> None:
    answer = client_for(workspace_admin).post(
        address(workspace, "members/"), {"username": "developer", "role": "viewer"}
    )
    assert "is a member already" in answer.content.decode()
    assert roles(workspace)["developer"] == "developer"


@pytest.mark.parametrize(
    ("act", "fields", "left"),
    [
        ("remove/", {}, None),
        ("role/", {"role": "viewer"}, "viewer"),
    ],
)
def test_the_last_admin_goes_only_when_asked_for_twice(
    client_for: SignIn,
    workspace_admin: User,
    workspace: Workspace,
    act: str,
    fields: dict[str, str],
    left: str,
) -> None:
    client, page = client_for(workspace_admin), address(workspace, f"members/{act}")
    asked = client.post(page, {"username": "workspace_admin", **fields})
    assert asked.status_code == 409
    assert "You are the last admin of this workspace" in asked.content.decode()
    assert roles(workspace)["workspace_admin"] == "admin"
    again = {"username": "workspace_admin", "sure": "1", **asked.context["page"].asked.fields}
    assert client.post(page, again, follow=True).status_code == 200
    assert roles(workspace).get("workspace_admin") == left


def test_one_of_two_admins_goes_without_a_question(
    client_for: SignIn, workspace_admin: User, workspace: Workspace
) -> None:
    MembershipFactory(user=UserFactory(username="second"), workspace=workspace, role=Role.ADMIN)
    client_for(workspace_admin).post(address(workspace, "members/remove/"), {"username": "workspace_admin"})
    assert roles(workspace) == {"second": "admin"}


def test_a_disabled_admin_does_not_count(
    client_for: SignIn, workspace_admin: User, workspace: Workspace
) -> None:
    off = UserFactory(username="off", is_active=False)
    MembershipFactory(user=off, workspace=workspace, role=Role.ADMIN)
    answer = client_for(workspace_admin).post(
        address(workspace, "members/remove/"), {"username": "workspace_admin"}
    )
    assert answer.status_code == 409


def test_odd_forms_are_refused(client_for: SignIn, workspace_admin: User, workspace: Workspace) -> None:
    client, page = client_for(workspace_admin), address(workspace, "members/")
    assert (
        client.post(f"{page}role/", {"username": "workspace_admin", "role": "god", "sure": 1}).status_code
        == 400
    )
    assert client.post(f"{page}remove/", {"username": "nobody"}).status_code == 404
    assert client.post(f"{page}remove/").status_code == 404
    assert client.post(f"{page}remove/", {"username": "a\0b"}).status_code == 404
    assert client.post(page, {"username": "a\0b", "role": "viewer"}).status_code == 400
    assert client.post(page, {"username": "x" * 500, "role": "viewer"}).status_code == 400
    assert roles(workspace) == {"workspace_admin": "admin"}


def test_names_are_text(client_for: SignIn, workspace_admin: User, workspace: Workspace) -> None:
    MembershipFactory(user=UserFactory(username="<b>x"), workspace=workspace, role=Role.VIEWER)
    html = text_of(client_for(workspace_admin), address(workspace, "members/"))
    assert "<b>x" not in html and "<b>x" in unescape(html)


def test_the_page_costs_the_same_with_ten_times_the_members(
    client_for: SignIn, workspace_admin: User, workspace: Workspace
) -> None:
    def more() -> None:
        for user in UserFactory.create_batch(20):
            Membership.objects.create(user=user, workspace=workspace)

    client = client_for(workspace_admin)
    assert_same_queries(more, lambda: text_of(client, address(workspace, "members/")))
