"""Judging as packages and forms are judged: what is refused even there, and how much is only a warning."""

from __future__ import annotations

from typing import Any

import pytest

from dlfportal.formats.documents import judge
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Level
from tests.formats.samples import Document, cdm_job, job, node, resource, script

PLAIN = {Kind.JOB: job, Kind.SCRIPT: script, Kind.RESOURCE: resource}


def levels(kind: Kind, document: Any) -> list[tuple[Level, str]]:
    return [(problem.level, problem.where) for problem in judge(kind, document)]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("document", [None, [], {}, "text", 5, {"name": "", "jobs": []}])
def test_what_has_no_name_is_refused(kind: Kind, document: Any) -> None:
    assert Level.ERROR in [level for level, _place in levels(kind, document)]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "name",
    [
        *(None, "", 5, {}, " ", ".", "..", " . ", "\u200b"),
        *("a/b", "a\\b", "a\nb", "a\x7f", "a\x85", "x" * 256),
    ],
)
def test_a_name_that_finds_nothing_again_is_refused(kind: Kind, name: Any) -> None:
    document = cdm_job(name=name) if kind is Kind.CDM_JOB else {**PLAIN[kind](), "name": name}
    place = "$.jobs[0].name" if kind is Kind.CDM_JOB else "$.name"
    assert levels(kind, document) == [(Level.ERROR, place)]


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize(
    "name",
    [
        "a b",
        "作业（一）",
        "a:b?",
        "x" * 255,
        "日" * 255,
        " led",
        "a.jar!",
        "🦀",
        "%41&<b>",
        "a\u2028b",
    ],
)
def test_any_other_name_is_only_unusual(kind: Kind, name: str) -> None:
    assert levels(kind, {**PLAIN[kind](), "name": name}) == [(Level.WARNING, "$.name")]


JOBS: list[tuple[Document, list[str]]] = [
    ({"nodes": None}, ["$.nodes"]),
    ({"schedule": None}, ["$.schedule"]),
    ({"schedule": {}}, ["$.schedule.type"]),
    ({"schedule": {"type": "DAILY"}}, ["$.schedule.type"]),
    ({"schedule": {"type": ["CRON"]}}, ["$.schedule.type"]),
    ({"processType": None}, ["$.processType"]),
    ({"processType": "STREAM"}, ["$.processType"]),
    ({"description": 5}, ["$.description"]),
    ({"params": {}}, ["$.params"]),
    ({"params": "a=b"}, ["$.params"]),
    ({"params": [5]}, ["$.params[0]"]),
    ({"nodes": [None]}, ["$.nodes[0]"]),
    ({"nodes": [node(None)]}, ["$.nodes[0].name"]),
    ({"nodes": [node("x" * 129)]}, ["$.nodes[0].name"]),
    ({"nodes": [node("..")]}, ["$.nodes[0].name"]),
    ({"nodes": [node("a"), node("a")]}, ["$.nodes[1].name"]),
    ({"nodes": [node("a", preNodeName=["gone"])]}, ["$.nodes[0].preNodeName[0]"]),
    ({"nodes": [node("a", preNodeName=[5])]}, ["$.nodes[0].preNodeName[0]"]),
    ({"nodes": [node("a", preNodeName="b")]}, ["$.nodes[0].preNodeName"]),
    ({"nodes": [node("a", preNodeName=["a"])]}, ["$.nodes[0].preNodeName[0]"]),
    ({"nodes": [node("a", conditions={"x": 1})]}, ["$.nodes[0].conditions"]),
    ({"nodes": [node("a", eventTrigger=[5])]}, ["$.nodes[0].eventTrigger"]),
]  # fmt: skip
EMPTY: list[tuple[Document, list[str]]] = [
    # A writer that knows one kind of container writes an empty one in place of the other.
    ({"nodes": {}}, ["$.nodes"]),
    ({"schedule": []}, ["$.schedule"]),
    ({"basicConfig": []}, ["$.basicConfig"]),
    ({"schedule": {"type": "EXECUTE_ONCE", "cron": []}}, ["$.schedule.cron"]),
    ({"nodes": [node("a", properties="")]}, ["$.nodes[0].properties"]),
]


@pytest.mark.parametrize(("change", "places"), JOBS + EMPTY)
def test_what_the_service_may_know_is_kept_in_a_job(change: Document, places: list[str]) -> None:
    assert levels(Kind.JOB, {**job(), **change}) == [(Level.WARNING, place) for place in places]


