"""The same package again, byte for byte, whatever became of its objects meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.renaming import object_rename, rename_plan
from dlfportal.catalogue.selectors import document_of, object_get, object_list, others_list
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.errors import NotFound
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports import package
from dlfportal.transfer.exports.again import ContentsUnknown, export_again
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.kept import KeptPackages
from dlfportal.transfer.exports.package import Download, export_job, export_jobs
from dlfportal.transfer.exports.packed import entries_unpack
from dlfportal.transfer.models import Export, ExportState
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator

Make = Callable[..., Download]


@pytest.fixture
def nightly(workspace: Workspace) -> None:
    """A job that uses one thing of every kind and one that is missing, another one, and a script alone."""
    for name in ("load", "alone"):
        ScriptFactory(workspace=workspace, name=name)
    ResourceFactory(workspace=workspace, name="lib")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    nodes = [
        node("1", scriptName="load"),
        node("2", scriptName="gone"),
        node("3", "DLISpark", resourcePath="lib"),
        node("4", "CDMJob", clusterName="cdm-1", jobName="copy"),
    ]
    JobFactory(workspace=workspace, name="nightly", nodes=nodes)
    JobFactory(workspace=workspace, name="日报.v2", nodes=nodes[:1])


def one_job(actor: Actor, workspace: Workspace) -> Download:
    return export_job(actor=actor, workspace=workspace, name="nightly")


def submitted(actor: Actor, workspace: Workspace) -> Download:
    for name in ("nightly", "日报.v2"):
        version_submit(actor=operator(), target=object_get(workspace, Kind.JOB, name))
    how: dict[str, Any] = {"depend": False, "status": ExportStatus.SUBMIT}
    return export_jobs(actor=actor, workspace=workspace, jobs=object_list(workspace, Kind.JOB), **how)


def everything(actor: Actor, workspace: Workspace) -> Download:
    jobs, others = object_list(workspace, Kind.JOB), others_list(workspace)
    chosen = {"everything": True}
    return export_jobs(actor=actor, workspace=workspace, jobs=jobs, others=others, selection=chosen)


def scripts_alone(actor: Actor, workspace: Workspace) -> Download:
    scripts = others_list(workspace).filter(kind=Kind.SCRIPT)
    none = object_list(workspace, Kind.JOB).none()
    return export_jobs(actor=actor, workspace=workspace, jobs=none, others=scripts, selection={"all": "1"})


def churn(workspace: Workspace, times: int = 3) -> None:
    """Change everything again and again, rename and delete some of it, and make other things of its names."""
    for number in range(times):
        for target in list(CatalogueObject.objects.filter(workspace=workspace, deleted_at=None)):
            document = {**document_of(target.revision), "description": f"changed {number}"}
            object_update(actor=operator(), target=target, document=document)
    job, who = object_get(workspace, Kind.JOB, "日报.v2"), operator()
    digest = rename_plan(job, "renamed", who.user).digest
    object_rename(actor=who, target=job, name="renamed", digest=digest, follow=True)
    for kind, name in ((Kind.JOB, "nightly"), (Kind.SCRIPT, "load"), (Kind.RESOURCE, "lib")):
        object_delete(actor=operator(), target=object_get(workspace, kind, name))
    ScriptFactory(workspace=workspace, name="load", content="SELECT 'another';\n")
    JobFactory(workspace=workspace, name="nightly", nodes=[])


@pytest.mark.parametrize("make", [one_job, submitted, everything, scripts_alone])
@pytest.mark.parametrize("ahead", [100, 0])
def test_the_package_is_the_same_after_edits_renames_and_deletions(
    actor: Actor,
    workspace: Workspace,
    nightly: None,
    monkeypatch: pytest.MonkeyPatch,
    make: Make,
    ahead: int,
) -> None:
    monkeypatch.setattr(package, "KNOWN_AHEAD", ahead)
    made = make(actor, workspace)
    whole = b"".join(made.stream)
    first = Export.objects.get()
    churn(workspace)
    monkeypatch.setattr(package, "packages", KeptPackages(0))  # what this process kept is no proof
    again = export_again(actor=actor, workspace=workspace, pk=first.pk)
    assert b"".join(again.stream) == whole
    assert again.name == made.name
    assert again.head and (again.head.size, again.head.digest) == (len(whole), first.digest)
    row = Export.objects.exclude(pk=first.pk).get()
    assert (row.state, row.digest, row.size, row.entries) == (
        ExportState.COMPLETE, first.digest, first.size, first.entries,
    )  # fmt: skip
    assert (row.missing, row.selection) == (first.missing, first.selection)
    assert entries_unpack(row.contents) == entries_unpack(first.contents)


def test_it_is_recorded_as_an_export_that_names_the_first_one(
    actor: Actor, workspace: Workspace, nightly: None, developer: User
) -> None:
    first = export_job(
        actor=actor, workspace=workspace, name="nightly", noted={"selection_id": "a" * 32, "also": ["x"]}
    )
    b"".join(first.stream)
    other = Actor(developer, actor.channel)
    found = Export.objects.get()
    second = export_again(actor=other, workspace=workspace, pk=found.pk)
    b"".join(second.stream)
    b"".join(export_again(actor=other, workspace=workspace, pk=second.stream.recording.export_id).stream)
    rows = Export.objects.exclude(pk=found.pk)
    assert {row.user_name for row in rows} == {"developer"}
    assert [row.options["again_of"] for row in rows] == [found.pk, found.pk]
    assert all("selection_id" not in row.options and row.options["also"] == ["x"] for row in rows)
    starts = AuditEntry.objects.filter(action="package.export", user_name="developer")
    assert [(one.object_name, one.detail["jobs"]) for one in starts] == [("nightly", ["nightly"])] * 2
    ends = AuditEntry.objects.filter(action="package.export_end", user_name="developer")
    assert all(one.detail["complete"] and one.detail["missing"] == ["scripts/gone"] for one in ends)


def test_one_that_broke_off_is_made_whole_if_it_is_known_what_it_held(
    actor: Actor, workspace: Workspace, nightly: None
) -> None:
    broken = export_job(actor=actor, workspace=workspace, name="nightly")
    whole = b"".join(export_job(actor=actor, workspace=workspace, name="nightly").stream)
    broken.stream.close()
    pk = broken.stream.recording.export_id
    assert b"".join(export_again(actor=actor, workspace=workspace, pk=pk).stream) == whole


def test_one_without_a_digest_streams_and_gets_one(
    actor: Actor, workspace: Workspace, nightly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "KNOWN_AHEAD", 0)
    whole = b"".join(everything(actor, workspace).stream)
    broken = everything(actor, workspace)
    for _piece in broken.stream:
        if broken.tally.picked:
            break
    broken.stream.close()
    row = Export.objects.get(pk=broken.stream.recording.export_id)
    assert (row.state, row.digest) == (ExportState.BROKEN_OFF, "") and row.contents
    again = export_again(actor=actor, workspace=workspace, pk=row.pk)
    assert again.head is None and b"".join(again.stream) == whole
    assert Export.objects.get(pk=again.stream.recording.export_id).digest


def test_one_of_which_it_is_not_known_what_it_held_is_refused_and_not_recorded(
    actor: Actor, workspace: Workspace
) -> None:
    row = Export.objects.create(workspace=workspace, name="jobs.zip")
    with pytest.raises(ContentsUnknown, match=r"jobs\.zip"):
        export_again(actor=actor, workspace=workspace, pk=row.pk)
    assert Export.objects.count() == 1


def test_strangers_and_other_workspaces_find_nothing(
    actor: Actor, workspace: Workspace, other_workspace: Workspace, stranger: User, nightly: None
) -> None:
    b"".join(one_job(actor, workspace).stream)
    pk = Export.objects.get().pk
    for who, where in ((Actor(stranger, actor.channel), workspace), (operator(), other_workspace)):
        with pytest.raises(NotFound):
            export_again(actor=who, workspace=where, pk=pk)
    assert Export.objects.count() == 1
