"""A hundred exports at once into the object store, and clients that go away, on a server as people run it."""

from __future__ import annotations

import socket
import struct
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from tests.factories import node
from tests.live.worker import rows, wait_for
from tests.packages import unzip
from tests.portal import SAMPLE_PROJECT, Portal

WORKSPACE = "e1b7d0c4a52f4f6d9c38a7706b1f2d95"
CALLS, AT_ONCE = 100, 8


class Store:
    """The object store of a server: fetches what is kept at an `obs://` path."""

    def __init__(self, portal: Portal, client: Any = None) -> None:
        self.portal = portal
        self.client = client

    def fetch(self, path: str) -> bytes:
        bucket, _slash, key = path.removeprefix("obs://").partition("/")
        if self.client:
            content: bytes = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
            return content
        return (Path(self.portal.folder) / "obs" / bucket / key).read_bytes()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, portal: Portal) -> Iterator[Store]:
    if request.param == "folder":
        portal.manage("createbucket", "kept", "--workspace", WORKSPACE)
        yield Store(portal)
        return
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    endpoint = "http://{}:{}".format(*moto.get_host_and_port())
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "cn-north-4"}
    settings = {
        "DLF_OBS_ENDPOINT": endpoint, "DLF_OBS_ACCESS_KEY": "key", "DLF_OBS_SECRET_KEY": "secret",
        "DLF_OBS_REGION": "cn-north-4", "DLF_OBS_ADDRESSING": "path",
    }  # fmt: skip
    beside = portal.beside(**settings)
    beside.manage("createbucket", "kept", "--workspace", WORKSPACE)
    beside.start()
    yield Store(beside, boto3.client("s3", endpoint_url=endpoint, **keys))
    beside.stop()
    moto.stop()


def test_a_hundred_exports_at_once_keep_a_hundred_packages(store: Store) -> None:
    url = f"{store.portal.url}/v1/{SAMPLE_PROJECT}/jobs"
    headers = {"X-Auth-Token": store.portal.token()}
    names = [job["name"] for job in requests.get(url, headers=headers, timeout=30).json()["jobs"]][:5]
    wanted = [names[number % len(names)] for number in range(CALLS)]

    def keep(name: str) -> str:
        body = {"jobList": [name], "exportDepend": False, "obsPath": "obs://kept/out"}
        answer = requests.post(f"{url}/batch-export", json=body, headers=headers, timeout=60)
        return str(answer.json()["obsPath"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        folders = list(pool.map(keep, wanted))
    assert len(set(folders)) == CALLS, "two answers name one folder"
    for name, folder in zip(wanted, folders, strict=True):
        assert f"jobs/{name}/{name}.job" in unzip(store.fetch(f"{folder}/jobs.zip"))


def go_away(portal: Portal, path: str) -> int:
    """Ask for a package, take the first of its bytes and go, as a browser that is closed does."""
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: {portal.token()}\r\n"
        client.sendall(f"{head}Content-Length: 0\r\n\r\n".encode())
        return len(client.recv(1024))


def test_a_client_that_goes_away_is_on_record(portal: Portal) -> None:
    api, headers = f"{portal.url}/v1/{SAMPLE_PROJECT}", {"X-Auth-Token": portal.token()}
    nodes = []
    for number in range(4):
        noise = b64encode(Random(number).randbytes(2_900_000)).decode()
        script = {"name": f"noise_{number}", "type": "DLISQL", "content": noise, "directory": "/"}
        assert requests.post(f"{api}/scripts", json=script, headers=headers, timeout=60).status_code == 204
        nodes.append(node(f"n{number}", scriptName=f"noise_{number}"))
    body = {"name": "noisy", "nodes": nodes, "schedule": {"type": "EXECUTE_ONCE"}, "processType": "BATCH"}
    assert requests.post(f"{api}/jobs", json=body, headers=headers, timeout=60).status_code == 204
    assert go_away(portal, f"/v1/{SAMPLE_PROJECT}/jobs/noisy/export")
    query = "SELECT state, sent, size FROM transfer_export WHERE name = 'DLF_noisy.zip'"
    wait_for(lambda: rows(portal, query)[0][0] != "running")
    ((state, sent, size),) = rows(portal, query)
    assert state == "broken" and 0 < sent < size
    whole = len(requests.post(f"{api}/jobs/noisy/export", headers=headers, timeout=60).content)
    wait_for(lambda: ("complete", whole, whole) in [tuple(row) for row in rows(portal, query)])
    for path in ("jobs/noisy", *(f"scripts/noise_{number}" for number in range(4))):
        assert requests.delete(f"{api}/{path}", headers=headers, timeout=30).status_code == 204
