from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Deletion, Script
from dlfportal.catalogue.selectors import ObjectMissing, object_get, object_list
from dlfportal.catalogue.services import object_create, object_delete, object_update, version_submit
from dlfportal.errors import Forbidden, NotFound, StaleEdit
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import script
from tests.factories import JobFactory, node


@pytest.fixture
def load(actor: Actor, workspace: Workspace) -> CatalogueObject:
    return object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script()).object


def test_a_deleted_object_is_gone_and_recorded(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    object_delete(actor=actor, target=load)
    with pytest.raises(ObjectMissing):
        object_get(workspace, Kind.SCRIPT, "load")
    assert not object_list(workspace, Kind.SCRIPT).exists()
    assert not Script.objects.exists()
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.object_name) == ("script.delete", "load")
    assert entry.detail == {"revision": 1, "used_by": []}


def test_its_history_stays(actor: Actor, load: CatalogueObject) -> None:
    object_update(actor=actor, target=load, document=script(content="2"))
    object_delete(actor=actor, target=load)
    load.refresh_from_db()
    assert list(load.revisions.values_list("number", flat=True)) == [2, 1]


def test_an_object_of_its_name_takes_up_history_and_wire_id(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    version_submit(actor=actor, target=load)
    object_delete(actor=actor, target=load)
    saved = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script(content="new"))
    assert (saved.object.pk, saved.object.uid) == (load.pk, load.uid)
    assert saved.object.revision is not None
    assert saved.object.revision.number == 2
    found = object_get(workspace, Kind.SCRIPT, "load")
    assert found.version is None, "the version of before the deletion is not exported"
    assert version_submit(actor=actor, target=found).number == 2


def test_reviving_it_with_equal_content_is_a_new_revision_too(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    object_delete(actor=actor, target=load)
    saved = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script())
    assert saved.changed
    found = object_get(workspace, Kind.SCRIPT, "load")
    assert found.revision and load.revision
    assert (found.pk, found.revision.number) == (load.pk, 2)
    assert found.revision.content_id == load.revision.content_id
    assert AuditEntry.objects.first().detail == {"revision": 2}  # type: ignore[union-attr]


def test_a_deletion_keeps_its_time_its_author_and_the_revision_it_ended(
    actor: Actor, load: CatalogueObject
) -> None:
    object_delete(actor=actor, target=load)
    load.refresh_from_db()
    deletion = Deletion.objects.get()
    assert (deletion.object, deletion.revision, deletion.at) == (load, load.revision, load.deleted_at)
    assert (deletion.author, deletion.author_name) == (actor.user, "developer")


def test_the_last_of_several_namesakes_is_taken_up(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    object_update(actor=actor, target=load, document=script("elsewhere"))
    second = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script()).object
    object_delete(actor=actor, target=second)
    object_update(actor=actor, target=load, document=script())
    object_delete(actor=actor, target=load)
    revived = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script()).object
    assert revived.pk == load.pk


def test_who_still_points_to_it_is_told_and_recorded(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    for name in ("b_user", "a_user"):
        JobFactory(workspace=workspace, name=name, nodes=[node("n", scriptName="load")])
    JobFactory(workspace=workspace, name="bystander", nodes=[node("n", scriptName="other")])
    assert [user.name for user in object_delete(actor=actor, target=load)] == ["a_user", "b_user"]
    assert AuditEntry.objects.first().detail["used_by"] == ["a_user", "b_user"]  # type: ignore[union-attr]


def test_a_deleted_object_uses_nothing(actor: Actor, workspace: Workspace, load: CatalogueObject) -> None:
    user = JobFactory(workspace=workspace, nodes=[node("n", scriptName="load")])
    object_delete(actor=actor, target=user)
    assert object_delete(actor=actor, target=load) == []
    assert not user.references.exists()


def test_deleting_twice_or_from_a_stale_page_is_refused(actor: Actor, load: CatalogueObject) -> None:
    object_update(actor=actor, target=load, document=script(content="2"))
    with pytest.raises(StaleEdit):
        object_delete(actor=actor, target=load, expected=1)
    object_delete(actor=actor, target=load, expected=2)
    with pytest.raises(ObjectMissing):
        object_delete(actor=actor, target=load)
    assert AuditEntry.objects.filter(action="script.delete").count() == 1


@pytest.mark.parametrize(("person", "refusal"), [("viewer", Forbidden), ("stranger", NotFound)])
def test_deleting_needs_the_role(
    request: pytest.FixtureRequest, load: CatalogueObject, person: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        object_delete(actor=Actor(request.getfixturevalue(person), Channel.WEB), target=load)
    load.refresh_from_db()
    assert load.deleted_at is None
