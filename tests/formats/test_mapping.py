"""A mapping changes the names it speaks of, where a document holds names, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.mapping import (
    BadMapping,
    MapKind,
    Merging,
    found_values,
    mapped,
    mapping_back,
    mapping_digest,
    mapping_read,
    mapping_write,
    merged_names,
)


def node(node_type: str, **properties: Any) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in properties.items()]
    return {"name": "load", "type": node_type, "properties": listed}


def job(*nodes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": "daily", "nodes": list(nodes), **fields}


def names(kind: Kind, document: Any, cluster: str = "") -> list[tuple[str, str]]:
    return [(str(use.kind), use.value) for use in found_values(kind, document, cluster)]


CDM = {
    "jobs": [
        {
            "name": "copy",
            "from-link-name": "mysql_dev",
            "from-config-values": {
                "configs": [{"inputs": [{"name": "fromJobConfig.schemaName", "value": "shop"}, {"name": 1}]}]
            },
            "to-config-values": {"configs": [{"inputs": {}}, 7]},
        }
    ]
}
JOB = job(
    node("HiveSQL", connectionName="hive_dev", database="ods", scriptName="s"),
    node("DLISpark", clusterName="q_dev", resourcePath="obs://dev/jars/a.jar"),
    node("CSJob", clusterName="-1"),
    node("CDMJob", clusterName="cdm_dev", jobName="copy"),
    node("MRSSpark", clusterName="${c}", resourcePath="my_jar", output="obs://dev/${day}/out"),
    {"name": "tick", "cronTrigger": {"expressionTimeZone": "GMT+8"}},
    logPath="obs://dev-logs/x/",
    basicConfig={"owner": "li.na", "executeUser": ""},
    schedule={"cron": {"expressionTimeZone": "Asia/Shanghai"}},
)


def test_every_place_of_a_job_is_found() -> None:
    assert names(Kind.JOB, JOB) == [
        ("path", "obs://dev-logs/x/"),
        ("owner", "li.na"),
        ("zone", "Asia/Shanghai"),
        ("connection", "hive_dev"),
        ("database", "ods"),
        ("queue", "q_dev"),
        ("path", "obs://dev/jars/a.jar"),
        ("cluster", "cdm_dev"),
        ("path", "obs://dev/${day}/out"),
        ("zone", "GMT+8"),
    ]
    assert [use.node for use in found_values(Kind.JOB, JOB)][:4] == ["", "", "", "load"]


def test_the_places_of_the_other_kinds_are_found() -> None:
    script = {
        "name": "s",
        "connectionName": "hive_dev",
        "database": "ods",
        "queueName": "q",
        "owner": "li.na",
    }
    resource = {
        "location": "obs://a/b.jar",
        "dependFiles": ["obs://a/c"],
        "dependPackages": [{"location": "hdfs:/d"}],
    }
    assert names(Kind.SCRIPT, script) == [
        ("connection", "hive_dev"),
        ("database", "ods"),
        ("queue", "q"),
        ("owner", "li.na"),
    ]
    assert names(Kind.RESOURCE, resource) == [
        ("path", "obs://a/b.jar"),
        ("path", "obs://a/c"),
        ("path", "hdfs:/d"),
    ]
    assert names(Kind.CDM_JOB, CDM, "cdm_dev") == [
        ("cluster", "cdm_dev"),
        ("connection", "mysql_dev"),
        ("database", "shop"),
    ]


def test_names_change_where_they_stand() -> None:
    mapping = {
        (MapKind.CONNECTION, "hive_dev"): "hive_prod",
        (MapKind.CLUSTER, "cdm_dev"): "cdm_prod",
        (MapKind.PATH, "obs://dev"): "obs://prod/from_dev",
        (MapKind.ZONE, "GMT+8"): "Asia/Shanghai",
        (MapKind.OWNER, "li.na"): "ops",
    }
    done = mapped(Kind.JOB, JOB, "", mapping)
    assert names(Kind.JOB, done.document) == [
        ("path", "obs://dev-logs/x/"),
        ("owner", "ops"),
        ("zone", "Asia/Shanghai"),
        ("connection", "hive_prod"),
        ("database", "ods"),
        ("queue", "q_dev"),
        ("path", "obs://prod/from_dev/jars/a.jar"),
        ("cluster", "cdm_prod"),
        ("path", "obs://prod/from_dev/${day}/out"),
        ("zone", "Asia/Shanghai"),
    ]
    assert [(change.kind, change.old, change.new) for change in done.changes][1] == (
        MapKind.CONNECTION,
        "hive_dev",
        "hive_prod",
    )
    assert JOB["basicConfig"]["owner"] == "li.na"


def test_the_cluster_of_a_cdm_job_changes_beside_its_document() -> None:
    done = mapped(Kind.CDM_JOB, CDM, "cdm_dev", {(MapKind.CLUSTER, "cdm_dev"): "cdm_prod"})
    assert (done.document, done.cluster) == (CDM, "cdm_prod")
    assert done.changes[0].path == ("cluster",)


def test_the_longest_path_wins_and_only_whole_steps_count() -> None:
    mapping = mapping_read(
        [
            {"kind": "path", "from": "obs://dev/", "to": "obs://prod/"},
            {"kind": "path", "from": "obs://dev/jars", "to": "obs://jars"},
        ]
    )
    made = {
        text: mapped(Kind.RESOURCE, {"location": text}, "", mapping).document["location"]
        for text in ("obs://dev/a", "obs://dev", "obs://dev/jars/x", "obs://develop/a", "obs://dev/jars2/x")
    }
    assert made == {
        "obs://dev/a": "obs://prod/a",
        "obs://dev": "obs://prod",
        "obs://dev/jars/x": "obs://jars/x",
        "obs://develop/a": "obs://develop/a",
        "obs://dev/jars2/x": "obs://prod/jars2/x",
    }


VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["a", "obs://a/b", "${x}", ""]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "nodes",
                        "properties",
                        "name",
                        "value",
                        "type",
                        "connectionName",
                        "clusterName",
                        "database",
                    ),
                    *(
                        "location",
                        "dependFiles",
                        "jobs",
                        "from-link-name",
                        "from-config-values",
                        "configs",
                        "inputs",
                    ),
                    *("basicConfig", "owner", "schedule", "cron", "expressionTimeZone", "logPath"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from(list(Kind)), VALUES, st.sampled_from(["", "a"]))
def test_without_a_mapping_a_document_stays_what_it_is(kind: Kind, document: Any, cluster: str) -> None:
    assert mapped(kind, document, cluster, {}).document is document
    there_and_back = mapped(kind, document, cluster, {(one, "a"): "a" for one in MapKind})
    assert there_and_back.document is document
    assert there_and_back.changes == ()


@given(st.sampled_from(list(Kind)), VALUES)
def test_what_a_mapping_changes_is_what_was_found(kind: Kind, document: Any) -> None:
    before = canonical(document)
    done = mapped(kind, document, "a", {(one, "a"): "b" for one in MapKind})
    assert canonical(document) == before
    uses = [use for use in found_values(kind, document, "a") if use.value == "a"]
    assert [(use.path, use.kind) for use in uses] == [(change.path, change.kind) for change in done.changes]
    assert ("a" in [use.value for use in found_values(kind, done.document, done.cluster)]) is False


def test_entries_make_a_mapping_and_back() -> None:
    entries = [
        {"kind": "connection", "from": "b", "to": "x"},
        {"kind": "connection", "from": "a", "to": "x"},
        {"kind": "owner", "from": "c", "to": "c"},
        {"kind": "owner", "from": "d", "to": ""},
    ]
    mapping = mapping_read(entries)
    assert mapping_write(mapping) == [entries[1], entries[0]]
    assert merged_names(mapping) == [Merging(MapKind.CONNECTION, "x", ("a", "b"))]
    assert mapping_digest(mapping) == mapping_digest(dict(reversed(mapping.items())))
    assert mapping_digest({}) == ""


@pytest.mark.parametrize(
    "entries",
    [
        None,
        {"kind": "owner"},
        ["owner"],
        [{"kind": "owner", "from": "a"}],
        [{"kind": "colour", "from": "a", "to": "b"}],
        [{"kind": "owner", "from": "", "to": "b"}],
        [{"kind": "owner", "from": "a\x00", "to": "b"}],
        [{"kind": "owner", "from": "a", "to": "\ud800"}],
        [{"kind": "owner", "from": "a", "to": "b"}, {"kind": "owner", "from": "a", "to": "c"}],
        [{"kind": "owner", "from": "a" * 2000, "to": "b"}],
    ],
)
def test_what_is_no_mapping_is_refused(entries: Any) -> None:
    with pytest.raises(BadMapping):
        mapping_read(entries)


def test_a_mapping_the_other_way_round_leaves_out_what_is_unclear() -> None:
    there = {
        (MapKind.CONNECTION, "dev"): "prod",
        (MapKind.OWNER, "a"): "x",
        (MapKind.OWNER, "b"): "x",
        (MapKind.QUEUE, "a"): "x",
    }
    back = {(MapKind.CONNECTION, "prod"): "dev", (MapKind.QUEUE, "x"): "a"}
    assert mapping_back(there) == back
    assert mapping_back(mapping_back(there)) == {one: there[one] for one in there if one[0] != MapKind.OWNER}


PASTED_MAPPING = {
    (MapKind.CONNECTION, "mysql_dev"): "mysql_prod",
    (MapKind.CLUSTER, "cdm_dev"): "cdm_prod",
    (MapKind.DATABASE, "shop"): "商城",
    (MapKind.PATH, "dev"): "prod",
}


def pasted(text: str, node_type: str = "CDMJob") -> dict[str, Any]:
    return job(node(node_type, clusterName="cdm_dev", jobType="newJob", message=text))


def test_the_body_of_a_cdm_job_that_is_pasted_into_a_node_is_mapped_to_the_letter() -> None:
    text = '{ "jobs" :[{"n": 1.50, "from-link-name":"mysql_dev","to-config-values":{"configs":[{"inputs":' + (
        '[{"name":"toJobConfig.bucketName","value":"dev"},{"name":"x.schemaName","value":"shop"}]}]}}]}'
    )
    document = pasted(text)
    assert names(Kind.JOB, document) == [
        ("cluster", "cdm_dev"),
        ("connection", "mysql_dev"),
        ("path", "dev"),
        ("database", "shop"),
    ]
    assert {use.node for use in found_values(Kind.JOB, document)} == {"load"}
    done = mapped(Kind.JOB, document, "", PASTED_MAPPING)
    made = done.document["nodes"][0]["properties"]
    assert made[0]["value"] == "cdm_prod"
    assert made[2]["value"] == text.replace("mysql_dev", "mysql_prod").replace("shop", "商城").replace(
        '"dev"', '"prod"'
    )
    assert done.changes[1].path == ("nodes", 0, "properties", 2, "value", "jobs", 0, "from-link-name")
    assert document == pasted(text)
    back = mapped(Kind.JOB, done.document, "", mapping_back(PASTED_MAPPING))
    assert back.document == document


def test_json_in_other_nodes_and_what_is_not_json_are_left_alone() -> None:
    text = json.dumps(CDM)
    for document in (pasted(text, "RESTAPI"), pasted(text[:-1]), pasted("[" + text + "]")):
        assert ("connection", "mysql_dev") not in names(Kind.JOB, document)
        done = mapped(Kind.JOB, document, "", PASTED_MAPPING).document
        assert done["nodes"][0]["properties"][2] == document["nodes"][0]["properties"][2]


@given(VALUES, st.sampled_from([None, 0, 3]), st.booleans(), st.sampled_from([(",", ":"), (" , ", " :\t")]))
def test_a_mapping_and_back_gives_every_pasted_body_back(
    value: Any, indent: int | None, is_ascii: bool, marks: tuple[str, str]
) -> None:
    body = {"jobs": [{"from-link-name": "a"}, value, {"to-link-name": "名"}, value]}
    text = json.dumps(body, indent=indent, ensure_ascii=is_ascii, separators=marks)
    mapping = {(kind, "a"): "b" for kind in MapKind}
    done = mapped(Kind.JOB, pasted(text), "", mapping)
    assert done.document != pasted(text)
    assert json.loads(done.document["nodes"][0]["properties"][2]["value"])["jobs"][0] == {
        "from-link-name": "b"
    }
    assert mapped(Kind.JOB, done.document, "", mapping_back(mapping)).document == pasted(text)
