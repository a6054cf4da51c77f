"""Undos beside each other, beside imports, and beside edits between the look and the write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import Saved, object_create, object_delete, object_update, version_submit
from dlfportal.errors import Conflict
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports import undo as service
from dlfportal.transfer.imports.liveness import heartbeat
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from dlfportal.transfer.imports.runs import ImportRunning
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.imports.undo import NothingToUndo
from dlfportal.transfer.models import ImportRun, RunStatus
from tests.catalogue.racing import race
from tests.factories import node, operator
from tests.importing import OVERWRITE, imported, job, pack, script, waiting
from tests.undoing import assert_right, standing, undone

REFUSED = (Conflict, NothingToUndo, OperationalError)
"""Why one of several at once does nothing. The database of these tests, SQLite's in memory, does not wait for
readers: it says that a table is locked.
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_undos_at_once(workspace: Workspace) -> None:
    """One of them does it, and the other one says why it does not."""
    imported(workspace, pack(script("a")))
    before = standing(workspace)
    run = imported(workspace, pack(script("a", "SELECT 2;\n"), script("b")), OVERWRITE)
    results = race(*(lambda: undone(run) for _ in range(3)))
    done = [one for one in results if isinstance(one, ImportRun) and one.status == RunStatus.SUCCESSFUL]
    others = [one for one in results if one not in done]
    assert len(done) == 1 or all(isinstance(one, OperationalError) for one in results), results
    assert all(isinstance(one, REFUSED) for one in others), others
    if done:
        assert standing(workspace) == before
    assert_right(workspace)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_an_undo_and_an_edit_at_once(workspace: Workspace) -> None:
    """The edit comes first, and the undo is refused; or the undo, and the edit is of what it left."""
    actor = operator()
    for number in range(4):
        name = f"s{number}"
        imported(workspace, pack(script(name)))
        run = imported(workspace, pack(script(name, "SELECT 2;\n"), script(f"{name}_new")), OVERWRITE)
        target = CatalogueObject.objects.get(name=name)
        edit = script(name, "SELECT 3;\n")
        results = race(
            lambda run=run: undone(run),  # type: ignore[misc]
            lambda target=target, edit=edit: object_update(actor=actor, target=target, document=edit),  # type: ignore[misc]
        )
        assert isinstance(results[1], Saved | OperationalError), results[1]
        undo = results[0]
        was_done = isinstance(undo, ImportRun) and undo.status == RunStatus.SUCCESSFUL
        there = CatalogueObject.objects.get(name=f"{name}_new")
        assert (there.deleted_at is not None) is was_done
        target.refresh_from_db()
        numbers = list(target.revisions.order_by("number").values_list("number", flat=True))
        assert len(numbers) == 2 + was_done + isinstance(results[1], Saved)
        assert numbers == list(range(1, len(numbers) + 1))
        assert not ImportRun.objects.filter(status=RunStatus.RUNNING).exists()
    assert_right(workspace)


@pytest.mark.django_db
def test_an_undo_waits_until_the_import_that_runs_has_ended(workspace: Workspace) -> None:
    run = imported(workspace, pack(script("a")))
    with heartbeat(queued=False) as runner:
        going = waiting(workspace, operator().user, runner=runner.pk, status=RunStatus.RUNNING)
        with pytest.raises(ImportRunning, match="Wait until it has ended"):
            undone(run)
        ImportRun.objects.filter(pk=going.pk).update(status=RunStatus.FAILED)
    assert undone(run).status == RunStatus.SUCCESSFUL


def edit() -> None:
    object_update(actor=operator(), target=target("a"), document=script("a", "SELECT 3;\n"))


def submit() -> None:
    version_submit(actor=operator(), target=target("a"))


def submit_the_new_one() -> None:
    version_submit(actor=operator(), target=target("b"))


def delete() -> None:
    object_delete(actor=operator(), target=target("b"))


def use() -> None:
    """Let something new start the job that the undo deletes."""
    workspace = target("b").workspace
    user = job("user", nodes=[node("n", scriptName="b")])
    object_create(actor=operator(), workspace=workspace, kind=Kind.JOB, document=user)


def target(name: str) -> CatalogueObject:
    return CatalogueObject.objects.select_related("workspace").get(name=name)


@pytest.mark.django_db
@pytest.mark.parametrize("meanwhile", [edit, submit, submit_the_new_one, delete, use])
def test_what_happens_between_the_look_and_the_write_stops_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]
) -> None:
    saved = ImportOptions(policy=Policy.OVERWRITE, target_status=TargetStatus.SAVED)
    imported(workspace, pack(script("a")), saved)
    run = imported(workspace, pack(script("a", "SELECT 2;\n"), script("b")), saved)
    write = service.steps_write
    left: dict[str, Any] = {}

    def late(**arguments: Any) -> None:
        meanwhile()
        left.update(standing(workspace))
        write(**arguments)

    monkeypatch.setattr(service, "steps_write", late)
    undo = undone(run)
    assert undo.status == RunStatus.FAILED
    assert "Nothing was undone" in run_message(undo) or "Nothing was written" in run_message(undo)
    assert standing(workspace) == left and not undo.items.exists()
    assert_right(workspace)
