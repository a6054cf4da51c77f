"""Who exports; and an object store for each test: a folder, or an S3 server reached over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from moto.server import ThreadedMotoServer

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.transfer.store.buckets import bucket_give
from tests.factories import operator


@pytest.fixture
def actor(viewer: User) -> Actor:
    """The viewer, who comes over the API: exporting needs no more."""
    return Actor(viewer, Channel.API, "r" * 32)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, settings: object, tmp_path: Path) -> str:
    """The object store of the portal, of either sort; returns which."""
    which: str = request.param
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    settings.DLF_OBS = {}  # type: ignore[attr-defined]
    if which == "s3":
        settings.DLF_OBS = {  # type: ignore[attr-defined]
            "endpoint": request.getfixturevalue("s3_endpoint"),
            "access_key": "key",
            "secret_key": "secret",
            "region": "cn-north-4",
            "prefix": f"t{abs(hash(str(tmp_path))) % 10**9}-",
            "addressing": "path",
        }
    return which


@pytest.fixture
def bucket(store: str, workspace: Workspace) -> str:
    """A bucket of `workspace`."""
    return bucket_give(actor=operator(), name="packages", workspace=workspace).name
