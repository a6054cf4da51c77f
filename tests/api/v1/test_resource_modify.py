from __future__ import annotations

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, done, refused, resource_body, shown
from tests.factories import ResourceFactory


def test_modify_replaces_but_for_location_and_directory(workspace: Workspace, dev: Wire) -> None:
    resource = ResourceFactory(workspace=workspace, name="a", directory="/x/", desc="gone", dependFiles=[])
    uid = str(resource.uid)
    done(dev.put("resources", uid, body={"name": "a", "type": "file"}))
    assert shown(dev.get("resources", uid)) == {
        "name": "a",
        "type": "file",
        "location": "obs://libs/a.jar",
        "directory": "/x/",
        "id": uid,
        "resourceId": uid,
        "jobRelation": [],
    }


def test_everything_can_change_and_the_id_stays(workspace: Workspace, dev: Wire) -> None:
    uid = ResourceFactory(workspace=workspace, name="a").uid.hex
    packages = [{"type": "jar", "location": "obs://x/y.jar"}]
    body = resource_body("乙", directory="/new", type="archive", depend_packages=packages)
    done(dev.put("resources", uid, body=body))
    answer = shown(dev.get("resources", uid))
    assert (answer["name"], answer["type"], answer["directory"]) == ("乙", "archive", "/new")
    assert answer["dependPackages"] == packages


def test_taken_name(workspace: Workspace, dev: Wire) -> None:
    uid = str(ResourceFactory(workspace=workspace, name="a").uid)
    ResourceFactory(workspace=workspace, name="b")
    refused(dev.put("resources", uid, body=resource_body("b")), "DLF.6259")


def test_required_fields(workspace: Workspace, dev: Wire) -> None:
    uid = str(ResourceFactory(workspace=workspace, name="a").uid)
    refused(dev.put("resources", uid, body={"type": "jar"}), "DLF.0802")
    refused(dev.put("resources", uid, body={"name": "a"}), "DLF.6263")


def test_missing_resource(workspace: Workspace, dev: Wire) -> None:
    refused(dev.put("resources", "0" * 32, body={}), "DLF.6241")


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view: Wire, neighbour: Wire, outsider: Wire
) -> None:
    uid = str(ResourceFactory(workspace=workspace, name="a").uid)
    refused(view.put("resources", uid, body=resource_body("a")), "DLF.6888", status=403)
    refused(neighbour.put("resources", uid, body=resource_body("a")), "DLF.0819")
    refused(outsider.put("resources", uid, body=resource_body("a")), "APIGW.0302", status=403)
