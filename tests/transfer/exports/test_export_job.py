"""The seed's operation: one job and what it uses."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import ObjectMissing, document_of, object_get
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.errors import NotFound
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import Download, export_job
from dlfportal.transfer.exports.selection import NotSubmitted
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.packages import canonical_by_hand, digest_by_hand, unzip
from tests.tools import need


@pytest.fixture
def nightly(workspace: Workspace) -> CatalogueObject:
    """A job that uses one of each kind, among others that it does not use."""
    for name in ("b_load", "a_clean", "unused"):
        ScriptFactory(workspace=workspace, name=name)
    ResourceFactory(workspace=workspace, name="lib")
    ResourceFactory(workspace=workspace, name="unused")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    CdmJobFactory(workspace=workspace, name="copy", cluster="unused")
    return JobFactory(
        workspace=workspace,
        name="nightly",
        nodes=[
            node("1", "CDMJob", clusterName="cdm-1", jobName="copy"),
            node("2", "DLISQL", ["1"], scriptName="b_load"),
            node("3", "DLISQL", ["2"], scriptName="a_clean"),
            node("4", "DLISpark", ["3"], resourcePath="lib"),
            node("5", "DLISQL", ["4"], scriptName="b_load"),
        ],
    )


def export(actor: Actor, workspace: Workspace, name: str = "nightly", **how: Any) -> Download:
    return export_job(actor=actor, workspace=workspace, name=name, **how)


def entries(actor: Actor, workspace: Workspace, name: str = "nightly", **how: Any) -> list[str]:
    return list(unzip(export(actor, workspace, name, **how).stream))


ALL_FOUR = [
    "jobs/nightly.job",
    "scripts/a_clean.script",
    "scripts/b_load.script",
    "resources/lib.resource",
    "cdms/cdm-1/copy.json",
]


def test_the_folders_are_the_seeds(actor: Actor, workspace: Workspace, nightly: CatalogueObject) -> None:
    package = export(actor, workspace)
    assert package.name == "DLF_nightly.zip"
    assert list(unzip(package.stream)) == ALL_FOUR
    assert package.head is not None
    assert package.head.missing == []


def test_every_entry_is_the_canonical_document(
    actor: Actor, workspace: Workspace, nightly: CatalogueObject
) -> None:
    found = unzip(export(actor, workspace).stream)
    for path, data in found.items():
        name = path.rpartition("/")[2].rpartition(".")[0]
        kind = {"jobs": "job", "scripts": "script", "resources": "resource", "cdms": "cdm_job"}[
            path.partition("/")[0]
        ]
        row = CatalogueObject.objects.get(kind=kind, name=name, cluster="cdm-1" if kind == "cdm_job" else "")
        assert row.revision is not None
        assert data == canonical_by_hand(document_of(row.revision)), path


def test_export_depend_false_leaves_out_scripts_and_resources_only(
    actor: Actor, workspace: Workspace, nightly: CatalogueObject
) -> None:
    package = export(actor, workspace, depend=False)
    found = unzip(package.stream)
    assert list(found) == ["jobs/nightly.job", "cdms/cdm-1/copy.json"]
    assert found["jobs/nightly.job"] == unzip(export(actor, workspace).stream)["jobs/nightly.job"]


def test_missing_dependencies_are_named_and_the_rest_goes_out(
    actor: Actor, workspace: Workspace, nightly: CatalogueObject
) -> None:
    gone = CatalogueObject.objects.get(kind="script", name="b_load")
    object_delete(actor=operator(), target=gone)
    object_delete(actor=operator(), target=CatalogueObject.objects.get(kind="cdm_job", cluster="cdm-1"))
    package = export(actor, workspace)
    assert package.head is not None
    assert package.head.missing == ["cdms/cdm-1/copy", "scripts/b_load"]
    assert list(unzip(package.stream)) == ALL_FOUR[:2] + ALL_FOUR[3:4]
    without = export(actor, workspace, depend=False)
    assert without.head is not None
    assert without.head.missing == ["cdms/cdm-1/copy"], "what was not asked for is not missed"


def test_a_job_that_uses_nothing_is_a_package_of_one_entry(actor: Actor, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="alone")
    assert entries(actor, workspace, "alone") == ["jobs/alone.job"]


def test_sub_jobs_connections_and_inline_sql_stay_outside(actor: Actor, workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="left_over")
    JobFactory(workspace=workspace, name="inner")
    JobFactory(
        workspace=workspace,
        name="outer",
        nodes=[
            node("a", "DLFSubJob", jobName="inner"),
            node("b", statementOrScript="STATEMENT", scriptName="left_over", connectionName="dli"),
        ],
    )
    package = export(actor, workspace, "outer")
    assert package.head is not None
    assert package.head.missing == []
    assert list(unzip(package.stream)) == ["jobs/outer.job"]


@pytest.mark.parametrize("way", ["lib", "obs://libs/lib.jar", "id"])
def test_a_resource_is_found_by_name_location_and_id(actor: Actor, workspace: Workspace, way: str) -> None:
    made = ResourceFactory(workspace=workspace, name="lib")
    text = made.uid.hex if way == "id" else way
    JobFactory(workspace=workspace, name="user", nodes=[node("n", "DLISpark", resourcePath=text)])
    assert entries(actor, workspace, "user") == ["jobs/user.job", "resources/lib.resource"]


def test_a_plain_path_is_neither_exported_nor_missed(actor: Actor, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="user", nodes=[node("n", "DLISpark", resourcePath="obs://b/x.jar")])
    package = export(actor, workspace, "user")
    assert package.head is not None
    assert (package.head.missing, list(unzip(package.stream))) == ([], ["jobs/user.job"])


def test_resources_pull_in_resources_even_in_a_circle(actor: Actor, workspace: Workspace) -> None:
    for name, needs in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "d")):
        ResourceFactory(
            workspace=workspace, name=name, dependPackages=[{"location": f"obs://libs/{needs}.jar"}]
        )
    JobFactory(workspace=workspace, name="user", nodes=[node("n", "DLISpark", resourcePath="a")])
    assert entries(actor, workspace, "user") == [
        "jobs/user.job",
        "resources/a.resource",
        "resources/b.resource",
        "resources/c.resource",
    ]


def test_names_are_ordered_by_code_point(actor: Actor, workspace: Workspace) -> None:
    """Not by the database's sorting rules, and not by the paths with their suffixes."""
    names = ["a", "a-b", "B", "数", "a_b", "Z.1"]
    for name in names:
        ScriptFactory(workspace=workspace, name=name)
    for cluster, name in (("c", "x"), ("c-1", "x"), ("c", "x-1"), ("C", "y")):
        CdmJobFactory(workspace=workspace, cluster=cluster, name=name)
    nodes = [node(f"s{place}", scriptName=name) for place, name in enumerate(names)]
    nodes += [
        node(f"c{place}", "CDMJob", clusterName=row.cluster, jobName=row.name)
        for place, row in enumerate(CatalogueObject.objects.filter(kind="cdm_job"))
    ]
    JobFactory(workspace=workspace, name="user", nodes=nodes)
    assert entries(actor, workspace, "user")[1:] == [
        *[f"scripts/{name}.script" for name in sorted(names)],
        "cdms/C/y.json",
        "cdms/c/x.json",
        "cdms/c/x-1.json",
        "cdms/c-1/x.json",
    ]


