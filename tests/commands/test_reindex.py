from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.db import connection

from dlfportal.access.models import Workspace
from dlfportal.catalogue import reindex
from dlfportal.catalogue.counts import CountKey, amounts_add, counts_move, kind_counts, standing_of
from dlfportal.catalogue.models import CatalogueObject, ObjectTag, Reference, Revision
from dlfportal.catalogue.selectors import object_get
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.formats.kinds import Kind
from tests.commands.conftest import Run
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries

KEY = ("source__name", "target", "cluster", "name", "soft", "waits")
DERIVED = ("name", "directory", "type", "owner", "description", "schedule", "node_count", "tags", "size")
FOLDED = ("folded_name", "folded_description")


def derived() -> list[Any]:
    """Everything that is derived from documents."""
    return [
        *CatalogueObject.objects.order_by("pk").values_list(*DERIVED, *FOLDED),
        *Reference.objects.order_by(*KEY).values_list("workspace", *KEY),
        *Revision.objects.order_by("pk").values_list("pk", "name"),
    ]


@pytest.fixture
def job(workspace: Workspace) -> CatalogueObject:
    """A job that was renamed, uses two scripts, and has a tag; beside it a CDM job and a deleted job."""
    nodes = [node("a", scriptName="one"), node("b", scriptName="two")]
    job = JobFactory(workspace=workspace, name="before", nodes=nodes, basicConfig={"tags": ["vip"]})
    document = {"name": "load", "nodes": nodes, "schedule": {"type": "CRON"}, "processType": "BATCH"}
    CdmJobFactory(workspace=workspace)
    object_delete(actor=operator(), target=JobFactory(workspace=workspace, name="gone", nodes=nodes))
    return object_update(actor=operator(), target=job, document=document).object


def spoil(job: CatalogueObject) -> None:
    """Make wrong what is derived: columns, a reference too few and one too many, a name of the history.

    The counts fit the columns, as after a write by other rules.
    """
    right = standing_of(job)
    CatalogueObject.objects.filter(pk=job.pk).update(tags="\nx\n", owner="x", size=1)
    counts_move(job.workspace_id, right, standing_of(CatalogueObject.objects.get(pk=job.pk)))
    Reference.objects.filter(source=job, name="one").delete()
    Reference.objects.create(workspace=job.workspace, source=job, target="script", name="three")
    gone = CatalogueObject.objects.get(name="gone")
    Reference.objects.create(workspace=job.workspace, source=gone, target="script", name="one")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_revision SET name = 'x' WHERE object_id = %s AND number = 1", [job.pk]
        )


def test_it_rebuilds_what_is_wrong_says_it_and_finds_nothing_the_second_time(
    run: Run, job: CatalogueObject, workspace: Workspace
) -> None:
    right = derived()
    spoil(job)
    assert derived() != right
    out, err = run("reindex")
    assert (derived(), err) == (right, [])
    assert sorted(out) == sorted(
        [
            f"{workspace.pk} job      load revision 1: name",
            f"{workspace.pk} job      load revision 2: owner, tags, size, references",
            f"{workspace.pk} job      gone revision 1: references",
            "Revisions read: 4; mended: 3.",
        ]
    )
    assert run("reindex")[0] == ["Revisions read: 4; mended: 0."]


def test_it_puts_counts_right_and_says_which(run: Run, job: CatalogueObject, workspace: Workspace) -> None:
    amounts_add(
        workspace.pk,
        {CountKey("job", "", ""): 2, CountKey("job", "tag", "x"): -1, CountKey("script", "type", "SQL"): 1},
    )
    assert run("reindex")[0] == [
        f"{workspace.pk} job      count of all: kept 3, are 1",
        f"{workspace.pk} job      count of tag x: kept -1, are 0",
        f"{workspace.pk} script   count of type SQL: kept 1, are 0",
        "Revisions read: 4; mended: 3.",
    ]
    assert kind_counts([workspace])[workspace.pk] == {"job": 1, "script": 0, "resource": 0, "cdm_job": 1}
    assert run("reindex")[0] == ["Revisions read: 4; mended: 0."]


