"""Judging job documents as the wire does: what refuses, what is only a warning, and all of it at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dlfportal.formats.documents import judge
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code, Level
from tests.formats.samples import Document, cdm_job, cron_job, example_job, job, live_job, node

ERROR, WARNING = Level.ERROR, Level.WARNING
Finding = tuple[Level, str, str]


def found(document: Any) -> list[Finding]:
    problems = judge(Kind.JOB, document, strict=True)
    return [(problem.level, problem.code, problem.where) for problem in problems]


@pytest.mark.parametrize(
    "document",
    [
        live_job(),
        example_job(),
        cron_job(),
        job(),
        job(node("a", location={"x": -45.5}), node("b", location={}, preNodeName=["a"])),
        job(node("a", "Type nobody knows", failPolicy="EXIT_CHILD", unknown={"a": [1]})),
        job(
            node(
                "a",
                properties=[{"name": "x"}, {"name": "y", "value": None}, {"name": "z", "value": {"a": 1}}],
            )
        ),
        job(name="作业-1.a_b", basicConfig={"tags": {}, "instanceTimeout": 0, "jobDescription": None}),
        job(name="x" * 128, description=None, params=None, directory="/a/b/"),
        *(job(schedule={"type": kind}) for kind in ("EXECUTE_ONCE", "EVENT_TRIGGER", "RUN_ONCE", "SCHEDULE")),
    ],
)
def test_good_documents_have_no_problem(document: Document) -> None:
    assert found(document) == []


@pytest.mark.parametrize("document", [None, [], "job", 5, True])
def test_a_document_is_an_object(document: Any) -> None:
    assert found(document) == [(ERROR, Code.INVALID, "$")]


def test_everything_required_is_named_at_once() -> None:
    assert found({}) == [
        (ERROR, Code.NAME_MISSING, "$.name"),
        (WARNING, Code.REQUIRED_MISSING, "$.nodes"),
        (ERROR, Code.SCHEDULE_MISSING, "$.schedule"),
        (ERROR, Code.TYPE_MISSING, "$.processType"),
    ]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"name": None}, (ERROR, Code.NAME_MISSING, "$.name")),
        ({"name": ""}, (ERROR, Code.NAME_MISSING, "$.name")),
        ({"name": 5}, (ERROR, Code.NAME_INVALID, "$.name")),
        ({"name": "x" * 129}, (ERROR, Code.NAME_INVALID, "$.name")),
        ({"name": "a b"}, (ERROR, Code.NAME_INVALID, "$.name")),
        ({"name": "a/b"}, (ERROR, Code.NAME_INVALID, "$.name")),
        ({"name": "作业（一）"}, (ERROR, Code.NAME_INVALID, "$.name")),
        ({"name": "name\n"}, (ERROR, Code.NAME_INVALID, "$.name")),
        ({"name": ".."}, (ERROR, Code.NAME_INVALID, "$.name")),
        ({"nodes": {}}, (ERROR, Code.INVALID, "$.nodes")),
        ({"nodes": ["a"]}, (ERROR, Code.INVALID, "$.nodes[0]")),
        ({"schedule": None}, (ERROR, Code.SCHEDULE_MISSING, "$.schedule")),
        ({"schedule": "CRON"}, (ERROR, Code.SCHEDULE_INVALID, "$.schedule")),
        ({"schedule": {}}, (ERROR, Code.SCHEDULE_MISSING, "$.schedule.type")),
        ({"schedule": {"type": "DAILY"}}, (ERROR, Code.SCHEDULE_INVALID, "$.schedule.type")),
        ({"schedule": {"type": "CRON", "cron": []}}, (ERROR, Code.SCHEDULE_INVALID, "$.schedule.cron")),
        ({"processType": None}, (ERROR, Code.TYPE_MISSING, "$.processType")),
        ({"processType": "batch"}, (ERROR, Code.TYPE_INVALID, "$.processType")),
        ({"processType": ["BATCH"]}, (ERROR, Code.TYPE_INVALID, "$.processType")),
        ({"description": 5}, (ERROR, Code.DESCRIPTION_INVALID, "$.description")),
        ({"params": {}}, (ERROR, Code.INVALID, "$.params")),
        ({"params": [5]}, (ERROR, Code.INVALID, "$.params[0]")),
        ({"basicConfig": []}, (ERROR, Code.INVALID, "$.basicConfig")),
    ],
)
def test_faults_that_refuse_a_job(change: Document, finding: Finding) -> None:
    assert found({**job(), **change}) == [finding]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"name": None}, (ERROR, Code.REQUIRED_MISSING, "name")),
        ({"name": 5}, (ERROR, Code.INVALID, "name")),
        ({"name": "x" * 129}, (ERROR, Code.INVALID, "name")),
        ({"name": "..."}, (ERROR, Code.INVALID, "name")),
        ({"name": "a/<b>"}, (WARNING, Code.CHARACTERS, "name")),
        ({"type": None}, (WARNING, Code.REQUIRED_MISSING, "type")),
        ({"type": 5}, (WARNING, Code.WRONG_TYPE, "type")),
        ({"type": "RDS SQL"}, (WARNING, Code.SPELLING, "type")),
        ({"location": []}, (WARNING, Code.WRONG_TYPE, "location")),
        ({"location": {"x": "left"}}, (WARNING, Code.WRONG_TYPE, "location")),
        ({"preNodeName": "a"}, (ERROR, Code.INVALID, "preNodeName")),
        ({"preNodeName": [5]}, (ERROR, Code.INVALID, "preNodeName[0]")),
        ({"preNodeName": ["b"]}, (ERROR, Code.UNKNOWN_NODE, "preNodeName[0]")),
        ({"preNodeName": ["a"]}, (ERROR, Code.LOOP, "preNodeName[0]")),
        ({"conditions": {}}, (ERROR, Code.INVALID, "conditions")),
        ({"conditions": [{"preNodeName": "b"}]}, (WARNING, Code.UNKNOWN_NODE, "conditions[0].preNodeName")),
        ({"properties": "a=b"}, (ERROR, Code.INVALID, "properties")),
        ({"properties": [5]}, (ERROR, Code.INVALID, "properties[0]")),
        ({"properties": [{"name": 5}]}, (WARNING, Code.WRONG_TYPE, "properties[0].name")),
        ({"pollingInterval": 61}, (WARNING, Code.RANGE, "pollingInterval")),
        ({"pollingInterval": "10"}, (WARNING, Code.WRONG_TYPE, "pollingInterval")),
        ({"maxExecutionTime": 4}, (WARNING, Code.RANGE, "maxExecutionTime")),
        ({"retryTimes": True}, (WARNING, Code.WRONG_TYPE, "retryTimes")),
        ({"retryInterval": 121}, (WARNING, Code.RANGE, "retryInterval")),
        ({"failPolicy": "EXPLODE"}, (WARNING, Code.ENUM, "failPolicy")),
        ({"execTimeOutRetry": True}, (WARNING, Code.WRONG_TYPE, "execTimeOutRetry")),
        ({"lineageInfo": {}}, (WARNING, Code.WRONG_TYPE, "lineageInfo")),
        ({"eventTrigger": {"eventType": "MQTT"}}, (WARNING, Code.ENUM, "eventTrigger.eventType")),
        ({"eventTrigger": {"concurrent": 129}}, (WARNING, Code.RANGE, "eventTrigger.concurrent")),
        ({"cronTrigger": {}}, (WARNING, Code.CRON, "cronTrigger.expression")),
    ],
)
def test_faults_of_a_node(change: Document, finding: Finding) -> None:
    level, code, where = finding
    assert found(job(node("first"), {**node("a"), **change})) == [(level, code, f"$.nodes[1].{where}")]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"nodes": None}, (WARNING, Code.REQUIRED_MISSING, "$.nodes")),
        ({"jobType": "BATCH", "processType": None}, (WARNING, Code.SPELLING, "$.jobType")),
        ({"schedule": {"type": "CRON"}}, (WARNING, Code.REQUIRED_MISSING, "$.schedule.cron")),
        ({"schedule": {"type": "EVENT"}}, (WARNING, Code.REQUIRED_MISSING, "$.schedule.event")),
        ({"directory": "/a" * 11}, (WARNING, Code.DIRECTORY, "$.directory")),
        ({"directory": "/a b"}, (WARNING, Code.DIRECTORY, "$.directory")),
        ({"directory": "/" + "x" * 65}, (WARNING, Code.DIRECTORY, "$.directory")),
        ({"directory": 5}, (WARNING, Code.WRONG_TYPE, "$.directory")),
        ({"version": 1}, (WARNING, Code.WRONG_TYPE, "$.version")),
        ({"singleNodeJobFlag": "false"}, (WARNING, Code.WRONG_TYPE, "$.singleNodeJobFlag")),
        ({"singleNodeJobType": "Cobol"}, (WARNING, Code.ENUM, "$.singleNodeJobType")),
        ({"emptyRunningJob": "2"}, (WARNING, Code.ENUM, "$.emptyRunningJob")),
        ({"basicConfig": {"priority": 3}}, (WARNING, Code.RANGE, "$.basicConfig.priority")),
        ({"basicConfig": {"instanceTimeout": 4}}, (WARNING, Code.RANGE, "$.basicConfig.instanceTimeout")),
        ({"basicConfig": {"owner": "x" * 129}}, (WARNING, Code.RANGE, "$.basicConfig.owner")),
        (
            {"basicConfig": {"customFields": {"a": "x" * 2048}}},
            (WARNING, Code.RANGE, "$.basicConfig.customFields"),
        ),
        ({"params": [{"name": "a b"}]}, (WARNING, Code.CHARACTERS, "$.params[0].name")),
        ({"params": [{"value": "b"}]}, (WARNING, Code.REQUIRED_MISSING, "$.params[0].name")),
        ({"params": [{"name": "a", "value": "x" * 1025}]}, (WARNING, Code.RANGE, "$.params[0].value")),
        ({"params": [{"name": "a", "type": "const"}]}, (WARNING, Code.ENUM, "$.params[0].type")),
        (
            {"params": [{"name": "a", "paramType": "variable"}]},
            (WARNING, Code.SPELLING, "$.params[0].paramType"),
        ),
        ({"params": [{"name": "a"}, {"name": "a"}]}, (WARNING, Code.REPEATED_NAME, "$.params[1].name")),
        (
            {"params": [{"name": "db_password", "value": "x"}]},
            (WARNING, Code.CREDENTIAL, "$.params[0].value"),
        ),
    ],
)
def test_faults_that_are_only_warnings(change: Document, finding: Finding) -> None:
    assert found({**job(), **change}) == [finding]


def test_a_masked_parameter_is_no_warning() -> None:
    assert found(job(params=[{"name": "db_password", "value": "x"}], maskedParams=["db_password"])) == []


def test_more_than_200_nodes_are_a_warning() -> None:
    assert found(job(*(node(f"n{number}") for number in range(200)))) == []
    assert found(job(*(node(f"n{number}") for number in range(201)))) == [
        (WARNING, Code.NODE_COUNT, "$.nodes")
    ]


def test_a_repeated_node_name_is_named_where_it_repeats() -> None:
    assert found(job(node("a"), node("b"), node("a"))) == [(ERROR, Code.REPEATED_NAME, "$.nodes[2].name")]


def test_a_loop_is_named_in_the_order_of_the_flow() -> None:
    nodes = [
        node("start"), node("a", preNodeName=["start", "c"]), node("b", preNodeName=["a"]),
        node("c", preNodeName=["b"]), node("behind", preNodeName=["c"]),
    ]  # fmt: skip
    (problem,) = judge(Kind.JOB, job(*nodes))
    assert (problem.code, problem.where) == (Code.LOOP, "$.nodes[1].preNodeName[1]")
    assert problem.params["loop"] == "a → b → c → a"


def test_every_separate_loop_is_named() -> None:
    nodes = [
        node("a", preNodeName=["b"]), node("b", preNodeName=["a"]),
        node("c", preNodeName=["d"]), node("d", preNodeName=["c"]), node("e", preNodeName=["e"]),
    ]  # fmt: skip
    loops = [problem.params["loop"] for problem in judge(Kind.JOB, job(*nodes))]
    assert loops == ["a → b → a", "c → d → c", "e → e"]


def test_nodes_that_join_and_branch_are_no_loop() -> None:
    nodes = [
        node("end", preNodeName=["left", "right", "left"]), node("left", preNodeName=["start"]),
        node("right", preNodeName=["start"]), node("start"),
    ]  # fmt: skip
    assert found(job(*nodes)) == []


def test_a_long_chain_is_no_matter_of_recursion() -> None:
    chain = [node(f"n{number}", preNodeName=[f"n{number - 1}"]) for number in range(1, 5000)]
    assert [code for _, code, _ in found(job(node("n0"), *chain))] == [Code.NODE_COUNT]


def test_a_fault_in_node_40_is_told_beside_all_others() -> None:
    document = job(*(node(f"n{number}") for number in range(45)), directory=5, params=[{}], processType="X")
    document["nodes"][3]["retryTimes"] = 9
    document["nodes"][40]["preNodeName"] = ["n39", "nowhere"]
    document["nodes"][41] = "broken"
    document["nodes"][42]["location"] = "broken"
    document["schedule"]["cron"] = {"expression": "1 0 0 * * ?", "endTime": "tomorrow"}
    assert found(document) == [
        (WARNING, Code.RANGE, "$.nodes[3].retryTimes"),
        (ERROR, Code.UNKNOWN_NODE, "$.nodes[40].preNodeName[1]"),
        (ERROR, Code.INVALID, "$.nodes[41]"),
        (WARNING, Code.WRONG_TYPE, "$.nodes[42].location"),
        (WARNING, Code.CRON, "$.schedule.cron.expression"),
        (WARNING, Code.TIME, "$.schedule.cron.endTime"),
        (ERROR, Code.TYPE_INVALID, "$.processType"),
        (WARNING, Code.WRONG_TYPE, "$.directory"),
        (WARNING, Code.REQUIRED_MISSING, "$.params[0].name"),
    ]


def test_a_job_that_starts_itself_is_a_warning() -> None:
    document = job(node("a", "DLFSubJob", properties={"jobName": "myJob"}))
    assert found(document) == [(WARNING, Code.SELF_REFERENCE, "$.nodes[0].properties[0].value")]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("headers", "Accept=text/plain\nAuthorization=Basic dXNlcjpwYXNz"),
        ("headers", "X-Auth-Token=MIIF"),
        ("sql", "create user a IDENTIFIED BY 'Geheim1'"),
        ("arguments", "mysql -h db -uroot -pGeheim1"),
        ("password", "Geheim1"),
        (
            "body",
            json.dumps(cdm_job(**{"to-config-values": {"inputs": [{"name": "x.token", "value": "y"}]}})),
        ),
    ],
)
def test_node_properties_that_look_like_credentials(key: str, value: str) -> None:
    document = job(node("a", properties={"x": "y", key: value}))
    assert found(document) == [(WARNING, Code.CREDENTIAL, "$.nodes[0].properties[1].value")]
    document["nodes"][0]["properties"][1]["value_is_sensitive"] = "true"
    assert found(document) == []


def test_a_huge_job_is_refused_without_judging_it() -> None:
    (problem,) = judge(Kind.JOB, job(*({} for _ in range(50_001))))
    assert (problem.level, problem.code, problem.where) == (ERROR, Code.INVALID, "$")


def test_of_very_many_problems_the_errors_are_kept() -> None:
    document = job(*(node(f"n{number}", retryTimes=9) for number in range(1500)), node("n0"))
    problems = judge(Kind.JOB, document, strict=True)
    assert len(problems) == 1000
    assert [problem.code for problem in problems if problem.level is ERROR] == [Code.REPEATED_NAME]


def test_every_message_can_be_filled() -> None:
    broken = {"name": "%s", "nodes": [{"name": "%(x)s", "preNodeName": ["100%"]}], "processType": "%d"}
    assert [str(problem) for problem in judge(Kind.JOB, broken)]
