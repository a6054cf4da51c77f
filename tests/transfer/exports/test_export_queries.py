"""Exporting costs what the package holds, not what the catalogue holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import document_of, object_get, object_list
from dlfportal.catalogue.services import object_update, version_submit
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.package import export_job, export_jobs, jobs_named
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node, operator
from tests.queries import assert_same_queries, count_queries


def uses(workspace: Workspace, name: str, count: int) -> CatalogueObject:
    """Make a job that uses `count` scripts, resources and CDM jobs of its own."""
    nodes = []
    for number in range(count):
        key = f"{name}_{number}"
        ScriptFactory(workspace=workspace, name=key)
        ResourceFactory(workspace=workspace, name=key)
        CdmJobFactory(workspace=workspace, name=key)
        nodes += [
            node(f"s{number}", scriptName=key),
            node(f"r{number}", "DLISpark", resourcePath=f"obs://libs/{key}.jar"),
            node(f"c{number}", "CDMJob", clusterName="cdm-1", jobName=key),
        ]
    return JobFactory(workspace=workspace, name=name, nodes=nodes)


@pytest.fixture
def export(actor: Actor, workspace: Workspace) -> Callable[[str], object]:
    uses(workspace, "one", 1)
    return lambda name: list(export_job(actor=actor, workspace=workspace, name=name).stream)


def test_other_objects_cost_nothing(workspace: Workspace, export: Callable[[str], object]) -> None:
    def more() -> None:
        for number in range(10):
            uses(workspace, f"other_{number}", 1)

    assert_same_queries(more, lambda: export("one"))


def test_ten_times_the_dependencies_cost_the_same_queries(
    workspace: Workspace, export: Callable[[str], object]
) -> None:
    uses(workspace, "ten", 10)
    assert count_queries(lambda: export("one")) == count_queries(lambda: export("ten"))


def test_ten_times_the_jobs_cost_the_same_queries(workspace: Workspace, actor: Actor) -> None:
    names = [uses(workspace, f"job_{number}", 2).name for number in range(20)]

    def export(count: int) -> int:
        jobs = jobs_named(workspace, names[:count])
        return count_queries(lambda: list(export_jobs(actor=actor, workspace=workspace, jobs=jobs).stream))

    assert export(2) == export(20)


def test_submitted_versions_cost_the_same_queries_for_ten_times_the_jobs(
    workspace: Workspace, actor: Actor
) -> None:
    by = operator()
    for number in range(20):
        uses(workspace, f"job_{number:02}", 1)
    for target in CatalogueObject.objects.select_related("workspace", "revision__content"):
        version_submit(actor=by, target=target)
        if target.kind == Kind.JOB:
            changed = document_of(target.revision) | {"description": "later"}  # type: ignore[arg-type]
            object_update(actor=by, target=target, document=changed)

    def export(count: int) -> int:
        jobs = jobs_named(workspace, [f"job_{number:02}" for number in range(count)])
        package = export_jobs(actor=actor, workspace=workspace, jobs=jobs, status=ExportStatus.SUBMIT)
        return count_queries(lambda: list(package.stream))

    assert export(2) == export(20)


def test_a_single_export_is_five_reads_at_first_then_four_and_two_writes_of_two_rows(
    workspace: Workspace, export: Callable[[str], object]
) -> None:
    names = [ScriptFactory(workspace=workspace, name=f"s{number}").name for number in range(50)]
    nodes = [node(f"n{name}", scriptName=name) for name in [*names, "gone"]]
    JobFactory(workspace=workspace, name="big", nodes=nodes)
    reads = ["the right", "the job", "what it uses", "their digests", "the contents"]
    for wanted in (reads, reads[:-1]):
        with CaptureQueriesContext(connection) as asked:
            export("big")
        words = [query["sql"].split()[0] for query in asked]
        assert words.count("SELECT") == len(wanted)
        writes = [word for word in words if word in ("INSERT", "UPDATE")]
        assert writes == ["INSERT", "INSERT", "UPDATE", "INSERT"]


def test_a_batch_of_a_hundred_costs_as_many_statements_as_one_of_two(
    workspace: Workspace, actor: Actor
) -> None:
    for number in range(100):
        JobFactory(workspace=workspace, name=f"j{number:03}", nodes=[node("n", scriptName="gone")])

    def selects(count: int) -> int:
        names = [f"j{number:03}" for number in range(count)]
        with CaptureQueriesContext(connection) as asked:
            jobs = jobs_named(workspace, names)
            list(export_jobs(actor=actor, workspace=workspace, jobs=jobs).stream)
        return sum(query["sql"].startswith(("SELECT", "DECLARE")) for query in asked)

    assert selects(2) == selects(100) == 6


def test_a_workspace_costs_one_query_a_chunk(workspace: Workspace, actor: Actor) -> None:
    script = ScriptFactory(workspace=workspace, name="load")
    for number in range(150):
        JobFactory(workspace=workspace, name=f"j{number:03}", nodes=[node("n", scriptName=script.name)])
    package = export_jobs(actor=actor, workspace=workspace, jobs=object_list(workspace, Kind.JOB))
    assert count_queries(lambda: list(package.stream)) < 15
    assert object_get(workspace, Kind.SCRIPT, "load").pk == script.pk
