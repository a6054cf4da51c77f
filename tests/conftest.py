"""The cast every test draws from, and the two workspaces they live in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from dlfportal.access.models import Project, Role, Workspace
from dlfportal.transfer.exports import package
from dlfportal.transfer.exports.kept import BYTES_AT_MOST, KeptPackages
from tests.factories import MembershipFactory, ProjectFactory, UserFactory, WorkspaceFactory

# How fast a machine is does not decide whether a test passes.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")


LONGEST = ("test_page_faults.py", "test_page_faults_admin.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that all processors of a machine have work to the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Leave no reader's language behind: a request that asked for Chinese makes it the thread's."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def none_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each export of one test be made, whatever packages others had: they often hold the same."""
    monkeypatch.setattr(package, "packages", KeptPackages(BYTES_AT_MOST))


@pytest.fixture
def project(db: None) -> Project:
    """The project of `workspace`."""
    return ProjectFactory(id="b" * 32, name="retail")


@pytest.fixture
def workspace(project: Project) -> Workspace:
    """The default workspace: viewer, developer and workspace_admin are its members."""
    return WorkspaceFactory(id="a" * 32, project=project, name="default")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    """A workspace of another project: only `stranger` is its member."""
    return WorkspaceFactory(id="c" * 32, project__id="d" * 32, project__name="finance", name="default")


@pytest.fixture
def viewer(workspace: Workspace) -> User:
    return _member(workspace, "viewer", Role.VIEWER)


@pytest.fixture
def developer(workspace: Workspace) -> User:
    return _member(workspace, "developer", Role.DEVELOPER)


@pytest.fixture
def workspace_admin(workspace: Workspace) -> User:
    return _member(workspace, "workspace_admin", Role.ADMIN)


@pytest.fixture
def stranger(other_workspace: Workspace) -> User:
    """Somebody with every right elsewhere and none in `workspace`."""
    return _member(other_workspace, "stranger", Role.ADMIN)


@pytest.fixture
def admin(db: None) -> User:
    """A superuser without any membership."""
    return UserFactory(username="admin", is_superuser=True, is_staff=True)


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """Return a function that gives a browser signed in as somebody."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def _member(workspace: Workspace, username: str, role: Role) -> User:
    user = UserFactory(username=username)
    MembershipFactory(user=user, workspace=workspace, role=role)
    return user
