"""Where the SDKs work: a project of its own for each of them in each file."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.importing import package
from tests.live.sdk.catalogue import CDM_JOBS, JOBS, RESOURCES, SCRIPTS
from tests.live.sdk.client import CLIENTS, Key, Sdk, sent
from tests.live.sdk.scene import Scene
from tests.live.worker import Worker
from tests.portal import Portal


@pytest.fixture(scope="session")
def key(portal: Portal) -> Key:
    """An access key of admin."""
    lines = dict(line.split("=", 1) for line in portal.manage("createaccesskey", "admin").splitlines())
    return lines["access_key"], lines["secret_key"]


@pytest.fixture(scope="module")
def worker(portal: Portal) -> Iterator[Worker]:
    """The process that does the imports."""
    running = Worker(portal)
    yield running
    running.end()


@pytest.fixture(scope="module")
def scenes(portal: Portal, key: Key) -> Callable[[str], Scene]:
    """The scene of each SDK, made when it is first asked for: a project with two empty workspaces."""

    @cache
    def make(name: str) -> Scene:
        project, bucket = secrets.token_hex(16), f"conformance-{name}"
        home, copy = (
            portal.manage("createworkspace", f"{part} {name}", "--project", project).strip()
            for part in ("conformance", "副本")
        )
        for workspace in (home, copy):
            portal.manage("createbucket", bucket, "--workspace", workspace)
        return Scene(Sdk(name, portal.url, key, project, home), copy, bucket, portal.folder / "obs" / bucket)

    return make


@pytest.fixture(params=CLIENTS)
def scene(request: pytest.FixtureRequest, scenes: Callable[[str], Scene]) -> Scene:
    """The scene of an SDK: a test runs once with each, unless it says `only`."""
    return scenes(request.param)


@pytest.fixture
def sdk(scene: Scene) -> Sdk:
    """The SDK of the scene."""
    return scene.sdk


@pytest.fixture
def stocked(scene: Scene, worker: Worker) -> Scene:
    """The scene with all objects of the sample catalogue, made by the SDK.

    The API has no operation for CDM jobs: they come as DLF's do, by an import.
    """
    if scene.documents:
        return scene
    for kind, model, documents in (
        ("script", "ScriptInfo", SCRIPTS),
        ("resource", "ResourceInfo", RESOURCES),
        ("job", "JobInfo", JOBS),
    ):
        for name, document in documents.items():
            body = scene.sdk.body(model, scene.sdk.job(document) if kind == "job" else document)
            assert scene.sdk(f"create_{kind}", body=body).status_code < 300
            scene.documents[f"{kind}s/{name}.{kind}"] = sent(body)
    task = scene.take(scene.put("cdm.zip", package(CDM_JOBS).read()))
    assert task.status == "SUCCESSFUL"
    scene.documents.update(CDM_JOBS)
    return scene
