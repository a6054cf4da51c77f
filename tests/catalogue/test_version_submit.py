from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Version
from dlfportal.catalogue.selectors import ObjectMissing, VersionMissing, resource_get, version_get
from dlfportal.catalogue.services import object_create, object_delete, object_update, version_submit
from dlfportal.errors import Forbidden, NotFound, StaleEdit
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import script


@pytest.fixture
def load(actor: Actor, workspace: Workspace) -> CatalogueObject:
    return object_create(actor=actor, workspace=workspace, kind=Kind.SCRIPT, document=script()).object


def test_a_submit_marks_the_newest_revision_and_is_recorded(actor: Actor, load: CatalogueObject) -> None:
    object_update(actor=actor, target=load, document=script(content="2"))
    version = version_submit(actor=actor, target=load, comment="for the night run", expected=2)
    assert (version.number, version.revision.number, version.comment) == (1, 2, "for the night run")
    load.refresh_from_db()
    assert load.version == version
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert entry.action == "script.submit"
    assert entry.detail == {"revision": 2, "version": 1, "reason": "for the night run"}


def test_submitting_the_same_revision_twice_keeps_the_version(actor: Actor, load: CatalogueObject) -> None:
    first = version_submit(actor=actor, target=load)
    assert version_submit(actor=actor, target=load) == first
    assert Version.objects.count() == 1
    assert AuditEntry.objects.filter(action="script.submit").count() == 1


def test_what_is_missing_is_named(actor: Actor, load: CatalogueObject, workspace: Workspace) -> None:
    for number, said in ((None, "no submitted version"), (7, "no submitted version 7")):
        with pytest.raises(VersionMissing, match=f"{load.name} has {said}"):
            version_get(load, number)
    for wire_id in ("not an id", "f" * 32):
        with pytest.raises(ObjectMissing, match=wire_id):
            resource_get(workspace, wire_id)


def test_versions_are_counted_apart_from_revisions(actor: Actor, load: CatalogueObject) -> None:
    version_submit(actor=actor, target=load)
    for number in (2, 3):
        object_update(actor=actor, target=load, document=script(content=str(number)))
    assert version_submit(actor=actor, target=load).number == 2
    pairs = list(Version.objects.values_list("number", "revision__number"))
    assert pairs == [(2, 3), (1, 1)]


def test_an_edit_leaves_the_submitted_version(actor: Actor, load: CatalogueObject) -> None:
    version = version_submit(actor=actor, target=load)
    object_update(actor=actor, target=load, document=script(content="2"))
    load.refresh_from_db()
    assert load.version == version
    assert version.revision_id != load.revision_id


def test_a_long_comment_is_cut(actor: Actor, load: CatalogueObject) -> None:
    version = version_submit(actor=actor, target=load, comment="批" * 200)
    version.refresh_from_db()
    assert version.comment == "批" * 128


def test_a_stale_or_deleted_object_is_refused(actor: Actor, load: CatalogueObject) -> None:
    with pytest.raises(StaleEdit):
        version_submit(actor=actor, target=load, expected=7)
    object_delete(actor=actor, target=load)
    with pytest.raises(NotFound):
        version_submit(actor=actor, target=load)
    assert not Version.objects.exists()


@pytest.mark.parametrize(("person", "refusal"), [("viewer", Forbidden), ("stranger", NotFound)])
def test_submitting_needs_the_role(
    request: pytest.FixtureRequest, load: CatalogueObject, person: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        version_submit(actor=Actor(request.getfixturevalue(person), Channel.WEB), target=load)
    assert not Version.objects.exists()
