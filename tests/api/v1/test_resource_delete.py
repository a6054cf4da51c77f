from __future__ import annotations

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, done, refused
from tests.factories import ResourceFactory


def test_delete_by_id(workspace: Workspace, dev: Wire) -> None:
    uid = ResourceFactory(workspace=workspace, name="公共").uid.hex
    done(dev.delete("resources", uid))
    refused(dev.get("resources", uid), "DLF.6241")
    refused(dev.delete("resources", uid), "DLF.6241", "The resource information does not exist.")


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view: Wire, neighbour: Wire, outsider: Wire
) -> None:
    uid = str(ResourceFactory(workspace=workspace, name="a").uid)
    refused(view.delete("resources", uid), "DLF.6888", status=403)
    refused(neighbour.delete("resources", uid), "DLF.0819")
    refused(outsider.delete("resources", uid), "APIGW.0302", status=403)
