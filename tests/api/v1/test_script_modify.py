from __future__ import annotations

from typing import Any

import pytest

from dlfportal.access.models import Workspace
from dlfportal.api.v1 import objects
from dlfportal.catalogue.models import Version
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_update
from dlfportal.formats.kinds import Kind
from tests.api.v1.wire import Wire, done, refused, shown
from tests.factories import ScriptFactory, operator

FULL = {"name": "清洗", "directory": "/a/", "database": "db", "later": [1], "connectionName": "c1"}


def stored(workspace: Workspace) -> dict[str, object]:
    script = object_get(workspace, Kind.SCRIPT, "清洗")
    assert script.revision
    return document_of(script.revision)


def test_fields_that_are_not_sent_keep_their_values(workspace: Workspace, dev: Wire) -> None:
    ScriptFactory(workspace=workspace, **FULL)
    before = stored(workspace)
    done(dev.put("scripts", "清洗", body={"content": "new", "connectionName": None, "description": "d"}))
    assert list(stored(workspace).items()) == list({**before, "content": "new", "description": "d"}.items())


def test_directory_can_change(workspace: Workspace, dev: Wire) -> None:
    ScriptFactory(workspace=workspace, **FULL)
    done(dev.put("scripts", "清洗", body={"directory": "/b", "name": "清洗", "type": "DLISQL"}))
    assert stored(workspace)["directory"] == "/b"


@pytest.mark.parametrize(
    "body",
    [{"name": "other"}, {"name": ""}, {"name": 5}, {"type": "Shell"}, {"type": ""}, {"type": ["DLISQL"]}],
)
def test_name_and_type_stay(workspace: Workspace, dev: Wire, body: dict[str, object]) -> None:
    ScriptFactory(workspace=workspace, **FULL)
    key = next(iter(body))
    message = f"The script fails to be modified. $.{key}: This cannot be changed."
    refused(dev.put("scripts", "清洗", body={**body, "content": "new"}), "DLF.0203", message)
    assert stored(workspace)["content"] != "new"


@pytest.mark.parametrize("change", [{"content": 5}, {"description": "x" * 256}, {"content": "x" * 4194305}])
def test_what_create_refuses_has_the_code_of_a_change(
    workspace: Workspace, dev: Wire, change: dict[str, object]
) -> None:
    ScriptFactory(workspace=workspace, **FULL)
    refused(dev.put("scripts", "清洗", body=change), "DLF.0203")


def test_target_status_submits(workspace: Workspace, dev: Wire) -> None:
    ScriptFactory(workspace=workspace, **FULL)
    done(dev.put("scripts", "清洗", body={"content": "x", "targetStatus": "SUBMITTED"}))
    assert Version.objects.count() == 1
    assert shown(dev.get("scripts", "清洗", status="PUBLISHED"))["content"] == "x"
    refused(dev.put("scripts", "清洗", body={"targetStatus": "DONE"}), "DLF.3051")


def test_what_was_shown_can_be_sent_back(workspace: Workspace, dev: Wire) -> None:
    ScriptFactory(workspace=workspace, **FULL)
    answer = shown(dev.get("scripts", "清洗"))
    done(dev.put("scripts", "清洗", body=answer))
    assert not {"id", "createUser", "modifyTime", "autoAcquireLock"} & stored(workspace).keys()


def test_two_changes_at_once_are_both_kept(
    workspace: Workspace, dev: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is written between the other's reading and writing; what it changed was not sent by the other."""
    ScriptFactory(workspace=workspace, **FULL)
    first = [True]

    def slow(**arguments: Any) -> Any:
        if first.pop() if first else False:
            done(dev.put("scripts", "清洗", body={"directory": "/moved"}))
        return object_update(**arguments)

    monkeypatch.setattr(objects, "object_update", slow)
    done(dev.put("scripts", "清洗", body={"content": "new"}))
    assert (stored(workspace)["content"], stored(workspace)["directory"]) == ("new", "/moved")


def test_a_change_that_others_always_overtake_is_refused(
    workspace: Workspace, dev: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    ScriptFactory(workspace=workspace, **FULL)
    turns = iter(range(100))

    def slow(**arguments: Any) -> Any:
        other = {**document_of(arguments["target"].revision), "content": f"other {next(turns)}"}
        object_update(actor=operator(), target=arguments["target"], document=other)
        return object_update(**arguments)

    monkeypatch.setattr(objects, "object_update", slow)
    refused(dev.put("scripts", "清洗", body={"content": "new"}), "DLF.3051")
    assert stored(workspace)["content"] == f"other {objects.ATTEMPTS - 1}"


def test_missing_script(workspace: Workspace, dev: Wire) -> None:
    refused(dev.put("scripts", "none", body={"content": 1}), "DLF.6201", "The script does not exist.")


def test_missing_script_comes_before_the_values(workspace: Workspace, dev: Wire) -> None:
    refused(dev.put("scripts", "none", body={"targetStatus": 5}), "DLF.6201")


def test_viewer_and_strangers_are_refused(
    workspace: Workspace, view: Wire, neighbour: Wire, outsider: Wire
) -> None:
    ScriptFactory(workspace=workspace, **FULL)
    refused(view.put("scripts", "清洗", body={}), "DLF.6888", status=403)
    refused(neighbour.put("scripts", "清洗", body={}), "DLF.0819")
    refused(outsider.put("scripts", "清洗", body={}), "APIGW.0302", status=403)
