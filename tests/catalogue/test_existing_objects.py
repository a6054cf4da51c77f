"""Looking up what stands under many names costs the same in a small and in a large workspace."""

from __future__ import annotations

import pytest
from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.catalogue.drafts import Identity
from dlfportal.catalogue.existing import existing_objects, rows_named
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from tests.factories import ScriptFactory, operator


@pytest.mark.django_db
def test_each_look_goes_by_an_index_of_names(workspace: Workspace) -> None:
    looks = list(rows_named(workspace, [Identity(Kind.SCRIPT, "", "a"), Identity(Kind.SCRIPT, "", "b")]))
    assert len(looks) == 2
    if connection.vendor != "sqlite":
        return  # PostgreSQL reads a table as small as this one from end to end
    for (_kind, rows), index in zip(looks, ("object_deleted", "object_identity"), strict=True):
        plan = rows.explain()
        assert f"USING INDEX {index}" in plan and "SCAN catalogue_catalogueobject" not in plan, plan


@pytest.mark.django_db
def test_the_living_object_comes_before_the_deleted_and_the_last_deleted_before_others(
    workspace: Workspace,
) -> None:
    names = [Identity(Kind.SCRIPT, "", name) for name in ("lives", "gone", "never")]
    lives, gone = (ScriptFactory(workspace=workspace, name=name) for name in ("lives", "gone"))
    object_delete(actor=operator(), target=gone)
    for deleted in (CatalogueObject.objects.get(pk=gone.pk), CatalogueObject.objects.get(pk=lives.pk)):
        # An older object of the same name, as a rename leaves one behind.
        deleted.pk, deleted.uid = None, "0" * 31 + str(deleted.pk % 10)
        deleted.deleted_at = gone.created_at
        deleted.save(force_insert=True)
    found = existing_objects(workspace, names)
    assert {one.name: (there.pk, there.alive) for one, there in found.items()} == {
        "lives": (lives.pk, True),
        "gone": (gone.pk, False),
    }
