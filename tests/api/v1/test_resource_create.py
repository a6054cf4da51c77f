from __future__ import annotations

from uuid import UUID

import pytest

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import Version
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.formats.kinds import Kind
from tests.api.v1.wire import Wire, done, refused, resource_body, shown


def stored(workspace: Workspace, name: str = "公共_jar") -> dict[str, object]:
    resource = object_get(workspace, Kind.RESOURCE, name)
    assert resource.revision
    return document_of(resource.revision)


def test_create_answers_the_id(workspace: Workspace, dev: Wire) -> None:
    answer = shown(dev.post("resources", body=resource_body()))
    assert list(answer) == ["resourceId"]
    assert answer["resourceId"] == str(UUID(answer["resourceId"]))
    assert stored(workspace) == resource_body()


def test_underscored_key_is_an_alias(workspace: Workspace, dev: Wire) -> None:
    packages = [{"type": "jar", "location": "obs://libs/other.jar"}]
    shown(dev.post("resources", body=resource_body(depend_packages=packages)))
    assert stored(workspace) == resource_body(dependPackages=packages)


def test_target_status_submits(workspace: Workspace, dev: Wire) -> None:
    """DLF submits no resources; here an export of what was submitted could not hold one otherwise."""
    answer = shown(dev.post("resources", body=resource_body(targetStatus="SUBMITTED")))
    changed = resource_body(desc="later", targetStatus="SUBMITTED")
    done(dev.put("resources", answer["resourceId"], body=changed))
    assert Version.objects.count() == 2
    refused(dev.post("resources", body=resource_body("b", targetStatus="DONE")), "DLF.3051")


def test_taken_name_even_in_another_directory(workspace: Workspace, dev: Wire) -> None:
    shown(dev.post("resources", body=resource_body()))
    message = "Files of the same name exist in the directory."
    refused(dev.post("resources", body=resource_body(directory="/b")), "DLF.6259", message)


def test_resource_created_again_has_its_old_id(workspace: Workspace, dev: Wire) -> None:
    first = shown(dev.post("resources", body=resource_body()))["resourceId"]
    done(dev.delete("resources", first))
    assert shown(dev.post("resources", body=resource_body()))["resourceId"] == first


@pytest.mark.parametrize("kind", ["archive", "file", "jar", "pyFile"])
def test_all_documented_types(workspace: Workspace, dev: Wire, kind: str) -> None:
    shown(dev.post("resources", body=resource_body(type=kind, location="hdfs:///user/a")))


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view: Wire, neighbour: Wire, outsider: Wire
) -> None:
    refused(view.post("resources", body=resource_body()), "DLF.6888", status=403)
    refused(neighbour.post("resources", body=resource_body()), "DLF.0819")
    refused(outsider.post("resources", body=resource_body()), "APIGW.0302", status=403)