def test_submit_exports_the_versions_and_what_their_documents_used(
    actor: Actor, workspace: Workspace
) -> None:
    by = operator()
    old = ScriptFactory(workspace=workspace, name="old")
    ScriptFactory(workspace=workspace, name="new")
    unsubmitted = ScriptFactory(workspace=workspace, name="draft")
    lib = ResourceFactory(workspace=workspace, name="lib")
    nodes = [
        node("1", scriptName="old"),
        node("2", scriptName="draft"),
        node("3", "DLISpark", resourcePath="lib"),
    ]
    made = JobFactory(workspace=workspace, name="nightly", nodes=nodes)
    for target in (old, made):
        version_submit(actor=by, target=target)
    object_update(actor=by, target=old, document=document_of(old.revision) | {"content": "later\n"})
    document = document_of(made.revision) | {"nodes": [node("1", scriptName="new")]}
    object_update(actor=by, target=made, document=document)

    package = export(actor, workspace, status=ExportStatus.SUBMIT)
    found = unzip(package.stream)
    assert list(found) == ["jobs/nightly.job", "scripts/old.script"]
    assert b"later" not in found["scripts/old.script"]
    assert package.head is not None
    assert package.head.missing == ["resources/lib", "scripts/draft"]
    assert entries(actor, workspace) == ["jobs/nightly.job", "scripts/new.script"]

    for target in (unsubmitted, lib):
        version_submit(actor=by, target=target)
    assert len(entries(actor, workspace, status=ExportStatus.SUBMIT)) == 4


