"""`GET /v3/projects`: what the SDK asks when it was given no project id."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Project, Workspace
from tests.api.conftest import token_of
from tests.factories import MembershipFactory, WorkspaceFactory
from tests.queries import assert_same_queries


def get(user: User, **query: str) -> Any:
    return Client(raise_request_exception=False).get(
        "/v3/projects", query_params=query, headers={"X-Auth-Token": token_of(user)}
    )


def test_ones_projects_are_listed_once_each(
    viewer: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    second = WorkspaceFactory(project=workspace.project)
    MembershipFactory(user=viewer, workspace=second, role="admin")
    assert get(viewer).json()["projects"] == [{"id": "b" * 32, "name": "retail", "enabled": True}]


def test_a_name_narrows_the_list(admin: User, workspace: Workspace, other_workspace: Workspace) -> None:
    assert len(get(admin).json()["projects"]) == 2
    assert [row["id"] for row in get(admin, name="finance").json()["projects"]] == ["d" * 32]
    assert get(admin, name="fin").json()["projects"] == []


def test_disabled_projects_and_those_of_others_are_not_shown(
    viewer: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    Project.objects.filter(pk="b" * 32).update(enabled=False)
    assert get(viewer).json()["projects"] == []
    assert get(viewer, name="finance").json()["projects"] == []


def test_it_needs_a_token(db: None) -> None:
    response = Client().get("/v3/projects")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == 401


def test_a_name_with_nul_is_refused_not_crashed_on(viewer: User) -> None:
    assert get(viewer, name="a\x00").status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_another_method_is_404(viewer: User, method: str) -> None:
    client = Client(headers={"X-Auth-Token": token_of(viewer)})
    response: Any = getattr(client, method)("/v3/projects")
    assert response.status_code == 404


def test_ten_times_the_projects_cost_the_same_queries(viewer: User, workspace: Workspace) -> None:
    token = token_of(viewer)

    def more() -> None:
        for _ in range(10):
            MembershipFactory(user=viewer, workspace=WorkspaceFactory(), role="viewer")

    client = Client(headers={"X-Auth-Token": token})
    assert_same_queries(more, lambda: client.get("/v3/projects").json())
