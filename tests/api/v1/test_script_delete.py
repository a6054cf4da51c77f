from __future__ import annotations

from dlfportal.access.models import Workspace
from tests.api.v1.wire import Wire, done, refused, shown
from tests.factories import JobFactory, ScriptFactory, node


def test_script_that_jobs_use_can_be_deleted(workspace: Workspace, dev: Wire) -> None:
    ScriptFactory(workspace=workspace, name="清洗")
    JobFactory(workspace=workspace, name="j", nodes=[node("n", scriptName="清洗")])
    done(dev.delete("scripts", "清洗", body={"approvers": [{"approverName": "x"}]}))
    refused(dev.get("scripts", "清洗"), "DLF.6201")
    assert shown(dev.get("scripts")) == {"total": 0, "scripts": []}


def test_missing_script(workspace: Workspace, dev: Wire) -> None:
    refused(dev.delete("scripts", "none"), "DLF.6201", "The script does not exist.")


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view: Wire, neighbour: Wire, outsider: Wire
) -> None:
    ScriptFactory(workspace=workspace, name="s")
    refused(view.delete("scripts", "s"), "DLF.6888", status=403)
    refused(neighbour.delete("scripts", "s"), "DLF.0819")
    refused(outsider.delete("scripts", "s"), "APIGW.0302", status=403)
