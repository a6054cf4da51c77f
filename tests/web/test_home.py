from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Role, Workspace
from tests.factories import JobFactory, MembershipFactory, ScriptFactory, WorkspaceFactory
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of

SignIn = Callable[[User], Client]


def test_home_shows_own_workspaces_with_role_and_counts(
    client_for: SignIn, viewer: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    JobFactory(workspace=workspace)
    ScriptFactory(workspace=workspace)
    response = client_for(viewer).get("/")
    [(project, [card])] = response.context["groups"]
    assert (project, card.workspace, str(card.role)) == (workspace.project, workspace, "viewer")
    assert [count for _, count in card.counts] == [1, 1, 0, 0]
    assert other_workspace.pk not in response.content.decode()


def test_home_of_a_superuser_shows_all_workspaces(
    client_for: SignIn, admin: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    html = text_of(client_for(admin), "/")
    assert workspace.pk in html
    assert other_workspace.pk in html


def test_home_without_any_membership_says_whom_to_ask(
    client_for: SignIn, django_user_model: type[User]
) -> None:
    newcomer = django_user_model.objects.create_user("newcomer")
    assert "You are not a member of any workspace." in text_of(client_for(newcomer), "/")


def test_home_without_any_workspace_leads_a_superuser_to_the_administration(
    client_for: SignIn, admin: User
) -> None:
    html = text_of(client_for(admin), "/")
    assert "Create a project and a workspace in the administration" in html
    assert "You are not a member" not in html


def test_home_asks_for_sign_in(client: Client, db: None) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_workspace_does_not_exist_for_a_stranger(
    client_for: SignIn, stranger: User, workspace: Workspace
) -> None:
    assert client_for(stranger).get(address(workspace, "")).status_code == 404


def test_home_queries_do_not_grow(client_for: SignIn, viewer: User, workspace: Workspace) -> None:
    client = client_for(viewer)

    def build_more() -> None:
        for _ in range(10):
            MembershipFactory(user=viewer, workspace=WorkspaceFactory(), role=Role.VIEWER)

    assert_same_queries(build_more, lambda: text_of(client, "/"))