def test_submit_names_a_resource_of_a_resource_that_was_not_submitted(
    actor: Actor, workspace: Workspace
) -> None:
    ResourceFactory(workspace=workspace, name="inner")
    outer = ResourceFactory(
        workspace=workspace, name="outer", dependPackages=[{"location": "obs://libs/inner.jar"}]
    )
    made = JobFactory(
        workspace=workspace, name="nightly", nodes=[node("n", "DLISpark", resourcePath="outer")]
    )
    for target in (outer, made):
        version_submit(actor=operator(), target=target)
    package = export(actor, workspace, status=ExportStatus.SUBMIT)
    assert package.head is not None
    assert package.head.missing == ["resources/inner"]
    assert list(unzip(package.stream)) == ["jobs/nightly.job", "resources/outer.resource"]


def test_submit_takes_cdm_jobs_that_were_not_submitted_as_they_are(
    actor: Actor, workspace: Workspace
) -> None:
    """DLF submits none, and their definitions belong to the job's own."""
    for name in ("copy", "other"):
        CdmJobFactory(workspace=workspace, name=name, cluster="cdm-1")
    version_submit(actor=operator(), target=object_get(workspace, Kind.CDM_JOB, "other"))
    nodes = [node(name, "CDMJob", clusterName="cdm-1", jobName=name) for name in ("copy", "other")]
    made = JobFactory(workspace=workspace, name="nightly", nodes=nodes)
    version_submit(actor=operator(), target=made)
    package = export(actor, workspace, status=ExportStatus.SUBMIT)
    assert list(unzip(package.stream)) == [
        "jobs/nightly.job",
        "cdms/cdm-1/copy.json",
        "cdms/cdm-1/other.json",
    ]
    assert package.contents.missing == []


def test_submit_of_a_job_never_submitted_is_refused(
    actor: Actor, workspace: Workspace, nightly: CatalogueObject
) -> None:
    with pytest.raises(NotSubmitted):
        export(actor, workspace, status=ExportStatus.SUBMIT)


def test_the_same_job_gives_the_same_bytes(
    actor: Actor, workspace: Workspace, nightly: CatalogueObject
) -> None:
    assert b"".join(export(actor, workspace).stream) == b"".join(export(actor, workspace).stream)


def test_size_and_digest_are_known_before_the_first_byte(
    actor: Actor, workspace: Workspace, nightly: CatalogueObject
) -> None:
    package = export(actor, workspace)
    whole = b"".join(package.stream)
    assert package.head is not None
    assert package.head.size == len(whole)
    assert package.head.digest == digest_by_hand(unzip(whole))


def test_unzip_reads_it(actor: Actor, workspace: Workspace, nightly: CatalogueObject, tmp_path: Path) -> None:
    unzip_program = need("unzip")
    JobFactory(workspace=workspace, name="日报_销售", nodes=[node("n", scriptName="a_clean")])
    for name in ("nightly", "日报_销售"):
        path = tmp_path / "package.zip"
        path.write_bytes(b"".join(export(actor, workspace, name).stream))
        subprocess.run([unzip_program, "-t", str(path)], check=True, capture_output=True)


def test_an_unknown_or_deleted_job_or_one_of_another_kind_is_missing(
    actor: Actor, workspace: Workspace, nightly: CatalogueObject
) -> None:
    object_delete(actor=operator(), target=nightly)
    for name in ("nightly", "Nightly", "a_clean", "", "%"):
        with pytest.raises(ObjectMissing):
            export(actor, workspace, name)


def test_a_stranger_learns_nothing(stranger: User, workspace: Workspace, nightly: CatalogueObject) -> None:
    foreign = Actor(stranger, Channel.API)
    with pytest.raises(NotFound) as there:
        export(foreign, workspace)
    with pytest.raises(NotFound) as absent:
        export(foreign, workspace, "absent")
    assert str(there.value) == str(absent.value)
