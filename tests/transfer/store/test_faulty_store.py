"""A store that does not answer, is full, may not be written or is no folder: told soon, and by name."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from socket import SHUT_RDWR, create_server, socket
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.errors import BadRequest
from dlfportal.transfer.store import storage
from dlfportal.transfer.store.buckets import bucket_give
from dlfportal.transfer.store.paths import ObsPath
from dlfportal.transfer.store.storage import (
    ObsUnreadable,
    ObsUnwritable,
    bucket_prepare,
    obs_delete,
    obs_fetch,
    obs_list,
    obs_size,
    obs_write,
    obs_write_new,
)
from tests.api.conftest import token_of
from tests.factories import JobFactory, operator

PATH = ObsPath("packages", "in/a.zip")

CALLS: dict[str, Callable[[], object]] = {
    "size": lambda: obs_size(PATH),
    "fetch": lambda: obs_fetch(PATH),
    "list": lambda: obs_list(ObsPath("packages", "in"), 10),
    "write": lambda: obs_write(PATH, BytesIO(b"x")),
    "write much": lambda: obs_write(PATH, BytesIO(b"x" * 16 * 1024 * 1024)),
    "write new": lambda: obs_write_new(PATH, BytesIO(b"x")),
    "delete": lambda: obs_delete(PATH),
    "prepare": lambda: bucket_prepare("packages"),
}


def use(settings: Any, port: int) -> None:
    settings.DLF_OBS = {
        "endpoint": f"http://127.0.0.1:{port}", "access_key": "key", "secret_key": "tops3cret",
        "region": "x", "prefix": "", "addressing": "path",
    }  # fmt: skip


@pytest.fixture
def mute(settings: Any) -> Iterator[list[socket]]:
    """A server that takes connections and neither reads nor answers; gives those it took."""
    taken: list[socket] = []

    def take(server: socket) -> None:
        with suppress(OSError):
            while True:
                taken.append(server.accept()[0])

    with create_server(("127.0.0.1", 0)) as server:
        Thread(target=take, args=(server,), daemon=True).start()
        use(settings, server.getsockname()[1])
        yield taken
        server.shutdown(SHUT_RDWR)


def test_a_store_that_never_answers_is_given_up_within_ten_seconds() -> None:
    """One request takes at most connecting, the second a server has for "continue", and its answer."""
    assert storage.CONNECT_SECONDS + 1 + storage.READ_SECONDS < 10


@pytest.mark.parametrize("call", CALLS)
def test_a_store_that_never_answers_is_asked_once(
    mute: list[socket], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(storage, "READ_SECONDS", 0.3)
    monkeypatch.setattr(storage, "CONNECT_SECONDS", 0.3)
    with pytest.raises(BadRequest, match="does not answer") as told:
        CALLS[call]()
    assert len(mute) == 1
    assert type(told.value) in (ObsUnreadable, ObsUnwritable) and "tops3cret" not in str(told.value)


class Slow(BaseHTTPRequestHandler):
    """A server that sends a file of 4 bytes, one at a time."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        for piece in (b"s", b"l", b"o", b"w"):
            sleep(0.25)
            self.wfile.write(piece)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Busy(Slow):
    """A server that is too busy, the first time it is asked."""

    asked = 0

    def do_HEAD(self) -> None:
        type(self).asked += 1
        if self.asked > 1:
            return super().do_HEAD()
        self.send_response(503)
        self.end_headers()
        return None


@pytest.fixture
def serve(settings: Any) -> Iterator[Callable[[type[BaseHTTPRequestHandler]], None]]:
    servers: list[ThreadingHTTPServer] = []

    def start(handler: type[BaseHTTPRequestHandler]) -> None:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        use(settings, server.server_port)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_store_that_is_slow_and_answers_is_waited_for(
    serve: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time, all of them take longer than the wait for one."""
    monkeypatch.setattr(storage, "READ_SECONDS", 0.8)
    serve(Slow)
    with obs_fetch(PATH) as file:
        assert file.read() == b"slow"


def test_a_store_that_is_busy_is_asked_again(serve: Callable[[Any], None]) -> None:
    serve(Busy)
    assert obs_size(PATH) == 4
    assert Busy.asked == 2


@pytest.fixture
def folder(workspace: Workspace, settings: Any, tmp_path: Path) -> Path:
    """The folder of a bucket of `workspace`."""
    settings.DATA_DIR, settings.DLF_OBS = tmp_path, {}
    bucket_give(actor=operator(), name="packages", workspace=workspace)
    return tmp_path / "obs" / "packages"


FAULTS = [
    (errno.ENOSPC, "it is full"),
    (errno.EDQUOT, "it is full"),
    (errno.EROFS, "may not write there"),
    (errno.EACCES, "may not write there"),
    (errno.EIO, "does not take"),
]


@pytest.fixture
def export(workspace: Workspace, developer: User) -> Callable[[], tuple[int, str, str]]:
    """Return a function that exports a job into the bucket over the wire and gives what was answered."""
    JobFactory(workspace=workspace, name="nightly")
    client = Client(headers={"X-Auth-Token": token_of(developer, workspace.project_id)})

    def ask() -> tuple[int, str, str]:
        answer = client.post(
            f"/v1/{workspace.project_id}/jobs/nightly/export",
            {"obsPath": "obs://packages/out"},
            content_type="application/json",
        )
        return answer.status_code, answer.json().get("error_code", ""), answer.json().get("error_msg", "")

    return ask


@pytest.mark.parametrize(("number", "why"), FAULTS)
def test_a_folder_that_takes_nothing_says_why(
    folder: Path, export: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, number: int, why: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(number, "cannot")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "whole_file", fails)
        status, code, message = export()
        assert (status, code) == (400, "DLF.0815")
        assert why in message and str(folder) not in message
        with pytest.raises(ObsUnwritable, match=why):
            obs_write(PATH, BytesIO(b"x"))
    assert list(folder.rglob("*.zip")) == []
    assert list(folder.glob("out/nightly_exported/*")) == [], "the folder made for it is gone again"
    assert export()[0] == 200


def test_a_full_disk_of_the_portal_is_not_a_file_that_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of an S3 server is fetched to the portal's disk before it is read."""

    def full(bucket: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "bucket_storage", full)
    with pytest.raises(ObsUnreadable, match="the disk of the portal is full"):
        obs_fetch(PATH)


def test_a_bucket_that_is_no_folder_is_told(folder: Path, export: Callable[[], Any]) -> None:
    folder.rmdir()
    for stands in (False, True):
        if stands:
            folder.write_bytes(b"a file where the folder of the bucket should be")
        for call in ("size", "fetch", "list"):
            with pytest.raises(ObsUnreadable, match="obs://packages"):
                CALLS[call]()
    status, code, message = export()
    assert (status, code) == (400, "DLF.0815")
    assert "a file stands where a folder is needed" in message
    with pytest.raises(ObsUnwritable, match="a file stands where a folder is needed"):
        obs_write(PATH, BytesIO(b"x"))
