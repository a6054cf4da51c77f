"""The cast of the v2 API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Workspace
from tests.api.v1.conftest import neighbour, next_door, outsider  # noqa: F401 - fixtures
from tests.api.v1.wire import Wire
from tests.factories import JobFactory, ScriptFactory, node


def of_v2(wire: Wire) -> Wire:
    wire.base = wire.base.replace("/v1/", "/v2/")
    return wire


@pytest.fixture
def view2(viewer: User) -> Wire:
    """The viewer of `workspace`."""
    return of_v2(Wire(viewer))


@pytest.fixture
def dev2(developer: User) -> Wire:
    """The developer of `workspace`."""
    return of_v2(Wire(developer))


@pytest.fixture
def fill(workspace: Workspace) -> Callable[[int, str], None]:
    """Return a function that makes so many jobs and scripts."""

    def make(count: int, prefix: str) -> None:
        for number in range(count):
            nodes = [node("n", connectionName="dws")]
            JobFactory(
                workspace=workspace, name=f"{prefix}{number}", nodes=nodes, basicConfig={"tags": ["t"]}
            )
            ScriptFactory(workspace=workspace, name=f"{prefix}{number}")

    return make
