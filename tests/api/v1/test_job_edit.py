from __future__ import annotations

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Revision, Version
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.formats.kinds import Kind
from tests.api.v1.wire import Wire, done, job_body, refused, shown
from tests.factories import JobFactory


def stored(workspace: Workspace, name: str) -> dict[str, object]:
    job = object_get(workspace, Kind.JOB, name)
    assert job.revision
    return document_of(job.revision)


def test_edit_replaces_the_document(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="旧", description="old", params=[{"name": "a", "value": "1"}])
    done(dev.put("jobs", "旧", body=job_body("旧", directory="/b/", id=7)))
    assert stored(workspace, "旧") == job_body("旧", directory="/b/")
    assert AuditEntry.objects.filter(action="job.update", user_name="developer").count() == 1


def test_without_directory_the_job_stays_where_it_is(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="j", directory="/a/b/")
    done(dev.put("jobs", "j", body=job_body("j")))
    assert stored(workspace, "j") == job_body("j", directory="/a/b/")
    done(dev.put("jobs", "j", body=job_body("j", directory=None)))
    assert stored(workspace, "j")["directory"] == "/a/b/"


def test_another_name_renames(workspace: Workspace, dev: Wire) -> None:
    job = JobFactory(workspace=workspace, name="old")
    done(dev.put("jobs", "old", body=job_body("新名")))
    refused(dev.get("jobs", "old"), "DLF.0100")
    assert shown(dev.get("jobs", "新名"))["id"] == job.pk


def test_renaming_to_a_taken_name_is_refused(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="a")
    JobFactory(workspace=workspace, name="b")
    refused(dev.put("jobs", "a", body=job_body("b")), "DLF.0102", "The job name already exists.")
    assert stored(workspace, "a")["name"] == "a"


def test_missing_job_comes_before_the_body(workspace: Workspace, dev: Wire) -> None:
    refused(dev.put("jobs", "none", body={}), "DLF.0100", "The job does not exists.")
    refused(dev.put("jobs", "none", body={"targetStatus": 5}), "DLF.0100")
    refused(dev.put("jobs", "none", body=b"["), "DLF.3051")


def test_required_fields_are_those_of_create(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    refused(dev.put("jobs", "j", body={"nodes": []}), "DLF.3004")
    refused(dev.put("jobs", "j", body={"name": "j"}), "DLF.3025")
    refused(dev.put("jobs", "j", body={"name": "", "targetStatus": "DONE"}), "DLF.3004")
    refused(dev.put("jobs", "j", body=job_body("j", targetStatus="DONE")), "DLF.3051")


def test_the_same_document_again_makes_no_revision(workspace: Workspace, dev: Wire) -> None:
    done(dev.post("jobs", body=job_body("j", directory="/")))
    done(dev.put("jobs", "j", body=job_body("j", directory="/")))
    assert Revision.objects.count() == 1


def test_edit_replaces_whatever_is_there(workspace: Workspace, dev: Wire, view: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    for text in ("first", "second", "first"):
        done(dev.put("jobs", "j", body=job_body("j", description=text)))
    assert shown(view.get("jobs", "j"))["description"] == "first"


def test_what_was_shown_can_be_sent_back(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    answer = shown(dev.get("jobs", "j", dependencies="true"))
    done(dev.put("jobs", "j", body=answer))
    assert not {"id", "createTime", "downstreamJobs"} & stored(workspace, "j").keys()
    again = shown(dev.get("jobs", "j", dependencies="true"))
    assert again == answer


def test_target_status_submits_the_new_revision(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    done(dev.put("jobs", "j", body=job_body("j", description="x", targetStatus="SUBMITTED")))
    done(dev.put("jobs", "j", body=job_body("j", description="x", targetStatus="SUBMITTED")))
    assert Version.objects.count() == 1
    assert shown(dev.get("jobs", "j", version=1))["description"] == "x"


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view: Wire, neighbour: Wire, outsider: Wire
) -> None:
    JobFactory(workspace=workspace, name="j")
    refused(view.put("jobs", "j", body=job_body("j")), "DLF.6888", status=403)
    refused(neighbour.put("jobs", "j", body=job_body("j")), "DLF.0819")
    refused(outsider.put("jobs", "j", body=job_body("j")), "APIGW.0302", status=403)
