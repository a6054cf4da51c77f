"""`PUT /v2/{project_id}/factory/jobs/{job_name}/rename`"""

from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Revision
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.formats.kinds import Kind
from tests.api.v1.wire import Wire, refused, shown
from tests.factories import JobFactory


def rename(wire: Wire, name: str, body: object) -> object:
    return wire.put("factory", "jobs", name, "rename", body=body)


def test_the_name_changes_and_nothing_else(workspace: Workspace, dev2: Wire) -> None:
    job = JobFactory(workspace=workspace, name="旧", description=None, later={"a": [1.0]})
    before = document_of(job.revision)
    assert shown(rename(dev2, "旧", {"name": "新名"})) == {"is_success": True, "status_code": 200}
    renamed = object_get(workspace, Kind.JOB, "新名")
    assert renamed.pk == job.pk
    assert list(document_of(renamed.revision).items()) == list({**before, "name": "新名"}.items())
    assert renamed.revision.origin == "rename"
    entry = AuditEntry.objects.get(action="job.update")
    assert (entry.user_name, entry.object_name) == ("developer", "新名")
    assert entry.detail["renamed_from"] == "旧"
    refused(rename(dev2, "旧", {"name": "x"}), "DLF.30100")


def test_the_name_it_has_already_changes_nothing(workspace: Workspace, dev2: Wire) -> None:
    JobFactory(workspace=workspace, name="j")
    assert shown(rename(dev2, "j", {"name": "j"}))["is_success"] is True
    assert Revision.objects.count() == 1


def test_a_taken_name_and_a_missing_job(workspace: Workspace, dev2: Wire) -> None:
    for name in ("a", "b"):
        JobFactory(workspace=workspace, name=name)
    refused(rename(dev2, "a", {"name": "b"}), "DLF.30102", "The job name already exists.")
    refused(rename(dev2, "none", {"name": "c"}), "DLF.30100", "The job does not exist.")
    refused(rename(dev2, "none", {"name": "/"}), "DLF.30100")
    assert Revision.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "DLF.3004"),
        ({}, "DLF.3004"),
        ({"name": ""}, "DLF.3004"),
        ({"name": None}, "DLF.3004"),
        ({"name": "a/b"}, "DLF.3018"),
        ({"name": "a b"}, "DLF.3018"),
        ({"name": ".."}, "DLF.3018"),
        ({"name": "x" * 129}, "DLF.3018"),
        ({"name": 5}, "DLF.3018"),
        ([], "DLF.3051"),
    ],
)
def test_a_name_that_no_job_may_have(workspace: Workspace, dev2: Wire, body: object, code: str) -> None:
    JobFactory(workspace=workspace, name="j")
    refused(rename(dev2, "j", body), code)


def test_a_job_that_only_an_import_takes_can_be_renamed(workspace: Workspace, dev2: Wire) -> None:
    """What DLF would not create is kept (design, rule 6); the rest of the document is not judged here."""
    JobFactory(workspace=workspace, name="odd", schedule=None, processType="LATER")
    assert shown(rename(dev2, "odd", {"name": "even"}))["is_success"] is True


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view2: Wire, neighbour: Wire, outsider: Wire
) -> None:
    JobFactory(workspace=workspace, name="j")
    for wire in (neighbour, outsider):
        wire.base = wire.base.replace("/v1/", "/v2/")
    refused(rename(view2, "j", {"name": "k"}), "DLF.6888", status=403)
    refused(rename(neighbour, "j", {"name": "k"}), "DLF.0819")
    refused(rename(outsider, "j", {"name": "k"}), "APIGW.0302", status=403)
    refused(view2.get("factory", "jobs", "j", "rename"), "APIGW.0101", status=404)
