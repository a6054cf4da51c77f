"""Requests as few clients send them: bodies without a length or cut short, and hidden slashes."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import requests

from tests.packages import unzip
from tests.portal import SAMPLE_PROJECT, Portal


def post(portal: Portal, pieces: Iterator[bytes]) -> requests.Response:
    return requests.post(
        f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/myJob/export",
        data=pieces,
        headers={"X-Auth-Token": portal.token()},
        timeout=30,
    )


def test_a_body_in_chunks_is_read(portal: Portal) -> None:
    answer = post(portal, iter([b'{"exportDepend"', b": false}"]))
    assert answer.status_code == 200
    assert list(unzip(answer.content)) == ["jobs/myJob.job"]


def test_a_large_body_in_chunks_is_read_whole_and_in_order(portal: Portal) -> None:
    parts = [b'{"exportDepend": false, "note": "', *(b"%06d" % n * 5000 for n in range(8)), b'"}']
    assert list(unzip(post(portal, iter(parts)).content)) == ["jobs/myJob.job"]


def test_a_body_in_chunks_may_be_empty(portal: Portal) -> None:
    assert len(unzip(post(portal, iter([])).content)) == 3


def test_a_body_in_too_many_chunks_is_413(portal: Portal) -> None:
    answer = post(portal, (b" " * 1024 * 1024 for _ in range(13)))
    assert (answer.status_code, answer.json()["error_code"]) == (413, "APIGW.0201")


def test_a_wrong_body_in_chunks_is_refused(portal: Portal) -> None:
    assert post(portal, iter([b'{"exportDepend": "no"}'])).json()["error_code"] == "DLF.3051"


def test_a_body_that_ends_early_is_not_acted_on(portal: Portal) -> None:
    """The connection breaks after the headers: what came is not what was meant."""
    head = [
        f"POST /v1/{SAMPLE_PROJECT}/jobs/myJob/export HTTP/1.1",
        f"Host: 127.0.0.1:{portal.port}",
        f"X-Auth-Token: {portal.token()}",
        "Content-Length: 100",
        "Connection: close",
        "",
        "",
    ]
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        connection.sendall("\r\n".join(head).encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin-1")
    assert answer.startswith("HTTP/1.1 400") and "APIGW.0602" in answer


def test_an_encoded_slash_never_matches(portal: Portal) -> None:
    """As gunicorn hands it over."""
    address = f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/myJob%2Fexport"
    answer = requests.post(address, headers={"X-Auth-Token": portal.token()}, timeout=30)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")
