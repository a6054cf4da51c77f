from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.services import object_update, version_submit
from tests.api.v1.wire import Wire, done, job_body, refused, shown
from tests.factories import JobFactory, node, operator

GOLDEN = Path(__file__).parent / "golden"


def test_stored_document_first_then_the_additions(workspace: Workspace, view: Wire) -> None:
    golden = json.loads((GOLDEN / "job_show.json").read_text())
    job = JobFactory(workspace=workspace, **golden["stored"])
    answer = shown(view.get("jobs", golden["stored"]["name"]))
    facts = {"id": job.pk, "createTime": int(job.created_at.timestamp() * 1000)}
    expected = {key: facts.get(key, value) for key, value in golden["shown"].items()}
    assert json.dumps(answer, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


def test_stored_values_are_not_overwritten(workspace: Workspace, view: Wire) -> None:
    kept = {
        "description": "nightly",
        "emptyRunningJob": "1",
        "singleNodeJobFlag": True,
        "basicConfig": {"tags": ["a"], "agency": "me", "owner": "x"},
    }
    job = JobFactory(workspace=workspace, name="j", **kept)
    version_submit(actor=operator(), target=job)
    answer = shown(view.get("jobs", "j"))
    assert {key: answer[key] for key in kept} == kept


def test_the_version_shown_is_the_submitted_one_whatever_a_client_sent_back(
    workspace: Workspace, dev: Wire
) -> None:
    """Clients put what they got: the document then says the version before."""
    done(dev.post("jobs", body=job_body("j", version="1.0")))
    assert shown(dev.get("jobs", "j"))["version"] == "1.0"
    for _ in range(2):
        got = shown(dev.get("jobs", "j"))
        done(dev.put("jobs", "j", body={**got, "description": "next", "targetStatus": "SUBMITTED"}))
        done(dev.put("jobs", "j", body={**got, "description": got["version"], "targetStatus": "SUBMITTED"}))
    assert shown(dev.get("jobs", "j"))["version"] == "4"
    assert [shown(dev.get("jobs", "j", version=number))["version"] for number in (1, 4)] == ["1", "4"]


def test_nothing_is_null_where_a_list_or_object_belongs(workspace: Workspace, view: Wire) -> None:
    empty = {"preNodeName": None, "properties": None, "location": None, "conditions": None}
    JobFactory(
        workspace=workspace,
        name="j",
        params=None,
        description=None,
        basicConfig=None,
        nodes=[{"name": "n", "type": "Dummy", **empty}],
        schedule={"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": None}, "event": None},
    )
    answer = shown(view.get("jobs", "j"))
    assert "null" not in json.dumps(answer)
    assert answer["nodes"] == [{"name": "n", "type": "Dummy"}]
    assert (answer["description"], answer["basicConfig"]) == ("", {"agency": "", "tags": []})


def test_tags_are_a_list_even_where_an_object_was_stored(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="j", basicConfig={"tags": {}, "owner": "x"})
    assert shown(view.get("jobs", "j"))["basicConfig"] == {"tags": [], "owner": "x", "agency": ""}


def test_version_asks_for_a_submitted_one(workspace: Workspace, view: Wire) -> None:
    job = submitted_twice(workspace)
    texts = {asked: shown(view.get("jobs", "j", version=asked))["description"] for asked in ("-1", "1", "2")}
    assert texts == {"-1": "draft", "1": "first", "2": "second"}
    assert shown(view.get("jobs", "j", getJobSubmitVersion="true"))["description"] == "second"
    assert shown(view.get("jobs", "j", getJobSubmitVersion="true", version=1))["description"] == "first"
    assert shown(view.get("jobs", "j"))["version"] == "2"
    assert shown(view.get("jobs", "j"))["id"] == job.pk


@pytest.mark.parametrize("asked", ["0", "3", "-2", "one", "1.0", "99999999999999999999"])
def test_other_versions_are_refused(workspace: Workspace, view: Wire, asked: str) -> None:
    submitted_twice(workspace)
    refused(view.get("jobs", "j", version=asked), "DLF.3051")


def test_job_without_a_version_has_no_submitted_one(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    assert "version" not in shown(view.get("jobs", "j"))
    refused(view.get("jobs", "j", getJobSubmitVersion="true"), "DLF.3051")


def test_downstream_jobs_are_those_that_wait(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="上游")
    cron = {"expression": "0 0 1 * * ?", "dependJobs": {"jobs": ["上游"]}}
    waiting = JobFactory(workspace=workspace, name="waits", schedule={"type": "CRON", "cron": cron})
    JobFactory(workspace=workspace, name="starts", nodes=[node("n", "DLFSubJob", jobName="上游")])
    assert "downstreamJobs" not in shown(view.get("jobs", "上游"))
    assert shown(view.get("jobs", "上游", dependencies="true"))["downstreamJobs"] == [
        {"workSpace": "default", "jobName": "waits", "jobId": waiting.pk}
    ]
    assert shown(view.get("jobs", "starts", dependencies="true"))["downstreamJobs"] == []
    refused(view.get("jobs", "上游", dependencies="yes"), "DLF.3051")


def test_missing_job_has_the_seeds_text(workspace: Workspace, view: Wire) -> None:
    refused(view.get("jobs", "none"), "DLF.0100", "The job does not exists.")


def test_names_compare_exactly(workspace: Workspace, view: Wire) -> None:
    JobFactory(workspace=workspace, name="Job")
    refused(view.get("jobs", "job"), "DLF.0100")


def test_job_is_visible_at_once(workspace: Workspace, dev: Wire) -> None:
    done(dev.post("jobs", body=job_body("now")))
    assert shown(dev.get("jobs", "now"))["name"] == "now"


def test_strangers_see_nothing(workspace: Workspace, neighbour: Wire, outsider: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    refused(neighbour.get("jobs", "j"), "DLF.0819")
    refused(outsider.get("jobs", "j"), "APIGW.0302", status=403)


def submitted_twice(workspace: Workspace) -> CatalogueObject:
    actor = Actor(operator().user, Channel.COMMAND)
    job = JobFactory(workspace=workspace, name="j", description="first")
    version_submit(actor=actor, target=job)
    for text in ("second", "draft"):
        object_update(actor=actor, target=job, document=job_body("j", description=text))
        if text == "second":
            version_submit(actor=actor, target=job)
    return job
