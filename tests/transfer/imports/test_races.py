"""Imports beside each other and beside edits, and texts that not every database takes."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.catalogue.bulk import BulkWrite
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Revision
from dlfportal.catalogue.services import NameTaken, Saved, object_create
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports.options import ImportOptions
from dlfportal.transfer.imports.runs import ImportRunning
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.models import ImportRun, RunStatus
from tests.catalogue.racing import race
from tests.factories import operator
from tests.importing import imported, job, pack, package


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_an_import_and_an_edit_that_want_one_name(workspace: Workspace) -> None:
    """One of them gets the name; the other is refused whole, in words, and the history has no gap."""
    actor = operator()
    for number in range(5):
        name = f"load_{number}"
        document = job(name, description="edit")
        results = race(
            lambda name=name: imported(workspace, pack(job(name), job(f"{name}_more"))),  # type: ignore[misc]
            lambda document=document: object_create(  # type: ignore[misc]
                actor=actor, workspace=workspace, kind=Kind.JOB, document=document
            ),
        )
        run = results[0]
        assert isinstance(run, ImportRun)
        assert isinstance(results[1], Saved | NameTaken), results[1]
        living = CatalogueObject.objects.filter(ALIVE, name=name)
        assert living.count() == 1
        assert list(Revision.objects.filter(object=living[0]).values_list("number", flat=True)) == [1]
        came_in = run.items.filter(name=f"{name}_more", revision_after__isnull=False).exists()
        assert came_in is (run.status == RunStatus.SUCCESSFUL)
        if run.status == RunStatus.FAILED:
            assert "changed since the plan was made" in run_message(run)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_imports_of_a_workspace_at_once(workspace: Workspace) -> None:
    operator()
    results = race(*(lambda: imported(workspace, pack(job()), ImportOptions()) for _ in range(3)))
    done = [one for one in results if isinstance(one, ImportRun)]
    assert done and all(isinstance(one, ImportRun | ImportRunning) for one in results), results
    assert {run.status for run in done} == {RunStatus.SUCCESSFUL}
    assert CatalogueObject.objects.filter(ALIVE).count() == 1


@pytest.mark.django_db
def test_a_name_taken_after_the_last_look_stops_the_import(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look finds the name free, and the database's own rule then finds it taken."""
    insert = BulkWrite._write_objects

    def late(bulk: BulkWrite) -> None:
        object_create(actor=operator(), workspace=workspace, kind=Kind.JOB, document=job("load"))
        insert(bulk)

    monkeypatch.setattr(BulkWrite, "_write_objects", late)
    run = imported(workspace, pack(job("load"), job("other")))
    assert run.status == RunStatus.FAILED
    assert "changed since the plan was made" in run_message(run)
    assert not CatalogueObject.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "entries",
    [
        {"jobs/a\0.job": job("a")},
        {"jobs/a.job": b'{"name": "a\\u0000", "nodes": []}'},
        {"jobs/a.job": b'{"name": "a", "nodes": [], "description": "\\u0000"}'},
        {"jobs/a.job": b'{"name": "a", "nodes": [], "description": "\\ud800"}'},
        {"cdms/c\0d/a.json": {"jobs": [{"name": "a"}]}},
    ],
)
def test_what_a_database_cannot_keep_ends_with_a_reason(
    workspace: Workspace, entries: dict[str, object]
) -> None:
    """PostgreSQL takes no NUL in a text: it must not get that far."""
    run = imported(workspace, package(entries))
    assert run.status == RunStatus.FAILED and "log says why" not in run_message(run)
    assert not CatalogueObject.objects.exists()


@pytest.mark.django_db
def test_reasons_longer_than_any_column_are_kept(workspace: Workspace) -> None:
    """A reason is text of any length: what cannot be kept may be a thousand things with long names."""
    documents = [job(f"{'长' * 200}_{number}", basicConfig=5) for number in range(40)]
    run = imported(workspace, pack(*documents))
    assert run.status == RunStatus.FAILED and run_message(run).startswith("Invalid objects")
    nothing = imported(workspace, package({"长" * 300: b"x"}))
    assert "holds no jobs" in run_message(nothing)
