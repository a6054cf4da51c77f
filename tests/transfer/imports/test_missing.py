"""What the objects of a package use that is neither in it nor in the workspace is told, and by whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.transfer.imports.texts import item_message, run_lines, run_message
from dlfportal.transfer.models import ImportRun, RunStatus
from tests.factories import CdmJobFactory, JobFactory, ResourceFactory, ScriptFactory, node
from tests.importing import OVERWRITE, imported, job, pack, package, script
from tests.queries import count_queries

pytestmark = pytest.mark.django_db


def uses_all() -> dict[str, Any]:
    """Return a job that uses something of each kind."""
    nodes = [
        node("a", scriptName="load_sql", connectionName="dws"),
        node("b", "CDMJob", clusterName="lake", jobName="copy"),
        node("c", "DLFSubJob", jobName="sub"),
        node("d", "MRSSpark", resourcePath="obs://bucket/lib.jar"),
    ]
    return job("load", nodes=nodes, resources=[{"name": "lib"}])


def told(run: ImportRun) -> list[str]:
    return run_lines(run)[1:]


def test_each_thing_that_is_nowhere_is_told_with_who_uses_it(workspace: Workspace) -> None:
    run = imported(workspace, pack(uses_all()))
    assert run.status == RunStatus.SUCCESSFUL
    where = "used by load, is neither in the package nor in the workspace."
    assert told(run) == [
        f"The CDM job lake/copy, {where}",
        f"The job sub, {where}",
        f"The resource lib, {where}",
        f"The script load_sql, {where}",
    ]
    message = item_message(run, run.items.get())
    assert "The script load_sql, which it uses, is neither in the package nor in the workspace." in message
    assert message.count("which it uses") == 4


def test_what_the_workspace_or_the_package_has_is_not_told(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load_sql")
    CdmJobFactory(workspace=workspace, name="copy", cluster="lake")
    ResourceFactory(workspace=workspace, name="lib")
    run = imported(workspace, pack(uses_all(), job("sub")))
    assert told(run) == [] and not any(item.messages for item in run.items.all())


def test_a_cdm_job_of_another_cluster_and_a_deleted_object_are_not_what_is_used(workspace: Workspace) -> None:
    CdmJobFactory(workspace=workspace, name="copy", cluster="other")
    run = imported(workspace, pack(job(nodes=[node("b", "CDMJob", clusterName="lake", jobName="copy")])))
    assert [line.split(",")[0] for line in told(run)] == ["The CDM job lake/copy"]


def test_nothing_is_told_of_an_object_that_is_left_as_it_is(workspace: Workspace) -> None:
    JobFactory(workspace=workspace, name="load")
    assert told(imported(workspace, pack(uses_all()))) == []


def test_what_an_object_that_stays_the_same_uses_is_told(workspace: Workspace) -> None:
    imported(workspace, pack(uses_all()))
    assert len(told(imported(workspace, pack(uses_all()), OVERWRITE))) == 4


def test_of_many_users_the_first_are_named(workspace: Workspace) -> None:
    jobs = [job(f"j{number}", nodes=[node("a", scriptName="gone")]) for number in range(7)]
    (line,) = told(imported(workspace, pack(*jobs)))
    assert line.startswith("The script gone, used by j0, j1, j2, j3, j4, ..., is neither")


def test_of_very_much_that_is_missing_the_first_is_told(workspace: Workspace) -> None:
    nodes = [node(f"n{number}", scriptName=f"s{number:03}") for number in range(50)]
    run = imported(workspace, pack(job(nodes=nodes)))
    assert len(told(run)) == 21 and told(run)[-1] == "... and 30 more."
    assert item_message(run, run.items.get()).endswith("... and 30 more.")


def test_names_given_by_expressions_are_told(workspace: Workspace) -> None:
    nodes = [
        node("n1", scriptName="etl_${region}"),
        node("n2", "CDMJob", clusterName="lake", jobName="#{Job.getParam('j')}"),
        node("n3", connectionName="${dws}", sql="SELECT '${day}'"),
    ]
    run = imported(workspace, pack(job("dyn", nodes=nodes), script("load", "SELECT '${day}'")))
    message = item_message(run, run.items.get(name="dyn"))
    assert "An expression names the script, so only a run knows which: etl_${region}." in message
    assert "$.nodes[0]" in message and "lake/#{Job.getParam('j')}" in message and "${dws}" not in message
    assert told(run) == [
        "Expressions name what these objects use, so nobody knows whether the package is complete: 1 (dyn)."
    ]


def test_a_failed_import_tells_it_too(workspace: Workspace, developer: User) -> None:
    broken = package({"jobs/load.job": uses_all(), "jobs/bad.job": b"["})
    run = imported(workspace, broken, user=developer)
    assert run.status == RunStatus.FAILED and "The script load_sql, used by load, is neither" in run_message(
        run
    )


def test_queries_do_not_grow_with_what_is_missing(workspace: Workspace) -> None:
    def plan(count: int) -> None:
        imported(
            workspace,
            pack(*(job(f"{count}_{one}", nodes=[node("a", scriptName=f"s{one}")]) for one in range(count))),
        )

    plan(1)
    assert count_queries(lambda: plan(3)) == count_queries(lambda: plan(60))
