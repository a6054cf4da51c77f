"""Who may do what in which workspace: the one place that decides.

A person without membership learns nothing: the workspace and all in it do not exist for them
(`NotFound`). A member without the right is refused (`Forbidden`). A superuser may do everything, but changes
no object directly where edits need a second person (`EditsProposed`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import (
    DEFAULT_WORKSPACE,
    Membership,
    Project,
    Role,
    SecondPerson,
    Workspace,
)
from dlfportal.db.prepared import Given, Prepared, columns, instances
from dlfportal.errors import Forbidden, NotFound, gettext_noop


class Right(StrEnum):
    """What an operation needs.

    `CHANGE` is to change objects directly: nobody has it where edits need a second person. `EDIT` is all
    else that a developer does: what prepares a change, such as a plan, and what writes one that a second
    person has let pass.
    """

    VIEW = "view"
    EDIT = "edit"
    CHANGE = "change"
    MANAGE = "manage"


SUPERUSER = _("superuser")
"""What the role of a superuser without membership is called."""
NO_WORKSPACE = gettext_noop("The workspace does not exist.")

ROLES_WITH: dict[Right, frozenset[str]] = {
    Right.VIEW: frozenset({Role.VIEWER, Role.DEVELOPER, Role.ADMIN}),
    Right.EDIT: frozenset({Role.DEVELOPER, Role.ADMIN}),
    Right.CHANGE: frozenset({Role.DEVELOPER, Role.ADMIN}),
    Right.MANAGE: frozenset({Role.ADMIN}),
}


class EditsProposed(Forbidden):
    """Objects of the workspace are not changed directly, by nobody: a change is proposed as an import."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace_id = workspace.pk
        super().__init__(
            gettext_noop(
                "Edits of the workspace %(workspace)s need a second person, so nothing was changed. Propose "
                "the change: export the objects, change them, and import the package, or bring them over "
                "from another workspace. Another developer applies it."
            ),
            workspace=workspace.name,
        )


class Standing(NamedTuple):
    """The role of a person in a workspace, None for a stranger, and whether edits are proposed there."""

    role: str | None
    proposes: bool


class Entered(NamedTuple):
    """A workspace that a person was let into, and what they may do there."""

    workspace: Workspace
    rights: frozenset[Right]


def _role(user: Any) -> Subquery:
    """Return the query of the role of a person in the workspaces of another query."""
    return Subquery(Membership.objects.filter(user=user, workspace=OuterRef("pk")).values("role"))


def edits_proposed() -> Exists:
    """Return what is true of the workspaces of a query that take edits as proposals only."""
    return Exists(SecondPerson.objects.filter(workspace=OuterRef("pk"), edits=True))


STANDING = Prepared(
    lambda: (
        Workspace.objects.filter(pk=Given("workspace"))
        .order_by()
        .annotate(member_role=_role(Given("user")), proposes=edits_proposed())
        .values_list("member_role", "proposes")
    )
)


def _workspaces_given(**identity: Given) -> Prepared:
    """Return the query of a workspace with its project, and how a given user stands in it."""
    wanted = columns(Workspace) + columns(Project, "project__")
    return Prepared(
        lambda: (
            Workspace.objects.filter(**identity)
            .order_by()
            .annotate(member_role=_role(Given("user")), proposes=edits_proposed())
            .values_list(*wanted, "member_role", "proposes")
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
    if right is Right.CHANGE:
        workspaces = workspaces.exclude(edits_proposed())
    if user.is_superuser:
        return workspaces
    return workspaces.filter(memberships__user=user, memberships__role__in=ROLES_WITH[right])


def workspace_get(user: User | AnonymousUser, workspace_id: str, right: Right = Right.VIEW) -> Workspace:
    """Return the workspace with this id, checked for `right`, in one query.

    Raises NotFound for a stranger or an unknown id, Forbidden for a member without the right.
    """
    return workspace_entered(user, workspace_id, right).workspace


def workspace_entered(user: User | AnonymousUser, workspace_id: str, right: Right = Right.VIEW) -> Entered:
    """Return the workspace with this id and the rights of `user` in it. One query.

    Raises as `workspace_get`.
    """
    found = _first(WORKSPACE_BY_ID.row(user=user.pk, workspace=workspace_id))
    if found is None or not user.is_active:
        raise NotFound(NO_WORKSPACE)
    workspace, standing = found
    _judge(user, workspace, standing, right)
    return Entered(workspace, _rights(user, standing))


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
    if found and found[0].project.enabled and (found[1].role or user.is_superuser):
        workspace, standing = found
        _judge(user, workspace, standing, right)
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
    _judge(user, workspace, _standing(user, workspace), right)


def is_superuser(user: User | AnonymousUser) -> bool:
    """Return whether `user` may do everything."""
    return bool(user.is_active and user.is_superuser)


def require_superuser(user: User | AnonymousUser) -> None:
    """Let a superuser pass. Raises Forbidden for everybody else."""
    if not is_superuser(user):
        raise Forbidden(gettext_noop("Only a superuser may do this."))


def rights_in(user: User | AnonymousUser, workspace: Workspace) -> frozenset[Right]:
    """Return the rights of `user` in `workspace`: none for a stranger."""
    return _rights(user, _standing(user, workspace))


def workspaces_seen(user: User | AnonymousUser) -> QuerySet[Workspace]:
    """Return the workspaces that `user` may see, each with its project and the person's `member_role`."""
    return workspaces_with(user, Right.VIEW).annotate(member_role=_role(user.pk))


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


def _first(row: tuple[Any, ...] | None) -> tuple[Workspace, Standing] | None:
    """Return the workspace of a row of `_workspaces_given`, and how the person stands in it."""
    if row is None:
        return None
    *values, role, proposes = row
    workspace: Workspace
    workspace, workspace.project = instances(values, Workspace, Project)
    return workspace, Standing(role, bool(proposes))


def _standing(user: User | AnonymousUser, workspace: Workspace) -> Standing:
    """Ask how a person stands in a workspace now: as a stranger who is not active. At most one query."""
    if not user.is_active:
        return Standing(None, proposes=False)
    row = STANDING.row(user=user.pk, workspace=workspace.pk)
    return Standing(row[0], bool(row[1])) if row else Standing(None, proposes=False)


def _rights(user: User | AnonymousUser, standing: Standing) -> frozenset[Right]:
    is_all = is_superuser(user)
    held = {right for right, roles in ROLES_WITH.items() if is_all or standing.role in roles}
    return frozenset(held - {Right.CHANGE} if standing.proposes else held)


def _judge(user: User | AnonymousUser, workspace: Workspace, standing: Standing, right: Right) -> None:
    if user.is_active and (user.is_superuser or standing.role in ROLES_WITH[right]):
        if right is Right.CHANGE and standing.proposes:
            raise EditsProposed(workspace)
        return
    if standing.role is None:
        raise NotFound(NO_WORKSPACE)
    raise Forbidden(gettext_noop("Your role in this workspace does not allow this."))


def member_count(workspace: Workspace) -> int:
    """Return how many people are members of a workspace that the policy has let the caller into."""
    return Membership.objects.filter(workspace=workspace).count()
