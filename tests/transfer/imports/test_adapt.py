"""Fitting documents to their workspace: values, user and cloud resources, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.formats.kinds import Kind
from dlfportal.transfer.imports.adapt import adapt
from dlfportal.transfer.imports.options import BadOptions, options_read
from tests.factories import node
from tests.importing import job, script


def adapted(kind: Kind, document: dict[str, Any], **body: Any) -> Any:
    return adapt(kind, document["name"], "", document, options_read(body))


def test_parameters_of_the_job_win_and_unknown_ones_are_named() -> None:
    params = [{"name": "day", "value": "0", "type": "variable"}, {"name": "hour", "value": "0"}]
    own = [{"name": "load", "params": {"day": "2", "nope": "x"}}, {"name": "absent", "params": {"day": "9"}}]
    found = adapted(Kind.JOB, job(params=params), params={"day": "1", "hour": "1"}, jobsParam=own)
    assert found.document["params"] == [
        {"name": "day", "value": "2", "type": "variable"},
        {"name": "hour", "value": "1"},
    ]
    assert [note.params for note in found.notes] == [{"param": "nope"}]
    assert params[0]["value"] == "0"


def test_execute_user_keeps_the_other_basics() -> None:
    document = job(basicConfig={"owner": "o", "executeUser": ""})
    assert adapted(Kind.JOB, document, executeUser="ei").document["basicConfig"] == {
        "owner": "o",
        "executeUser": "ei",
    }
    assert adapted(Kind.JOB, job(), executeUser="ei").document["basicConfig"] == {"executeUser": "ei"}


@pytest.mark.parametrize(
    ("kind", "node_type", "prop"),
    [
        ("DWS_CONNECTION", "DWSSQL", "connectionName"),
        ("MRS_HIVE_CONNECTION", "Hive SQL", "connectionName"),
        ("MRS_SPARK_CONNECTION", "SparkSQL", "connectionName"),
        ("DIS_STREAM", "DISStream", "streamName"),
        ("CDM_CLUSTER", "CDMJob", "clusterName"),
        ("MRS_CLUSTER", "MRSFlinkJob", "clusterName"),
        ("MRS_CLUSTER", "MapReduce", "clusterName"),
        ("GES_GRAPH", "GESJob", "graph"),
    ],
)
def test_resources_are_renamed_where_nodes_name_them(kind: str, node_type: str, prop: str) -> None:
    other = node("other", "Shell", **{prop: "old"})
    document = job(nodes=[node("n", node_type, **{prop: "old", "note": "older"}), other])
    wanted = [{"name": "old", "type": kind, "replace": "new"}]
    nodes = adapted(Kind.JOB, document, resources=wanted).document["nodes"]
    assert [item["value"] for item in nodes[0]["properties"]] == ["new", "older"]
    assert nodes[1] == other


def test_streams_of_events_connections_of_scripts_and_clusters_of_cdm_jobs_are_renamed() -> None:
    event = {"eventType": "DIS", "channel": "old"}
    wanted = [{"name": "old", "type": kind, "replace": "new"} for kind in ("DIS_STREAM", "DWS_CONNECTION")]
    document = job(schedule={"type": "EVENT", "event": event}, nodes=[{"eventTrigger": {"channel": "old"}}])
    found = adapted(Kind.JOB, document, resources=wanted).document
    assert found["schedule"]["event"]["channel"] == found["nodes"][0]["eventTrigger"]["channel"] == "new"
    text = {**script(), "type": "DWSSQL", "connectionName": "old"}
    assert adapted(Kind.SCRIPT, text, resources=wanted).document["connectionName"] == "new"
    clusters = options_read({"resources": [{"name": "old", "type": "CDM_CLUSTER", "replace": "new"}]})
    assert adapt(Kind.CDM_JOB, "copy", "old", {}, clusters).cluster == "new"


def test_an_id_beside_a_replaced_name_is_told() -> None:
    """It is the id of the resource where the package comes from; nobody here knows the new one."""
    properties = {"clusterName": "old", "clusterId": "7f", "jobName": "copy"}
    document = job(nodes=[node("move", "CDMJob", **properties), node("other", "CDMJob", clusterId="7f")])
    wanted = [{"name": "old", "type": "CDM_CLUSTER", "replace": "new"}]
    found = adapted(Kind.JOB, document, resources=wanted)
    assert [note.message % note.params for note in found.notes] == [
        "The node move still has the clusterId of the resource that was replaced."
    ]
    assert found.document["nodes"][0]["properties"][1] == {"name": "clusterId", "value": "7f"}


@pytest.mark.parametrize(
    "odd",
    [None, [], "text", {"nodes": {}, "params": 1, "basicConfig": []}, {"nodes": [1, {"properties": [2]}]}],
)
def test_odd_shapes_are_left_for_the_judgement(odd: Any) -> None:
    options = options_read({"params": {"a": "b"}, "executeUser": "u"})
    assert adapt(Kind.JOB, "x", "", odd, options).notes == []


@pytest.mark.parametrize(
    "body",
    [
        {"sameNamePolicy": "MERGE"},
        {"sameNamePolicy": ["SKIP"]},
        {"params": {"a": 1}},
        {"params": []},
        {"jobsParam": {}},
        {"jobsParam": [{"params": {}}]},
        {"executeUser": 1},
        {"targetStatus": "DONE"},
        {"resources": [{"name": "a", "type": "X", "replace": "b"}]},
        {"resources": [{"name": "a", "type": "DIS_STREAM"}]},
    ],
)
def test_bad_options_are_refused_with_the_field(body: dict[str, Any]) -> None:
    with pytest.raises(BadOptions) as refused:
        options_read(body)
    assert next(iter(body)) in str(refused.value)


def test_all_faults_of_options_are_told_at_once() -> None:
    with pytest.raises(BadOptions) as refused:
        options_read({"executeUser": 1, "sameNamePolicy": "skip", "resources": [{"name": "a"}]})
    assert str(refused.value) == (
        "sameNamePolicy must be one of SKIP, OVERWRITE. executeUser must be text. "
        "resources[0].type must be one of DWS_CONNECTION, DIS_STREAM, CDM_CLUSTER, MRS_CLUSTER, "
        "MRS_HIVE_CONNECTION, MRS_SPARK_CONNECTION, GES_GRAPH, ROMA_INSTANCE, TICS_INSTANCE, DRS_TASK. "
        "resources[0].replace must be text."
    )


@pytest.mark.parametrize(
    ("kind", "node_type"),
    [("ROMA_INSTANCE", "ROMA Connect"), ("TICS_INSTANCE", "TICSJob"), ("DRS_TASK", "DRSTask")],
)
def test_some_resources_are_renamed_in_whatever_property_names_them(kind: str, node_type: str) -> None:
    resources = [{"name": "old", "type": kind, "replace": "new"}]
    found = adapted(Kind.JOB, job(nodes=[node("n", node_type, anything="old")]), resources=resources)
    assert found.document["nodes"][0]["properties"][0]["value"] == "new"


def test_only_the_property_that_names_the_resource_is_changed() -> None:
    document = job(nodes=[node("n", "DWSSQL", connectionName="old", database="old")])
    resources = [{"name": "old", "type": "DWS_CONNECTION", "replace": "new"}]
    found = adapted(Kind.JOB, document, resources=resources).document["nodes"][0]["properties"]
    assert [one["value"] for one in found] == ["new", "old"]


def test_streams_of_other_events_stay() -> None:
    document = job(schedule={"type": "EVENT", "event": {"eventType": "KAFKA", "channel": "old"}})
    resources = [{"name": "old", "type": "DIS_STREAM", "replace": "new"}]
    assert adapted(Kind.JOB, document, resources=resources).document == document


@pytest.mark.parametrize("kind", [Kind.RESOURCE, Kind.CDM_JOB, Kind.SCRIPT])
def test_values_for_jobs_change_no_other_kind(kind: Kind) -> None:
    document = {"name": "x", "params": [{"name": "day", "value": "0"}]}
    assert adapted(kind, document, params={"day": "1"}, executeUser="ei").document == document
