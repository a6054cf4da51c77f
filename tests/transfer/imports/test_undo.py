"""Undoing an import: what it wrote is put back, what was changed since stays, and an undo can be undone."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Workspace
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.drafts import Kept, LightDraft, draft_kept
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Origin
from dlfportal.catalogue.services import object_create, object_delete, object_update, version_submit
from dlfportal.catalogue.undoing.steps import Why
from dlfportal.catalogue.undoing.writing import steps_write
from dlfportal.errors import Forbidden, NotFound
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports import progress, undo_write
from dlfportal.transfer.imports import undo as undo_module
from dlfportal.transfer.imports.options import ImportOptions, Policy, TargetStatus
from dlfportal.transfer.imports.texts import run_message
from dlfportal.transfer.imports.undo import NothingToUndo, UndoBlocked, UndoMoved, undo_request
from dlfportal.transfer.imports.undo_look import undo_look
from dlfportal.transfer.models import ImportRun, RunStatus
from tests.factories import WorkspaceFactory, node, operator
from tests.importing import OVERWRITE, imported, job, pack, script, waiting
from tests.undoing import assert_right, standing, undone

pytestmark = pytest.mark.django_db


def target(name: str) -> CatalogueObject:
    return CatalogueObject.objects.get(name=name)


def test_an_import_of_every_sort_is_undone_and_done_again(workspace: Workspace) -> None:
    first = [script("changed", directory="/a"), script("same"), script("gone"), job("draft", directory="/x")]
    imported(workspace, pack(*first))
    object_delete(actor=operator(), target=target("gone"))
    object_update(actor=operator(), target=target("draft"), document=job("draft", directory="/y"))
    before = standing(workspace)
    brought = [
        job("new", nodes=[node("n", scriptName="changed")], basicConfig={"tags": ["t"]}),
        script("changed", "SELECT 2;\n", directory="/b"),
        script("same"),
        script("gone", "SELECT 3;\n"),
        job("draft", directory="/z", nodes=[node("n", scriptName="gone")]),
    ]
    run = imported(workspace, pack(*brought), OVERWRITE)
    after = standing(workspace)
    undo = undone(run)
    assert undo.status == RunStatus.SUCCESSFUL, run_message(undo)
    assert run_message(undo) == "2 restored, 2 deleted, 0 brought back."
    assert standing(workspace) == before
    assert_right(workspace)
    again = undone(undo)
    assert run_message(again) == "2 restored, 0 deleted, 2 brought back."
    assert standing(workspace) == after
    assert_right(workspace)
    assert run_message(undone(again)) == "2 restored, 2 deleted, 0 brought back."
    assert standing(workspace) == before
    revision = target("changed").revision
    assert revision and (revision.number, revision.origin, revision.origin_id) == (5, Origin.UNDO, again.pk)
    assert target("gone").revisions.count() == 4 - 1


class Mix(NamedTuple):
    """An object before an import: whether it exists, is submitted, was edited or deleted since; and what the
    package has of it.
    """

    there: bool
    submitted: bool
    edited: bool
    deleted: bool
    brought: int


MIXES = st.lists(
    st.builds(Mix, *(st.booleans() for _ in range(4)), st.integers(0, 2)), min_size=1, max_size=5
)


def document(number: int, content: int) -> dict[str, Any]:
    if number % 2:
        return script(f"s{number}", f"SELECT {content};\n", directory=f"/{content}")
    nodes = [node("n", scriptName=f"s{number + content}")] if content else []
    return job(f"j{number}", nodes=nodes, basicConfig={"tags": [f"t{content}"]})


def prepared(mixes: list[Mix]) -> Workspace:
    workspace: Workspace = WorkspaceFactory()
    for status in TargetStatus:
        some = [
            document(number, 0)
            for number, mix in enumerate(mixes)
            if mix.there and mix.submitted is (status is TargetStatus.SUBMITTED)
        ]
        if some:
            imported(workspace, pack(*some), ImportOptions(target_status=status))
    for number, mix in enumerate(mixes):
        name = document(number, 0)["name"]
        found = CatalogueObject.objects.filter(workspace=workspace, name=name).first()
        if found and mix.edited:
            object_update(actor=operator(), target=found, document=document(number, 1))
        if found and mix.deleted:
            object_delete(actor=operator(), target=found)
    return workspace


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mixes=MIXES, policy=st.sampled_from(Policy), status=st.sampled_from(TargetStatus))
def test_any_import_undone_and_done_again(
    db: None, mixes: list[Mix], policy: Policy, status: TargetStatus
) -> None:
    workspace = prepared(mixes)
    before = standing(workspace)
    package = pack(*(document(number, mix.brought) for number, mix in enumerate(mixes)))
    run = imported(workspace, package, ImportOptions(policy=policy, target_status=status))
    after = standing(workspace)
    if after == before:
        return
    undo = undone(run)
    assert undo.status == RunStatus.SUCCESSFUL, run_message(undo)
    assert standing(workspace) == before
    assert_right(workspace)
    again = undone(undo)
    assert again.status == RunStatus.SUCCESSFUL, run_message(again)
    assert standing(workspace) == after
    assert_right(workspace)


def stays(run: ImportRun) -> dict[str, tuple[Why, str, list[str]]]:
    """Return name -> why it stays, who made it so, and what uses it."""
    look = undo_look(actor=operator(), run=run)
    return {
        stay.step.identity.name: (stay.why, stay.who, [user.name for user in stay.by]) for stay in look.stays
    }


def test_what_was_changed_since_stays_and_is_named(workspace: Workspace, developer: User) -> None:
    dev = Actor(developer, Channel.WEB)
    names = ("edited", "renamed", "deleted", "submitted", "put_back")
    imported(
        workspace, pack(*(script(name) for name in names)), ImportOptions(target_status=TargetStatus.SAVED)
    )
    saved = ImportOptions(policy=Policy.OVERWRITE, target_status=TargetStatus.SAVED)
    run = imported(workspace, pack(*(script(name, "SELECT 2;\n") for name in names)), saved)
    object_update(actor=dev, target=target("edited"), document=script("edited", "SELECT 3;\n"))
    object_update(actor=dev, target=target("renamed"), document=script("renamed_2", "SELECT 2;\n"))
    object_delete(actor=dev, target=target("deleted"))
    version_submit(actor=dev, target=target("submitted"))
    told = {name: (Why(name), "developer", []) for name in names[:4]}
    assert stays(run) == told
    with pytest.raises(UndoBlocked, match=r"would stay: 4 \("):
        undone(run)
    assert not ImportRun.objects.exclude(undoes=None).exists()
    undo = undone(run, rest=True)
    assert run_message(undo) == "1 restored, 0 deleted, 0 brought back."
    assert target("put_back").revisions.count() == 3 and target("edited").revisions.count() == 3
    entry = AuditEntry.objects.get(action=Action.UNDO)
    assert entry.detail["stayed"] == 4 and entry.detail["undoes"] == run.pk
    assert [part.object_name for part in AuditEntry.objects.filter(part_of=entry)] == ["put_back"]
    assert_right(workspace)
    assert stays(run) == told  # what is undone is no part of it any more
    assert [item.name for item in undo.items.all()] == ["put_back"]


def test_what_something_made_since_needs_stays_with_all_that_it_needs_itself(workspace: Workspace) -> None:
    """A script that a job of the import uses, which another job starts since, must stay with that job."""
    actor = operator()
    before = job("before", nodes=[node("n", scriptName="named_before")])
    object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=before)
    brought = [
        script("named_before"),
        script("needed"),
        script("free"),
        job("part", nodes=[node("n", scriptName="needed")]),
        job("alone", nodes=[node("n", scriptName="free")]),
    ]
    run = imported(workspace, pack(*brought))
    object_update(actor=actor, target=target("before"), document={**before, "directory": "/other"})
    assert stays(run) == {}  # it named the script before, so it only names nothing again
    user = job("user", nodes=[node("n", "DLFSubJob", jobName="part")])
    object_create(actor=actor, workspace=workspace, kind=Kind.JOB, document=user)
    assert stays(run) == {
        "part": (Why.USED, "operator", ["user"]),
        "needed": (Why.USED, "operator", ["part"]),
    }
    undone(run, rest=True)
    alive = CatalogueObject.objects.filter(ALIVE).values_list("name", flat=True)
    assert set(alive) == {"before", "user", "part", "needed"}
    assert_right(workspace)


def waiting_for(workspace: Workspace, name: str, other: str) -> dict[str, Any]:
    """Return a job that waits for a job of a workspace."""
    depend = {"otherWorkSpaceJobs": [{"jobName": other, "workSpaceId": workspace.pk}]}
    cron = {"expression": "0 0 1 * * ?", "dependJobs": depend}
    return job(name, nodes=[node("n")], schedule={"type": "CRON", "cron": cron})


def test_a_job_of_another_workspace_that_waits_since_keeps_the_job(
    workspace: Workspace, developer: User
) -> None:
    """One that waited before does not; and of workspaces that one may not see nothing is said."""
    other = WorkspaceFactory(project=workspace.project, name="other")
    waiter = waiting_for(workspace, "before", "first")
    create = {"actor": operator(), "workspace": other, "kind": Kind.JOB}
    before = object_create(**create, document=waiter).object
    run = imported(workspace, pack(job("first"), job("second")))
    object_update(actor=operator(), target=before, document={**waiter, "directory": "/moved"})
    assert stays(run) == {}
    object_create(**create, document=waiting_for(workspace, "since", "second"))
    assert stays(run) == {"second": (Why.USED, "operator", ["since"])}
    assert not undo_look(actor=Actor(developer, Channel.WEB), run=run).stays


def test_nothing_is_done_but_what_was_shown(workspace: Workspace) -> None:
    run = imported(workspace, pack(script("a"), script("b")))
    digest = undo_look(actor=operator(), run=run).digest
    object_update(actor=operator(), target=target("a"), document=script("a", "SELECT 2;\n"))
    before = standing(workspace)
    with pytest.raises(UndoMoved, match="Nothing was undone"):
        undo_request(actor=operator(), run=run, digest=digest, rest=True)
    assert standing(workspace) == before and not ImportRun.objects.exclude(undoes=None).exists()


def test_there_may_be_nothing_to_undo(workspace: Workspace) -> None:
    failed = imported(workspace, pack(script("a"), job("bad", basicConfig=5)))
    with pytest.raises(NothingToUndo, match="failed and wrote nothing"):
        undone(failed)
    run = imported(workspace, pack(script("a")))
    with pytest.raises(NothingToUndo, match="Nothing was written"):
        undone(imported(workspace, pack(script("a")), OVERWRITE))
    undone(run)
    with pytest.raises(NothingToUndo, match="undone already"):
        undone(run)


def test_a_name_that_another_object_took_keeps_what_was_deleted_away(workspace: Workspace) -> None:
    run = imported(workspace, pack(script("a"), script("b"), script("c")))
    undo = undone(run)
    object_create(actor=operator(), workspace=workspace, kind=Kind.SCRIPT, document=script("other"))
    object_update(actor=operator(), target=target("other"), document=script("a"))
    object_create(actor=operator(), workspace=workspace, kind=Kind.SCRIPT, document=script("b"))
    assert stays(undo) == {"a": (Why.TAKEN, "operator", ["a"]), "b": (Why.REVIVED, "operator", [])}
    assert run_message(undone(undo, rest=True)) == "0 restored, 0 deleted, 1 brought back."
    assert_right(workspace)


def test_an_undo_says_how_far_it_is(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(workspace, pack(script("a"), script("b"), script("c")))
    run = imported(workspace, pack(*(script(name, "SELECT 2;") for name in "abc"), script("new")), OVERWRITE)
    told: list[tuple[str, int, int]] = []

    def note() -> None:
        told.extend(ImportRun.objects.filter(undoes=run).values_list("phase", "done", "total"))

    def kept(one: Kept) -> LightDraft:
        note()
        return draft_kept(one)

    def write(**how: Any) -> None:
        note()
        steps_write(**how)

    monkeypatch.setattr(progress, "PROGRESS_SECONDS", 0)
    monkeypatch.setattr(undo_write, "draft_kept", kept)
    monkeypatch.setattr(undo_module, "steps_write", write)
    assert undone(run).status == RunStatus.SUCCESSFUL
    assert told == [("checking", 0, 3), ("checking", 1, 3), ("checking", 2, 3), ("writing", 4, 4)]


def test_who_may_undo(workspace: Workspace, viewer: User, stranger: User, developer: User) -> None:
    run = imported(workspace, pack(script("a")))
    digest = undo_look(actor=Actor(viewer, Channel.WEB), run=run).digest
    with pytest.raises(Forbidden):
        undo_request(actor=Actor(viewer, Channel.WEB), run=run, digest=digest, rest=False)
    for ask in (undo_look, lambda **args: undo_request(**args, digest=digest, rest=False)):
        with pytest.raises(NotFound):
            ask(actor=Actor(stranger, Channel.WEB), run=run)
    assert undone(run, actor=Actor(developer, Channel.WEB)).user == developer


def test_an_undo_waits_for_no_import(workspace: Workspace) -> None:
    run = imported(workspace, pack(script("a")))
    going = waiting(workspace, None, runner="x", status=RunStatus.RUNNING)
    ImportRun.objects.filter(pk=going.pk).update(queue_id="")
    undo = undone(run)  # its process is dead, so it is given up first
    assert undo.status == RunStatus.SUCCESSFUL
