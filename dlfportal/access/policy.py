"""Who may do what in which workspace: the one place that decides.

A person without membership learns nothing: the workspace and all in it do not exist for them
(`NotFound`). A member without the right is refused (`Forbidden`). A superuser may do everything.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from dlfportal.access.models import DEFAULT_WORKSPACE, Membership, Project, Role, Workspace
from dlfportal.errors import Forbidden, NotFound, gettext_noop


class Right(StrEnum):
    """What an operation needs."""

    VIEW = "view"
    EDIT = "edit"
    MANAGE = "manage"


NO_WORKSPACE = gettext_noop("The workspace does not exist.")

ROLES_WITH: dict[Right, frozenset[str]] = {
    Right.VIEW: frozenset({Role.VIEWER, Role.DEVELOPER, Role.ADMIN}),
    Right.EDIT: frozenset({Role.DEVELOPER, Role.ADMIN}),
    Right.MANAGE: frozenset({Role.ADMIN}),
}


def workspaces_with(user: User | AnonymousUser, right: Right) -> QuerySet[Workspace]:
    """Return the workspaces in which `user` has `right`, each with its project selected."""
    workspaces = Workspace.objects.select_related("project")
    if not user.is_active:
        return workspaces.none()
    if user.is_superuser:
        return workspaces
    return workspaces.filter(memberships__user=user, memberships__role__in=ROLES_WITH[right])


def workspace_get(user: User | AnonymousUser, workspace_id: str, right: Right = Right.VIEW) -> Workspace:
    """Return the workspace with this id, checked for `right`, in one query.

    Raises NotFound for a stranger or an unknown id, Forbidden for a member without the right.
    """
    workspace: Workspace | None = _with_role(user).filter(pk=workspace_id).first()
    if workspace is None or not user.is_active:
        raise NotFound(NO_WORKSPACE)
    _judge(user, _role(workspace), right)
    return workspace


class ProjectRefused(Forbidden):
    """The project is unknown, disabled or not one's own: one answer for the three."""


def workspace_in_project(
    user: User | AnonymousUser, project_id: str, workspace_id: str, right: Right = Right.VIEW
) -> Workspace:
    """Return a workspace of a project, the one named `default` when `workspace_id` is empty.

    The way in of the API. Raises ProjectRefused; NotFound when the workspace is not in the project
    or not the caller's; Forbidden without the right.
    """
    identity = Q(pk=workspace_id) if workspace_id else Q(name=DEFAULT_WORKSPACE)
    workspace: Workspace | None = _with_role(user).filter(identity, project=project_id).first()
    if workspace and workspace.project.enabled and (_role(workspace) or user.is_superuser):
        _judge(user, _role(workspace), right)
        return workspace
    if not project_visible(user, project_id):
        raise ProjectRefused(gettext_noop("The project does not exist."))
    raise NotFound(NO_WORKSPACE)


def project_visible(user: User | AnonymousUser, project_id: str) -> bool:
    """Return whether `user` may use a project: it is enabled, and a workspace in it is theirs."""
    return projects_visible(user).filter(pk=project_id).exists()


def projects_visible(user: User | AnonymousUser) -> QuerySet[Project]:
    """Return the enabled projects in which a workspace is the user's; all for a superuser."""
    projects = Project.objects.filter(enabled=True)
    if not user.is_active:
        return projects.none()
    if user.is_superuser:
        return projects
    mine = Membership.objects.filter(user=user.pk, workspace__project=OuterRef("pk"))
    return projects.filter(Exists(mine))


def require(user: User | AnonymousUser, workspace: Workspace, right: Right) -> None:
    """Let `user` use `right` in `workspace`, or raise NotFound (stranger) or Forbidden (member)."""
    _judge(user, role_in(user, workspace), right)


def may(user: User | AnonymousUser, workspace: Workspace, right: Right) -> bool:
    """Return whether `user` has `right` in `workspace`."""
    return is_superuser(user) or role_in(user, workspace) in ROLES_WITH[right]


def is_superuser(user: User | AnonymousUser) -> bool:
    """Return whether `user` may do everything."""
    return bool(user.is_active and user.is_superuser)


def require_superuser(user: User | AnonymousUser) -> None:
    """Let a superuser pass. Raises Forbidden for everybody else."""
    if not is_superuser(user):
        raise Forbidden(gettext_noop("Only a superuser may do this."))


def role_in(user: User | AnonymousUser, workspace: Workspace) -> str | None:
    """Return the role of `user` in `workspace`, or None for a stranger."""
    if not user.is_active:
        return None
    return Membership.objects.filter(user=user.pk, workspace=workspace).values_list("role", flat=True).first()


def roles_of(user: User | AnonymousUser) -> dict[str, str]:
    """Return the role of `user` in each workspace they are a member of, by workspace id."""
    return dict(Membership.objects.filter(user=user.pk).values_list("workspace", "role"))


def may_enter_admin(user: User | AnonymousUser) -> bool:
    """Return whether `user` may enter the Django admin: superusers, and those who may edit somewhere."""
    if not user.is_active:
        return False
    return (
        user.is_superuser or Membership.objects.filter(user=user.pk, role__in=ROLES_WITH[Right.EDIT]).exists()
    )


def _with_role(user: User | AnonymousUser) -> QuerySet[Any]:
    """Return all workspaces, each with the user's role in it as `member_role`."""
    role = Membership.objects.filter(user=user.pk, workspace=OuterRef("pk")).values("role")
    return Workspace.objects.select_related("project").annotate(member_role=Subquery(role))


def _role(workspace: Workspace) -> str | None:
    """Return the role that `_with_role` found."""
    role: str | None = workspace.member_role  # type: ignore[attr-defined]
    return role


def _judge(user: User | AnonymousUser, role: str | None, right: Right) -> None:
    if user.is_active and (user.is_superuser or role in ROLES_WITH[right]):
        return
    if role is None:
        raise NotFound(NO_WORKSPACE)
    raise Forbidden(gettext_noop("Your role in this workspace does not allow this."))
