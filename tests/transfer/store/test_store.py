"""The object store: paths, buckets, who may write; in a folder and on an S3 server over HTTP."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import BadRequest, Forbidden, NotFound
from dlfportal.formats.zip.reader import BadPackage
from dlfportal.transfer.imports.check_file import package_look
from dlfportal.transfer.models import Bucket
from dlfportal.transfer.store import buckets, storage
from dlfportal.transfer.store.buckets import (
    bucket_give,
    bucket_take,
    file_fetch,
    file_list,
    file_open,
    file_put,
    file_remove,
)
from dlfportal.transfer.store.paths import BadObsPath, ObsPath, obs_file, obs_folder
from dlfportal.transfer.store.storage import BucketMissing, ObsUnreadable, ObsUnwritable, obs_size
from tests.factories import operator


@pytest.mark.parametrize(
    "text",
    [
        None, 5, "", "obs://", "s3://bucket/a", "/bucket/a", "obs://b/a", "obs://Bucket/a", "obs://-ab/a",
        "obs://a..b/a", "obs://bucket", "obs://bucket/", "obs://bucket/a/", "obs://bucket//a",
        "obs://bucket/../a", "obs://bucket/a/../../b", "obs://bucket/./a", "obs://bucket/..",
        "obs://bucket/a\x00b", "obs://bucket/a\nb", "obs://bucket/a\\b", "obs://bucket/a\x7f",
        "obs://bucket/" + "a" * 1024, "obs://bucket/" + "字" * 400, "obs://bucket/\ud800",
    ],
)  # fmt: skip
def test_bad_paths_are_refused(text: object) -> None:
    with pytest.raises(BadObsPath):
        obs_file(text)


def test_good_paths() -> None:
    assert obs_file("obs://bucket/a/包.zip") == ObsPath("bucket", "a/包.zip")
    assert obs_folder("obs://bucket/out/") == obs_folder("obs://bucket/out") == ObsPath("bucket", "out")
    assert str(obs_folder("obs://bucket/") / "x") == str(obs_folder("obs://bucket") / "x") == "obs://bucket/x"


@pytest.mark.django_db
def test_a_folder_says_which_name_is_too_long_for_it(
    workspace: Workspace, settings: Any, tmp_path: Path
) -> None:
    """A job of 128 Chinese characters has a name of 384 bytes; file systems take 255."""
    settings.DATA_DIR, settings.DLF_OBS = tmp_path, {}
    bucket_give(actor=operator(), name="packages", workspace=workspace)
    put = partial(file_put, actor=operator(), workspace=workspace, content=BytesIO(b"x"))
    put(path=ObsPath("packages", "a/" + "中" * 85))
    with pytest.raises(BadObsPath, match="more than 255 bytes in its name"):
        put(path=ObsPath("packages", "中" * 86 + "/a"))


@pytest.mark.django_db
def test_files_go_in_and_out(bucket: str, workspace: Workspace, developer: User) -> None:
    actor = Actor(developer, Channel.ADMIN)
    path = ObsPath(bucket, "in/包.zip")
    for content in (b"first", b"second one"):
        file_put(actor=actor, workspace=workspace, path=path, content=BytesIO(content))
    with file_open(actor=actor, workspace=workspace, path=path) as file:
        assert file.read() == b"second one"
        file.seek(2)
        assert file.read(2) == b"co"
    assert obs_size(path) == 10
    listed = file_list(actor=actor, workspace=workspace, folder=ObsPath(bucket, ""))
    assert [(one.key, one.size) for one in listed] == [("in/包.zip", 10)]
    assert abs(listed[0].changed_at - timezone.now()) < timedelta(minutes=1)
    file_remove(actor=actor, workspace=workspace, path=path)
    assert file_list(actor=actor, workspace=workspace, folder=ObsPath(bucket, "")) == []
    with (
        pytest.raises(ObsUnreadable),
        file_open(actor=actor, workspace=workspace, path=path),
    ):
        pass
    given, *acts = AuditEntry.objects.filter(workspace_id=workspace.pk).order_by("id")
    assert given.action == "bucket.give"
    assert [entry.action for entry in acts] == ["bucket.put", "bucket.put", "bucket.remove"]
    assert {(entry.object_name, entry.detail["path"]) for entry in acts} == {(bucket, str(path))}


@pytest.mark.django_db
def test_who_may_write(bucket: str, workspace: Workspace, viewer: User, stranger: User) -> None:
    path = ObsPath(bucket, "a.zip")
    for person, refusal in ((viewer, Forbidden), (stranger, NotFound)):
        actor = Actor(person, Channel.API)
        with pytest.raises(refusal):
            file_put(actor=actor, workspace=workspace, path=path, content=BytesIO(b""))
        with pytest.raises(refusal):
            file_remove(actor=actor, workspace=workspace, path=path)
        with pytest.raises(Forbidden):
            bucket_give(actor=actor, name="mine", workspace=workspace)
    assert file_list(actor=Actor(viewer, Channel.API), workspace=workspace, folder=ObsPath(bucket, "")) == []


@pytest.mark.django_db
def test_a_bucket_is_of_the_workspaces_it_was_given_to(
    bucket: str, workspace: Workspace, other_workspace: Workspace, stranger: User
) -> None:
    actor, path = Actor(stranger, Channel.API), ObsPath(bucket, "a.zip")
    with pytest.raises(BucketMissing):
        file_put(actor=actor, workspace=other_workspace, path=path, content=BytesIO(b""))
    given = bucket_give(actor=operator(), name=bucket, workspace=other_workspace)
    file_put(actor=actor, workspace=other_workspace, path=path, content=BytesIO(b""))
    bucket_take(actor=operator(), bucket=given, workspace=other_workspace)
    with pytest.raises(BucketMissing):
        file_list(actor=actor, workspace=other_workspace, folder=ObsPath(bucket, ""))


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["../up", "/absolute", "a//b", "a\x00", ".."])
def test_keys_that_lead_elsewhere_are_refused(bucket: str, workspace: Workspace, key: str) -> None:
    with pytest.raises(BadObsPath):
        file_put(actor=operator(), workspace=workspace, path=ObsPath(bucket, key), content=BytesIO(b""))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ab", "UPPER", "under_score", "a" * 64, "-start", "../up", ""])
def test_bad_bucket_names_are_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(BadRequest):
        bucket_give(actor=operator(), name=name, workspace=workspace)


@pytest.mark.django_db
def test_a_broken_upload_leaves_the_file_before_it(
    workspace: Workspace, settings: Any, tmp_path: Path
) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("cut")

    settings.DATA_DIR = tmp_path
    bucket_give(actor=operator(), name="packages", workspace=workspace)
    path = ObsPath("packages", "a.zip")
    file_put(actor=operator(), workspace=workspace, path=path, content=BytesIO(b"whole"))
    with pytest.raises(ObsUnwritable) as refused:
        file_put(actor=operator(), workspace=workspace, path=path, content=Broken(b"other"))
    assert str(tmp_path) not in str(refused.value)
    with file_open(actor=operator(), workspace=workspace, path=path) as file:
        assert file.read() == b"whole"
    files = file_list(actor=operator(), workspace=workspace, folder=ObsPath("packages", ""))
    assert [one.key for one in files] == ["a.zip"]
    assert [one.name for one in (tmp_path / "obs" / ".writing").iterdir()] == []


@pytest.mark.django_db
def test_a_store_that_does_not_answer_is_told_without_its_secrets(
    workspace: Workspace, settings: object
) -> None:
    settings.DLF_OBS = {  # type: ignore[attr-defined]
        "endpoint": "http://127.0.0.1:1", "access_key": "key", "secret_key": "tops3cret",
        "region": "", "prefix": "", "addressing": "path",
    }  # fmt: skip
    with pytest.raises(ObsUnwritable) as refused:
        bucket_give(actor=operator(), name="packages", workspace=workspace)
    assert "tops3cret" not in str(refused.value) and "127.0.0.1" not in str(refused.value)


@pytest.mark.django_db
def test_a_file_over_a_limit_is_not_fetched(
    bucket: str, workspace: Workspace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ObsPath(bucket, "large.zip")
    file_put(actor=operator(), workspace=workspace, path=path, content=BytesIO(b"x" * 101))
    settings.DLF_IMPORT_LIMITS = {**settings.DLF_IMPORT_LIMITS, "package_bytes": 100}
    monkeypatch.setattr(buckets, "obs_fetch", lambda path: pytest.fail("it was fetched"))
    with pytest.raises(BadPackage, match="more than 100 bytes"):
        package_look(actor=operator(), workspace=workspace, path=str(path))


class Silent(BaseHTTPRequestHandler):
    """An S3 server that takes files and shows nobody what is there, as a grant to write alone makes it."""

    def do_HEAD(self) -> None:
        self.send_response(403)
        self.end_headers()

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.mark.django_db
def test_a_store_that_only_takes_files_takes_them(workspace: Workspace, settings: Any) -> None:
    Bucket.objects.create(name="packages").workspaces.add(workspace)
    with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.DLF_OBS = {
            "endpoint": f"http://127.0.0.1:{server.server_port}", "access_key": "key", "secret_key": "secret",
            "region": "x", "prefix": "", "addressing": "path",
        }  # fmt: skip
        path = ObsPath("packages", "a.zip")
        file_put(actor=operator(), workspace=workspace, path=path, content=BytesIO(b"x"))
        server.shutdown()


class Faulty(BaseHTTPRequestHandler):
    """An S3 server that knows every file, and breaks off when it sends one; `silent` ones never answer."""

    silent = False

    def do_HEAD(self) -> None:
        if self.silent:
            sleep(2)
            return
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(b"cut off")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.mark.django_db
@pytest.mark.parametrize("silent", [False, True])
def test_a_store_that_breaks_off_or_never_answers_is_told(
    workspace: Workspace, settings: Any, monkeypatch: pytest.MonkeyPatch, silent: bool
) -> None:
    monkeypatch.setattr(Faulty, "silent", silent)
    monkeypatch.setattr(storage, "READ_SECONDS", 0.3)
    bucket = Bucket.objects.create(name="packages")
    bucket.workspaces.add(workspace)
    with ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.DLF_OBS = {
            "endpoint": f"http://127.0.0.1:{server.server_port}", "access_key": "key", "secret_key": "secret",
            "region": "x", "prefix": "", "addressing": "path",
        }  # fmt: skip
        with pytest.raises(ObsUnreadable, match="obs://packages/a.zip"):
            package_look(actor=operator(), workspace=workspace, path="obs://packages/a.zip")
        server.shutdown()


def test_strangers_list_and_fetch_nothing(bucket: str, workspace: Workspace, stranger: User) -> None:
    actor, path = Actor(stranger, Channel.API), ObsPath(bucket, "a.zip")
    file_put(actor=operator(), workspace=workspace, path=path, content=BytesIO(b"x"))
    with pytest.raises(NotFound, match="workspace"):
        file_list(actor=actor, workspace=workspace, folder=ObsPath(bucket, ""), most=9)
    with pytest.raises(NotFound, match="workspace"), file_open(actor=actor, workspace=workspace, path=path):
        pass


def test_what_somebody_takes_is_recorded_before_it_leaves(
    bucket: str, workspace: Workspace, viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ObsPath(bucket, "in/a.zip")
    file_put(actor=operator(), workspace=workspace, path=path, content=BytesIO(b"x"))
    actor = Actor(viewer, Channel.ADMIN, "r" * 32)
    with file_fetch(actor=actor, workspace=workspace, path=path) as file:
        entry = AuditEntry.objects.get(action="bucket.get")
        assert file.read() == b"x"
    assert (entry.user, entry.channel, entry.request_id) == (viewer, "admin", "r" * 32)
    assert (entry.workspace_id, entry.object_name, entry.detail) == (
        workspace.pk, bucket, {"path": str(path)},
    )  # fmt: skip
    with pytest.raises(ObsUnreadable):
        file_fetch(actor=actor, workspace=workspace, path=ObsPath(bucket, "none"))

    def locked(**_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(buckets, "audit_record", locked)
    with pytest.raises(OperationalError):
        file_fetch(actor=actor, workspace=workspace, path=path)
    assert AuditEntry.objects.filter(action="bucket.get").count() == 1


def test_a_file_of_another_workspaces_bucket_is_not_there(
    bucket: str, workspace: Workspace, other_workspace: Workspace, stranger: User
) -> None:
    """To somebody who may do everything in a workspace of their own."""
    path, actor = ObsPath(bucket, "a.zip"), Actor(stranger, Channel.API)
    file_put(actor=operator(), workspace=workspace, path=path, content=BytesIO(b"x"))
    with pytest.raises(BucketMissing):
        file_fetch(actor=actor, workspace=other_workspace, path=path)
    with pytest.raises(BucketMissing), file_open(actor=actor, workspace=other_workspace, path=path):
        pass
    with pytest.raises(BucketMissing):
        file_remove(actor=actor, workspace=other_workspace, path=path)
    assert not AuditEntry.objects.filter(action="bucket.get").exists()


def test_only_superusers_take_buckets_and_it_is_recorded(
    bucket: str, workspace: Workspace, developer: User
) -> None:
    given = Bucket.objects.get(pk=bucket)
    with pytest.raises(Forbidden):
        bucket_take(actor=Actor(developer, Channel.ADMIN), bucket=given, workspace=workspace)
    assert given.workspaces.exists()
    bucket_take(actor=operator(), bucket=given, workspace=workspace)
    assert AuditEntry.objects.filter(action="bucket.take", object_name=bucket).count() == 1
