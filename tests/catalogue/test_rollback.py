"""A failure midway leaves nothing behind: no revision, index, reference or record of a write not done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Reference, Revision, Version
from dlfportal.catalogue.services import (
    object_create,
    object_delete,
    object_update,
    revision_restore,
    version_submit,
)
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import job
from tests.factories import node


class Crash(Exception):
    pass


def state() -> list[list[Any]]:
    """Return every row that a write may touch; contents are inert until a revision points to them."""
    tables = (CatalogueObject, Revision, Version, Reference, AuditEntry)
    return [list(table._default_manager.order_by("pk").values_list()) for table in tables]


def create(actor: Actor, target: CatalogueObject) -> None:
    document = job("second", nodes=[node("n", scriptName="s")])
    object_create(actor=actor, workspace=target.workspace, kind=Kind.JOB, document=document)


def update(actor: Actor, target: CatalogueObject) -> None:
    document = job("renamed", nodes=[node("n", scriptName="other")], directory="/new")
    object_update(actor=actor, target=target, document=document)


def restore(actor: Actor, target: CatalogueObject) -> None:
    revision_restore(actor=actor, target=target, number=1)


def submit(actor: Actor, target: CatalogueObject) -> None:
    version_submit(actor=actor, target=target)


def delete(actor: Actor, target: CatalogueObject) -> None:
    object_delete(actor=actor, target=target)


@pytest.mark.parametrize("action", [create, update, restore, submit, delete])
@pytest.mark.django_db(transaction=True)
def test_a_crash_at_the_last_step_undoes_the_whole_write(
    transactional_db: None,
    actor: Actor,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    action: Callable[[Actor, CatalogueObject], None],
) -> None:
    target = object_create(
        actor=actor, workspace=workspace, kind=Kind.JOB, document=job(nodes=[node("n", scriptName="s")])
    ).object
    object_update(actor=actor, target=target, document=job(directory="/second"))
    target = CatalogueObject.objects.select_related("workspace").get(pk=target.pk)
    before = state()

    def crash(**_: Any) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr("dlfportal.catalogue.services.audit_record", crash)
        with pytest.raises(Crash):
            action(actor, target)
    assert state() == before
    action(actor, target)
    assert state() != before
