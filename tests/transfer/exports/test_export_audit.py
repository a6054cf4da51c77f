"""What leaves is recorded when the stream ends, whole or broken off."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.selectors import object_list
from dlfportal.formats.kinds import Kind
from dlfportal.transfer.exports.package import export_job, export_jobs
from tests.factories import JobFactory, ScriptFactory, node
from tests.packages import digest_by_hand, unzip


@pytest.fixture
def nightly(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load")
    JobFactory(
        workspace=workspace,
        name="nightly",
        nodes=[node("1", scriptName="load"), node("2", scriptName="gone")],
    )


def recorded() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="package.export"))


def test_a_whole_package_is_recorded_when_its_last_byte_has_left(
    actor: Actor, workspace: Workspace, nightly: None
) -> None:
    package = export_job(actor=actor, workspace=workspace, name="nightly")
    assert recorded() == []
    whole = b"".join(package.stream)
    (entry,) = recorded()
    assert (entry.user_name, entry.channel, entry.request_id) == ("viewer", "api", "r" * 32)
    assert (entry.workspace_id, entry.workspace_name) == (workspace.pk, "default")
    assert (entry.kind, entry.object_name) == ("job", "nightly")
    assert entry.detail == {
        "jobs": ["nightly"],
        "missing": ["scripts/gone"],
        "export_depend": True,
        "export_status": "DEVELOP",
        "digest": digest_by_hand(unzip(whole)),
        "entries": 2,
        "bytes": len(whole),
        "complete": True,
    }
    assert package.head is not None
    assert package.head.digest == entry.detail["digest"]


def test_a_package_broken_off_is_recorded_as_such(actor: Actor, workspace: Workspace, nightly: None) -> None:
    package = export_job(actor=actor, workspace=workspace, name="nightly")
    first = next(package.stream)
    package.stream.close()
    (entry,) = recorded()
    assert entry.detail["complete"] is False
    assert entry.detail["bytes"] == len(first)
    assert entry.detail["jobs"] == ["nightly"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pieces", [1, 2])
def test_many_jobs_broken_off_are_recorded_too(
    transactional_db: None, actor: Actor, workspace: Workspace, pieces: int
) -> None:
    """Also right after the first piece, when the snapshot it was read in is still open."""
    for number in range(101):
        # 101 documents that deflate cannot make small, so that the stream has several pieces
        noise = "".join(chr(0x4E00 + (number * 7919 + place * 104729) % 20000) for place in range(900))
        JobFactory(workspace=workspace, name=f"j{number:03}", basicConfig={"owner": noise})
    jobs = object_list(workspace, Kind.JOB)
    package = export_jobs(actor=actor, workspace=workspace, jobs=jobs)
    sent = sum(len(next(package.stream)) for _ in range(pieces))
    package.stream.close()
    (entry,) = recorded()
    assert entry.detail["complete"] is False
    assert entry.detail["bytes"] == sent
    assert entry.object_name == ""
    assert len(entry.detail["jobs"]) == 101, "what somebody asked for is on record, whatever arrived"
    JobFactory(workspace=workspace, name="afterwards")


def test_a_batch_names_all_its_jobs(actor: Actor, workspace: Workspace, nightly: None) -> None:
    JobFactory(workspace=workspace, name="second")
    jobs = object_list(workspace, Kind.JOB)
    unzip(export_jobs(actor=actor, workspace=workspace, jobs=jobs, depend=False).stream)
    (entry,) = recorded()
    assert (entry.object_name, entry.detail["jobs"]) == ("", ["nightly", "second"])
    assert entry.detail["export_depend"] is False
