"""The cast of the v1 API, each with a token."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from dlfportal.access.models import Project, Role, Workspace
from dlfportal.access.services import ProjectScope, token_issue
from tests.api.v1.wire import Wire
from tests.factories import PASSWORD, MembershipFactory, UserFactory, WorkspaceFactory


@pytest.fixture
def dev(developer: User) -> Wire:
    """The developer of `workspace`."""
    return Wire(developer)


@pytest.fixture
def view(viewer: User) -> Wire:
    """The viewer of `workspace`."""
    return Wire(viewer)


@pytest.fixture
def next_door(project: Project) -> Workspace:
    """Another workspace of the same project."""
    return WorkspaceFactory(id="e" * 32, project=project, name="next_door")


@pytest.fixture
def neighbour(workspace: Workspace, next_door: Workspace) -> Wire:
    """Somebody who may use the project, but is a stranger to `workspace`."""
    user = UserFactory(username="neighbour")
    MembershipFactory(user=user, workspace=next_door, role=Role.ADMIN)
    return Wire(user)


@pytest.fixture
def outsider(workspace: Workspace, stranger: User) -> Wire:
    """Somebody who may not even use the project."""
    return Wire(stranger, token_project="d" * 32)


Call = Callable[..., HttpResponse]


@pytest.fixture
def call_as(workspace: Workspace) -> Callable[[User], Call]:
    """Return a function that gives a caller of the API below the project of `workspace`."""

    def signed_in(user: User) -> Call:
        scope = ProjectScope(id=workspace.project_id)
        issued = token_issue(username=user.get_username(), password=PASSWORD, project=scope)
        assert issued

        def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
            return Client(headers={"X-Auth-Token": issued.text, **headers}).generic(
                method,
                f"/v1/{workspace.project_id}/{path}",
                "" if body is None else json.dumps(body),
                content_type="application/json",
            )

        return call

    return signed_in
