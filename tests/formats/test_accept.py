"""What DataArts would refuse, and what it perhaps refuses: each rule with a bad document and a good one."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.formats.accept import CALL_BYTES_AT_MOST, CDM_BYTES_AT_MOST, EXPECTED, Verdict, objections
from dlfportal.formats.documents import judge
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Level
from dlfportal.sample.loader import sample_objects
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

REFUSED, PERHAPS = Verdict.REFUSED, Verdict.PERHAPS
BODY = '{"jobs": [{"name": "inline"}]}'
WHOLE_CDM = {
    **{"from-connector-name": "hdfs-connector", "to-connector-name": "obs-connector"},
    **{"from-link-name": "a", "to-link-name": "b"},
    **{"to-config-values": {"configs": []}, "driver-config-values": {"configs": []}},
}


def found(kind: Kind, document: Any, cluster: str = "c1", size: int = 0) -> list[tuple[str, str, str]]:
    return [(one.verdict, one.where, one.node) for one in objections(kind, cluster, "x", document, size)]


def with_trigger(**trigger: Any) -> Document:
    cron = {"startTime": "2026-01-01T00:00:00+08", "expression": "0 0 1 * * ?", **trigger}
    return job(node("a", cronTrigger=cron), processType="REAL_TIME")


JOBS: list[tuple[Document, list[tuple[str, str, str]], Document]] = [
    # bad, what is said of it, good
    (job(name="x" * 129), [(REFUSED, "$.name", "")], job(name="x" * 128)),
    (job(name="作业（一）"), [(REFUSED, "$.name", "")], job(name="作业-一")),
    (job(description=5), [(REFUSED, "$.description", "")], job(description="五")),
    (job(schedule=None), [(REFUSED, "$.schedule", "")], job(schedule={"type": "RUN_ONCE"})),
    (job(processType="batch"), [(REFUSED, "$.processType", "")], job(processType=None, jobType="BATCH")),
    (cron_job(expression="1 0 0 * * ?"), [(REFUSED, "$.schedule.cron.expression", "")], cron_job()),
    (cron_job(endTime="soon"), [(REFUSED, "$.schedule.cron.endTime", "")], cron_job(endTime="")),
    (
        job(schedule={"type": "EVENT", "cron": {"expression": "never"}, "event": {}}),
        [(PERHAPS, "$.schedule.cron.expression", "")],
        job(schedule={"type": "EVENT", "event": {"eventType": "DIS", "channel": "c", "concurrent": 128}}),
    ),
    (
        cron_job(expressionTimeZone="Asia/Nowhere"),
        [(PERHAPS, "$.schedule.cron.expressionTimeZone", "")],
        cron_job(expressionTimeZone="GMT+8"),
    ),
    (cron_job(startTime=None), [(PERHAPS, "$.schedule.cron.startTime", "")], cron_job()),
    (
        cron_job(endTime="2026-03-22T23:59:59+08"),
        [(PERHAPS, "$.schedule.cron.endTime", "")],
        cron_job(endTime="2026-03-22T23:59:59-08"),
    ),
    (
        with_trigger(period="daily"),
        [(PERHAPS, "$.nodes[0].cronTrigger.period", "a")],
        with_trigger(period="6 hours"),
    ),
    (
        with_trigger(expression="0 0 1 * *"),
        [(PERHAPS, "$.nodes[0].cronTrigger.expression", "a")],
        with_trigger(expressionTimeZone="Asia/Shanghai"),
    ),
    (
        job(*(node(f"n{number}") for number in range(201))),
        [(PERHAPS, "$.nodes", "")],
        job(*(node(f"n{number}") for number in range(200))),
    ),
    (job(node("a"), node("a")), [(REFUSED, "$.nodes[1].name", "a")], job(node("a"), node("b"))),
    (
        job(node("a"), node("b", preNodeName=["z"])),
        [(REFUSED, "$.nodes[1].preNodeName[0]", "b")],
        job(node("a"), node("b", preNodeName=["a"])),
    ),
    (
        job(node("a", conditions=[{"preNodeName": "z"}])),
        [(PERHAPS, "$.nodes[0].conditions[0].preNodeName", "a")],
        job(node("a"), node("b", preNodeName=["a"], conditions=[{"preNodeName": "a"}])),
    ),
    (job(node("a", retryTimes=6)), [(PERHAPS, "$.nodes[0].retryTimes", "a")], job(node("a", retryTimes=5))),
    (job(directory="/a" * 11), [(PERHAPS, "$.directory", "")], job(directory="/a" * 10)),
    (
        job(params=[{"name": "a b", "value": "1"}]),
        [(PERHAPS, "$.params[0].name", "")],
        job(params=[{"name": "a-b", "value": "x" * 1024}]),
    ),
    (
        job(basicConfig={"tags": {"a": 1}}),
        [(PERHAPS, "$.basicConfig.tags", "")],
        job(basicConfig={"tags": {}}),
    ),
    (
        job(basicConfig={"tags": [5]}),
        [(PERHAPS, "$.basicConfig.tags[0]", "")],
        job(basicConfig={"tags": ["a"]}),
    ),
    (
        job(node("a", "HiveSQL", properties={"database": "d"})),
        [(PERHAPS, "$.nodes[0].properties", "a")],
        job(node("a", "HiveSQL", properties={"statementOrScript": "STATEMENT", "sql": "select 1"})),
    ),
    (
        job(node("a", "RESTAPI", properties={"url": "http://x", "method": "FETCH"})),
        [(PERHAPS, "$.nodes[0].properties[1].value", "a")],
        job(node("a", "RESTAPI", properties={"url": "http://x", "method": "${how}"})),
    ),
    (
        job(node("a", "CDMJob", properties={"clusterName": "c"})),
        [(PERHAPS, "$.nodes[0].properties", "a")],
        job(node("a", "CDMJob", properties={"clusterName": "c", "body": BODY})),
    ),
    (
        job(node("a", "OBS Manager", properties={"action": "CREATE_PATH"})),
        [(PERHAPS, "$.nodes[0].properties", "a")],
        job(node("a", "OBS Manager", properties={"action": "MOVE", "sourceDirectory": "obs://a/b"})),
    ),
    (
        job(node("a", "Shell", properties={"scriptName": "s", "connectionName": ""})),
        [(PERHAPS, "$.nodes[0].properties", "a")],
        job(node("a", "Type nobody knows", properties={"x": 1})),
    ),
]
OTHERS: list[tuple[Kind, Document, list[tuple[str, str, str]], Document]] = [
    (Kind.SCRIPT, script(type=None), [(REFUSED, "$.type", "")], script(type="Spark Python")),
    (Kind.SCRIPT, script(type="DorisSQL"), [(PERHAPS, "$.type", "")], script(type="PYTHON")),
    (Kind.SCRIPT, script(content=None), [(REFUSED, "$.content", "")], script(content="")),
    (
        Kind.SCRIPT,
        script(content="x" * (4 << 20) + "x"),
        [(REFUSED, "$.content", "")],
        script(content="x" * (4 << 20)),
    ),
    (
        Kind.SCRIPT,
        script(description="x" * 256),
        [(REFUSED, "$.description", "")],
        script(description="x" * 255),
    ),
    (Kind.RESOURCE, resource(name="a.b"), [(REFUSED, "$.name", "")], resource(name="a_b")),
    (Kind.RESOURCE, resource(name="x" * 33), [(REFUSED, "$.name", "")], resource(name="x" * 32)),
    (Kind.RESOURCE, resource(type="exe"), [(REFUSED, "$.type", "")], resource(type="pyFile")),
    (
        Kind.RESOURCE,
        resource(location="/tmp"),
        [(REFUSED, "$.location", "")],
        resource(location="hdfs://a/b"),
    ),
    (Kind.RESOURCE, resource(desc="x" * 256), [(REFUSED, "$.desc", "")], resource(desc=None)),
    (
        Kind.RESOURCE,
        resource(dependFiles=["obs://a/" + "x" * 10_240]),
        [(PERHAPS, "$.dependFiles", "")],
        resource(dependFiles=["obs://a/b"]),
    ),
    (
        Kind.CDM_JOB,
        cdm_job(name="x" * 241, **WHOLE_CDM),
        [(REFUSED, "$.jobs[0].name", "")],
        cdm_job(**WHOLE_CDM),
    ),
    (
        Kind.CDM_JOB,
        cdm_job(**{**WHOLE_CDM, "to-link-name": ""}),
        [(PERHAPS, "$.jobs[0].to-link-name", "")],
        cdm_job(name="任何 <字符>", **WHOLE_CDM),
    ),
]


@pytest.mark.parametrize(("kind", "bad", "said", "good"), [*((Kind.JOB, *row) for row in JOBS), *OTHERS])
def test_a_rule_finds_the_bad_one_and_not_the_good_one(
    kind: Kind, bad: Document, said: list[tuple[str, str, str]], good: Document
) -> None:
    assert found(kind, bad) == said
    assert found(kind, good) == []


@pytest.mark.parametrize("document", [live_job(), example_job(), cron_job(), job()])
def test_what_the_documents_show_is_taken(document: Document) -> None:
    assert found(Kind.JOB, document) == []


@pytest.mark.parametrize("kind_of_node", EXPECTED)
def test_every_property_that_is_asked_for_is_missed_alone(kind_of_node: str) -> None:
    groups = EXPECTED[kind_of_node].required
    whole = {group[0]: "${x}" for group in groups}
    assert found(Kind.JOB, job(node("a", kind_of_node, properties=whole))) == []
    for group in groups:
        lacking = {name: value for name, value in whole.items() if name != group[0]}
        (one,) = objections(Kind.JOB, "", "x", job(node("a", kind_of_node, properties=lacking)))
        assert (one.verdict, one.where) == (PERHAPS, "$.nodes[0].properties")
        assert group[0] in one.message % one.params


def test_what_would_be_refused_comes_first() -> None:
    document = job(node("a", retryTimes=9), name="a b", directory="/a b")
    assert [verdict for verdict, _where, _node in found(Kind.JOB, document)] == [REFUSED, PERHAPS, PERHAPS]


def test_sizes_and_clusters() -> None:
    assert found(Kind.JOB, job(), size=CALL_BYTES_AT_MOST) == []
    assert found(Kind.JOB, job(), size=CALL_BYTES_AT_MOST + 1) == [(PERHAPS, "$", "")]
    whole = cdm_job(**WHOLE_CDM)
    assert found(Kind.CDM_JOB, whole, size=CDM_BYTES_AT_MOST + 1) == [(PERHAPS, "$", "")]
    assert found(Kind.CDM_JOB, whole, cluster="a/b") == [(REFUSED, "$.cluster", "")]


def test_credentials_and_other_spellings_are_no_matter_of_acceptance() -> None:
    assert found(Kind.JOB, job(params=[{"name": "db_password", "value": "x", "paramType": "variable"}])) == []


@pytest.mark.parametrize("document", [None, [], "x", 5, {}, {"nodes": [5, None], "schedule": []}])
def test_odd_documents_are_refused_and_nothing_breaks(document: Any) -> None:
    for kind in Kind:
        told = objections(kind, "c", "x", document)
        assert {one.verdict for one in told} >= {REFUSED}
        assert all(one.message % one.params for one in told)


def test_refused_is_exactly_what_create_of_v1_refuses() -> None:
    documents = [(kind, one) for kind, bad, _said, good in OTHERS for one in (bad, good)]
    documents += [(Kind.JOB, one) for bad, _said, good in JOBS for one in (bad, good)]
    for kind, document in documents:
        strict = any(problem.level is Level.ERROR for problem in judge(kind, document, strict=True))
        assert any(verdict == REFUSED for verdict, _where, _node in found(kind, document)) == strict


def test_the_sample_is_accepted() -> None:
    for folder in ("development", "production"):
        for one in sample_objects(folder):
            kind, name, cluster = one.entry.kind, one.entry.name, one.entry.cluster
            assert objections(kind, cluster, name, one.document) == []
