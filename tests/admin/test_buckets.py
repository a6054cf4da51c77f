"""Buckets in the admin: files go in and out, and each sees only what is theirs."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import NotFound
from dlfportal.transfer.models import Bucket
from dlfportal.transfer.store import buckets as services
from dlfportal.transfer.store.buckets import bucket_give, file_list
from dlfportal.transfer.store.paths import ObsPath
from dlfportal.transfer.store.storage import BucketMissing
from tests.factories import operator

pytestmark = pytest.mark.django_db
BUCKET = "/admin/transfer/bucket/packages/"


@pytest.fixture
def bucket(workspace: Workspace, settings: Any, tmp_path: Path) -> Bucket:
    settings.DATA_DIR = tmp_path
    settings.DLF_OBS = {}
    return bucket_give(actor=operator(), name="packages", workspace=workspace)


def keys(workspace: Workspace) -> list[str]:
    folder = ObsPath("packages", "")
    return [file.key for file in file_list(actor=operator(), workspace=workspace, folder=folder)]


def test_a_developer_puts_a_file_in_and_takes_it_out(
    client_for: Callable[[User], Client], developer: User, bucket: Bucket, workspace: Workspace
) -> None:
    client = client_for(developer)
    upload = SimpleUploadedFile("包.zip", b"content")
    answer = client.post(f"{BUCKET}files/put/", {"file": upload, "folder": "in/2026"}, follow=True)
    assert answer.status_code == 200
    assert "Put into the bucket: obs://packages/in/2026/包.zip" in answer.content.decode()
    again = {"file": SimpleUploadedFile("包.zip", b"content"), "folder": " in / 2026/"}
    answer = client.post(f"{BUCKET}files/put/", again, follow=True)
    assert "Replaced: obs://packages/in/2026/包.zip" in answer.content.decode()
    assert keys(workspace) == ["in/2026/包.zip"]
    got = client.get(f"{BUCKET}files/get/", {"key": "in/2026/包.zip"})
    assert b"".join(got.streaming_content) == b"content"  # type: ignore[attr-defined]
    assert "attachment" in got["Content-Disposition"]
    taken = AuditEntry.objects.get(action="bucket.get")
    assert (taken.user, taken.detail) == (developer, {"path": "obs://packages/in/2026/包.zip"})
    for told in ("Deleted: obs://packages/in/2026/包.zip", "does not exist"):
        answer = client.post(f"{BUCKET}files/remove/", {"key": "in/2026/包.zip"}, follow=True)
        assert told in answer.content.decode()
    assert keys(workspace) == []
    assert client.post(f"{BUCKET}change/", {"name": "packages"}).status_code == 403


def test_bad_folders_are_told(
    client_for: Callable[[User], Client], developer: User, bucket: Bucket, workspace: Workspace
) -> None:
    upload = {"file": SimpleUploadedFile("a.zip", b"x"), "folder": "../up"}
    answer = client_for(developer).post(f"{BUCKET}files/put/", upload, follow=True)
    assert "dots" in answer.content.decode() and keys(workspace) == []
    missing = client_for(developer).get(f"{BUCKET}files/get/", {"key": "none"}, follow=True)
    assert "does not exist" in missing.content.decode()


@pytest.mark.parametrize(
    ("folder", "content", "told"),
    [("", b"", "The file is empty."), ("obs://packages/in", b"x", "Give the folder below the bucket only")],
)
def test_odd_uploads_are_told(
    client_for: Callable[[User], Client],
    developer: User,
    bucket: Bucket,
    workspace: Workspace,
    folder: str,
    content: bytes,
    told: str,
) -> None:
    upload = {"file": SimpleUploadedFile("a.zip", content), "folder": folder}
    answer = client_for(developer).post(f"{BUCKET}files/put/", upload, follow=True)
    assert told in answer.content.decode() and keys(workspace) == []


def test_very_many_files_are_shown_in_part(
    client_for: Callable[[User], Client], developer: User, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("a", "in/b", "in/c", "in/sub/d", "inner/e"):
        path, content = ObsPath("packages", key), io.BytesIO(b"x")
        services.file_put(actor=operator(), workspace=bucket.workspaces.get(), path=path, content=content)
    monkeypatch.setattr("dlfportal.adminsite.buckets.FILES_SHOWN", 4)
    page = client_for(developer).get(f"{BUCKET}change/").content.decode()
    assert "Only the first 4 are shown" in page and "obs://packages/in/c" in page
    narrowed = client_for(developer).get(f"{BUCKET}change/", {"folder": "in/"}).content.decode()
    assert "Only the first" not in narrowed and "obs://packages/in/sub/d" in narrowed
    assert "obs://packages/inner/e" not in narrowed and "obs://packages/a<" not in narrowed
    bad = client_for(developer).get(f"{BUCKET}change/", {"folder": "../up"}).content.decode()
    assert "made of dots" in bad


def test_a_developer_learns_of_no_other_workspace(
    client_for: Callable[[User], Client], developer: User, admin: User, bucket: Bucket, workspace: Workspace,
    other_workspace: Workspace,
) -> None:  # fmt: skip
    """A bucket may belong to workspaces of people who do not know of each other (design, rule 8)."""
    bucket_give(actor=operator(), name="packages", workspace=other_workspace)
    for address in ("/admin/transfer/bucket/", f"{BUCKET}change/"):
        page = client_for(developer).get(address).content.decode()
        assert "retail / default" in page and "finance" not in page and other_workspace.pk not in page
        whole = client_for(admin).get(address).content.decode()
        assert "retail / default" in whole and "finance / default" in whole


def test_files_of_other_workspaces_buckets_are_out_of_reach(
    client_for: Callable[[User], Client], developer: User, stranger: User,
    bucket: Bucket, workspace: Workspace, other_workspace: Workspace,
) -> None:  # fmt: skip
    """A bucket of one's own opens no other: neither by its address nor by a path from one's own page."""
    secret = ObsPath("packages", "secret.zip")
    services.file_put(actor=operator(), workspace=workspace, path=secret, content=io.BytesIO(b"secret"))
    bucket_give(actor=operator(), name="theirs", workspace=other_workspace)
    client = client_for(stranger)
    for answer in (
        client.get(f"{BUCKET}files/get/", {"key": "secret.zip"}),
        client.post(f"{BUCKET}files/put/", {"file": SimpleUploadedFile("secret.zip", b"x")}),
        client.post(f"{BUCKET}files/remove/", {"key": "secret.zip"}),
    ):
        assert answer.status_code == 403
    own = "/admin/transfer/bucket/theirs/files/"
    for key in ("../packages/secret.zip", "/../packages/secret.zip", "obs://packages/secret.zip"):
        answer = client.get(f"{own}get/", {"key": key})
        assert answer.status_code == 302
        assert client.post(f"{own}remove/", {"key": key}).status_code == 302
    assert keys(workspace) == ["secret.zip"]
    got = client_for(developer).get(f"{BUCKET}files/get/", {"key": "secret.zip"})
    assert b"".join(got.streaming_content) == b"secret"  # type: ignore[attr-defined]


@pytest.mark.parametrize("act", ["list", "fetch", "put", "remove"])
def test_a_right_in_one_workspace_reaches_no_bucket_of_another(
    bucket: Bucket, workspace: Workspace, other_workspace: Workspace, stranger: User, act: str
) -> None:
    secret = ObsPath("packages", "secret.zip")
    services.file_put(actor=operator(), workspace=workspace, path=secret, content=io.BytesIO(b"secret"))
    calls: dict[str, Callable[..., Any]] = {
        "list": lambda **who: file_list(folder=ObsPath("packages", ""), **who),
        "fetch": lambda **who: services.file_fetch(path=secret, **who),
        "put": lambda **who: services.file_put(path=secret, content=io.BytesIO(b"x"), **who),
        "remove": lambda **who: services.file_remove(path=secret, **who),
    }
    actor = Actor(stranger, Channel.ADMIN)
    with pytest.raises(BucketMissing):
        calls[act](actor=actor, workspace=other_workspace)
    with pytest.raises(NotFound):
        calls[act](actor=actor, workspace=workspace)
    assert keys(workspace) == ["secret.zip"]


def test_a_store_that_refuses_keeps_what_was_typed(
    client_for: Callable[[User], Client], admin: User, workspace: Workspace, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR, settings.DLF_OBS = tmp_path, {}
    (tmp_path / "obs").write_bytes(b"a file where the folder of the buckets should be")
    sent = {"name": "packages", "workspaces": [workspace.pk]}
    page = client_for(admin).post("/admin/transfer/bucket/add/", sent).content.decode()
    assert "The object store refuses the bucket packages." in page and 'value="packages"' in page
    assert not Bucket.objects.exists()


def test_the_folder_shown_stays_when_a_file_goes(
    client_for: Callable[[User], Client], developer: User, bucket: Bucket, workspace: Workspace
) -> None:
    client = client_for(developer)
    for name in ("a.zip", "b.zip"):
        upload = {"file": SimpleUploadedFile(name, b"x"), "folder": "in 出"}
        client.post(f"{BUCKET}files/put/", upload)
    remove = client.get(f"{BUCKET}change/", {"folder": "in 出"}).content.decode()
    assert "files/remove/?folder=in%20%E5%87%BA" in remove
    answer = client.post(f"{BUCKET}files/remove/?folder=in%20%E5%87%BA", {"key": "in 出/a.zip"}, follow=True)
    assert answer.context["folder"] == "in 出" and [file.key for file in answer.context["files"]] == [
        "in 出/b.zip"
    ]


def test_a_file_in_the_way_is_told(
    client_for: Callable[[User], Client], developer: User, bucket: Bucket, workspace: Workspace
) -> None:
    client = client_for(developer)
    client.post(f"{BUCKET}files/put/", {"file": SimpleUploadedFile("in", b"x")})
    for folder in ("in", "in/deeper"):
        upload = {"file": SimpleUploadedFile("a.zip", b"x"), "folder": folder}
        answer = client.post(f"{BUCKET}files/put/", upload, follow=True)
        assert "a file stands where a folder is needed" in answer.content.decode()
    client.post(f"{BUCKET}files/put/", {"file": SimpleUploadedFile("b", b"x"), "folder": "out"})
    answer = client.post(f"{BUCKET}files/put/", {"file": SimpleUploadedFile("out", b"x")}, follow=True)
    assert "a folder has this name" in answer.content.decode()
    assert keys(workspace) == ["in", "out/b"]


@pytest.mark.parametrize("person", ["viewer", "stranger"])
def test_others_see_nothing(
    request: pytest.FixtureRequest, client_for: Callable[[User], Client], bucket: Bucket, person: str
) -> None:
    client = client_for(request.getfixturevalue(person))
    assert client.get(BUCKET).status_code in (302, 403)
    assert client.get(f"{BUCKET}files/get/", {"key": "a"}).status_code == 403
    assert client.post(f"{BUCKET}files/put/", {"file": SimpleUploadedFile("a", b"x")}).status_code == 403


def test_a_superuser_gives_buckets(
    client_for: Callable[[User], Client], admin: User, bucket: Bucket, workspace: Workspace,
    other_workspace: Workspace,
) -> None:  # fmt: skip
    client = client_for(admin)
    answer = client.post("/admin/transfer/bucket/add/", {"name": "more", "workspaces": [workspace.pk]})
    assert answer.status_code == 302 and list(Bucket.objects.get(pk="more").workspaces.all()) == [workspace]
    assert client.post("/admin/transfer/bucket/add/", {"name": "nobodys"}).status_code == 200
    assert client.post("/admin/transfer/bucket/add/", {"name": "10.0.0.1"}).status_code == 200
    assert (
        "begins and ends with a letter or digit" in client.get("/admin/transfer/bucket/add/").content.decode()
    )
    client.post(f"{BUCKET}change/", {"workspaces": [other_workspace.pk]})
    assert list(bucket.workspaces.all()) == [other_workspace]
    client.post(f"{BUCKET}change/", {})
    assert list(bucket.workspaces.all()) == [] and Bucket.objects.filter(pk="packages").exists()
    assert "give it to one to see its files" in client.get(f"{BUCKET}change/").content.decode()
    assert "history" not in client.get(f"{BUCKET}change/").content.decode().lower()
    assert client.get("/admin/transfer/bucket/").status_code == 200
