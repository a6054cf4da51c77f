"""What an import keeps of each object: enough to say what it did, and to undo it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject, Revision, Version
from dlfportal.catalogue.services import object_delete
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from dlfportal.transfer.models import Choice, ImportItem, ImportRun, RunStatus
from tests.factories import ScriptFactory, operator
from tests.importing import OVERWRITE, imported, job, pack, script

pytestmark = pytest.mark.django_db


def kept(run: ImportRun) -> dict[str, Any]:
    """Return name -> (revision before and after, version before and after) by their numbers."""

    def number(row: Revision | Version | None) -> int | None:
        return row.number if row else None

    columns = ("revision_before", "revision_after", "version_before", "version_after")
    items = run.items.select_related(*columns)
    return {item.name: tuple(number(getattr(item, column)) for column in columns) for item in items}


def target(name: str) -> CatalogueObject:
    return CatalogueObject.objects.get(name=name)


def test_before_and_after_of_every_object(workspace: Workspace) -> None:
    imported(workspace, pack(script("changed"), script("same"), script("gone"), script("kept")))
    object_delete(actor=operator(), target=target("gone"))
    brought = [job("new"), script("changed", "SELECT 2;\n"), script("same"), script("gone")]
    run = imported(workspace, pack(*brought), OVERWRITE)
    assert run.status == RunStatus.SUCCESSFUL
    assert kept(run) == {
        "new": (None, 1, None, 1),
        "changed": (1, 2, 1, 2),
        "same": (1, None, None, None),
        "gone": (1, 2, None, 2),
    }
    for item in run.items.select_related("object"):
        assert item.object == target(item.name)
        assert item.was_deleted is (item.name == "gone")
        assert (item.choice, item.new_name) == (Choice.TAKE, "")
        assert item.object and item.object.revision and item.sha256 == item.object.revision.content.sha256
        if item.revision_after:
            assert item.object.revision == item.revision_after and item.object.version == item.version_after


def test_without_a_submit_the_version_stays(workspace: Workspace) -> None:
    imported(workspace, pack(script()))
    saved = ImportOptions(policy=Policy.OVERWRITE, target_status=TargetStatus.SAVED)
    run = imported(workspace, pack(script(content="SELECT 2;\n")), saved)
    assert kept(run) == {"load_sql": (1, 2, 1, 1)}


def test_what_was_skipped_has_no_after(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load_sql", content="old")
    run = imported(workspace, pack(script()))
    item = run.items.get()
    assert item.object == target("load_sql") and kept(run) == {"load_sql": (1, None, None, None)}


def test_a_failed_import_has_no_after(workspace: Workspace) -> None:
    run = imported(workspace, pack(script(), job("bad", basicConfig=5)))
    assert run.status == RunStatus.FAILED
    assert kept(run) == {"bad": (None,) * 4, "load_sql": (None,) * 4}
    assert not run.items.exclude(object=None).exists()


@pytest.mark.parametrize(
    ("choice", "new_name"), [("take", "other"), ("skip", "other"), ("rename", ""), ("odd", "")]
)
def test_only_what_is_renamed_has_a_new_name(workspace: Workspace, choice: str, new_name: str) -> None:
    run = ImportRun.objects.create(workspace=workspace, source="a.zip", status=RunStatus.PLANNED)
    item = ImportItem(run=run, position=0, kind=Kind.JOB, name="load", outcome="new")
    item.choice, item.new_name = choice, new_name
    with pytest.raises(IntegrityError), transaction.atomic():
        item.save()
    item.choice, item.new_name = "rename", "other"
    item.save()
