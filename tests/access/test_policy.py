"""Who may do what where: every role, every right, and what strangers learn."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User

from dlfportal.access.models import Project, Workspace
from dlfportal.access.policy import (
    ProjectRefused,
    Right,
    may_enter_admin,
    project_visible,
    projects_visible,
    require,
    rights_in,
    workspace_get,
    workspace_in_project,
    workspaces_with,
)
from dlfportal.errors import Forbidden, NotFound
from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory
from tests.queries import count_queries

ALLOWED = {
    "viewer": {Right.VIEW},
    "developer": {Right.VIEW, Right.EDIT, Right.CHANGE},
    "workspace_admin": set(Right),
    "admin": set(Right),
    "stranger": set(),
}


@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize("person", list(ALLOWED))
def test_each_role_has_its_rights_and_no_more(
    request: pytest.FixtureRequest, workspace: Workspace, person: str, right: Right
) -> None:
    user = request.getfixturevalue(person)
    allowed = right in ALLOWED[person]
    assert (right in rights_in(user, workspace)) is allowed
    assert (workspace in workspaces_with(user, right)) is allowed
    checks = [
        lambda: require(user, workspace, right),
        lambda: workspace_get(user, workspace.pk, right),
        lambda: workspace_in_project(user, workspace.project_id, workspace.pk, right),
    ]
    refusals = [NotFound, NotFound, ProjectRefused] if person == "stranger" else [Forbidden] * 3
    for check, refusal in zip(checks, refusals, strict=True):
        if allowed:
            check()
        else:
            with pytest.raises(refusal) as caught:
                check()
            assert type(caught.value) is refusal


@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize("person", ["workspace_admin", "admin"])
def test_an_inactive_user_is_a_stranger(
    request: pytest.FixtureRequest, workspace: Workspace, person: str, right: Right
) -> None:
    user = request.getfixturevalue(person)
    user.is_active = False
    user.save()
    assert not rights_in(user, workspace)
    assert not workspaces_with(user, right).exists()
    assert not projects_visible(user).exists()
    assert not may_enter_admin(user)
    with pytest.raises(NotFound):
        require(user, workspace, right)
    with pytest.raises(NotFound):
        workspace_get(user, workspace.pk, right)


def test_an_anonymous_user_is_a_stranger(workspace: Workspace) -> None:
    nobody = AnonymousUser()
    assert not workspaces_with(nobody, Right.VIEW).exists()
    assert not may_enter_admin(nobody)
    with pytest.raises(NotFound):
        workspace_get(nobody, workspace.pk)


def test_a_stranger_gets_the_answer_of_an_unknown_workspace(stranger: User, workspace: Workspace) -> None:
    with pytest.raises(NotFound) as not_mine:
        workspace_get(stranger, workspace.pk)
    with pytest.raises(NotFound) as unknown:
        workspace_get(stranger, "f" * 32)
    assert str(not_mine.value) == str(unknown.value)


def test_workspaces_with_lists_a_workspace_once_and_only_ones_own(
    workspace: Workspace, developer: User, viewer: User, workspace_admin: User, other_workspace: Workspace
) -> None:
    assert list(workspaces_with(developer, Right.VIEW)) == [workspace]
    assert list(workspaces_with(viewer, Right.EDIT)) == []
    assert count_queries(lambda: [row.project.name for row in workspaces_with(developer, Right.VIEW)]) == 1


def test_workspace_get_asks_once(developer: User, workspace: Workspace) -> None:
    assert count_queries(lambda: workspace_get(developer, workspace.pk, Right.EDIT)) == 1


@pytest.mark.parametrize(
    ("person", "enters"),
    [("viewer", False), ("developer", True), ("workspace_admin", True), ("admin", True), ("stranger", True)],
)
def test_who_may_edit_somewhere_enters_the_admin(
    request: pytest.FixtureRequest, workspace: Workspace, person: str, enters: bool
) -> None:
    assert may_enter_admin(request.getfixturevalue(person)) is enters


def test_no_workspace_named_means_the_default_one(viewer: User, workspace: Workspace) -> None:
    WorkspaceFactory(project=workspace.project, name="another")
    assert workspace_in_project(viewer, workspace.project_id, "") == workspace


def test_a_project_without_a_default_workspace_needs_one_named(workspace: Workspace, viewer: User) -> None:
    workspace.name = "not default"
    workspace.save()
    with pytest.raises(NotFound) as caught:
        workspace_in_project(viewer, workspace.project_id, "")
    assert not isinstance(caught.value, ProjectRefused)
    assert workspace_in_project(viewer, workspace.project_id, workspace.pk) == workspace


def test_a_workspace_counts_only_in_its_own_project(
    admin: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    with pytest.raises(NotFound) as caught:
        workspace_in_project(admin, workspace.project_id, other_workspace.pk)
    assert not isinstance(caught.value, Forbidden)


def test_a_workspace_of_a_project_one_shares_but_not_ones_own_does_not_exist(
    viewer: User, workspace: Workspace
) -> None:
    foreign = WorkspaceFactory(project=workspace.project, name="foreign")
    with pytest.raises(NotFound):
        workspace_in_project(viewer, workspace.project_id, foreign.pk)


@pytest.mark.parametrize("person", ["workspace_admin", "admin"])
def test_a_disabled_project_is_refused_to_everybody(
    request: pytest.FixtureRequest, project: Project, workspace: Workspace, person: str
) -> None:
    user = request.getfixturevalue(person)
    Project.objects.filter(pk=project.pk).update(enabled=False)
    with pytest.raises(ProjectRefused):
        workspace_in_project(user, project.pk, workspace.pk)
    with pytest.raises(ProjectRefused):
        workspace_in_project(user, project.pk, "")
    assert not project_visible(user, project.pk)


def test_projects_visible_names_a_project_once(viewer: User, workspace: Workspace) -> None:
    second = WorkspaceFactory(project=workspace.project)
    MembershipFactory(user=viewer, workspace=second, role="viewer")
    assert list(projects_visible(viewer)) == [workspace.project]
    assert not projects_visible(UserFactory()).exists()
