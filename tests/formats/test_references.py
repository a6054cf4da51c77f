"""What documents point to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.documents import find_dynamic, find_references
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import ANY_NODE, NODE_REFERENCES, Reference, Target
from tests.formats.samples import (
    Document,
    cdm_job,
    cron_job,
    example_job,
    job,
    live_job,
    node,
    resource,
    script,
)
from tests.formats.test_jsontext_parse import VALUES


def found(document: Document, kind: Kind = Kind.JOB) -> list[tuple[Target, str]]:
    return [(reference.target, reference.name) for reference in find_references(kind, document)]


# One case per row of the table: (node type, property) -> what it names, and whether softly.
ROWS = {
    (ANY_NODE, "scriptName"): (Target.SCRIPT, False),
    (ANY_NODE, "connectionName"): (Target.CONNECTION, False),
    ("MRSSpark", "resourcePath"): (Target.RESOURCE, True),
    ("MapReduce", "resourcePath"): (Target.RESOURCE, True),
    ("DLISpark", "resourcePath"): (Target.RESOURCE, True),
    ("MRSFlink", "resourcePath"): (Target.RESOURCE, True),
    ("MRSFlinkJob", "resourcePath"): (Target.RESOURCE, True),
    ("MRSSparkPython", "resourcePath"): (Target.RESOURCE, True),
    ("CDMJob", "jobName"): (Target.CDM_JOB, False),
    ("DLFSubJob", "jobName"): (Target.JOB, False),
    ("ForEachJob", "jobName"): (Target.JOB, False),
}


def test_every_row_of_the_table_has_a_case() -> None:
    assert set(ROWS) == set(NODE_REFERENCES)


@pytest.mark.parametrize(("node_type", "key"), ROWS)
def test_a_property_points_to_what_the_table_says(node_type: str, key: str) -> None:
    target, soft = ROWS[node_type, key]
    holder = node("step", "Anything" if node_type == ANY_NODE else node_type)
    holder["properties"] = [{"name": "clusterName", "value": "c1"}, {"name": key, "value": "that"}]
    (reference,) = find_references(Kind.JOB, job(node("other"), holder))
    assert reference == Reference(
        target,
        "that",
        cluster="c1" if target is Target.CDM_JOB else "",
        soft=soft,
        path=("nodes", 1, "properties", 1, "value"),
        node="step",
    )


@pytest.mark.parametrize(
    "node_type", ["MRSSpark", "MapReduce", "DLISpark", "MRSFlinkJob", "CSJob", "Unknown"]
)
def test_the_job_name_of_a_run_is_only_a_label(node_type: str) -> None:
    assert found(job(node("a", node_type, properties={"clusterName": "c1", "jobName": "label"}))) == []


def test_a_display_name_is_looked_up_without_spaces() -> None:
    document = job(node("a", "CDM Job", properties={"clusterName": "c1", "jobName": "copy"}))
    assert found(document) == [(Target.CDM_JOB, "copy")]


@pytest.mark.parametrize("choice", ["STATEMENT", "statement", " Statement"])
def test_a_node_with_its_own_sql_uses_no_script(choice: str) -> None:
    properties = {"scriptName": "left_over", "statementOrScript": choice, "connectionName": "dws"}
    assert found(job(node("a", "DLISQL", properties=properties))) == [(Target.CONNECTION, "dws")]


@pytest.mark.parametrize("choice", ["SCRIPT", "", None, "other"])
def test_any_other_choice_means_the_script(choice: str | None) -> None:
    properties = {"statementOrScript": choice, "scriptName": "load"}
    assert found(job(node("a", "HiveSQL", properties=properties))) == [(Target.SCRIPT, "load")]


@pytest.mark.parametrize("value", ["${script}", "load_#{Job.name}", "", "  ", None, 5, ["load"]])
def test_expressions_and_other_values_are_passed_over(value: Any) -> None:
    assert found(job(node("a", "Shell", properties={"scriptName": value}))) == []


@pytest.mark.parametrize("cluster", [None, "", "${cluster}"])
def test_a_cdm_job_without_a_cluster_is_not_known(cluster: str | None) -> None:
    assert found(job(node("a", "CDMJob", properties={"clusterName": cluster, "jobName": "copy"}))) == []


def test_a_node_with_its_own_cdm_definition_names_none() -> None:
    properties = {"clusterName": "c1", "jobName": "copy", "body": json.dumps(cdm_job())}
    assert found(job(node("a", "CDMJob", properties=properties))) == []
    properties["body"] = '{"jobs": broken'
    assert found(job(node("a", "CDMJob", properties=properties))) == [(Target.CDM_JOB, "copy")]


def test_resource_lists_take_texts_and_objects_under_both_spellings() -> None:
    holder = node("a", resouces=[{"name": "by_name", "id": "1"}, {"id": "by_id"}, {}, 3])
    references = find_references(Kind.JOB, job(holder, resources=["text"]))
    assert [(r.target, r.name, r.soft, r.path, r.node) for r in references] == [
        (Target.RESOURCE, "by_name", False, ("nodes", 0, "resouces", 0, "name"), "a"),
        (Target.RESOURCE, "by_id", True, ("nodes", 0, "resouces", 1, "id"), "a"),
        (Target.RESOURCE, "text", True, ("resources", 0), ""),
    ]


def test_jobs_that_a_schedule_waits_for() -> None:
    depends = {
        "jobs": ["first", "myJob", "${name}"],
        "sameWorkSpaceJobs": [{"jobName": "second", "workSpace": "here"}],
        "otherWorkSpaceJobs": [
            {"jobName": "myJob", "workSpaceId": "f" * 32, "workSpace": "far"},
            {"jobName": "x"},
        ],
        "dependPeriod": "SAME_PERIOD",
    }
    references = find_references(Kind.JOB, cron_job(dependJobs=depends))
    assert {r.target for r in references} == {Target.JOB}
    assert [(r.name, r.workspace) for r in references] == [
        ("first", ""), ("second", ""), ("myJob", "f" * 32), ("x", ""),
    ]  # fmt: skip
    assert references[1].path == ("schedule", "cron", "dependJobs", "sameWorkSpaceJobs", 0, "jobName")


def test_jobs_that_a_node_waits_for() -> None:
    holder = node("a", cronTrigger={"dependJobs": {"jobs": ["first"]}})
    (reference,) = find_references(Kind.JOB, job(holder))
    assert reference == Reference(
        Target.JOB, "first", path=("nodes", 0, "cronTrigger", "dependJobs", "jobs", 0), node="a"
    )


def test_a_job_does_not_point_to_itself() -> None:
    assert found(job(node("a", "DLFSubJob", properties={"jobName": "myJob"}))) == []


def test_a_script_points_to_its_connection() -> None:
    assert find_references(Kind.SCRIPT, script(connectionName="dws")) == [
        Reference(Target.CONNECTION, "dws", path=("connectionName",))
    ]


def test_a_resource_points_softly_to_its_files() -> None:
    document = resource(
        dependFiles=["obs://b/a.jar", 4], dependPackages=[{"type": "jar", "location": "obs://b/c"}, {}]
    )
    assert find_references(Kind.RESOURCE, document) == [
        Reference(Target.RESOURCE, "obs://b/a.jar", soft=True, path=("dependFiles", 0)),
        Reference(Target.RESOURCE, "obs://b/c", soft=True, path=("dependPackages", 0, "location")),
    ]


def test_a_cdm_job_points_to_nothing_here() -> None:
    assert find_references(Kind.CDM_JOB, cdm_job()) == []


def test_references_come_in_document_order_and_every_time() -> None:
    document = {
        "schedule": {"cron": {"dependJobs": {"jobs": ["before"]}}},
        "nodes": [
            node("a", properties={"connectionName": "c", "scriptName": "s"}),
            node("b", properties={"scriptName": "s"}),
        ],
    }
    assert [name for _, name in found(document)] == ["before", "c", "s", "s"]


def test_the_export_example_uses_its_two_scripts() -> None:
    assert found(example_job()) == [(Target.SCRIPT, "CS_PROCESS_TRIP"), (Target.SCRIPT, "TRIP_RAW_STANDARD")]


def test_a_live_job_uses_its_cdm_job() -> None:
    (reference,) = find_references(Kind.JOB, live_job())
    assert (reference.target, reference.cluster, reference.name) == (Target.CDM_JOB, "cdm-1", "mysql2hive")


@given(
    st.sampled_from(Kind),
    st.dictionaries(
        st.sampled_from(["nodes", "schedule", "resources", "dependFiles", "connectionName"]),
        VALUES
        | st.lists(
            st.dictionaries(st.sampled_from(["properties", "cronTrigger", "resouces", "type"]), VALUES)
        ),
    ),
)
def test_odd_shapes_never_raise(kind: Kind, document: Document) -> None:
    for reference in find_references(kind, document):
        assert isinstance(reference.name, str)


def test_names_given_by_an_expression_are_found_apart() -> None:
    document = {
        "name": "dyn",
        "nodes": [
            node("n1", properties={"scriptName": "etl_${region}", "connectionName": "c"}),
            node("n2", "CDMJob", properties={"clusterName": "lake", "jobName": '#{Job.getParam("j")}'}),
            node("n3", "CDMJob", properties={"clusterName": "${cluster}", "jobName": "load"}),
            node("n4", "DLFSubJob", properties={"jobName": "sub"}),
        ],
    }
    assert [
        (found.node, found.target, found.cluster, found.name) for found in find_dynamic(Kind.JOB, document)
    ] == [
        ("n1", Target.SCRIPT, "", "etl_${region}"),
        ("n2", Target.CDM_JOB, "lake", '#{Job.getParam("j")}'),
        ("n3", Target.CDM_JOB, "${cluster}", "load"),
    ]
    assert [name for _, name in found(document)] == ["c", "sub"]


def test_inline_sql_beside_an_expression_names_nothing() -> None:
    properties = {"statementOrScript": "STATEMENT", "scriptName": "etl_${region}"}
    assert find_dynamic(Kind.JOB, {"nodes": [node("n", properties=properties)]}) == []
