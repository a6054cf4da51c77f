"""Packages kept in the object store: each in a folder of its own, recorded once the store has it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import Forbidden
from dlfportal.transfer.exports.delivery import keep_check, package_keep
from dlfportal.transfer.exports.package import export_job
from dlfportal.transfer.models import Export, ExportState
from dlfportal.transfer.store import buckets, storage
from dlfportal.transfer.store.buckets import bucket_give, file_open
from dlfportal.transfer.store.paths import BadObsPath, ObsPath
from dlfportal.transfer.store.storage import (
    BucketMissing,
    ObsUnwritable,
    bucket_prepare,
    obs_fetch,
    obs_write_new,
)
from tests.factories import JobFactory
from tests.packages import unzip

MILLISECOND = 1_764_202_000_123
OUT = ObsPath("packages", "out/team")


@pytest.fixture
def keeper(developer: User) -> Actor:
    return Actor(developer, Channel.API, "r" * 32)


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock on which everything happens in one millisecond."""
    monkeypatch.setattr(time, "time_ns", lambda: MILLISECOND * 1_000_000)


def keep(actor: Actor, workspace: Workspace, name: str, kept_as: str = "nightly") -> ObsPath:
    package = export_job(actor=actor, workspace=workspace, name=name, target=OUT)
    return package_keep(actor=actor, workspace=workspace, package=package, folder=OUT, name=kept_as)


def content(actor: Actor, workspace: Workspace, path: ObsPath) -> dict[str, bytes]:
    with file_open(actor=actor, workspace=workspace, path=path) as file:
        return unzip(file.read())


def test_packages_of_one_millisecond_have_folders_of_their_own(
    bucket: str, workspace: Workspace, keeper: Actor, still_clock: None
) -> None:
    names = ["nightly", "hourly", "daily"]
    for name in names:
        JobFactory(workspace=workspace, name=name)
    folders = [keep(keeper, workspace, name) for name in names]
    assert [str(folder) for folder in folders] == [
        f"obs://packages/out/team/nightly_exported/{MILLISECOND + later}" for later in range(3)
    ]
    for name, folder in zip(names, folders, strict=True):
        assert list(content(keeper, workspace, folder / "nightly.zip")) == [f"jobs/{name}.job"]


def test_a_folder_that_somebody_else_filled_is_left_alone(
    bucket: str, workspace: Workspace, keeper: Actor, still_clock: None
) -> None:
    """Another portal on the same store, or a person."""
    JobFactory(workspace=workspace, name="nightly")
    taken = OUT / "nightly_exported" / str(MILLISECOND) / "nightly.zip"
    assert obs_write_new(taken, BytesIO(b"theirs"))
    assert keep(keeper, workspace, "nightly") == OUT / "nightly_exported" / str(MILLISECOND + 1)
    with obs_fetch(taken) as file:
        assert file.read() == b"theirs"


@pytest.mark.parametrize("blind", [False, True])
def test_a_folder_is_taken_once(bucket: str, monkeypatch: pytest.MonkeyPatch, blind: bool) -> None:
    """Also by two who looked at the same moment, and both saw nothing there."""
    path = OUT / "nightly_exported" / "1" / "nightly.zip"
    if blind:
        monkeypatch.setattr(storage, "obs_exists", lambda path: False)
    assert obs_write_new(path, BytesIO(b"first"))
    assert not obs_write_new(path, BytesIO(b"second"))
    with obs_fetch(path) as file:
        assert file.read() == b"first"


def test_of_a_hundred_at_once_one_gets_the_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.DLF_OBS = tmp_path, {}
    bucket_prepare("packages")
    path = OUT / "nightly_exported" / "1" / "nightly.zip"
    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(lambda number: obs_write_new(path, BytesIO(b"%d" % number)), range(100)))
    assert won.count(True) == 1
    with obs_fetch(path) as file:
        assert int(file.read()) == won.index(True)


