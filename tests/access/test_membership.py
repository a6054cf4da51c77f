from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Membership, Workspace
from dlfportal.access.services import membership_remove, membership_set
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import BadRequest, Forbidden, NotFound
from tests.factories import UserFactory


@pytest.mark.parametrize("person", ["workspace_admin", "admin"])
def test_an_admin_lets_somebody_in_and_changes_the_role(
    request: pytest.FixtureRequest, workspace: Workspace, person: str
) -> None:
    actor = Actor(request.getfixturevalue(person), Channel.WEB)
    newcomer = UserFactory(username="newcomer")
    membership_set(actor=actor, workspace=workspace, user=newcomer, role="viewer")
    membership_set(actor=actor, workspace=workspace, user=newcomer, role="developer")
    assert Membership.objects.get(user=newcomer).role == "developer"
    details = [entry.detail for entry in AuditEntry.objects.filter(action="membership.set")]
    assert details == [
        {"user": "newcomer", "role": "developer"},
        {"user": "newcomer", "role": "viewer"},
    ]


@pytest.mark.parametrize(
    ("person", "refusal"), [("viewer", Forbidden), ("developer", Forbidden), ("stranger", NotFound)]
)
def test_others_change_no_membership(
    request: pytest.FixtureRequest,
    workspace: Workspace,
    workspace_admin: User,
    person: str,
    refusal: type[Exception],
) -> None:
    user = request.getfixturevalue(person)
    with pytest.raises(refusal):
        membership_set(actor=Actor(user, Channel.WEB), workspace=workspace, user=user, role="admin")
    membership = Membership.objects.get(user=workspace_admin)
    with pytest.raises(refusal):
        membership_remove(actor=Actor(user, Channel.WEB), membership=membership)
    assert Membership.objects.get(user=workspace_admin).role == "admin"
    assert not AuditEntry.objects.exists()


def test_an_unknown_role_is_refused(workspace_admin: User, workspace: Workspace) -> None:
    user = UserFactory()
    with pytest.raises(BadRequest):
        membership_set(
            actor=Actor(workspace_admin, Channel.WEB), workspace=workspace, user=user, role="owner"
        )
    assert not Membership.objects.filter(user=user).exists()


def test_who_is_taken_out_is_a_stranger_and_it_is_recorded(
    workspace_admin: User, viewer: User, workspace: Workspace
) -> None:
    membership = Membership.objects.get(user=viewer)
    membership_remove(actor=Actor(workspace_admin, Channel.WEB), membership=membership)
    assert not Membership.objects.filter(user=viewer).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.workspace_id, entry.detail) == (
        "membership.remove",
        workspace.pk,
        {"user": "viewer"},
    )
