"""The names that `huaweicloudsdkdlf` has for parts of a job."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Workspace
from dlfportal.api.v1.vocabulary import current_names, older_names
from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.formats.kinds import Kind
from dlfportal.sample.loader import sample_objects
from tests.api.v1.wire import Wire, done, refused, shown

AGENT = "huaweicloud-usdk-python/3.0; huaweicloudsdkdlf"
PROPERTIES = [{"name": "scriptName", "value": "清洗"}, {"name": "later"}]
OLDER: dict[str, Any] = {
    "name": "旧",
    "nodes": [
        {"name": "a", "nodeType": "Dummy", "location": {"x": 1, "y": 2}, "nodeProperties": "[]"},
        {
            "name": "b",
            "nodeType": "DLISQL",
            "location": {"x": 3},
            "preNodeNames": "a",
            "condition": [{"preNodeName": "a", "expression": "#{true}"}],
            "nodeProperties": json.dumps(PROPERTIES),
            "pollingInterval": 20,
        },
    ],
    "schedule": {"scheType": "CRON", "cron": {"expression": "0 0 1 * * ?"}},
    "params": [{"name": "day", "value": "1", "paramType": "variable"}],
    "jobType": "BATCH",
    "basicConfig": {"owner": "x"},
}
CURRENT: dict[str, Any] = {
    "name": "旧",
    "nodes": [
        {"name": "a", "type": "Dummy", "location": {"x": 1, "y": 2}, "properties": []},
        {
            "name": "b",
            "type": "DLISQL",
            "location": {"x": 3},
            "preNodeName": ["a"],
            "conditions": [{"preNodeName": "a", "expression": "#{true}"}],
            "properties": PROPERTIES,
            "pollingInterval": 20,
        },
    ],
    "schedule": {"type": "CRON", "cron": {"expression": "0 0 1 * * ?"}},
    "params": [{"name": "day", "value": "1", "type": "variable"}],
    "processType": "BATCH",
    "basicConfig": {"owner": "x"},
}


def stored(workspace: Workspace, name: str = "旧") -> dict[str, Any]:
    revision = object_get(workspace, Kind.JOB, name).revision
    assert revision
    return document_of(revision)


def test_a_job_is_kept_in_current_names(workspace: Workspace, dev: Wire) -> None:
    """On creation and on change, key by key in the place where it came."""
    done(dev.post("jobs", body=OLDER))
    assert json.dumps(stored(workspace)) == json.dumps(CURRENT)
    done(dev.put("jobs", "旧", body={**OLDER, "directory": "/b"}))
    assert stored(workspace) == {**CURRENT, "directory": "/b"}


def test_it_is_judged_in_current_names(workspace: Workspace, dev: Wire) -> None:
    node = {"name": "b", "nodeType": "Dummy", "preNodeNames": "none"}
    answer = dev.post("jobs", body={**OLDER, "nodes": [node]})
    refused(answer, "DLF.3051")
    assert "$.nodes[0].preNodeName[0]" in json.loads(answer.content)["error_msg"]
    refused(dev.post("jobs", body={**OLDER, "schedule": {"scheType": "NEVER"}}), "DLF.3025")
    refused(dev.post("jobs", body={**OLDER, "jobType": "NEVER"}), "DLF.2014")
    wrong = {"name": "b", "nodeType": "Dummy", "nodeProperties": "not json"}
    refused(dev.post("jobs", body={**OLDER, "nodes": [wrong]}), "DLF.3051")


@pytest.mark.parametrize(
    ("older", "current"),
    [
        ({"preNodeNames": ["a,b", "c"]}, {"preNodeName": ["a,b", "c"]}),
        ({"preNodeNames": "a,b"}, {"preNodeName": ["a,b"]}),
        ({"preNodeNames": "c, x"}, {"preNodeName": ["c", "x"]}),
        ({"preNodeNames": '["c", "x"]'}, {"preNodeName": ["c", "x"]}),
        ({"preNodeNames": ""}, {"preNodeName": []}),
        ({"preNodeNames": None}, {"preNodeName": None}),
        ({"preNodeNames": ["c"], "preNodeName": ["x"]}, {"preNodeNames": ["c"], "preNodeName": ["x"]}),
        ({"preNodeName": "c", "properties": "[]"}, {"preNodeName": "c", "properties": "[]"}),
        ({"preNodeNames": "c", "preNodeName": None}, {"preNodeName": ["c"]}),
        ({"nodeProperties": PROPERTIES}, {"properties": PROPERTIES}),
        ({"nodeProperties": {"k": "v"}}, {"properties": [{"name": "k", "value": "v"}]}),
        ({"nodeProperties": '{"k": "v"}'}, {"properties": [{"name": "k", "value": "v"}]}),
        ({"nodeProperties": " "}, {"properties": []}),
        ({"nodeProperties": "5"}, {"properties": "5"}),
        ({"nodeProperties": 5}, {"properties": 5}),
    ],
)
def test_texts_for_lists(older: dict[str, Any], current: dict[str, Any]) -> None:
    """The SDK declares both as text; a name with a comma in it is known by the nodes of the job."""
    others = [{"name": "a,b"}, {"name": "c"}, 5]
    assert current_names({"nodes": [older, *others]})["nodes"] == [current, *others]


def test_a_client_that_says_so_reads_them(workspace: Workspace, dev: Wire, view: Wire) -> None:
    done(dev.post("jobs", body=CURRENT))
    assert shown(view.get("jobs", "旧"))["nodes"][1]["type"] == "DLISQL"
    dev.headers["User-Agent"] = AGENT
    answer = shown(dev.get("jobs", "旧"))
    expected = json.loads(json.dumps(OLDER))
    expected["nodes"][1]["location"]["y"] = 0
    expected["nodes"][1]["preNodeNames"] = '["a"]'
    expected["nodes"][1]["nodeProperties"] = json.dumps(PROPERTIES, ensure_ascii=False)
    expected["basicConfig"] |= {"agency": "", "tags": []}
    assert {key: answer[key] for key in expected} == expected
    done(dev.put("jobs", "旧", body=answer))
    assert Revision.objects.count() == 1


def test_such_a_client_changes_nothing_by_writing_back(workspace: Workspace, dev: Wire) -> None:
    """Also where a location has decimals that its whole numbers do not say."""
    dev.headers["User-Agent"] = AGENT
    for found in sample_objects("development"):
        if found.entry.kind is Kind.JOB:
            done(dev.post("jobs", body=found.document))
            before = stored(workspace, found.entry.name)
            done(dev.put("jobs", found.entry.name, body=shown(dev.get("jobs", found.entry.name))))
            assert json.dumps(stored(workspace, found.entry.name)) == json.dumps(before)


NAMES = ["name", "type", "nodeType", "preNodeNames", "preNodeName", "condition", "nodeProperties", "location"]
PLAIN = st.none() | st.integers(0, 2) | st.sampled_from(["", "a", "[", "{}", "1e999"])
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=5,
)


@settings(max_examples=100)
@given(
    job=st.dictionaries(
        st.sampled_from(["nodes", "schedule", "params", "jobType", "processType"]),
        VALUES | st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES), max_size=3),
    )
)
def test_no_shape_is_a_crash_and_current_names_stay(job: dict[str, Any]) -> None:
    once = current_names(job)
    assert current_names(once) == once
    older_names(job)
