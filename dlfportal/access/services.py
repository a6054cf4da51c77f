"""Changes to projects, workspaces, memberships and tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from dlfportal.access import policy
from dlfportal.access.models import AuthToken, Membership, Project, Role, Workspace
from dlfportal.access.sessions import access_end, password_check
from dlfportal.access.throttle import Visitor, tries_forget
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.services import audit_record
from dlfportal.db.prepared import Given, Prepared, columns, instances
from dlfportal.errors import BadRequest, Conflict, NotFound, gettext_noop

TOKEN_LIFETIME = timedelta(hours=24)

TOKEN = Prepared(
    lambda: (
        AuthToken.objects.filter(pk=Given("digest"))
        .order_by()
        .values_list(*columns(AuthToken), *columns(User, "user__"))
    )
)

UNKNOWN_PLACE = Visitor(Channel.API)
"""Whom no address is known of: their tries are counted by name only."""


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
    policy.require_superuser(actor.user)
    with transaction.atomic():
        action = Action.PROJECT_CREATE if project._state.adding else Action.PROJECT_CHANGE
        project.name = project.name or project.pk
        _clean_and_save(project)
        audit_record(actor=actor, action=action, object_name=project.name, detail={"project_id": project.pk})
    return project


def project_delete(*, actor: Actor, project: Project) -> None:
    """Delete a project without workspaces; superusers only. Raises Conflict while it has workspaces."""
    policy.require_superuser(actor.user)
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
        policy.require_superuser(actor.user)
    with transaction.atomic():
        _clean_and_save(workspace)
        _record(actor, Action.WORKSPACE_CREATE if creating else Action.WORKSPACE_CHANGE, workspace)
    return workspace


def workspace_delete(*, actor: Actor, workspace: Workspace) -> None:
    """Delete a workspace that never held an object; superusers only.

    Raises Conflict while it has objects, deleted ones included: their history is kept.
    """
    policy.require_superuser(actor.user)
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

    A new password ends the person's tokens and sessions; so does taking away the right to sign in, and
    giving it back does not bring them back. Raises Forbidden, or Conflict when superusers would shut
    themselves out.
    """
    policy.require_superuser(actor.user)
    if user.pk == actor.user.pk and not policy.is_superuser(user):
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
        if "new_password" in changed and not creating:
            AuthToken.objects.filter(user=user).delete()
            audit_record(actor=actor, action=Action.PASSWORD_CHANGE, object_name=user.get_username())
        if not user.is_active and not creating:
            access_end(user)
    return user


def token_issue(
    *, username: str, password: str, project: ProjectScope | None, visitor: Visitor = UNKNOWN_PLACE
) -> IssuedToken | None:
    """Return a token of 24 hours for the person with this password, or None when they do not match.

    The database keeps the digest only. Tokens that expired a day ago are cleared away on the occasion:
    until then, who uses one is told that it has expired.
    `project` None makes a token that opens no project. Raises TooManyTries, or NotFound when the project
    is unknown, disabled or holds no workspace of the person: only who knows the password learns of it.
    """
    user = password_check(visitor=visitor, username=username, password=password, refusal=Action.TOKEN_REFUSE)
    if user is None:
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
            password_digest=password_digest(user),
        )
        tries_forget(visitor, user)
        audit_record(
            actor=Actor(user, visitor.channel, visitor.request_id),
            action=Action.TOKEN_ISSUE,
            detail={"address": visitor.address, "project_id": visible.pk if visible else ""},
        )
    return IssuedToken(text, row)


def token_find(text: str) -> AuthToken | None:
    """Return the token with its user, expired or not, or None: one read by the primary key.

    A token is unknown, too, once its person has another password or may not sign in: the latter ends it
    for good, also where no service was told.
    """
    row = TOKEN.row(digest=token_digest(text))
    if row is None:
        return None
    token: AuthToken
    token, token.user = instances(row, AuthToken, User)
    if not constant_time_compare(token.password_digest, password_digest(token.user)):
        return None
    if not token.user.is_active:
        token.delete()
        return None
    return token


def token_revoke(*, actor: Actor, text: str) -> None:
    """End a token at once: one's own, a superuser anybody's. Raises NotFound for any other."""
    token = token_find(text)
    if token is None or not (token.user_id == actor.user.pk or policy.is_superuser(actor.user)):
        raise NotFound(gettext_noop("The token does not exist."))
    with transaction.atomic():
        token.delete()
        audit_record(actor=actor, action=Action.TOKEN_REVOKE, object_name=token.user.get_username())


def password_digest(user: User) -> str:
    """Return a digest that changes with the password of a person and says nothing of it."""
    return salted_hmac("dlfportal.access.token", user.password, algorithm="sha256").hexdigest()


def token_digest(text: str) -> str:
    """Return what the database keeps of a token: its SHA-256 as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _visible_project(user: User, scope: ProjectScope) -> Project:
    wanted = {"pk": scope.id} if scope.id else {"name": scope.name}
    project = policy.projects_visible(user).filter(**wanted).first()
    if project is None:
        raise NotFound(gettext_noop("The project does not exist."))
    return project


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
