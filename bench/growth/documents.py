"""The documents of the growing catalogue: small, and of one shape whatever their number.

What a list is narrowed to matches as many in a small catalogue as in a large one (`RARE` of them), or a
fixed part of all. Directories, owners, types and tags are as many in both, so that pages are of one size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.filling import Document
from dlfportal.formats.kinds import Kind

RARE = 60
"""More than a list page shows: what matches so many fills a page in either catalogue."""
DIRECTORIES, OWNERS, TAGS, CONNECTIONS = 15, 12, 15, 8
SHARED_SCRIPT, RARE_SCRIPT, SHARED_LIB, RARE_LIB = "shared_check", "rare_check", "shared_lib", "rare_lib"
JOB, WIDE_JOB, WIDE_NODES = "nightly_orders", "wide_report", 15
CLUSTER = "cdm-1"


def is_rare(number: int, jobs: int) -> bool:
    """Return whether this one of `jobs` is among the `RARE` that are spread over all of them."""
    return number * RARE // jobs != (number - 1) * RARE // jobs


def catalogue(jobs: int) -> Iterator[Document]:
    """Yield the objects of a workspace of `jobs` jobs: what a job uses comes before it."""
    yield _script(SHARED_SCRIPT, "Shell", "test -s $1", 0)
    yield _script(RARE_SCRIPT, "Shell", "test -r $1", 0)
    yield _resource(SHARED_LIB)
    yield _resource(RARE_LIB)
    yield from _wide_job()
    yield from _job(JOB, 0, is_one_rare=False)
    for number in range(jobs):
        rare = is_rare(number, jobs)
        if number % 15 == 0:
            yield _resource(f"lib_{number:06}")
            yield _cdm_job(f"copy_{number:06}", number)
        word = "zebra" if rare else ("trade", "stock", "member")[number % 3]
        yield from _job(f"etl_{word}_{number:06}", number, is_one_rare=rare)


def changed(job: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the job with another time limit of its first node and another log path: a new revision."""
    first, *others = job["nodes"]
    return {**job, "logPath": f"obs://log/{text}/", "nodes": [{**first, "maxExecutionTime": 90}, *others]}


def _job(name: str, number: int, *, is_one_rare: bool) -> Iterator[Document]:
    """Yield a job of three or four nodes after the two scripts of its own."""
    own = [f"{name}_a", f"{name}_b"]
    for script in own:
        text = f"INSERT OVERWRITE TABLE dwd.{script}\nSELECT * FROM ods.{script}\nWHERE ds = '${{ds}}'"
        yield _script(script, "DLISQL", text, number)
    connection = "rare_link" if is_one_rare else f"link_{number % CONNECTIONS}"
    nodes = [
        _node("load", "DLISQL", [], scriptName=own[0], connectionName=connection),
        _node("merge", "DLISQL", ["load"], scriptName=own[1], connectionName=connection),
        _node("check", "Shell", ["merge"], scriptName=RARE_SCRIPT if is_one_rare else SHARED_SCRIPT),
    ]
    if number % 5 == 0:
        nodes.append(
            _node("fold", "MRSSpark", ["check"], resourcePath=RARE_LIB if is_one_rare else SHARED_LIB)
        )
    if number % 15 == 0:
        nodes.append(_node("copy", "CDMJob", ["check"], clusterName=CLUSTER, jobName=f"copy_{number:06}"))
    yield Document(Kind.JOB, "", _job_document(name, number, nodes, is_one_rare))


def _wide_job() -> Iterator[Document]:
    names = [f"{WIDE_JOB}_{number:02}" for number in range(WIDE_NODES)]
    for name in names:
        yield _script(name, "DLISQL", f"SELECT * FROM ads.{name}", 0)
    nodes = [
        _node(f"step_{number:02}", "DLISQL", [f"step_{number - 1:02}"] if number else [], scriptName=name)
        for number, name in enumerate(names)
    ]
    yield Document(Kind.JOB, "", _job_document(WIDE_JOB, 0, nodes, False))


def _job_document(name: str, number: int, nodes: list[dict[str, Any]], is_one_rare: bool) -> dict[str, Any]:
    tags = [
        f"tag{number % TAGS}",
        *(["nightly"] if number % 3 == 0 else []),
        *(["zebra"] if is_one_rare else []),
    ]
    words = (
        "对账 of the rare kind"
        if is_one_rare
        else ("日报 of the trade", "stock level", "member facts")[number % 3]
    )
    schedule = {"type": "CRON", "cron": {"expression": "0 20 1 * * ?", "startTime": "2026-03-23T00:00:00+08"}}
    return {
        "name": name,
        "nodes": nodes,
        "schedule": {"type": "EXECUTE_ONCE"} if number % 10 == 1 else schedule,
        "params": [],
        "directory": _directory(number, is_one_rare),
        "processType": "REAL_TIME" if number % 10 == 7 else "BATCH",
        "description": f"{words}, line {number % 40}",
        "basicConfig": {"owner": _owner(number, is_one_rare), "tags": tags},
    }


def _node(name: str, kind: str, after: list[str], **properties: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "location": {"x": "100", "y": "200"},
        "preNodeName": after,
        "properties": [{"name": key, "value": value} for key, value in properties.items()],
        "maxExecutionTime": 60,
        "failPolicy": "FAIL",
    }


def _script(name: str, type_: str, text: str, number: int) -> Document:
    document = {
        "name": name,
        "type": type_,
        "content": text,
        "directory": _directory(number, False),
        "owner": _owner(number, False),
        "description": f"汇总 step {number % 40}" if number % 3 else f"load step {number % 40}",
        "configuration": {},
    }
    if type_ == "DLISQL":
        document["connectionName"] = f"link_{number % CONNECTIONS}"
    return Document(Kind.SCRIPT, "", document)


def _resource(name: str) -> Document:
    location = f"obs://libs/{name}.jar"
    document = {
        "name": name,
        "type": "jar",
        "location": location,
        "desc": "",
        "directory": _directory(1, False),
    }
    return Document(Kind.RESOURCE, "", document)


def _cdm_job(name: str, number: int) -> Document:
    settings: dict[str, Any] = {"configs": []}
    job = {
        "name": name,
        "job_type": "NORMAL_JOB",
        "from-connector-name": "generic-jdbc-connector",
        "to-connector-name": "hive-connector",
        "from-link-name": f"mysql_{number % CONNECTIONS}",
        "to-link-name": "hive_main",
        "from-config-values": settings,
        "to-config-values": settings,
        "driver-config-values": settings,
        "creation-user": _owner(1, False),
    }
    return Document(Kind.CDM_JOB, CLUSTER, {"jobs": [job]})


def _directory(number: int, is_one_rare: bool) -> str:
    return "/rare/zebra" if is_one_rare else f"/数仓/layer_{number % DIRECTORIES:02}"


def _owner(number: int, is_one_rare: bool) -> str:
    return "rare.owner" if is_one_rare else f"owner_{number % OWNERS:02}"
