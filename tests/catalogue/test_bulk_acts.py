"""An act on many objects leaves the same rows and the same record as the services of one object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.acting import doing
from dlfportal.catalogue.acting.asked import Asked, BulkVerb, SetChanged
from dlfportal.catalogue.acting.doing import bulk_do
from dlfportal.catalogue.models import ALIVE, CatalogueObject, Deletion
from dlfportal.catalogue.moving import object_move
from dlfportal.catalogue.recount import recount
from dlfportal.catalogue.search.finding import TEXTS, candidates
from dlfportal.catalogue.selections import Choice, choice_resolve, print_of
from dlfportal.catalogue.selectors import document_of
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.errors import StalePlan
from dlfportal.formats.kinds import Kind
from dlfportal.formats.tagging import tagged
from tests.catalogue.test_write_parity import rows_of
from tests.factories import (
    CdmJobFactory,
    JobFactory,
    ResourceFactory,
    ScriptFactory,
    WorkspaceFactory,
    node,
    operator,
)

pytestmark = pytest.mark.django_db
EVERYTHING = Choice(everything=True)
JOBS = Choice(kind=Kind.JOB)


def fill(workspace: Workspace) -> None:
    uses = [node("n", scriptName="load"), node("m", "MRSSpark", jarResources="lib")]
    basics = {"tags": ["old", "kept"], "owner": "li.na"}
    JobFactory(workspace=workspace, name="nightly", nodes=uses, basicConfig=basics, directory="/a")
    JobFactory(workspace=workspace, name="plain", description="Something to find")
    JobFactory(workspace=workspace, name="odd", basicConfig={"tags": {}}, processType="REAL_TIME")
    ScriptFactory(workspace=workspace, name="load", directory="/s")
    ResourceFactory(workspace=workspace, name="lib")
    CdmJobFactory(workspace=workspace, name="copy")
    version_submit(actor=operator(), target=found(workspace, "plain"))
    version_submit(actor=operator(), target=found(workspace, "load"))
    object_update(
        actor=operator(),
        target=found(workspace, "load"),
        document={"name": "load", "type": "DLISQL", "content": "SELECT 2;\n", "directory": "/s"},
    )


def found(workspace: Workspace, name: str) -> CatalogueObject:
    return CatalogueObject.objects.select_related("workspace", "revision__content").get(
        ALIVE, workspace=workspace, name=name
    )


def names(workspace: Workspace, *kinds: Kind) -> list[str]:
    """Return the names of the living objects in the order of their ids, which is that of the act."""
    rows = CatalogueObject.objects.filter(ALIVE, workspace=workspace, kind__in=kinds or list(Kind))
    return list(rows.order_by("pk").values_list("name", flat=True))


def submit_alone(workspace: Workspace) -> None:
    for name in names(workspace):
        version_submit(actor=operator(), target=found(workspace, name), comment="Q4")


def delete_alone(workspace: Workspace) -> None:
    for name in names(workspace, Kind.SCRIPT, Kind.RESOURCE, Kind.CDM_JOB):
        object_delete(actor=operator(), target=found(workspace, name))


def move_alone(workspace: Workspace) -> None:
    for name in names(workspace, Kind.JOB, Kind.SCRIPT, Kind.RESOURCE):
        target = found(workspace, name)
        object_move(actor=operator(), target=target, revision=target.revision, directory="/a")  # type: ignore[arg-type]


def tag_alone(workspace: Workspace) -> None:
    for name in names(workspace, Kind.JOB):
        target = found(workspace, name)
        document = tagged(document_of(target.revision), ["new"], ["old"])  # type: ignore[arg-type]
        object_update(actor=operator(), target=target, document=document)


@pytest.mark.parametrize(
    ("asked", "choice", "alone"),
    [
        (Asked(BulkVerb.SUBMIT, comment="Q4"), EVERYTHING, submit_alone),
        (
            Asked(BulkVerb.DELETE),
            Choice({Kind.SCRIPT: ["load"], Kind.RESOURCE: ["lib"], Kind.CDM_JOB: ["cdm-1/copy"]}),
            delete_alone,
        ),
        (Asked(BulkVerb.MOVE, folder="/a"), EVERYTHING, move_alone),
        (Asked(BulkVerb.TAG, add=("new",), remove=("old",)), EVERYTHING, tag_alone),
    ],
    ids=lambda value: value.verb if isinstance(value, Asked) else "",
)
def test_many_at_once_leave_what_one_after_the_other_would(
    asked: Asked, choice: Choice, alone: Callable[[Workspace], None]
) -> None:
    one, other = WorkspaceFactory(), WorkspaceFactory()
    fill(one)
    fill(other)
    alone(one)
    do(other, asked, choice)
    expected, after = rows_of(one), rows_of(other)
    act = [row for row in after["record"] if row[0].startswith("objects.")]
    assert len(act) == 1
    after["record"] = [row for row in after["record"] if row not in act]
    for name, rows in expected.items():
        assert after[name] == rows, name
    assert list(recount([other])) == []
    assert {len(rows) for rows in (searched(one), searched(other))} == {len(searched(one))}


def searched(workspace: Workspace) -> list[int]:
    """Return the objects that the index of texts names for a few texts."""
    return [
        pk
        for kind, text in ((Kind.JOB, "something"), (Kind.SCRIPT, "load"), (Kind.RESOURCE, "lib"))
        for pk in candidates(text, kind, [workspace.pk], 100, TEXTS)
    ]


def do(workspace: Workspace, asked: Asked, choice: Choice) -> Any:
    shown = print_of(choice_resolve(workspace, choice))
    return bulk_do(actor=operator(), workspace=workspace, asked=asked, choice=choice, shown=shown)


def test_what_is_deleted_is_found_no_more_and_can_come_back(workspace: Workspace) -> None:
    fill(workspace)
    do(workspace, Asked(BulkVerb.DELETE), EVERYTHING)
    assert searched(workspace) == [] and names(workspace) == []
    assert Deletion.objects.count() == 6
    back = JobFactory(workspace=workspace, name="plain")
    assert back.revision.number == 2 and back.version is None


def test_another_set_of_the_same_size_is_refused(workspace: Workspace) -> None:
    fill(workspace)
    shown = print_of(choice_resolve(workspace, JOBS))
    object_delete(actor=operator(), target=found(workspace, "odd"))
    JobFactory(workspace=workspace, name="another")
    with pytest.raises(SetChanged) as refused:
        bulk_do(actor=operator(), workspace=workspace, asked=Asked(BulkVerb.DELETE), choice=JOBS, shown=shown)
    assert "other objects than the 3" in str(refused.value)
    assert "another" in names(workspace)


@pytest.mark.parametrize("verb", [BulkVerb.SUBMIT, BulkVerb.DELETE, BulkVerb.TAG, BulkVerb.MOVE])
def test_what_fails_at_its_end_leaves_nothing(workspace: Workspace, verb: BulkVerb) -> None:
    fill(workspace)
    before, acts = rows_of(workspace), AuditEntry.objects.count()

    def fail(done: object) -> None:
        raise RuntimeError("the worker is gone")

    shown = print_of(choice_resolve(workspace, EVERYTHING))
    asked = Asked(verb, folder="/new", add=("new",))
    with pytest.raises(RuntimeError):
        bulk_do(
            actor=operator(), workspace=workspace, asked=asked, choice=EVERYTHING, shown=shown, finish=fail
        )
    assert rows_of(workspace) == before and AuditEntry.objects.count() == acts
    assert len(searched(workspace)) == 3
    do(workspace, asked, EVERYTHING)  # and it can be done afterwards


def test_an_edit_while_documents_are_written_is_not_lost(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(workspace)
    plan = doing.rewriting_plan

    def meanwhile(*args: Any) -> Any:
        made = plan(*args)
        document = {"name": "plain", "nodes": [], "schedule": {"type": "CRON"}}
        object_update(actor=operator(), target=found(workspace, "plain"), document=document)
        return made

    monkeypatch.setattr(doing, "rewriting_plan", meanwhile)
    with pytest.raises(StalePlan, match="plain"):
        do(workspace, Asked(BulkVerb.MOVE, folder="/x"), JOBS)
    assert found(workspace, "plain").directory == "/" and found(workspace, "nightly").directory == "/a"


@pytest.mark.parametrize(
    ("basics", "after"),
    [
        ({"tags": ["a", " b ", 3, "c"]}, ["a", 3, "c", "new"]),
        ({"tags": {}}, ["new"]),
        ({}, ["new"]),
        ({"tags": ["new"]}, ["new"]),
    ],
)
def test_tags_change_and_nothing_else(basics: dict[str, Any], after: list[Any]) -> None:
    document = {"name": "j", "basicConfig": {"owner": "li", **basics}, "nodes": []}
    changed = tagged(document, ["new", "new"], ["b"])
    assert changed["basicConfig"].pop("tags") == after
    assert changed == {"name": "j", "basicConfig": {"owner": "li"}, "nodes": []} and list(changed) == list(
        document
    )
    assert tagged({"name": "j"}, [], ["b"]) == {"name": "j"}
