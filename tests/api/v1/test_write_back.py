"""Read, then write back: what GET added is not stored, and everything else is the client's."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlfportal.access.models import Workspace
from dlfportal.api.v1.serializers import job_shown, resource_row, script_shown
from dlfportal.api.v1.writeback import unshown
from dlfportal.catalogue.models import CatalogueObject, Content, Revision
from dlfportal.catalogue.selectors import content_bytes, document_of, object_get
from dlfportal.catalogue.services import object_create, object_update, version_submit
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import deflate
from dlfportal.sample.loader import sample_objects
from tests.api.v1.wire import Wire, done, job_body, resource_body, script_body, shown
from tests.factories import JobFactory, ResourceFactory, ScriptFactory, operator

FOLDERS = {Kind.JOB: "jobs", Kind.SCRIPT: "scripts", Kind.RESOURCE: "resources"}


def kept(workspace: Workspace, kind: Kind, name: str) -> tuple[int, bytes]:
    """Return the number of the newest revision and the bytes of its document."""
    revision = object_get(workspace, kind, name).revision
    assert revision
    return revision.number, content_bytes(revision.content)


def test_the_sample_catalogue_written_back_changes_nothing(workspace: Workspace, dev: Wire) -> None:
    """Jobs, scripts and resources, as they are shown now and as a submitted version."""
    factories = {Kind.JOB: JobFactory, Kind.SCRIPT: ScriptFactory, Kind.RESOURCE: ResourceFactory}
    for found in sample_objects("development"):
        kind, name = found.entry.kind, found.entry.name
        if kind not in FOLDERS:
            continue
        made = factories[kind](workspace=workspace, **found.document)
        version_submit(actor=operator(), target=made)
        before = kept(workspace, kind, name)
        address = (FOLDERS[kind], str(made.uid) if kind is Kind.RESOURCE else name)
        for query in ({}, {"version": 1}, {"dependencies": "true"}):
            done(dev.put(*address, body=shown(dev.get(*address, **query))))
            assert kept(workspace, kind, name) == before


JOB = job_body(
    "j",
    nodes=[
        {"name": "a", "type": "Dummy", "location": {}, "conditions": None, "preNodeName": None},
        {"name": "b", "type": "Shell", "location": {"y": "7.50"}, "preNodeName": ["a"], "properties": None},
    ],
    params=None,
    description=None,
    basicConfig={"tags": {}, "owner": "x", "customFields": None},
    schedule={"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": None}, "event": None},
    version="1.0",
    emptyRunningJob=None,
)


@pytest.mark.parametrize("document", [JOB, job_body("j"), job_body("j", basicConfig=None, directory="/a/")])
def test_a_job_written_back_in_part_changes_that_part_only(
    workspace: Workspace, dev: Wire, document: dict[str, Any]
) -> None:
    job = JobFactory(workspace=workspace, **document)
    before = document_of(job.revision)
    version_submit(actor=operator(), target=job)
    body = {**shown(dev.get("jobs", "j")), "logPath": "obs://logs/"}
    done(dev.put("jobs", "j", body=body))
    number, data = kept(workspace, Kind.JOB, "j")
    assert (number, json.loads(data)) == (2, {**before, "logPath": "obs://logs/"})
    del body["logPath"]
    done(dev.put("jobs", "j", body=body))
    assert kept(workspace, Kind.JOB, "j") == (3, canonical(before))


def test_a_changed_node_keeps_what_was_not_changed(workspace: Workspace, dev: Wire) -> None:
    """Also where the nodes come in another order: each is known by its name."""
    JobFactory(workspace=workspace, **JOB)
    body = shown(dev.get("jobs", "j"))
    assert [node["location"] for node in body["nodes"]] == [{"x": 0, "y": 0}, {"y": "7.50", "x": 0}]
    body["nodes"][0]["location"]["x"] = 5
    body["nodes"][1]["retryTimes"] = 3
    body["nodes"].reverse()
    body["nodes"].insert(0, {"name": "new", "type": "Dummy", "location": {"x": 0, "y": 0}})
    done(dev.put("jobs", "j", body=body))
    first, second = JOB["nodes"]
    assert json.loads(kept(workspace, Kind.JOB, "j")[1])["nodes"] == [
        {"name": "new", "type": "Dummy", "location": {"x": 0, "y": 0}},
        {**second, "retryTimes": 3},
        {**first, "location": {"x": 5}},
    ]


def test_another_value_than_the_one_shown_is_stored(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    body = shown(dev.get("jobs", "j"))
    changes = {"description": "d", "emptyRunningJob": "1", "singleNodeJobFlag": True, "version": "7"}
    body |= {**changes, "basicConfig": {**body["basicConfig"], "agency": "a"}}
    done(dev.put("jobs", "j", body=body))
    stored = json.loads(kept(workspace, Kind.JOB, "j")[1])
    assert stored == {**job_body("j", directory="/"), **changes, "basicConfig": {"agency": "a"}}


@pytest.mark.parametrize("value", [0, "false", None])
def test_a_value_of_another_type_is_another_value(workspace: Workspace, dev: Wire, value: object) -> None:
    JobFactory(workspace=workspace, name="j")
    body = {**shown(dev.get("jobs", "j")), "singleNodeJobFlag": value}
    done(dev.put("jobs", "j", body=body))
    assert json.loads(kept(workspace, Kind.JOB, "j")[1])["singleNodeJobFlag"] == value


def test_an_older_version_written_back_is_that_version(workspace: Workspace, dev: Wire) -> None:
    """To the byte; and changed in part it still says nothing of its number."""
    job = JobFactory(workspace=workspace, **JOB, directory="/a/")
    first = kept(workspace, Kind.JOB, "j")[1]
    for document in (JOB, {**JOB, "version": "3.0", "directory": "/b", "cleanOverdueDays": 7}):
        version_submit(actor=operator(), target=job)
        object_update(actor=operator(), target=job, document=document)
        job = object_get(workspace, Kind.JOB, "j")
    older = shown(dev.get("jobs", "j", version=1))
    assert (older["version"], shown(dev.get("jobs", "j"))["version"]) == ("1", "2")
    done(dev.put("jobs", "j", body={**older, "logPath": "obs://logs/"}))
    changed = json.loads(kept(workspace, Kind.JOB, "j")[1])
    assert (changed["version"], changed["logPath"]) == ("3.0", "obs://logs/")
    done(dev.put("jobs", "j", body=older))
    assert kept(workspace, Kind.JOB, "j") == (5, first)


def test_an_answer_from_before_a_submit_says_nothing_of_the_version(workspace: Workspace, dev: Wire) -> None:
    """The version of a job is text, that of a script a number; neither becomes part of the document."""
    for kind, factory in (("jobs", JobFactory), ("scripts", ScriptFactory)):
        made = factory(workspace=workspace, name="o")
        version_submit(actor=operator(), target=made)
        early = shown(dev.get(kind, "o"))
        done(dev.put(kind, "o", body={**early, "description": "x", "targetStatus": "SUBMITTED"}))
        assert int(shown(dev.get(kind, "o"))["version"]) == 2
        done(dev.put(kind, "o", body={**early, "description": "y"}))
        stored = json.loads(kept(workspace, Kind(made.kind), "o")[1])
        assert (stored["description"], "version" in stored, "owner" in stored) == ("y", False, False)


def test_a_script_keeps_its_owner_and_version(workspace: Workspace, dev: Wire) -> None:
    document = script_body("s", owner="someone", version=4, configuration=None, later={"a": None})
    script = ScriptFactory(workspace=workspace, **document)
    before = kept(workspace, Kind.SCRIPT, "s")
    version_submit(actor=operator(), target=script)
    body = shown(dev.get("scripts", "s"))
    done(dev.put("scripts", "s", body=body))
    assert kept(workspace, Kind.SCRIPT, "s") == before
    done(dev.put("scripts", "s", body={**body, "owner": "other"}))
    assert json.loads(kept(workspace, Kind.SCRIPT, "s")[1]) == {**json.loads(before[1]), "owner": "other"}


def test_a_resource_keeps_its_nulls(workspace: Workspace, dev: Wire) -> None:
    made = ResourceFactory(workspace=workspace, **resource_body("r", dependFiles=None, desc=None))
    before = kept(workspace, Kind.RESOURCE, "r")
    for body in (shown(dev.get("resources", str(made.uid))), shown(dev.get("resources"))["resources"][0]):
        done(dev.put("resources", str(made.uid), body=body))
        assert kept(workspace, Kind.RESOURCE, "r") == before


ODD = (
    ("jobs", Kind.JOB, {"name": "odd job", "nodes": None, "schedule": [], "processType": "STREAM"}),
    ("scripts", Kind.SCRIPT, {"name": "odd", "type": "Doris", "content": None, "configuration": None}),
    ("resources", Kind.RESOURCE, {"name": "odd", "type": "egg", "location": "s3://b/x", "directory": None}),
)


@pytest.mark.parametrize(("folder", "kind", "document"), ODD)
def test_what_only_a_package_may_hold_can_be_written_back_but_not_changed(
    workspace: Workspace, dev: Wire, folder: str, kind: Kind, document: dict[str, Any]
) -> None:
    """A write that changes nothing is not judged; one that does answers with the documents' codes."""
    name = document["name"]
    made = object_create(actor=operator(), workspace=workspace, kind=kind, document=document).object
    before = kept(workspace, kind, name)
    address = (folder, str(made.uid) if kind is Kind.RESOURCE else name)
    answer = shown(dev.get(*address))
    done(dev.put(*address, body=answer))
    assert kept(workspace, kind, name) == before
    refused = dev.put(*address, body={**answer, "description": "new", "desc": "new"})
    assert refused.status_code == 400 and refused.json()["error_code"].startswith("DLF.")
    assert kept(workspace, kind, name) == before


