from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import (
    NameTaken,
    object_create,
    object_delete,
    object_update,
    revision_restore,
)
from dlfportal.errors import Forbidden, NotFound, StaleEdit
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import script


@pytest.fixture
def load(actor: Actor, workspace: Workspace) -> CatalogueObject:
    saved = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script("first"))
    return object_update(actor=actor, target=saved.object, document=script("second", content="2")).object


def test_an_old_document_becomes_the_newest_revision_with_its_name(
    actor: Actor, load: CatalogueObject
) -> None:
    saved = revision_restore(actor=actor, target=load, number=1, expected=2)
    assert saved.object.name == "first"
    newest = saved.object.revision
    assert newest is not None
    assert (newest.number, newest.origin, newest.origin_id, newest.reason) == (3, "restore", "1", "")
    assert document_of(newest) == script("first")
    assert newest.content_id == load.revisions.get(number=1).content_id


def test_restoring_the_newest_changes_nothing(actor: Actor, load: CatalogueObject) -> None:
    assert not revision_restore(actor=actor, target=load, number=2).changed
    assert load.revisions.count() == 2


@pytest.mark.parametrize("number", [0, 3, -1])
def test_an_unknown_revision_is_missing(actor: Actor, load: CatalogueObject, number: int) -> None:
    with pytest.raises(NotFound):
        revision_restore(actor=actor, target=load, number=number)


def test_a_stale_page_or_a_taken_name_refuses(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    with pytest.raises(StaleEdit):
        revision_restore(actor=actor, target=load, number=1, expected=1)
    object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script("first", content="9"))
    with pytest.raises(NameTaken):
        revision_restore(actor=actor, target=load, number=1)


def test_a_deleted_object_is_not_restored_this_way(actor: Actor, load: CatalogueObject) -> None:
    object_delete(actor=actor, target=load)
    with pytest.raises(NotFound):
        revision_restore(actor=actor, target=load, number=1)


@pytest.mark.parametrize(("person", "refusal"), [("viewer", Forbidden), ("stranger", NotFound)])
def test_restoring_needs_the_role(
    request: pytest.FixtureRequest, load: CatalogueObject, person: str, refusal: type[Exception]
) -> None:
    who = Actor(request.getfixturevalue(person), Channel.WEB)
    with pytest.raises(refusal):
        revision_restore(actor=who, target=load, number=1)
    with pytest.raises(refusal):
        revision_restore(actor=who, target=load, number=99)