@pytest.mark.parametrize(("status", "kept"), [(501, True), (409, False), (412, False)])
def test_a_server_without_conditions_is_written_to_as_it_can(
    monkeypatch: pytest.MonkeyPatch, status: int, kept: bool
) -> None:
    sent: list[dict[str, Any]] = []

    class Store:
        bucket_name = "packages"
        connection = meta = client = property(lambda self: self)

        def put_object(self, **call: Any) -> None:
            sent.append(call | {"Body": call["Body"].read()})
            if "IfNoneMatch" in call:
                raise ClientError({"ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")  # type: ignore[typeddict-item]

    monkeypatch.setattr(storage, "bucket_storage", lambda bucket: Store())
    monkeypatch.setattr(storage, "obs_exists", lambda path: False)
    assert obs_write_new(ObsPath("packages", "1/a.zip"), BytesIO(b"whole")) is kept
    assert [call["Body"] for call in sent] == [b"whole"] * (2 if kept else 1)


def test_an_export_is_complete_when_the_store_has_taken_it(
    bucket: str, workspace: Workspace, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    JobFactory(workspace=workspace, name="nightly")
    states: list[str] = []
    write_new = buckets.obs_write_new

    def watched(*arguments: Any) -> bool:
        states.append(Export.objects.get().state)
        return write_new(*arguments)

    monkeypatch.setattr(buckets, "obs_write_new", watched)
    folder = keep(keeper, workspace, "nightly")
    assert states == [ExportState.RUNNING]
    row = Export.objects.get()
    assert (row.state, row.folder, row.options["obs_path"]) == ("complete", str(folder), str(OUT))
    start, put, end = AuditEntry.objects.exclude(action__startswith="bucket.give").filter(
        workspace_id=workspace.pk, user=keeper.user
    ).order_by("id")  # fmt: skip
    assert [entry.action for entry in (start, put, end)] == [
        "package.export", "bucket.put", "package.export_end",
    ]  # fmt: skip
    assert put.part_of == end.part_of == start
    assert put.detail == {"path": f"{folder}/nightly.zip"}
    assert (end.detail["complete"], end.detail["folder"]) == (True, str(folder))


def test_an_export_that_the_store_does_not_take_is_broken_off(
    bucket: str, workspace: Workspace, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    JobFactory(workspace=workspace, name="nightly")

    def full(*_: object) -> bool:
        raise ObsUnwritable("The object store does not take %(path)s: it is full.", path="x")

    monkeypatch.setattr(buckets, "obs_write_new", full)
    with pytest.raises(ObsUnwritable):
        keep(keeper, workspace, "nightly")
    assert Export.objects.get().state == ExportState.BROKEN_OFF
    assert AuditEntry.objects.get(action="package.export_end").detail["complete"] is False


def test_what_may_not_be_kept_is_refused_before_it_is_made(
    bucket: str, workspace: Workspace, actor: Actor, keeper: Actor
) -> None:
    def check(by: Actor, folder: ObsPath, name: str = "nightly") -> None:
        keep_check(actor=by, workspace=workspace, folder=folder, name=name)

    with pytest.raises(Forbidden):
        check(actor, OUT)
    with pytest.raises(BucketMissing):
        check(keeper, ObsPath("others", "out"))
    with pytest.raises(BadObsPath):
        check(keeper, ObsPath("packages", "out/../up"))
    with pytest.raises(BadObsPath):
        check(keeper, ObsPath("packages", "o" * 600), "n" * 200)
    check(keeper, OUT)


def test_the_same_folder_is_free_in_another_bucket(
    bucket: str, workspace: Workspace, keeper: Actor, still_clock: None
) -> None:
    JobFactory(workspace=workspace, name="nightly")
    bucket_give(
        actor=Actor(User.objects.get(username="operator"), Channel.COMMAND), name="more", workspace=workspace
    )
    keep(keeper, workspace, "nightly")
    package = export_job(actor=keeper, workspace=workspace, name="nightly")
    more = ObsPath("more", OUT.key)
    kept = package_keep(actor=keeper, workspace=workspace, package=package, folder=more, name="nightly")
    assert kept == more / "nightly_exported" / str(MILLISECOND)
