"""Bodies that may not come in, on a real server: nothing of them is kept, on disk or in memory."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import pytest
import requests

from tests.live.worker import count, wait_for
from tests.portal import SAMPLE_WORKSPACE, Portal

MEGABYTES = 300
FILE = b"x" * (1024 * 1024)


def _post_big(portal: Portal, path: str, cookies: str) -> str:
    """Send a form with a file of 300 MB as a browser does; return the first line of the answer."""
    edge = "edge"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    request = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary={edge}\r\n"
        f"Content-Length: {MEGABYTES * 1024 * 1024}\r\nConnection: close\r\n\r\n{head}"
    )
    with socket.create_connection(("127.0.0.1", portal.port), timeout=60) as connection:
        connection.sendall(request.encode())
        try:
            for _ in range(MEGABYTES):
                connection.sendall(FILE)
                assert not _spooled(portal)
        except OSError:
            pass  # the server has answered and reads no more
        try:
            return connection.recv(4096).decode("latin-1").partition("\r\n")[0]
        except OSError:
            return ""


def _spooled(portal: Portal) -> list[str]:
    """Return the temporary files of uploads that the workers have open."""
    links = (link for pid in _workers(portal) for link in Path(f"/proc/{pid}/fd").iterdir())
    return [name for link in links if ".upload" in (name := str(link.readlink()))]


def _workers(portal: Portal) -> list[str]:
    assert portal.process
    return Path(f"/proc/{portal.process.pid}/task/{portal.process.pid}/children").read_text().split()


def _memory(portal: Portal) -> int:
    """Return the most kilobytes of memory that each worker has had, added up."""
    pages = (Path(f"/proc/{pid}/status").read_text() for pid in _workers(portal))
    return sum(int(re.search(r"VmHWM:\s+(\d+)", text)[1]) for text in pages)  # type: ignore[index]


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/admin/transfer/bucket/none/files/put/", "/access-keys/"]
)
def test_a_form_of_300_mb_from_a_stranger_is_refused_before_it_is_read(portal: Portal, path: str) -> None:
    """With the cookie that anybody gets, the check against forged forms would read it all."""
    browser = requests.Session()
    browser.get(f"{portal.url}/accounts/login/", timeout=30)
    before, began = _memory(portal), time.monotonic()
    status = _post_big(portal, path, f"csrftoken={browser.cookies['csrftoken']}")
    assert not status or status.split()[1] in ("302", "413")
    assert _memory(portal) - before < 20_000
    assert time.monotonic() - began < 30


def test_an_upload_that_breaks_off_leaves_nothing(portal: Portal) -> None:
    """Of a package of 20 MB 5 MB are sent; then the browser is gone."""
    http = requests.Session()
    http.headers["Referer"] = portal.url
    http.get(f"{portal.url}/accounts/login/", timeout=30)
    token = {"csrfmiddlewaretoken": http.cookies["csrftoken"]}
    signed = {"username": "admin", "password": portal.password, "next": "/", **token}
    http.post(f"{portal.url}/accounts/login/", data=signed, timeout=30).raise_for_status()
    plans, files, before = count(portal, "transfer_importrun"), _kept(portal), _nameless(portal)
    fields = {"csrfmiddlewaretoken": http.cookies["csrftoken"], "from": "file"}
    parts = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    request = (
        f"POST /w/{SAMPLE_WORKSPACE}/import/ HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\n"
        f"Cookie: {'; '.join(f'{one.name}={one.value}' for one in http.cookies)}\r\n"
        "Content-Type: multipart/form-data; boundary=edge\r\n"
        f"Content-Length: {20 * len(FILE)}\r\n\r\n{parts}"
        '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    )
    with socket.create_connection(("127.0.0.1", portal.port), timeout=60) as connection:
        connection.sendall(request.encode())
        for _ in range(5):
            connection.sendall(FILE)
        wait_for(lambda: len(_nameless(portal)) > len(before))
    wait_for(lambda: len(_nameless(portal)) <= len(before))
    assert (count(portal, "transfer_importrun"), _kept(portal)) == (plans, files)


def _nameless(portal: Portal) -> list[str]:
    """Return the files without a name that the workers have open: bodies that come in are among them."""
    links = [link for pid in _workers(portal) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return [name for link in links if link.is_symlink() and "(deleted)" in (name := str(link.readlink()))]


def _kept(portal: Portal) -> set[str]:
    """Return the packages that are kept of what was sent."""
    return {path.name for path in (portal.folder / "obs").rglob("*.zip")}
