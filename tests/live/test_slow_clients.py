"""Clients that are slow, or silent, on purpose: everybody else is answered all the same."""

from __future__ import annotations

import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from random import Random

import pytest
import requests

from tests.factories import node
from tests.portal import SAMPLE_PROJECT, Portal

SLOW = 64
"""So many at once: more than the portal has threads."""

DOWNLOAD = f"/v1/{SAMPLE_PROJECT}/jobs/large/export"


@pytest.fixture(scope="module")
def large(portal: Portal) -> Iterator[str]:
    """A job whose package of 6 MB fits in no buffer of a connection; a token to export it with."""
    api, headers = f"{portal.url}/v1/{SAMPLE_PROJECT}", {"X-Auth-Token": portal.token()}
    names = [f"large_{number}" for number in range(2)]
    for name in names:
        noise = b64encode(Random(name).randbytes(3_000_000)).decode()
        script = {"name": name, "type": "DLISQL", "content": noise, "directory": "/"}
        requests.post(f"{api}/scripts", json=script, headers=headers, timeout=60).raise_for_status()
    nodes = [node(f"n{name}", scriptName=name) for name in names]
    job = {"name": "large", "nodes": nodes, "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
    requests.post(f"{api}/jobs", json=job, headers=headers, timeout=60).raise_for_status()
    yield headers["X-Auth-Token"]
    for path in ("jobs/large", *(f"scripts/{name}" for name in names)):
        requests.delete(f"{api}/{path}", headers=headers, timeout=30).raise_for_status()


@pytest.fixture
def slow(portal: Portal) -> Iterator[Callable[[str], list[socket.socket]]]:
    """Open `SLOW` connections that send what they are given and then nothing."""
    with ExitStack() as opened:

        def begin(sent: str) -> list[socket.socket]:
            connections = []
            for _ in range(SLOW):
                connection = opened.enter_context(socket.socket())
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.settimeout(30)
                connection.connect(("127.0.0.1", portal.port))
                connection.sendall(sent.encode())
                connections.append(connection)
            return connections

        yield begin


def others_are_answered(portal: Portal) -> None:
    """Ask for a page and for an export on connections of their own, one after the other."""
    for _ in range(4):
        for path in ("/healthz", "/accounts/login/"):
            began = time.monotonic()
            assert requests.get(f"{portal.url}{path}", timeout=10).ok
            assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half",
        "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nusername=",
        "POST /v3/auth/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n\r\n{",
        "POST /v3/auth/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ],
    ids=["silent", "half a head", "slow form", "slow large body", "slow chunks"],
)
def test_connections_that_send_no_whole_request_hold_nobody_up(
    portal: Portal, slow: Callable[[str], list[socket.socket]], sent: str
) -> None:
    slow(sent)
    others_are_answered(portal)


def test_slow_bodies_come_in_in_the_end(portal: Portal, slow: Callable[[str], list[socket.socket]]) -> None:
    body = b"{" + b" " * 99_998 + b"}"
    head = f"POST /v3/auth/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    connections = slow(head)[:4]
    for part in (body[:70_000], body[70_000:]):
        others_are_answered(portal)
        for connection in connections:
            connection.sendall(part)
    assert {connection.recv(12) for connection in connections} == {b"HTTP/1.1 400"}


def test_slow_downloads_hold_nobody_up_and_are_whole_in_the_end(
    portal: Portal, large: str, slow: Callable[[str], list[socket.socket]]
) -> None:
    request = (
        f"POST {DOWNLOAD} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: {large}\r\nContent-Length: 0\r\n\r\n"
    )
    connections = slow(request)[:SLOW]
    assert {connection.recv(12) for connection in connections} == {b"HTTP/1.1 200"}
    others_are_answered(portal)
    whole = requests.post(f"{portal.url}{DOWNLOAD}", headers={"X-Auth-Token": large}, timeout=30)
    assert len(whole.content) == int(whole.headers["Content-Length"]) > 5_000_000
    head, size = b"", 0
    while size < len(whole.content):
        piece = connections[-1].recv(1 << 20)
        assert piece
        if b"\r\n\r\n" not in head:
            head += piece
            piece = head.partition(b"\r\n\r\n")[2]
        size += len(piece)
    assert size == len(whole.content)


def test_a_body_is_asked_for_only_of_those_who_may_send_it(portal: Portal) -> None:
    """curl announces a large body by `Expect` and waits."""
    head = (
        f"POST /v1/{SAMPLE_PROJECT}/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Length: 5000000\r\nExpect: 100-continue\r\n"
    )
    for token, expected in (("none", b"HTTP/1.1 401"), (portal.token(), b"HTTP/1.1 100")):
        with socket.create_connection(("127.0.0.1", portal.port), timeout=10) as connection:
            connection.sendall(f"{head}X-Auth-Token: {token}\r\n\r\n".encode())
            assert connection.recv(12) == expected


def test_two_requests_sent_at_once_are_answered_in_turn(portal: Portal) -> None:
    with socket.create_connection(("127.0.0.1", portal.port), timeout=10) as connection:
        first = "POST /v1/x/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}"
        second = "HEAD /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        connection.sendall((first + second).encode())
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.startswith(b"HTTP/1.1 401") and answers.count(b"HTTP/1.1 200") == 1
    assert answers.endswith(b"\r\n\r\n")
