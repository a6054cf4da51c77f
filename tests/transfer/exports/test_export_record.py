"""What leaves is on record before its first byte, and its end after the last."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import document_of, object_list
from dlfportal.catalogue.services import object_delete, object_update
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import ZipEntry, zip_stream
from dlfportal.transfer.exports import package, record
from dlfportal.transfer.exports.package import Download, export_job, export_jobs
from dlfportal.transfer.exports.packed import entries_unpack
from dlfportal.transfer.models import EXPORT_DEAD_AFTER, Export, ExportState
from tests.api.conftest import token_of
from tests.db.test_outages import broken
from tests.factories import CdmJobFactory, JobFactory, ScriptFactory, node, operator
from tests.packages import digest_by_hand, unzip


@pytest.fixture
def nightly(workspace: Workspace) -> None:
    ScriptFactory(workspace=workspace, name="load")
    CdmJobFactory(workspace=workspace, name="copy", cluster="cdm-1")
    nodes = [
        node("1", scriptName="load"),
        node("2", scriptName="gone"),
        node("3", "CDMJob", clusterName="cdm-1", jobName="copy"),
    ]
    JobFactory(workspace=workspace, name="nightly", nodes=nodes)


@pytest.fixture
def many(workspace: Workspace) -> None:
    """101 jobs that deflate cannot make small, so that the stream has several pieces."""
    for number in range(101):
        noise = "".join(chr(0x4E00 + (number * 7919 + place * 104729) % 20000) for place in range(900))
        JobFactory(workspace=workspace, name=f"j{number:03}", basicConfig={"owner": noise})


def recorded() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action__startswith="package.export").order_by("id"))


def whole_workspace(actor: Actor, workspace: Workspace, **how: Any) -> Download:
    return export_jobs(actor=actor, workspace=workspace, jobs=object_list(workspace, Kind.JOB), **how)


def test_the_start_is_recorded_before_the_first_byte_and_the_end_after_the_last(
    actor: Actor, workspace: Workspace, nightly: None
) -> None:
    made = export_job(actor=actor, workspace=workspace, name="nightly")
    (start,) = recorded()
    row = Export.objects.get()
    assert (start.action, start.user_name, start.channel, start.request_id) == (
        "package.export", "viewer", "api", "r" * 32,
    )  # fmt: skip
    assert (start.workspace_id, start.workspace_name, start.kind, start.object_name) == (
        workspace.pk, "default", "job", "nightly",
    )  # fmt: skip
    assert start.detail == {
        "export": row.pk,
        "jobs": ["nightly"],
        "layout": "single",
        "export_depend": True,
        "export_status": "DEVELOP",
    }
    assert (row.state, row.name, row.selection) == ("running", "DLF_nightly.zip", {"jobs": ["nightly"]})
    assert (row.user, row.user_name, row.channel, row.request_id) == (actor.user, "viewer", "api", "r" * 32)

    whole = b"".join(made.stream)
    digest = digest_by_hand(unzip(whole))
    end = recorded()[1]
    assert (end.action, end.part_of, end.object_name) == ("package.export_end", start, "nightly")
    assert end.detail == {
        "export": row.pk,
        "complete": True,
        "bytes": len(whole),
        "entries": 3,
        "digest": digest,
        "missing": ["scripts/gone"],
    }
    row = Export.objects.get()
    assert (row.state, row.shown_state) == (ExportState.COMPLETE, ExportState.COMPLETE)
    assert (row.digest, row.size, row.sent, row.entries) == (digest, len(whole), len(whole), 3)
    assert row.missing == ["scripts/gone"]
    assert row.ended_at and row.ended_at >= row.started_at
    made.stream.close()
    assert len(recorded()) == 2, "an export ends once"


@pytest.mark.parametrize("pieces", [0, 1])
def test_a_package_broken_off_is_recorded_as_such(
    actor: Actor, workspace: Workspace, nightly: None, pieces: int
) -> None:
    """Also one of which nothing was taken, as when the client is gone before the answer begins."""
    made = export_job(actor=actor, workspace=workspace, name="nightly")
    sent = sum(len(next(made.stream)) for _ in range(pieces))
    made.stream.close()
    start, end = recorded()
    assert end.part_of == start
    assert (end.detail["complete"], end.detail["bytes"], end.detail["entries"]) == (False, sent, pieces)
    row = Export.objects.get()
    assert (row.state, row.sent) == (ExportState.BROKEN_OFF, sent)
    assert made.head
    assert (row.digest, row.size) == (made.head.digest, made.head.size), "what was to leave stays known"


def test_a_package_that_cannot_be_read_to_its_end_is_broken_off(
    actor: Actor, workspace: Workspace, nightly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(writer: object) -> Iterator[bytes]:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(package.ZipWriter, "end", breaks)
    made = export_job(actor=actor, workspace=workspace, name="nightly")
    with pytest.raises(OperationalError):
        list(made.stream)
    assert [entry.detail.get("complete") for entry in recorded()] == [None, False]
    assert Export.objects.get().state == ExportState.BROKEN_OFF


@pytest.mark.parametrize("broken", ["audit_record", "Export"])
@pytest.mark.parametrize("count", [1, 101])
def test_what_cannot_be_recorded_does_not_leave(
    actor: Actor, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, broken: str, count: int
) -> None:
    for _ in range(count):
        JobFactory(workspace=workspace)

    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        if broken == "Export":
            patch.setattr(Export, "save", locked)
        else:
            patch.setattr(record, "audit_record", locked)
        with pytest.raises(OperationalError):
            whole_workspace(actor, workspace)
    assert recorded() == []
    assert not Export.objects.exists(), "row and entry are written together or not at all"


def test_a_refused_export_leaves_no_start(actor: Actor, workspace: Workspace, nightly: None) -> None:
    with pytest.raises(package.ObjectMissing):
        export_job(actor=actor, workspace=workspace, name="absent")
    assert recorded() == [] and not Export.objects.exists()


def test_an_end_that_cannot_be_written_is_in_the_log_and_shown_as_broken_off(
    actor: Actor, workspace: Workspace, nightly: None, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    made = export_job(actor=actor, workspace=workspace, name="nightly")

    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(record, "audit_record", locked)
        assert made.head and len(b"".join(made.stream)) == made.head.size, "what left has left"
    row = Export.objects.get()
    assert [entry.message for entry in caplog.records] == [
        f"The end of the export {row.pk} could not be recorded: database is locked"
    ]
    assert row.shown_state == ExportState.RUNNING
    row.seen_at = timezone.now() - EXPORT_DEAD_AFTER - timedelta(seconds=1)
    assert row.shown_state == ExportState.BROKEN_OFF


def test_an_export_notes_that_it_lives(
    actor: Actor, workspace: Workspace, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "BEAT_SECONDS", 0.0)
    monkeypatch.setattr(package, "PIECE_BYTES", 1024)
    stream = whole_workspace(actor, workspace).stream
    seen = [Export.objects.get().seen_at]
    for _ in range(3):
        next(stream)
        seen.append(Export.objects.get().seen_at)
    assert seen[0] == seen[1], "nothing is written while the snapshot of the pick is open"
    assert seen[1] < seen[2] < seen[3]
    stream.close()


def test_a_quick_export_writes_its_start_and_its_end_only(
    actor: Actor, workspace: Workspace, nightly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record.Export.objects, "beat", lambda pk: pytest.fail("it said that it lives"))
    unzip(export_job(actor=actor, workspace=workspace, name="nightly").stream)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_many_jobs_broken_off_are_recorded_too(
    transactional_db: None, actor: Actor, workspace: Workspace, many: None, pieces: int
) -> None:
    """Also right after the first piece, when the snapshot it was read in is still open."""
    made = whole_workspace(actor, workspace)
    sent = sum(len(next(made.stream)) for _ in range(pieces))
    made.stream.close()
    start, end = recorded()
    assert (end.detail["complete"], end.detail["bytes"], end.object_name) == (False, sent, "")
    assert len(start.detail["jobs"]) == 101, "what somebody asked for is on record, whatever arrived"
    row = Export.objects.get()
    assert (row.state, row.sent, row.digest, row.size) == (ExportState.BROKEN_OFF, sent, "", None)
    assert row.entries == (101 if pieces == 2 else None)
    JobFactory(workspace=workspace, name="afterwards")


def test_many_jobs_are_recorded_as_they_were_chosen(actor: Actor, workspace: Workspace, many: None) -> None:
    selection = {"all": True, "filters": {"q": "j"}}
    whole = b"".join(whole_workspace(actor, workspace, selection=selection).stream)
    start, end = recorded()
    assert start.detail["filters"] == {"q": "j"} and "jobs" not in start.detail
    assert len(end.detail["jobs"]) == 101
    row = Export.objects.get()
    assert (row.selection, row.options["layout"]) == (selection, "batch")
    assert (row.state, row.entries, row.size) == (ExportState.COMPLETE, 101, len(whole))
    assert row.digest == digest_by_hand(unzip(whole)) == end.detail["digest"]


def test_a_batch_names_all_its_jobs(actor: Actor, workspace: Workspace, nightly: None) -> None:
    JobFactory(workspace=workspace, name="second")
    unzip(whole_workspace(actor, workspace, depend=False).stream)
    start, _end = recorded()
    assert (start.object_name, start.detail["jobs"]) == ("", ["nightly", "second"])
    assert start.detail["export_depend"] is False


@pytest.mark.parametrize("more", [0, 101])
def test_the_row_keeps_what_makes_the_same_package_again(
    actor: Actor, workspace: Workspace, nightly: None, more: int
) -> None:
    """Whatever becomes of the objects: edited, renamed, deleted."""
    for _ in range(more):
        JobFactory(workspace=workspace, nodes=[node("1", scriptName="load")])
    whole = b"".join(whole_workspace(actor, workspace).stream)
    by = operator()
    script = CatalogueObject.objects.get(kind=Kind.SCRIPT)
    object_update(actor=by, target=script, document=document_of(script.revision) | {"name": "other"})  # type: ignore[arg-type]
    object_delete(actor=by, target=CatalogueObject.objects.get(name="nightly"))

    kept = entries_unpack(bytes(Export.objects.get().contents))
    revisions = Revision.objects.select_related("content").in_bulk([entry.revision_id for entry in kept])
    contents = ((entry.path, revisions[entry.revision_id].content) for entry in kept)
    again = zip_stream(ZipEntry(path, one.size, one.crc32, bytes(one.data)) for path, one in contents)
    assert b"".join(again) == whole


def test_a_row_changes_until_its_end_and_never_goes(
    actor: Actor, workspace: Workspace, nightly: None
) -> None:
    unzip(export_job(actor=actor, workspace=workspace, name="nightly").stream)
    row = Export.objects.get()
    Export.objects.end(row.pk, state=ExportState.BROKEN_OFF, sent=0)
    assert Export.objects.get().state == ExportState.COMPLETE
    for change in (row.save, row.delete, Export.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        Export.objects.update(user_name="somebody")


def test_two_exports_never_claim_one_folder(actor: Actor, workspace: Workspace, nightly: None) -> None:
    one, other = (export_job(actor=actor, workspace=workspace, name="nightly").stream for _ in range(2))
    assert one.recording.claim("obs://packages/1") and not other.recording.claim("obs://packages/1")
    assert other.recording.claim("obs://packages/2")
    with pytest.raises(IntegrityError):
        Export.objects.claim(one.recording.export_id, "obs://packages/2")


@pytest.fixture
def browser(client_for: Callable[[User], Client], viewer: User) -> Client:
    return client_for(viewer)


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}, {"If-Range": "x", "Range": "bytes=5-"}])
def test_a_range_of_a_package_is_the_whole_of_it(
    browser: Client, workspace: Workspace, nightly: None, headers: dict[str, str]
) -> None:
    answer = browser.post(f"/w/{workspace.pk}/jobs/nightly/export/", headers=headers)
    whole = answer.getvalue()
    assert (answer.status_code, answer["Accept-Ranges"]) == (200, "none")
    assert answer["Content-Length"] == str(len(whole))
    assert recorded()[1].detail["bytes"] == len(whole)


def test_a_head_is_no_export(browser: Client, workspace: Workspace, nightly: None) -> None:
    for address in ("jobs/nightly/export/", "export/?all=1"):
        assert browser.head(f"/w/{workspace.pk}/{address}", follow=True).status_code == 200
    assert recorded() == [] and not Export.objects.exists()


@pytest.mark.parametrize("lost", ['INSERT INTO "transfer_export"', 'INSERT INTO "audit_auditentry"'])
def test_without_a_record_people_and_programs_get_503_and_no_package(
    browser: Client, viewer: User, workspace: Workspace, nightly: None, lost: str
) -> None:
    wire = Client(headers={"X-Auth-Token": token_of(viewer, workspace.project_id)})
    browser.raise_request_exception = wire.raise_request_exception = False
    with broken(sqlite3.OperationalError("database is locked"), lost):
        page = browser.post(f"/w/{workspace.pk}/jobs/nightly/export/")
        assert "The database is busy." in page.content.decode()
        several = browser.post(f"/w/{workspace.pk}/export/", {"job": "nightly"}, follow=True)
        answer = wire.post(f"/v1/{workspace.project_id}/jobs/nightly/export", content_type="application/json")
        assert answer.json()["error_code"] == "APIGW.0201"
    for refused in (page, several, answer):
        assert (refused.status_code, refused["Retry-After"]) == (503, "10")
        assert not refused.streaming
    assert recorded() == [] and not Export.objects.exists()
