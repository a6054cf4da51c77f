"""Bodies that may not come in, on a real server: nothing of them is kept, on disk or in memory."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import pytest
import requests

from tests.portal import Portal

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
