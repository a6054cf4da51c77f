"""A package of any number of objects is gathered a few at a time, and is the one of the eager way."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import object_list, others_list
from dlfportal.catalogue.services import version_submit
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip import writer
from dlfportal.transfer.exports import gathering, package
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import Download, export_jobs
from dlfportal.transfer.models import Export
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.memory import takes_less
from tests.packages import unzip
from tests.queries import count_queries


@pytest.fixture
def mixed(workspace: Workspace) -> None:
    """Jobs that use objects of every kind in every way, and objects that no job uses."""
    for name in ("shared", "own", "é unused", "unused", "一 unused"):
        ScriptFactory(workspace=workspace, name=name)
    needs = {"lib": ["base"], "base": [], "solo": ["lib", "absent"], "a last": ["base", "far"], "far": []}
    for name, found in needs.items():
        files = [{"location": f"obs://libs/{need}.jar"} for need in found]
        ResourceFactory(
            workspace=workspace, name=name, location=f"obs://libs/{name}.jar", dependPackages=files
        )
    for cluster in ("cdm-2", "cdm-1", "cdm-10"):
        for name in ("copy", "Copy"):
            CdmJobFactory(workspace=workspace, name=name, cluster=cluster)
    copies = [
        node(f"c{place}", "CDMJob", clusterName=cluster, jobName="copy")
        for place, cluster in enumerate(("cdm-2", "cdm-1", "cdm-9"))
    ]
    for number in range(7):
        files = ("lib", "obs://libs/lib.jar", "obs://plain/x", "base")[number % 4]
        spark = node("2", "DLISpark", resourcePath=files)
        nodes = [node("1", scriptName="shared"), spark, copies[number % 3], node("4", scriptName="gone")]
        JobFactory(workspace=workspace, name=f"j{number}", nodes=nodes)
    started = [node(f"s{name}", "DLFSubJob", jobName=name) for name in ("j1", "数", "away")]
    JobFactory(workspace=workspace, name="数", nodes=[node("1", scriptName="own"), *started])
    JobFactory(workspace=workspace, name="lost", nodes=[node("1", scriptName="etl_${region}"), *started])


JOBS = ("all", "some", "none")
OTHERS = ("none", "all", "scripts", "some")


def chosen(workspace: Workspace, jobs: str, others: str) -> dict[str, Any]:
    every, rest = object_list(workspace, Kind.JOB), others_list(workspace)
    return {
        "jobs": {"all": every, "some": every.filter(name__in=["j0", "j5", "数"]), "none": every.none()}[jobs],
        "others": {
            "none": None,
            "all": rest,
            "scripts": rest.filter(kind=Kind.SCRIPT),
            "some": rest.filter(name__in=["solo", "a last", "shared", "一 unused", "Copy"]),
        }[others],
    }


def gaps(made: Download) -> tuple[object, ...]:
    """What is on record of a package, and what people are shown of it."""
    contents, row = made.contents, Export.objects.latest("started_at")
    recorded = (row.entries, row.missing, row.digest, row.size, row.state)
    dynamic = [(entry.name, entry.revision_id) for entry in contents.dynamic]
    return list(contents.jobs), contents.missing, contents.left_out, contents.held, dynamic, recorded


@pytest.mark.parametrize("status", ExportStatus)
@pytest.mark.parametrize("depend", [True, False])
def test_a_long_package_is_the_eager_one(
    actor: Actor,
    workspace: Workspace,
    mixed: None,
    monkeypatch: pytest.MonkeyPatch,
    depend: bool,
    status: ExportStatus,
) -> None:
    """Whatever is chosen, a few objects a step and with resources forgotten again."""
    if status is ExportStatus.SUBMIT:
        left = ("unused", "base", "solo", "Copy", "shared")
        for target in CatalogueObject.objects.exclude(name__in=left).exclude(kind=Kind.CDM_JOB):
            version_submit(actor=operator(), target=target)
    monkeypatch.setattr(gathering, "OBJECTS_A_STEP", 2)
    monkeypatch.setattr(gathering, "RESOURCES_KNOWN", 1)
    for jobs in JOBS:
        for others in OTHERS:
            made: list[tuple[bytes, object]] = []
            for known in (100, -1):
                monkeypatch.setattr(package, "KNOWN_AHEAD", known)
                what = chosen(workspace, jobs, others)
                export = export_jobs(actor=actor, workspace=workspace, depend=depend, status=status, **what)
                assert (export.head is None) == (known < 0)
                whole = b"".join(export.stream)
                made.append((whole, gaps(export)))
            assert made[0] == made[1], f"jobs: {jobs}, others: {others}"


def test_the_first_entry_is_first_by_code_point(actor: Actor, workspace: Workspace) -> None:
    """Not by the collation of a database, nor by bytes of UTF-16, and the same in both of them."""
    tail = [f"a{number:03}" for number in range(100)]
    for name in ("𠀀", "ﬀ", "é", "一", "Z", "_", "z"):
        others = [*tail, "b", "B"] if name == "Z" else []
        for other in (name, *others):
            JobFactory(workspace=workspace, name=other)
    jobs = object_list(workspace, Kind.JOB)
    stream = export_jobs(actor=actor, workspace=workspace, jobs=jobs, selection={"all": True}).stream
    first = next(stream)
    assert b"jobs/B/B.job" in first[:60]
    names = list(unzip(b"".join([first, *stream])))
    assert names == [
        f"jobs/{name}/{name}.job" for name in ("B", "Z", "_", *tail, "b", "z", "é", "一", "ﬀ", "𠀀")
    ]


def test_ten_times_the_steps_cost_two_queries_each(
    actor: Actor, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(102):
        JobFactory(workspace=workspace, name=f"j{number:03}")
    counts = []
    for step in (51, 34):
        monkeypatch.setattr(gathering, "OBJECTS_A_STEP", step)
        jobs = object_list(workspace, Kind.JOB)
        made = export_jobs(actor=actor, workspace=workspace, jobs=jobs, selection={"all": True})
        counts.append(count_queries(lambda made=made: list(made.stream)))  # type: ignore[misc]
    assert counts[1] - counts[0] == 1, "the references of one step more"


def test_memory_holds_few_bytes_of_an_entry(
    actor: Actor, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = [ScriptFactory(workspace=workspace, name=f"s{number:02}").name for number in range(99)]
    nodes = [node(name, scriptName=name) for name in scripts]
    for number in range(30):
        JobFactory(workspace=workspace, name=f"j{number:02}", nodes=nodes)
    for limit, value in (("KNOWN_AHEAD", 10), ("ENTRIES_A_READ", 10), ("PIECE_BYTES", 10_000)):
        monkeypatch.setattr(package, limit, value)
    monkeypatch.setattr(gathering, "OBJECTS_A_STEP", 1)
    monkeypatch.setattr(writer, "DIRECTORY_IN_MEMORY", 32 * 1024)
    jobs = object_list(workspace, Kind.JOB)

    def sent() -> None:
        stream = export_jobs(actor=actor, workspace=workspace, jobs=jobs, selection={"all": True}).stream
        assert sum(map(len, stream)) > 500_000

    assert takes_less(sent, peak=1_000_000), "a list of them takes 1.9 MB"
    assert Export.objects.latest("pk").entries == 3_000
