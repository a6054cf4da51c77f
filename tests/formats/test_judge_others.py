"""Judging scripts, resources and CDM jobs as the wire does, and names of clusters."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.documents import cluster_problem, judge, name_of
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code, Level
from tests.formats.samples import Document, cdm_job, job, resource, script
from tests.formats.test_jsontext_parse import VALUES

ERROR, WARNING = Level.ERROR, Level.WARNING
FOUR_MB = 4 * 1024 * 1024


def found(kind: Kind, document: Any) -> list[tuple[Level, str, str]]:
    problems = judge(kind, document, strict=True)
    return [(problem.level, problem.code, problem.where) for problem in problems]


@pytest.mark.parametrize(
    "document",
    [
        script(),
        script(name="dws_sql", type="Spark Python", content="", connectionName="", description=None),
        script(configuration={"spark.x": 1}, directory="/", description="x" * 255, unknown=[1]),
        script(content="中" * (FOUR_MB // 3)),
    ],
)
def test_good_scripts_have_no_problem(document: Document) -> None:
    assert found(Kind.SCRIPT, document) == []


@pytest.mark.parametrize(
    ("change", "level", "code"),
    [
        ({"name": None}, ERROR, Code.NAME_MISSING),
        ({"name": "a b"}, ERROR, Code.NAME_INVALID),
        ({"type": None}, ERROR, Code.TYPE_MISSING),
        ({"type": "DorisSQL"}, WARNING, Code.ENUM),
        ({"type": ["Shell"]}, ERROR, Code.TYPE_INVALID),
        ({"type": "Hive SQL"}, WARNING, Code.SPELLING),
        ({"type": "SHELL"}, WARNING, Code.SPELLING),
        ({"content": None}, ERROR, Code.CONTENT_INVALID),
        ({"content": ["select 1"]}, ERROR, Code.CONTENT_INVALID),
        ({"content": "x" * (FOUR_MB + 1)}, ERROR, Code.CONTENT_INVALID),
        ({"content": "中" * (FOUR_MB // 3 + 1)}, ERROR, Code.CONTENT_INVALID),
        ({"description": "x" * 256}, ERROR, Code.DESCRIPTION_INVALID),
        ({"description": {}}, ERROR, Code.DESCRIPTION_INVALID),
        ({"configuration": []}, ERROR, Code.INVALID),
        ({"configuration": "spark.x=1"}, ERROR, Code.INVALID),
        ({"configuration": "[1]"}, ERROR, Code.INVALID),
        ({"configuration": '{"spark.x": 1}'}, WARNING, Code.WRONG_TYPE),
        ({"configuration": '{"password": "a", "password": "b"}'}, ERROR, Code.INVALID),
        ({"connectionName": 5}, WARNING, Code.WRONG_TYPE),
        ({"directory": "/a" * 11}, WARNING, Code.DIRECTORY),
    ],
)
def test_faults_of_a_script(change: Document, level: Level, code: Code) -> None:
    (key,) = change
    assert found(Kind.SCRIPT, {**script(), **change}) == [(level, code, f"$.{key}")]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (2, "-- users\ncreate user etl identified by 'Geheim1';"),
        (1, "with ('connector.password' = 'Geheim1')"),
        (1, "url=jdbc:mysql://db/x?user=a&password=Geheim1"),
        (3, "#!/bin/sh\n\nexport DB_PASSWORD=Geheim1"),
        (1, 'curl -H "X-Auth-Token: MIIF" http://x'),
        (1, "curl -H 'Authorization: Basic dXNlcg==' http://x"),
        (2, "cd /\nmysqldump -h db -u root -pGeheim1 shop"),
        (1, "sshpass -p 'Geheim1' ssh db"),
        (1, "secret_key: 'abc'"),
        (1, 'token = "abc"'),
    ],
)
def test_script_text_that_looks_like_a_credential(line: int, text: str) -> None:
    (problem,) = judge(Kind.SCRIPT, script(content=text))
    assert (problem.level, problem.code, problem.params["line"]) == (WARNING, Code.CREDENTIAL, line)


@pytest.mark.parametrize(
    "text",
    [
        "select password, token from users where token is not null",
        "with ('connector.password' = '${password}')",
        'export DB_PASSWORD="$1"',
        "export DB_PASSWORD=$(get-secret)",
        "mkdir -p/data && mysql -p",
        "mysql -uroot -p${password}",
        "jdbc:mysql://db/x?password=#{pw}",
        "set role authorization",
        "password = ''",
        'curl -H "X-Auth-Token: ${token}" -H "Authorization: Bearer $TOKEN"',
    ],
)
def test_script_text_that_holds_no_credential(text: str) -> None:
    assert found(Kind.SCRIPT, script(content=text)) == []


@pytest.mark.timed
@pytest.mark.parametrize(
    "unit",
    [
        "select 1;\n",
        "password ",
        "token=$ ",
        "secret\n= ",
        "mysql -p ",
        "x -p\ny ",
        "identified  by ",
        "-p",
        '"',
        "x",
    ],
)
def test_four_megabytes_of_anything_are_judged_quickly(unit: str) -> None:
    text = (unit * FOUR_MB)[:FOUR_MB]
    begin = time.process_time()
    judge(Kind.SCRIPT, script(content=text))
    assert time.process_time() - begin < 2  # a quarter of a second on an idle machine


@pytest.mark.parametrize("kind", ["archive", "file", "jar", "pyFile"])
def test_good_resources_have_no_problem(kind: str) -> None:
    assert (
        found(Kind.RESOURCE, resource(type=kind, location="hdfs:///x", desc=None, dependFiles=["obs://b/x"]))
        == []
    )


@pytest.mark.parametrize(
    ("change", "level", "code"),
    [
        ({"name": ""}, ERROR, Code.NAME_MISSING),
        ({"name": "a.jar"}, ERROR, Code.NAME_INVALID),
        ({"name": "x" * 33}, ERROR, Code.NAME_INVALID),
        ({"type": None}, ERROR, Code.TYPE_MISSING),
        ({"type": "exe"}, ERROR, Code.TYPE_INVALID),
        ({"location": None}, ERROR, Code.LOCATION_INVALID),
        ({"location": "/tmp/udf.jar"}, ERROR, Code.LOCATION_INVALID),
        ({"location": "obs://"}, ERROR, Code.LOCATION_INVALID),
        ({"location": "obs://" + "x" * 1018}, ERROR, Code.LOCATION_INVALID),
        ({"desc": "x" * 256}, ERROR, Code.DESCRIPTION_INVALID),
        ({"dependFiles": "a"}, ERROR, Code.INVALID),
        ({"dependFiles": ["x" * 10_241]}, WARNING, Code.RANGE),
        ({"dependPackages": {}}, ERROR, Code.INVALID),
        ({"depend_packages": []}, WARNING, Code.SPELLING),
        ({"directory": "/" + "x" * 33}, WARNING, Code.DIRECTORY),
    ],
)
def test_faults_of_a_resource(change: Document, level: Level, code: Code) -> None:
    (key,) = change
    assert found(Kind.RESOURCE, {**resource(), **change}) == [(level, code, f"$.{key}")]


@pytest.mark.parametrize(
    "change",
    [{}, {"name": "a b: 复制 <1>"}, {"name": "x" * 240}, {"to-config-values": {"configs": [{"inputs": {}}]}}],
)
def test_good_cdm_jobs_have_no_problem(change: Document) -> None:
    assert found(Kind.CDM_JOB, cdm_job(**change)) == []


@pytest.mark.parametrize(
    ("change", "level", "code", "where"),
    [
        ({"name": None}, ERROR, Code.NAME_MISSING, "name"),
        ({"name": "x" * 256}, ERROR, Code.NAME_INVALID, "name"),
        ({"name": "a/b"}, ERROR, Code.NAME_INVALID, "name"),
        ({"name": "a\\b"}, ERROR, Code.NAME_INVALID, "name"),
        ({"name": "a\nb"}, ERROR, Code.NAME_INVALID, "name"),
        ({"name": ".."}, ERROR, Code.NAME_INVALID, "name"),
        ({"job_type": "OTHER"}, WARNING, Code.ENUM, "job_type"),
        ({"from-link-name": 5}, WARNING, Code.WRONG_TYPE, "from-link-name"),
        ({"to-config-values": []}, ERROR, Code.INVALID, "to-config-values"),
        (
            {"to-config-values": {"configs": [{"inputs": 5}]}},
            ERROR,
            Code.INVALID,
            "to-config-values.configs[0].inputs",
        ),
    ],
)
def test_faults_of_a_cdm_job(change: Document, level: Level, code: Code, where: str) -> None:
    assert found(Kind.CDM_JOB, cdm_job(**change)) == [(level, code, f"$.jobs[0].{where}")]


@pytest.mark.parametrize("jobs", [[], [{"name": "a"}, {"name": "b"}]])
def test_a_cdm_document_holds_exactly_one_job(jobs: list[Document]) -> None:
    assert found(Kind.CDM_JOB, {"jobs": jobs}) == [(ERROR, Code.INVALID, "$.jobs")]
    assert found(Kind.CDM_JOB, {}) == [(ERROR, Code.REQUIRED_MISSING, "$.jobs")]


@pytest.mark.parametrize("cluster", ["", ".", "..", "a/b", "a\\b", "a\tb", "a\x7f", " ", "x" * 256])
def test_cluster_names_that_are_refused(cluster: str) -> None:
    problem = cluster_problem(cluster)
    assert problem is not None
    assert (problem.level, problem.code) == (ERROR, Code.NAME_INVALID)


@pytest.mark.parametrize("cluster", ["cdm-1", "集群 一", "a.b", "x" * 255])
def test_cluster_names_that_are_allowed(cluster: str) -> None:
    assert cluster_problem(cluster) is None


def test_names_of_documents() -> None:
    assert name_of(Kind.JOB, job()) == "myJob"
    assert name_of(Kind.CDM_JOB, cdm_job()) == "mysql2hive"
    for kind, odd in (
        (Kind.JOB, {}),
        (Kind.JOB, {"name": 5}),
        (Kind.CDM_JOB, {"jobs": []}),
        (Kind.CDM_JOB, []),
    ):
        assert name_of(kind, odd) == ""


WIRE_KEYS = [
    "name", "nodes", "schedule", "processType", "jobType", "params", "directory", "basicConfig",
    "description", "type", "content", "location", "preNodeName", "properties", "value", "cron", "event",
    "expression", "startTime", "dependJobs", "jobs", "configs", "inputs", "conditions",
]  # fmt: skip
LIKELY = st.recursive(
    VALUES | st.sampled_from(["a", "b", "CRON", "BATCH"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WIRE_KEYS), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(st.sampled_from(Kind), LIKELY)
def test_any_document_is_judged_with_our_own_words(kind: Kind, document: Any) -> None:
    strict = judge(kind, document, strict=True)
    for problem in strict:
        assert "Input should" not in str(problem)
        assert problem.level is WARNING or problem.code not in (Code.RANGE, Code.ENUM, Code.WRONG_TYPE)
    tolerant = judge(kind, document)
    assert [(problem.where, problem.code) for problem in tolerant] == [
        (problem.where, problem.code) for problem in strict
    ]
    errors = [
        {problem.where for problem in problems if problem.level is ERROR} for problems in (strict, tolerant)
    ]
    assert errors[1] <= errors[0]
