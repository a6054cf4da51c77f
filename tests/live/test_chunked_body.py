"""Bodies without a length, as Go, Node and `requests` send what they stream."""

from __future__ import annotations

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


def test_a_body_in_chunks_may_be_empty(portal: Portal) -> None:
    assert len(unzip(post(portal, iter([])).content)) == 3


def test_a_body_in_too_many_chunks_is_413(portal: Portal) -> None:
    answer = post(portal, (b" " * 1024 * 1024 for _ in range(13)))
    assert (answer.status_code, answer.json()["error_code"]) == (413, "APIGW.0201")


def test_a_wrong_body_in_chunks_is_refused(portal: Portal) -> None:
    assert post(portal, iter([b'{"exportDepend": "no"}'])).json()["error_code"] == "DLF.3051"
