"""The record and the history are written once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from dlfportal.access.models import Workspace
from dlfportal.access.services import workspace_delete, workspace_save
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_record
from dlfportal.catalogue.models import Content, Deletion, Revision, Version
from dlfportal.catalogue.services import object_delete, version_submit
from tests.factories import ScriptFactory, UserFactory

ROWS = [AuditEntry, Content, Deletion, Revision, Version]


@pytest.fixture
def history(workspace: Workspace, developer: User) -> None:
    actor = Actor(developer, Channel.WEB)
    script = ScriptFactory(workspace=workspace, actor=actor)
    version_submit(actor=actor, target=script)
    object_delete(actor=actor, target=script)


@pytest.mark.parametrize("model", ROWS)
def test_a_row_is_never_changed(history: None, model: Any) -> None:
    row = model.objects.first()
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        model.objects.filter(pk=row.pk).update(pk=row.pk)
    with pytest.raises(TypeError):
        model.objects.bulk_update([row], [next(f.name for f in model._meta.fields if not f.primary_key)])


@pytest.mark.parametrize("model", ROWS)
def test_a_row_is_never_deleted(history: None, model: Any) -> None:
    count = model.objects.count()
    with pytest.raises(TypeError):
        model.objects.first().delete()
    with pytest.raises(TypeError):
        model.objects.all().delete()
    assert model.objects.count() == count > 0


def test_names_outlive_the_person(history: None, developer: User) -> None:
    developer.delete()
    for entry in AuditEntry.objects.all():
        assert (entry.user_id, entry.user_name) == (None, "developer")
    assert AuditEntry.objects.count() == 3
    assert Deletion.objects.get().author_name == "developer"
    assert Revision.objects.get().author_name == Version.objects.get().author_name == "developer"
    assert Revision.objects.get().author is None


def test_names_outlive_the_workspace(admin: User, workspace: Workspace) -> None:
    actor = Actor(admin, Channel.ADMIN)
    made = workspace_save(actor=actor, workspace=Workspace(project=workspace.project, name="lab"))
    pk = made.pk
    workspace_delete(actor=actor, workspace=made)
    assert list(AuditEntry.objects.values_list("action", "workspace_id", "workspace_name")) == [
        ("workspace.delete", pk, "lab"),
        ("workspace.create", pk, "lab"),
    ]


def test_an_entry_belongs_to_the_callers_transaction(admin: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit_record(actor=Actor(admin, Channel.WEB), action="test.roll-back")
        1 / 0  # noqa: B018
    assert not AuditEntry.objects.exists()


def test_the_longest_names_fit(db: None) -> None:
    user = UserFactory(username="u" * 150)
    entry = audit_record(
        actor=Actor(user, Channel.COMMAND, "r" * 32),
        action="resource.create",
        workspace_id="a" * 32,
        workspace_name="数" * 128,
        kind="cdm_job",
        object_name="𠀀" * 240,
        detail={"text": "作业\u2028"},
    )
    entry.refresh_from_db()
    assert entry.object_name == "𠀀" * 240
    assert entry.detail == {"text": "作业\u2028"}