@pytest.mark.parametrize(
    ("kind", "change", "place"),
    [
        (Kind.SCRIPT, {"type": None}, "$.type"),
        (Kind.SCRIPT, {"type": "GBaseSQL"}, "$.type"),
        (Kind.SCRIPT, {"type": 7}, "$.type"),
        (Kind.SCRIPT, {"content": None}, "$.content"),
        (Kind.SCRIPT, {"content": ["select 1"]}, "$.content"),
        (Kind.SCRIPT, {"content": "x" * (4 * 1024 * 1024 + 1)}, "$.content"),
        (Kind.SCRIPT, {"description": "x" * 256}, "$.description"),
        (Kind.SCRIPT, {"configuration": [1]}, "$.configuration"),
        (Kind.RESOURCE, {"type": "whl"}, "$.type"),
        (Kind.RESOURCE, {"type": None}, "$.type"),
        (Kind.RESOURCE, {"location": None}, "$.location"),
        (Kind.RESOURCE, {"location": "s3a://b/x.jar"}, "$.location"),
        (Kind.RESOURCE, {"location": "obs://" + "x" * 1018}, "$.location"),
        (Kind.RESOURCE, {"desc": {}}, "$.desc"),
    ],
)
def test_what_the_service_may_know_is_kept_elsewhere(kind: Kind, change: Document, place: str) -> None:
    assert levels(kind, {**PLAIN[kind](), **change}) == [(Level.WARNING, place)]


@pytest.mark.parametrize(
    ("kind", "change", "place"),
    [
        (Kind.JOB, {"nodes": "a, b"}, "$.nodes"),
        (Kind.JOB, {"nodes": {"a": {}}}, "$.nodes"),
        (Kind.JOB, {"nodes": ["a"]}, "$.nodes[0]"),
        (Kind.JOB, {"nodes": [node("a", properties={})]} | {"basicConfig": "x"}, "$.basicConfig"),
        (Kind.JOB, {"nodes": [{**node("a"), "properties": {"scriptName": "s"}}]}, "$.nodes[0].properties"),
        (Kind.JOB, {"nodes": [{**node("a"), "properties": ["s"]}]}, "$.nodes[0].properties[0]"),
        (Kind.JOB, {"schedule": "CRON"}, "$.schedule"),
        (Kind.JOB, {"schedule": {"type": "CRON", "cron": "0 0 1 * * ?"}}, "$.schedule.cron"),
        (Kind.RESOURCE, {"dependFiles": "a.jar"}, "$.dependFiles"),
        (Kind.RESOURCE, {"dependPackages": ["a.jar"]}, "$.dependPackages[0]"),
    ],
)
def test_a_wrong_shape_that_would_hide_something_is_refused(kind: Kind, change: Document, place: str) -> None:
    """What a list finds, and what points to what, is made from these parts."""
    assert levels(kind, {**PLAIN[kind](), **change}) == [(Level.ERROR, place)]


@pytest.mark.parametrize("jobs", [None, {}, "a", [], [None], ["a"], [{"name": "a"}, {"name": "b"}]])
def test_a_cdm_body_without_one_job_is_refused(jobs: Any) -> None:
    found = levels(Kind.CDM_JOB, {"jobs": jobs})
    assert (Level.ERROR, found[0][1]) == found[0]


@pytest.mark.parametrize(
    "change",
    [
        {"to-config-values": ["odd"]},
        {"to-config-values": {"configs": {"a": 1}}},
        {"to-config-values": {"configs": [{"inputs": 5}]}},
        {"job_type": 5},
    ],
)
def test_settings_of_a_cdm_job_are_kept_whatever_their_shape(change: Document) -> None:
    found = levels(Kind.CDM_JOB, cdm_job(**change))
    assert [level for level, _place in found] == [Level.WARNING]


def test_settings_as_text_with_a_key_twice_are_refused_everywhere() -> None:
    """Only the last of the two would be looked at for a secret."""
    document = {"name": "s", "type": "DLISQL", "content": "", "configuration": '{"pwd": "a", "pwd": "b"}'}
    (problem,) = [found for found in judge(Kind.SCRIPT, document) if found.level is Level.ERROR]
    assert problem.where == "$.configuration"
