from __future__ import annotations

import pytest

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Version
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.formats.kinds import Kind
from tests.api.v1.wire import Wire, done, refused, script_body, shown


def test_create_keeps_the_text_byte_for_byte(workspace: Workspace, dev: Wire) -> None:
    body = script_body(content="\r\nSELECT '中文';\r\n\t-- end", configuration={"z": 1, "a": {"b": []}})
    done(dev.post("scripts", body=body))
    script = object_get(workspace, Kind.SCRIPT, "清洗_订单")
    assert script.revision
    assert list(document_of(script.revision).items()) == list(body.items())
    assert AuditEntry.objects.filter(action="script.create", channel="api").count() == 1


def test_target_status_submits(workspace: Workspace, dev: Wire) -> None:
    done(dev.post("scripts", body=script_body(targetStatus="PRODUCTION", approvers=[])))
    assert Version.objects.count() == 1
    assert shown(dev.get("scripts", "清洗_订单"))["version"] == 1


def test_taken_name(workspace: Workspace, dev: Wire) -> None:
    done(dev.post("scripts", body=script_body()))
    message = "The script name has been used by another script."
    refused(dev.post("scripts", body=script_body()), "DLF.0202", message)


@pytest.mark.parametrize("kind", ["Spark Python", "SparkPython", "HetuEngineSQL"])
def test_types_are_kept_as_sent(workspace: Workspace, dev: Wire, kind: str) -> None:
    done(dev.post("scripts", body=script_body("s", type=kind)))
    assert shown(dev.get("scripts", "s"))["type"] == kind


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view: Wire, neighbour: Wire, outsider: Wire
) -> None:
    refused(view.post("scripts", body=script_body()), "DLF.6888", status=403)
    refused(neighbour.post("scripts", body=script_body()), "DLF.0819")
    refused(outsider.post("scripts", body=script_body()), "APIGW.0302", status=403)


@pytest.mark.parametrize("letter", ["x", "中"])
def test_a_script_of_exactly_four_megabytes_is_kept(workspace: Workspace, dev: Wire, letter: str) -> None:
    size = len(letter.encode())
    most = letter * (4 * 1024 * 1024 // size) + "x" * (4 * 1024 * 1024 % size)
    done(dev.post("scripts", body=script_body("large", content=most)))
    assert shown(dev.get("scripts", "large"))["content"] == most
    refused(dev.post("scripts", body=script_body("larger", content=most + "x")), "DLF.0201")
