"""The sample catalogue, sent through the API as a client would, and exported again."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from dlfportal.access.models import Workspace
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.models import NODE_TYPES
from dlfportal.formats.normalise import prepare
from dlfportal.sample.loader import SampleObject, sample_objects
from tests.api.v1.wire import Wire, done, shown

FOLDERS = {Kind.SCRIPT: "scripts", Kind.RESOURCE: "resources", Kind.JOB: "jobs"}


@pytest.fixture
def sent(workspace: Workspace, dev: Wire) -> list[SampleObject]:
    """The sample objects of the API's kinds, all created through the wire."""
    objects = [found for found in sample_objects("development") if found.entry.kind in FOLDERS]
    for found in objects:
        answer = dev.post(FOLDERS[found.entry.kind], body=found.document)
        assert answer.status_code == (200 if found.entry.kind is Kind.RESOURCE else 204), answer.content
    return objects


def kept(found: SampleObject) -> dict[str, Any]:
    return prepare(found.entry.kind, found.document).document


def test_jobs_and_scripts_are_shown_as_they_came(sent: list[SampleObject], view: Wire) -> None:
    for found in sent:
        if found.entry.kind is Kind.RESOURCE:
            continue
        answer = shown(view.get(FOLDERS[found.entry.kind], found.entry.name))
        document = kept(found)
        for key in ("basicConfig", "version"):
            answer.pop(key, None)
            document.pop(key, None)
        assert list(answer)[: len(document)] == list(document)
        assert {key: answer[key] for key in document} == document


def test_resources_are_listed_as_they_came(sent: list[SampleObject], view: Wire) -> None:
    documents = {found.entry.name: kept(found) for found in sent if found.entry.kind is Kind.RESOURCE}
    rows = shown(view.get("resources", limit=100))["resources"]
    assert {row["name"]: {key: row[key] for key in documents[row["name"]]} for row in rows} == documents


def test_every_job_is_exported_as_it_came(sent: list[SampleObject], dev: Wire) -> None:
    documents = {(found.entry.kind, found.entry.name): canonical(kept(found)) for found in sent}
    jobs = [found.entry.name for found in sent if found.entry.kind is Kind.JOB]
    answer = dev.post("jobs", "batch-export", body={"jobList": jobs})
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    kinds = {"job": Kind.JOB, "script": Kind.SCRIPT, "resource": Kind.RESOURCE}
    for entry in package.namelist():
        name, _, suffix = entry.rpartition("/")[2].rpartition(".")
        assert package.read(entry) == documents[kinds[suffix], name]
    assert {entry.split("/")[1] for entry in package.namelist()} == set(jobs)


def test_sample_has_every_node_type(sent: list[SampleObject]) -> None:
    types = {
        node["type"] for found in sent if found.entry.kind is Kind.JOB for node in found.document["nodes"]
    }
    assert types >= set(NODE_TYPES)


@pytest.mark.parametrize("kind", [*NODE_TYPES, "Hive SQL", "NotKnownYet"])
def test_any_node_type_comes_back(workspace: Workspace, dev: Wire, kind: str) -> None:
    node = {
        "name": "步骤",
        "type": kind,
        "location": {"x": "1.5", "y": 2},
        "preNodeName": [],
        "properties": [{"name": "jobName", "value": "x"}, {"name": "z", "value": None}, {"name": "空"}],
        "failPolicy": "FAIL_CHILD",
    }
    body = {"name": "j", "nodes": [node], "schedule": {"type": "CRON"}, "processType": "BATCH"}
    done(dev.post("jobs", body=body))
    assert shown(dev.get("jobs", "j"))["nodes"] == [node]
    answer = dev.post("jobs", "j", "export")
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert package.read("jobs/j.job") == canonical(body)
