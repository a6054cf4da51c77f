from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Membership, Workspace
from dlfportal.access.services import workspace_delete
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_delete
from dlfportal.errors import Conflict, Forbidden
from tests.factories import JobFactory, operator


def test_an_empty_workspace_goes_with_its_memberships(
    admin: User, workspace: Workspace, viewer: User
) -> None:
    pk = workspace.pk
    workspace_delete(actor=Actor(admin, Channel.ADMIN), workspace=workspace)
    assert not Workspace.objects.filter(pk=pk).exists()
    assert not Membership.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.workspace_id, entry.object_name) == ("workspace.delete", pk, "default")


@pytest.mark.parametrize("deleted", [False, True])
def test_a_workspace_with_objects_or_their_history_stays(
    admin: User, workspace: Workspace, viewer: User, deleted: bool
) -> None:
    job = JobFactory(workspace=workspace)
    if deleted:
        object_delete(actor=operator(), target=job)
    entries = AuditEntry.objects.count()
    with pytest.raises(Conflict) as caught:
        workspace_delete(actor=Actor(admin, Channel.ADMIN), workspace=workspace)
    assert "default" in str(caught.value)
    assert Workspace.objects.filter(pk="a" * 32).exists()
    assert Membership.objects.count() == 1
    assert CatalogueObject.objects.count() == 1
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("person", ["viewer", "developer", "workspace_admin", "stranger"])
def test_only_a_superuser_deletes_one(
    request: pytest.FixtureRequest, workspace: Workspace, person: str
) -> None:
    user = request.getfixturevalue(person)
    with pytest.raises(Forbidden):
        workspace_delete(actor=Actor(user, Channel.ADMIN), workspace=workspace)
    assert Workspace.objects.filter(pk=workspace.pk).exists()
