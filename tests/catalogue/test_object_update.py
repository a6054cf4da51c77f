from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.references import used_by
from dlfportal.catalogue.selectors import ObjectMissing, document_of, object_get
from dlfportal.catalogue.services import NameTaken, object_create, object_delete, object_update
from dlfportal.errors import Forbidden, NotFound, StaleEdit
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument
from tests.catalogue.documents import cdm_job, job, script
from tests.factories import JobFactory, node


@pytest.fixture
def load(actor: Actor, workspace: Workspace) -> CatalogueObject:
    return object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script()).object


def test_new_content_is_the_next_revision(actor: Actor, load: CatalogueObject) -> None:
    for number in (2, 3):
        saved = object_update(
            actor=actor, target=load, document=script(content=f"SELECT {number};\n"), reason="tuned"
        )
        assert saved.changed
        assert saved.object.revision is not None
        assert saved.object.revision.number == number
    assert list(load.revisions.values_list("number", flat=True)) == [3, 2, 1]
    assert document_of(load.revisions.get(number=2))["content"] == "SELECT 2;\n"
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.detail) == ("script.update", {"revision": 3, "reason": "tuned"})


def test_equal_content_makes_no_revision_and_succeeds(actor: Actor, load: CatalogueObject) -> None:
    before = (load.updated_at, AuditEntry.objects.count())
    saved = object_update(actor=actor, target=load, document=script(), expected=1)
    assert not saved.changed
    assert Revision.objects.count() == 1
    load.refresh_from_db()
    assert (load.updated_at, AuditEntry.objects.count()) == before


def test_another_key_order_is_a_change(actor: Actor, load: CatalogueObject) -> None:
    turned = dict(reversed(script().items()))
    assert object_update(actor=actor, target=load, document=turned).changed


def test_a_stale_edit_is_refused_and_names_who_was_faster(
    actor: Actor, load: CatalogueObject, request: pytest.FixtureRequest
) -> None:
    colleague = Actor(request.getfixturevalue("workspace_admin"), Channel.API)
    object_update(actor=colleague, target=load, document=script(content="SELECT 2;\n"), expected=1)
    with pytest.raises(StaleEdit) as caught:
        object_update(actor=actor, target=load, document=script(content="mine"), expected=1)
    assert caught.value.params == {"who": "workspace_admin", "number": 2, "name": "load"}
    load.refresh_from_db()
    assert load.revision is not None
    assert document_of(load.revision)["content"] == "SELECT 2;\n"
    object_update(actor=actor, target=load, document=script(content="mine"), expected=2)


def test_a_new_name_renames_and_frees_the_old_one(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    saved = object_update(actor=actor, target=load, document=script("load2"))
    assert saved.object.pk == load.pk
    assert object_get(workspace, Kind.SCRIPT, "load2").uid == load.uid
    with pytest.raises(ObjectMissing):
        object_get(workspace, Kind.SCRIPT, "load")
    object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script())


def test_a_rename_leaves_references_to_the_old_name(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    JobFactory(workspace=workspace, name="user", nodes=[node("n", scriptName="load")])
    renamed = object_update(actor=actor, target=load, document=script("load2")).object
    assert not used_by(renamed).exists()


@pytest.mark.parametrize("other", ["script", "cdm"])
def test_a_taken_name_is_refused(
    actor: Actor, workspace: Workspace, load: CatalogueObject, other: str
) -> None:
    make = {"actor": actor, "workspace": workspace}
    if other == "script":
        object_create(**make, kind=Kind.SCRIPT, document=script("taken"))
        target, document, cluster = load, script("taken", content="new"), None
    else:
        object_create(**make, kind=Kind.CDM_JOB, document=cdm_job(), cluster="two")
        target = object_create(**make, kind=Kind.CDM_JOB, document=cdm_job(), cluster="one").object
        document, cluster = cdm_job(), "two"
    entries = AuditEntry.objects.count()
    with pytest.raises(NameTaken):
        object_update(actor=actor, target=target, document=document, cluster=cluster)
    target.refresh_from_db()
    assert (target.name, target.cluster) in (("load", ""), ("copy", "one"))
    assert AuditEntry.objects.count() == entries


def test_a_cdm_job_keeps_its_cluster_unless_told(actor: Actor, workspace: Workspace) -> None:
    target = object_create(
        actor=actor, workspace=workspace, kind=Kind.CDM_JOB, document=cdm_job(), cluster="one"
    ).object
    changed = cdm_job(**{"from-link-name": "new_link"})
    assert object_update(actor=actor, target=target, document=changed).object.cluster == "one"
    moved = object_update(actor=actor, target=target, document=changed, cluster="two")
    assert moved.object.cluster == "two"


def test_the_name_of_a_deleted_object_may_be_taken_by_renaming(
    actor: Actor, workspace: Workspace, load: CatalogueObject
) -> None:
    gone = object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script("gone")).object
    object_delete(actor=actor, target=gone)
    renamed = object_update(actor=actor, target=load, document=script("gone")).object
    assert renamed.uid == load.uid != gone.uid


def test_a_deleted_object_is_missing(actor: Actor, load: CatalogueObject) -> None:
    object_delete(actor=actor, target=load)
    with pytest.raises(ObjectMissing):
        object_update(actor=actor, target=load, document=script(content="back?"))
    assert Revision.objects.count() == 1


@pytest.mark.parametrize(("person", "refusal"), [("viewer", Forbidden), ("stranger", NotFound)])
def test_editing_needs_the_role(
    request: pytest.FixtureRequest, load: CatalogueObject, person: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        object_update(
            actor=Actor(request.getfixturevalue(person), Channel.WEB),
            target=load,
            document=script(content="x"),
        )
    assert Revision.objects.count() == 1


def test_a_bad_document_is_refused(actor: Actor, load: CatalogueObject) -> None:
    with pytest.raises(InvalidDocument):
        object_update(actor=actor, target=load, document=job(), strict=True)
    with pytest.raises(InvalidDocument):
        object_update(actor=actor, target=load, document=script("a/b"))
    assert Revision.objects.count() == 1
