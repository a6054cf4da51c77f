"""Several jobs in the batch layout, however many."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.selectors import ObjectMissing, object_list
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import Download, export_jobs, export_preview, jobs_named
from dlfportal.transfer.exports.selection import NotSubmitted
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node
from tests.packages import digest_by_hand, unzip
from tests.queries import count_queries


@pytest.fixture
def shared(workspace: Workspace) -> None:
    """Two jobs that share a script, a resource and a CDM job, and one that uses nothing."""
    ScriptFactory(workspace=workspace, name="load")
    ResourceFactory(workspace=workspace, name="lib")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    nodes = [
        node("1", scriptName="load"),
        node("2", "DLISpark", resourcePath="lib"),
        node("3", "CDMJob", clusterName="cdm-1", jobName="copy"),
    ]
    JobFactory(workspace=workspace, name="b", nodes=nodes)
    JobFactory(workspace=workspace, name="a", nodes=[*nodes, node("4", scriptName="gone")])
    JobFactory(workspace=workspace, name="c")


def export(actor: Actor, workspace: Workspace, names: list[str] | None = None, **how: Any) -> Download:
    jobs = object_list(workspace, Kind.JOB) if names is None else jobs_named(workspace, names)
    return export_jobs(actor=actor, workspace=workspace, jobs=jobs, **how)


BOTH = [
    "jobs/a/a.job",
    "jobs/a/load.script",
    "jobs/a/lib.resource",
    "jobs/b/b.job",
    "jobs/b/load.script",
    "jobs/b/lib.resource",
    "cdms/cdm-1/copy.json",
]


def test_each_job_has_its_folder_and_cdm_jobs_stand_once(
    actor: Actor, workspace: Workspace, shared: None
) -> None:
    package = export(actor, workspace, ["b", "a"])
    whole = b"".join(package.stream)
    found = unzip(whole)
    assert package.name == "jobs.zip"
    assert list(found) == BOTH
    assert found["jobs/a/load.script"] == found["jobs/b/load.script"]
    assert package.head is not None
    assert package.head.missing == ["scripts/gone"]
    assert (package.head.size, package.head.digest) == (len(whole), digest_by_hand(found))


def test_one_name_still_gives_the_batch_layout(actor: Actor, workspace: Workspace, shared: None) -> None:
    assert list(unzip(export(actor, workspace, ["a"]).stream)) == [*BOTH[:3], BOTH[-1]]


def test_without_dependencies_only_jobs_and_cdm_jobs_go_out(
    actor: Actor, workspace: Workspace, shared: None
) -> None:
    found = list(unzip(export(actor, workspace, depend=False).stream))
    assert found == ["jobs/a/a.job", "jobs/b/b.job", "jobs/c/c.job", "cdms/cdm-1/copy.json"]


def test_the_first_unknown_name_is_named(actor: Actor, workspace: Workspace, shared: None) -> None:
    with pytest.raises(ObjectMissing) as caught:
        export(actor, workspace, ["a", "x", "y"])
    assert caught.value.params["name"] == "x"


def test_no_jobs_give_an_empty_package(actor: Actor, workspace: Workspace) -> None:
    assert unzip(export(actor, workspace).stream) == {}


def test_the_preview_shows_what_the_package_will_hold(
    actor: Actor, workspace: Workspace, shared: None
) -> None:
    choice = export_preview(actor=actor, workspace=workspace, jobs=jobs_named(workspace, ["a", "b"]))
    assert [entry.path for entry in choice.entries] == BOTH
    assert (choice.jobs, choice.missing) == (["a", "b"], ["scripts/gone"])


@pytest.fixture
def many(workspace: Workspace, shared: None) -> None:
    """More jobs than a package's head is made for."""
    for number in range(101):
        JobFactory(workspace=workspace, name=f"m{number:03}", nodes=[node("1", scriptName="load")])


@pytest.mark.parametrize("depend", [True, False])
def test_many_jobs_stream_lazily_with_the_entries_of_the_eager_way(
    actor: Actor, workspace: Workspace, many: None, monkeypatch: pytest.MonkeyPatch, depend: bool
) -> None:
    lazy = export(actor, workspace, depend=depend)
    assert lazy.head is None
    whole = b"".join(lazy.stream)
    monkeypatch.setattr("dlfportal.transfer.exports.package.KNOWN_AHEAD", 1000)
    eager = export(actor, workspace, depend=depend)
    assert eager.head is not None
    assert b"".join(eager.stream) == whole
    assert len(unzip(whole)) == 1 + (104 + 105 if depend else 104)


def test_the_gaps_of_many_jobs_are_known_when_the_stream_has_ended(
    actor: Actor, workspace: Workspace, many: None
) -> None:
    package = export(actor, workspace)
    assert package.contents.missing == []
    unzip(package.stream)
    assert package.contents.missing == ["scripts/gone"]


def test_many_jobs_of_which_one_was_never_submitted_are_refused_before_the_first_byte(
    actor: Actor, workspace: Workspace, many: None
) -> None:
    with pytest.raises(NotSubmitted):
        export(actor, workspace, status=ExportStatus.SUBMIT)


def test_memory_holds_a_few_contents_however_large_the_package(
    actor: Actor, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contents are read in chunks: bytes leave before the last content was read."""
    monkeypatch.setattr("dlfportal.transfer.exports.package.ENTRIES_A_READ", 2)
    for number in range(6):
        JobFactory(workspace=workspace, name=f"j{number}", description=str(number) * 100)
    stream = export(actor, workspace).stream
    assert count_queries(lambda: next(stream)) == 1
    assert count_queries(lambda: list(stream)) == 2 + 4, "two more chunks and the transaction of the end"
