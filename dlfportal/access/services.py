"""Changes to projects, workspaces, memberships and tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from dlfportal.access import policy
from dlfportal.access.models import AuthToken, Membership, Project, Role, Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.errors import BadRequest, Conflict, Forbidden, NotFound, gettext_noop

TOKEN_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A fresh token: `text` is shown this once, `row` is what the database keeps."""

    text: str
    row: AuthToken


@dataclass(frozen=True, slots=True)
class ProjectScope:
    """The project a token is wanted for, by id or by name."""

    id: str | None = None
    name: str | None = None


def project_save(*, actor: Actor, project: Project) -> Project:
    """Check and store `project` (new or changed; its name is its id unless set); superusers only.

    Raises Forbidden, or BadRequest when the id is not 32 hex digits or the name is taken.
    """
    _require_superuser(actor)
    with transaction.atomic():
        action = Action.PROJECT_CREATE if project._state.adding else Action.PROJECT_CHANGE
        project.name = project.name or project.pk
        _clean_and_save(project)
        audit_record(actor=actor, action=action, object_name=project.name, detail={"project_id": project.pk})
    return project


def project_delete(*, actor: Actor, project: Project) -> None:
    """Delete a project without workspaces; superusers only. Raises Conflict while it has workspaces."""
    _require_superuser(actor)
    with transaction.atomic():
        audit_record(
            actor=actor,
            action=Action.PROJECT_DELETE,
            object_name=project.name,
            detail={"project_id": project.pk},
        )
        try:
            project.delete()
        except ProtectedError as error:
            raise Conflict(
                gettext_noop("The project %(name)s has workspaces; delete them first."), name=project.name
            ) from error


def workspace_save(*, actor: Actor, workspace: Workspace) -> Workspace:
    """Check and store `workspace`: superusers make new ones and move them, its admins may rename it.

    Raises NotFound, Forbidden, or BadRequest when an id is malformed or the name is taken.
    """
    creating = workspace._state.adding
    if not creating:
        policy.require(actor.user, workspace, policy.Right.MANAGE)
    if not Workspace.objects.filter(pk=workspace.pk, project=workspace.project_id).exists():
        _require_superuser(actor)
    with transaction.atomic():
        _clean_and_save(workspace)
        _record(actor, Action.WORKSPACE_CREATE if creating else Action.WORKSPACE_CHANGE, workspace)
    return workspace


def workspace_delete(*, actor: Actor, workspace: Workspace) -> None:
    """Delete a workspace that never held an object; superusers only.

    Raises Conflict while it has objects, deleted ones included: their history is kept.
    """
    _require_superuser(actor)
    with transaction.atomic():
        _record(actor, Action.WORKSPACE_DELETE, workspace)
        try:
            workspace.delete()
        except ProtectedError as error:
            raise Conflict(
                gettext_noop("The workspace %(name)s holds objects or their history; it cannot be deleted."),
                name=workspace.name,
            ) from error


def membership_set(*, actor: Actor, workspace: Workspace, user: User, role: str) -> Membership:
    """Give `user` the `role` in `workspace`, new or instead of the one before; needs its admin.

    Raises NotFound, Forbidden, or BadRequest for an unknown role.
    """
    policy.require(actor.user, workspace, policy.Right.MANAGE)
    if role not in Role.values:
        raise BadRequest(
            gettext_noop("The role %(role)s is unknown; use viewer, developer or admin."), role=role
        )
    with transaction.atomic():
        membership, _created = Membership.objects.update_or_create(
            user=user, workspace=workspace, defaults={"role": role}
        )
        _record(actor, Action.MEMBERSHIP_SET, workspace, user=user.get_username(), role=role)
    return membership


def membership_remove(*, actor: Actor, membership: Membership) -> None:
    """Take a person out of a workspace; needs its admin. Raises NotFound or Forbidden."""
    workspace = membership.workspace
    policy.require(actor.user, workspace, policy.Right.MANAGE)
    with transaction.atomic():
        _record(actor, Action.MEMBERSHIP_REMOVE, workspace, user=membership.user.get_username())
        membership.delete()


def user_save(*, actor: Actor, user: User, changed: Sequence[str]) -> User:
    """Store a person (new or changed); superusers only. `changed` names fields for the record, never values.

    Raises Forbidden, or Conflict when superusers would shut themselves out.
    """
    _require_superuser(actor)
    if user.pk == actor.user.pk and not (user.is_active and user.is_superuser):
        raise Conflict(gettext_noop("You cannot take your own access away."))
    with transaction.atomic():
        creating = user._state.adding
        user.save()
        audit_record(
            actor=actor,
            action=Action.USER_CREATE if creating else Action.USER_CHANGE,
            object_name=user.get_username(),
            detail={"changed": list(changed)},
        )
    return user


def token_issue(*, username: str, password: str, project: ProjectScope | None) -> IssuedToken | None:
    """Return a token of 24 hours for the person with this password, or None when they do not match.

    The database keeps the digest only. Tokens that expired a day ago are cleared away on the occasion:
    until then, who uses one is told that it has expired.
    `project` None makes a token that opens no project. Raises NotFound when the project is unknown,
    disabled or holds no workspace of the person: only who knows the password learns of it.
    """
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        return None
    visible = _visible_project(user, project) if project else None
    now = timezone.now()
    text = secrets.token_urlsafe(48)
    with transaction.atomic():
        AuthToken.objects.filter(expires_at__lt=now - TOKEN_LIFETIME).delete()
        row = AuthToken.objects.create(
            digest=token_digest(text),
            user=user,
            project=visible,
            issued_at=now,
            expires_at=now + TOKEN_LIFETIME,
        )
    return IssuedToken(text, row)


def token_find(text: str) -> AuthToken | None:
    """Return the token with its user and project, expired or not, or None when it is unknown."""
    return AuthToken.objects.select_related("user", "project").filter(digest=token_digest(text)).first()


def token_digest(text: str) -> str:
    """Return what the database keeps of a token: its SHA-256 as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _visible_project(user: User, scope: ProjectScope) -> Project:
    wanted = {"pk": scope.id} if scope.id else {"name": scope.name}
    project = policy.projects_visible(user).filter(**wanted).first()
    if project is None:
        raise NotFound(gettext_noop("The project does not exist."))
    return project


def _require_superuser(actor: Actor) -> None:
    if not (actor.user.is_active and actor.user.is_superuser):
        raise Forbidden(gettext_noop("Only a superuser may do this."))


def _clean_and_save(row: Project | Workspace) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadRequest("%(problems)s", problems=" ".join(error.messages)) from error
    row.save()


def _record(actor: Actor, action: Action, workspace: Workspace, **detail: str) -> None:
    audit_record(
        actor=actor,
        action=action,
        workspace_id=workspace.pk,
        workspace_name=workspace.name,
        object_name=workspace.name,
        detail=detail,
    )
