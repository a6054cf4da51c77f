from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, refused

TEXT = "This service only stores job definitions; data connections are not supported."
OPERATIONS = [
    ("POST", "connections"),
    ("GET", "connections"),
    ("GET", "connections/连接"),
    ("PUT", "connections/连接"),
    ("DELETE", "connections/连接"),
    ("POST", "connections/export"),
    ("POST", "connections/import"),
    ("GET", "connections/export"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_connections_are_not_supported(workspace: Workspace, dev: Wire, method: str, path: str) -> None:
    refused(dev.send(method, *path.split("/")), "DLF.9901", TEXT)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_rights(workspace: Workspace, view: Wire, neighbour: Wire, method: str, path: str) -> None:
    answer = view.send(method, *path.split("/"))
    if method == "GET":
        refused(answer, "DLF.9901", TEXT)
    else:
        refused(answer, "DLF.6888", status=403)
    refused(neighbour.send(method, *path.split("/")), "DLF.0819")


def test_other_methods_do_not_exist(workspace: Workspace, dev: Wire) -> None:
    refused(dev.post("connections", "连接"), "APIGW.0101", status=404)
