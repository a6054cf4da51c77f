from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from tests.api.v1.wire import Wire, done, job_body, refused, shown
from tests.factories import JobFactory

BODIES = [None, {}, {"approvers": [{"approverName": "x"}]}, {"approvers": "odd"}]


@pytest.mark.parametrize("body", BODIES)
def test_delete_with_or_without_a_body(workspace: Workspace, dev: Wire, body: object) -> None:
    JobFactory(workspace=workspace, name="日报")
    done(dev.delete("jobs", "日报", body=body))
    refused(dev.get("jobs", "日报"), "DLF.0100")
    assert AuditEntry.objects.filter(action="job.delete", object_name="日报").count() == 1


def test_name_is_free_again_and_takes_up_the_id(workspace: Workspace, dev: Wire) -> None:
    job = JobFactory(workspace=workspace, name="j")
    done(dev.delete("jobs", "j"))
    done(dev.post("jobs", body=job_body("j")))
    assert shown(dev.get("jobs", "j"))["id"] == job.pk


def test_job_that_others_wait_for_can_be_deleted(workspace: Workspace, dev: Wire) -> None:
    JobFactory(workspace=workspace, name="first")
    cron = {"expression": "0 0 1 * * ?", "dependJobs": {"jobs": ["first"]}}
    JobFactory(workspace=workspace, name="second", schedule={"type": "CRON", "cron": cron})
    done(dev.delete("jobs", "first"))


def test_missing_job_and_body_that_is_no_json(workspace: Workspace, dev: Wire) -> None:
    refused(dev.delete("jobs", "none"), "DLF.0100", "The job does not exists.")
    refused(dev.delete("jobs", "none", body=b"{"), "DLF.3051")


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view: Wire, neighbour: Wire, outsider: Wire
) -> None:
    JobFactory(workspace=workspace, name="j")
    refused(view.delete("jobs", "j"), "DLF.6888", status=403)
    refused(neighbour.delete("jobs", "j"), "DLF.0819")
    refused(outsider.delete("jobs", "j"), "APIGW.0302", status=403)
    assert shown(view.get("jobs", "j"))["name"] == "j"
