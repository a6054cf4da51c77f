"""Who the members of a workspace are, for those who may see them, and how people are found by name."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from dlfportal.access import policy
from dlfportal.access.models import Membership, Role, Workspace
from dlfportal.errors import BadRequest, NotFound, gettext_noop

NOBODY = gettext_noop("No such user can be added: use the exact name that the person signs in with.")


def member_list(user: User | AnonymousUser, workspace: Workspace) -> QuerySet[Membership]:
    """Return the memberships of a workspace by user name, each with its person. Raises NotFound."""
    policy.require(user, workspace, policy.Right.VIEW)
    return workspace.memberships.select_related("user").order_by("user__username", "pk")


def member_get(user: User | AnonymousUser, workspace: Workspace, username: str) -> Membership:
    """Return one membership for somebody who may change it. Raises NotFound or Forbidden."""
    policy.require(user, workspace, policy.Right.MANAGE)
    found = workspace.memberships.select_related("user", "workspace").filter(user__username=username).first()
    if found is None:
        raise NotFound(gettext_noop("%(name)s is not a member of this workspace."), name=username)
    return found


def person_to_add(user: User | AnonymousUser, workspace: Workspace, username: str) -> User:
    """Return the person whom somebody wants to add by exact user name.

    A name that nobody has and one of somebody who may not sign in get the same answer. Raises Forbidden,
    or BadRequest when there is no such person or the person is a member already.
    """
    policy.require(user, workspace, policy.Right.MANAGE)
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise BadRequest(NOBODY)
    if workspace.memberships.filter(user=person).exists():
        raise BadRequest(
            gettext_noop("%(name)s is a member already: change the role in the list."), name=username
        )
    return person


def is_last_admin(membership: Membership) -> bool:
    """Return whether the workspace would be without an admin if this membership ended or changed its role."""
    if membership.role != Role.ADMIN:
        return False
    admins = membership.workspace.memberships.filter(role=Role.ADMIN, user__is_active=True)
    return not admins.exclude(pk=membership.pk).exists()
