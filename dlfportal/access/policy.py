"""Who may do what in which workspace: the one place that decides.

A person without membership learns nothing: the workspace and all in it do not exist for them
(`NotFound`). A member without the right is refused (`Forbidden`). A superuser may do everything.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import DEFAULT_WORKSPACE, Membership, Project, Role, Workspace
from dlfportal.db.prepared import Given, Prepared, columns, instances
from dlfportal.errors import Forbidden, NotFound, gettext_noop


class Right(StrEnum):
    """What an operation needs."""

    VIEW = "view"
    EDIT = "edit"
    MANAGE = "manage"


SUPERUSER = _("superuser")
"""What the role of a superuser without membership is called."""
NO_WORKSPACE = gettext_noop("The workspace does not exist.")

ROLES_WITH: dict[Right, frozenset[str]] = {
    Right.VIEW: frozenset({Role.VIEWER, Role.DEVELOPER, Role.ADMIN}),
    Right.EDIT: frozenset({Role.DEVELOPER, Role.ADMIN}),
    Right.MANAGE: frozenset({Role.ADMIN}),
}


ROLE = Prepared(
    lambda: (
        Membership.objects.filter(user=Given("user"), workspace=Given("workspace"))
        .order_by()
        .values_list("role")
    )
)


def _workspaces_given(**identity: Given) -> Prepared:
    """Return the query of a workspace with its project and the role that a given user has in it."""
    role = Membership.objects.filter(user=Given("user"), workspace=OuterRef("pk")).values("role")
    wanted = columns(Workspace) + columns(Project, "project__")
    return Prepared(
        lambda: (
            Workspace.objects.filter(**identity)
            .order_by()
            .annotate(member_role=Subquery(role))
            .values_list(*wanted, "member_role")
        )
    )


WORKSPACE_BY_ID = _workspaces_given(pk=Given("workspace"))
IN_PROJECT_BY_ID = _workspaces_given(pk=Given("workspace"), project=Given("project"))
IN_PROJECT_BY_NAME = _workspaces_given(name=Given("workspace"), project=Given("project"))


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
    found = _first(WORKSPACE_BY_ID.row(user=user.pk, workspace=workspace_id))
    if found is None or not user.is_active:
        raise NotFound(NO_WORKSPACE)
    workspace, role = found
    _judge(user, role, right)
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
    query = IN_PROJECT_BY_ID if workspace_id else IN_PROJECT_BY_NAME
    identity = workspace_id or DEFAULT_WORKSPACE
    found = _first(query.row(user=user.pk, project=project_id, workspace=identity))
    if found and found[0].project.enabled and (found[1] or user.is_superuser):
        workspace, role = found
        _judge(user, role, right)
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
    found = ROLE.row(user=user.pk, workspace=workspace.pk)
    return str(found[0]) if found else None


def rights_in(user: User | AnonymousUser, workspace: Workspace) -> frozenset[Right]:
    """Return the rights of `user` in `workspace`: none for a stranger."""
    if is_superuser(user):
        return frozenset(Right)
    role = role_in(user, workspace)
    return frozenset(right for right, roles in ROLES_WITH.items() if role in roles)


def workspaces_seen(user: User | AnonymousUser) -> QuerySet[Workspace]:
    """Return the workspaces that `user` may see, each with its project and the person's `member_role`."""
    role = Membership.objects.filter(user=user.pk, workspace=OuterRef("pk")).values("role")
    return workspaces_with(user, Right.VIEW).annotate(member_role=Subquery(role))


def role_label(workspace: Workspace) -> str | Promise:
    """Return the role of the person as a word, of a workspace that `workspaces_seen` returned."""
    role: str | None = getattr(workspace, "member_role", None)
    return Role(role).label if role else SUPERUSER


def may_enter_admin(user: User | AnonymousUser) -> bool:
    """Return whether `user` may enter the Django admin: superusers, and those who may edit somewhere."""
    if not user.is_active:
        return False
    return (
        user.is_superuser or Membership.objects.filter(user=user.pk, role__in=ROLES_WITH[Right.EDIT]).exists()
    )


def _first(row: tuple[Any, ...] | None) -> tuple[Workspace, str | None] | None:
    """Return the workspace of a row of `_workspaces_given`, and the role in it."""
    if row is None:
        return None
    *values, role = row
    workspace: Workspace
    workspace, workspace.project = instances(values, Workspace, Project)
    return workspace, role


def _judge(user: User | AnonymousUser, role: str | None, right: Right) -> None:
    if user.is_active and (user.is_superuser or role in ROLES_WITH[right]):
        return
    if role is None:
        raise NotFound(NO_WORKSPACE)
    raise Forbidden(gettext_noop("Your role in this workspace does not allow this."))


def member_count(workspace: Workspace) -> int:
    """Return how many people are members of a workspace that the policy has let the caller into."""
    return Membership.objects.filter(workspace=workspace).count()