def test_a_program_that_sorts_keys_changes_nothing(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, **JOB)
    before = kept(workspace, Kind.JOB, "j")
    done(dev.put("jobs", "j", body=json.dumps(shown(dev.get("jobs", "j")), sort_keys=True).encode()))
    assert kept(workspace, Kind.JOB, "j") == before


# Documents that nobody wrote: the keys are those that GET looks at.

PLAIN = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, "", "0", "1", "{}", "x"])
KEYS = st.sampled_from(
    ["name", "nodes", "location", "x", "y", "basicConfig", "tags", "agency", "configuration", "params"]
    + ["version", "owner", "description", "emptyRunningJob", "schedule", "cron", "dependJobs", "other"]
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=8)


def unsaved(kind: Kind, document: dict[str, Any]) -> CatalogueObject:
    data = deflate(canonical(document))
    content = Content(data=data.data, size=data.size)
    revision = Revision(number=1, content=content)
    return CatalogueObject(pk=7, kind=kind, name="n", created_by="who", revision=revision)


@settings(max_examples=100)
@given(document=DOCUMENTS, kind=st.sampled_from(list(FOLDERS)), change=DOCUMENTS)
def test_any_document_comes_back_as_it_is_stored(
    document: dict[str, Any], kind: Kind, change: dict[str, Any]
) -> None:
    one = unsaved(kind, document)
    show = {Kind.JOB: lambda: job_shown(one, None), Kind.SCRIPT: lambda: script_shown(one)}
    answer = json.loads(json.dumps(show.get(kind, lambda: resource_row(one))()))
    stored = document_of(one.revision)
    assert canonical(unshown(deepcopy(answer), stored, answer)) == canonical(stored)
    new = {f"new_{key}": value for key, value in change.items()}
    assert unshown({**answer, **new}, stored, answer) == {**stored, **new}


@settings(max_examples=100)
@given(stored=DOCUMENTS, sent=DOCUMENTS)
def test_what_was_not_shown_is_taken_as_it_came(stored: dict[str, Any], sent: dict[str, Any]) -> None:
    assert unshown(sent, stored, {}) == {**{k: v for k, v in stored.items() if k not in sent}, **sent}