def test_it_puts_the_rows_of_tags_and_the_numbers_of_versions_right(run: Run, workspace: Workspace) -> None:
    tagged = JobFactory(workspace=workspace, name="tagged", basicConfig={"tags": ["vip", "日"]})
    version_submit(actor=operator(), target=tagged)
    gone = JobFactory(workspace=workspace, name="gone", basicConfig={"tags": ["vip"]})
    object_delete(actor=operator(), target=gone)
    row = ("workspace", "object", "tag", "name", "type")
    right = sorted(ObjectTag.objects.values_list(*row))
    assert right == [(workspace.pk, tagged.pk, tag, "tagged", "BATCH") for tag in ("vip", "日")]
    CatalogueObject.objects.update(version_number=9, state="changed")
    ObjectTag.objects.filter(tag="vip").update(tag="old", name="before")
    ObjectTag.objects.create(workspace=workspace, object=gone, tag="vip", name="gone")
    assert run("reindex")[0] == [
        f"{workspace.pk} job      tagged revision 1: version_number, state, tags",
        f"{workspace.pk} job      gone revision 1: version_number, state, tags",
        f"{workspace.pk} job      count of state changed: kept -1, are 0",
        f"{workspace.pk} job      count of state submitted: kept 2, are 1",
        "Revisions read: 2; mended: 4.",
    ]
    assert sorted(ObjectTag.objects.values_list(*row)) == right
    numbers = CatalogueObject.objects.order_by("pk").values_list("version_number", flat=True)
    assert list(numbers) == [1, 0]
    assert list(CatalogueObject.objects.order_by("pk").values_list("state", flat=True)) == [
        "submitted",
        "draft",
    ]


def test_one_workspace_alone_is_read(run: Run, job: CatalogueObject, other_workspace: Workspace) -> None:
    spoil(job)
    wrong = derived()
    assert run("reindex", other_workspace.pk)[0] == ["Revisions read: 0; mended: 0."]
    assert derived() == wrong


def test_without_superuser_only_where_the_person_may_edit(
    run: Run, job: CatalogueObject, workspace: Workspace, developer: User, viewer: User, stranger: User
) -> None:
    for user in (viewer, stranger):
        assert run("reindex", "--user", user.username)[0] == ["Revisions read: 0; mended: 0."]
        with pytest.raises(CommandError):
            run("reindex", workspace.pk, "--user", user.username)
    assert run("reindex", workspace.pk, "--user", developer.username)[0] == ["Revisions read: 4; mended: 0."]


def test_an_interrupted_run_keeps_its_steps_and_is_simply_run_again(
    run: Run, job: CatalogueObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = derived()
    spoil(job)
    monkeypatch.setattr(reindex, "REVISIONS_A_READ", 1)
    steps: Iterator[reindex.Step] = reindex.reindex(actor=operator())
    next(steps)
    assert Revision.objects.get(object=job, number=1).name == "before"
    assert derived() != right
    assert run("reindex")[0][-1] == "Revisions read: 4; mended: 2."
    assert derived() == right


def test_an_object_that_is_written_meanwhile_is_left_to_that_write(
    job: CatalogueObject, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(job)
    write = reindex._write

    def late(wrong: Any) -> None:
        target = object_get(workspace, Kind.JOB, "load")
        document = {"name": "load", "nodes": [], "schedule": {"type": "CRON"}, "processType": "BATCH"}
        object_update(actor=operator(), target=target, document=document)
        write(wrong)

    monkeypatch.setattr(reindex, "_write", late)
    next(reindex.reindex(actor=operator()))
    assert object_get(workspace, Kind.JOB, "load").node_count == 0
    assert not Reference.objects.filter(source=job).exists()


def test_its_queries_do_not_grow_with_the_objects_of_a_step(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace)
    assert_same_queries(
        lambda: ScriptFactory.create_batch(10, workspace=workspace),
        lambda: list(reindex.reindex(actor=operator())),
    )
