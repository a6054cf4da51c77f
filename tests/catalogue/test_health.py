"""What the checks of a workspace find, and that a list by a check shows exactly that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue import reports
from dlfportal.catalogue.health import CHECKS, MOST_JOBS, NEAR, OF_A_ROW, warnings_of
from dlfportal.catalogue.lists import list_open
from dlfportal.catalogue.models import ALIVE, CatalogueObject, HealthReport
from dlfportal.catalogue.reports import health_count, health_of, reports_refresh
from dlfportal.catalogue.selectors import ListFilter, document_of, object_list
from dlfportal.catalogue.services import object_delete, object_update, version_submit
from dlfportal.db.keyset import Order
from dlfportal.formats.accept import Verdict, objections
from dlfportal.formats.kinds import Kind
from tests.catalogue.documents import script
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator

Make = Callable[[Workspace], object]


def by_time(expression: str = "0 0 1 * * ?", **more: Any) -> dict[str, Any]:
    return {"type": "CRON", "cron": {"expression": expression, **more}}


def waiting(*jobs: str) -> dict[str, Any]:
    return by_time(dependJobs={"jobs": list(jobs)})


def sub_job(name: str) -> dict[str, Any]:
    return node(f"start {name}", "DLFSubJob", jobName=name)


def missing(workspace: Workspace) -> None:
    nodes = [node("a", scriptName="gone"), node("b", "CDMJob", clusterName="cdm-1", jobName="there")]
    JobFactory(workspace=workspace, name="bad", nodes=nodes)
    CdmJobFactory(workspace=workspace, name="there")
    CdmJobFactory(workspace=workspace, name="elsewhere", cluster="cdm-2")
    wrong_cluster = [node("a", "CDMJob", clusterName="cdm-1", jobName="elsewhere")]
    JobFactory(workspace=workspace, name="bad_cluster", nodes=wrong_cluster)
    soft = [node("a", "DLISpark", resourcePath="obs://nobody/x.jar"), node("b", scriptName="${which}")]
    JobFactory(workspace=workspace, name="good", nodes=soft)
    JobFactory(workspace=workspace, name="only_waits", schedule=waiting("gone"))
    deleted = JobFactory(workspace=workspace, name="deleted", nodes=[node("a", scriptName="gone")])
    object_delete(actor=operator(), target=deleted)


def cycles(workspace: Workspace) -> None:
    for name, starts in {
        "a": "b",
        "b": "c",
        "c": "a",
        "before": "a",
        "itself": "itself",
        "d": "before",
    }.items():
        JobFactory(workspace=workspace, name=name, nodes=[sub_job(starts)])
    JobFactory(workspace=workspace, name="waits", schedule=waiting("waits"))


def waits(workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="first")
    JobFactory(workspace=workspace, name="good", schedule=waiting("first"))
    JobFactory(workspace=workspace, name="bad", schedule=waiting("first", "gone"))
    JobFactory(workspace=workspace, name="sub", nodes=[sub_job("gone")])


def refused(workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="bad", schedule=by_time("0 0 25 * * ?"))
    JobFactory(workspace=workspace, name="good", schedule=by_time())
    JobFactory(workspace=workspace, name="silent", schedule={"type": "CRON"})
    JobFactory(workspace=workspace, name="once")


def names(workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="good.name-1_作业")
    JobFactory(workspace=workspace, name="bad name")
    JobFactory(workspace=workspace, name="l" * 129)
    ScriptFactory(workspace=workspace, name="bad+script")
    ResourceFactory(workspace=workspace, name="good", type="jar")
    ResourceFactory(workspace=workspace, name="bad.dot", type="jar")
    CdmJobFactory(workspace=workspace, name="any <name>")


def ended(workspace: Workspace) -> None:
    past, coming = (f"{timezone.now() + timedelta(days=days):%Y-%m-%dT%H:%M:%S}+00" for days in (-1, 1))
    JobFactory(workspace=workspace, name="ended", schedule=by_time(endTime=past))
    JobFactory(workspace=workspace, name="ends", schedule=by_time(endTime=coming))
    JobFactory(workspace=workspace, name="endless", schedule=by_time())


def changed(workspace: Workspace) -> None:
    for name in ("changed", "same"):
        target = ScriptFactory(workspace=workspace, name=name)
        version_submit(actor=operator(), target=target)
    ScriptFactory(workspace=workspace, name="draft")
    target = CatalogueObject.objects.get(workspace=workspace, name="changed")
    object_update(actor=operator(), target=target, document=script("changed", content="SELECT 2;\n"))


def owner(workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="nobody")
    JobFactory(workspace=workspace, name="somebody", basicConfig={"owner": "li"})


def limits(workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="wide", nodes=[node(f"n{number}") for number in range(180)])
    JobFactory(workspace=workspace, name="narrow", nodes=[node(f"n{number}") for number in range(179)])
    ScriptFactory(workspace=workspace, name="deep", directory="/1/2/3/4/5/6/7/8/9")
    ScriptFactory(workspace=workspace, name="flat", directory="/1/2/3/4/5/6/7/8")
    long = "x" * int(4 * 1024 * 1024 * NEAR)
    ScriptFactory(workspace=workspace, name="long", content=long)


def credential(workspace: Workspace) -> None:
    text = "SELECT 1;\nSET s3.secret_key = 'a1b2c3d4e5';\n"
    ScriptFactory(workspace=workspace, name="bad_script", content=text)
    ScriptFactory(workspace=workspace, name="good_script", content="SELECT password FROM users;\n")
    JobFactory(workspace=workspace, name="bad_param", params=[{"name": "db_password", "value": "hunter2x"}])
    masked = {"params": [{"name": "p", "value": "hunter2x"}], "maskedParams": ["p"]}
    JobFactory(workspace=workspace, name="good_param", **masked)
    nodes = [node("a", "Shell", statement="curl -u admin:hunter2x https://h/", statementOrScript="STATEMENT")]
    JobFactory(workspace=workspace, name="bad_node", nodes=nodes)
    target = ScriptFactory(workspace=workspace, name="mended", content="-- password = 'hunter2x'\n")
    object_update(actor=operator(), target=target, document=script("mended", content="-- none\n"))


def same(workspace: Workspace) -> None:
    texts = {"a": "SELECT 1;", "b": "SELECT 1;", "c": "SELECT 2;", "blank": " ", "empty": " "}
    for name, text in texts.items():
        ScriptFactory(workspace=workspace, name=name, type="DLISQL", content=text, directory=f"/{name}")
    ScriptFactory(workspace=workspace, name="other_type", type="HiveSQL", content="SELECT 1;")
    gone = ScriptFactory(workspace=workspace, name="gone", type="DLISQL", content="SELECT 2;")
    object_delete(actor=operator(), target=gone)
    drawn = [{**node("n"), "location": {"x": x, "y": 0}} for x in (0, 100)]
    JobFactory(workspace=workspace, name="job_a", nodes=drawn[:1])
    JobFactory(workspace=workspace, name="job_b", nodes=drawn[1:], directory="/b")
    JobFactory(workspace=workspace, name="job_c", nodes=[node("m")])
    JobFactory(workspace=workspace, name="no_node")
    JobFactory(workspace=workspace, name="no_node_either")
    for name in ("jar_a", "jar_b"):
        ResourceFactory(workspace=workspace, name=name, location="obs://libs/x.jar")
    ResourceFactory(workspace=workspace, name="jar_c", location="obs://libs/y.jar")
    for name in ("cdm_a", "cdm_b"):
        CdmJobFactory(workspace=workspace, name=name, cluster=name)


def unused(workspace: Workspace) -> None:
    uid = ResourceFactory(workspace=workspace, name="by_id").uid
    ResourceFactory(workspace=workspace, name="by_location", location="obs://libs/used.jar")
    ResourceFactory(workspace=workspace, name="unused_resource")
    ScriptFactory(workspace=workspace, name="used")
    ScriptFactory(workspace=workspace, name="unused_script")
    CdmJobFactory(workspace=workspace, name="copy")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-2")
    nodes = [
        node("a", scriptName="used"),
        node("b", "CDMJob", clusterName="cdm-1", jobName="copy"),
        node("c", "DLISpark", resourcePath="obs://libs/used.jar"),
    ]
    JobFactory(workspace=workspace, nodes=nodes, resources=[{"id": str(uid)}])


FOUND: list[tuple[str, Make, set[str]]] = [
    ("missing", missing, {"bad", "bad_cluster"}),
    ("cycle", cycles, {"a", "b", "c", "itself"}),
    ("waits", waits, {"bad"}),
    ("cron", refused, {"bad"}),
    ("names", names, {"bad name", "l" * 129, "bad+script", "bad.dot"}),
    ("ended", ended, {"ended"}),
    ("changed", changed, {"changed"}),
    ("owner", owner, {"nobody"}),
    ("limits", limits, {"wide", "deep", "long"}),
    ("credential", credential, {"bad_script", "bad_param", "bad_node"}),
    ("same", same, {"a", "b", "job_a", "job_b", "jar_a", "jar_b", "cdm_a/cdm_a", "cdm_b/cdm_b"}),
    ("unused", unused, {"unused_resource", "unused_script", "cdm-2/copy"}),
]


@pytest.mark.parametrize(("key", "make", "expected"), FOUND, ids=[key for key, *_ in FOUND])
def test_a_check_counts_what_its_list_shows(
    workspace: Workspace, other_workspace: Workspace, key: str, make: Make, expected: set[str]
) -> None:
    make(workspace)
    make(other_workspace)
    chosen = ListFilter(check=key)
    rows = {kind: object_list(workspace, kind, chosen) for kind in Kind}
    listed = {f"{row.cluster}/{row.name}" if row.cluster else row.name for kind in Kind for row in rows[kind]}
    assert listed == expected
    if key in OF_A_ROW:
        living = CatalogueObject.objects.filter(ALIVE, workspace=workspace)
        assert {row.name for row in living if key in warnings_of(Kind(row.kind), row)} == expected
    counts = {one.kind: one.total.number for one in health_count(workspace).findings if one.check.key == key}
    assert counts == {kind: rows[kind].count() for kind in CHECKS[key].kinds}
    assert sum(counts.values()) == len(expected)
    for kind in CHECKS[key].kinds:
        opened = list_open(workspace, kind, chosen, Order(("name", "cluster")))
        assert opened.total.number == counts[kind]


def test_the_marks_of_a_list_are_what_a_look_before_an_export_calls_refused(workspace: Workspace) -> None:
    names(workspace)
    refused(workspace)
    CdmJobFactory(workspace=workspace, name="c" * 241)
    for row in (one for kind in Kind for one in object_list(workspace, kind)):
        kind = Kind(row.kind)
        told = objections(kind, row.cluster, row.name, document_of(row.revision))
        is_marked = bool({"cron", "names"}.intersection(warnings_of(kind, row)))
        assert is_marked == any(one.verdict is Verdict.REFUSED for one in told), row.name


def test_a_check_that_nobody_knows_finds_nothing(workspace: Workspace) -> None:
    JobFactory(workspace=workspace)
    assert not object_list(workspace, Kind.JOB, ListFilter(check="nonsense"))
    assert not object_list(workspace, Kind.JOB, ListFilter(check="unused"))


def test_a_workspace_with_nearly_as_many_jobs_as_dlf_allows(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlfportal.catalogue.health.MOST_JOBS", 3)
    assert MOST_JOBS == 10_000
    JobFactory(workspace=workspace)
    chosen = ListFilter(check="many")
    assert not object_list(workspace, Kind.JOB, chosen)
    JobFactory(workspace=workspace)
    assert object_list(workspace, Kind.JOB, chosen).count() == 2


def test_a_large_workspace_is_counted_by_the_worker_after_a_change(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "COUNTED_AT_ONCE", 1)
    monkeypatch.setattr(reports, "REST", 0)
    JobFactory(workspace=workspace, name="a")
    assert health_of(workspace).counted_at is None
    assert reports_refresh() == 0
    JobFactory(workspace=workspace, name="b")
    assert [reports_refresh(), reports_refresh()] == [1, 0]
    kept = health_of(workspace)
    assert kept.counted_at is not None
    assert {one.check.key: one.total.number for one in kept.found} == {"owner": 2}
    JobFactory(workspace=workspace, name="c")
    assert health_of(workspace).found[0].total.number == 2
    assert reports_refresh() == 1
    assert health_of(workspace).found[0].total.number == 3
    HealthReport.objects.update(counted_at=timezone.now() - timedelta(hours=1))
    assert reports_refresh() == 1


def test_a_page_counts_so_far(workspace: Workspace) -> None:
    for _ in range(3):
        JobFactory(workspace=workspace)
    counted = {one.check.key: str(one.total) for one in health_count(workspace, 2).found}
    assert counted == {"owner": "2+"}
