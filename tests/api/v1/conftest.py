"""The cast of the v1 API, each with a token."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Project, Role, Workspace
from tests.api.v1.wire import Wire
from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory


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
