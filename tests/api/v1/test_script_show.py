from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlfportal.access.models import Workspace
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.selectors import document_of, object_get, object_list
from dlfportal.catalogue.services import object_update, version_submit
from dlfportal.formats.kinds import Kind
from tests.api.v1.wire import Wire, done, refused, script_body, shown
from tests.factories import ScriptFactory, operator

GOLDEN = Path(__file__).parent / "golden"


def test_stored_document_first_then_the_additions(workspace: Workspace, dev: Wire, view: Wire) -> None:
    golden = json.loads((GOLDEN / "script_show.json").read_text())
    done(dev.post("scripts", body=golden["stored"]))
    script = CatalogueObject.objects.get()
    answer = shown(view.get("scripts", "清洗_订单"))
    facts = {"id": str(script.uid), "modifyTime": answer["modifyTime"]}
    expected = {key: facts.get(key, value) for key, value in golden["shown"].items()}
    assert json.dumps(answer, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)
    assert abs(answer["modifyTime"] - script.updated_at.timestamp() * 1000) < 1000


def test_stored_owner_is_kept(workspace: Workspace, view: Wire) -> None:
    ScriptFactory(workspace=workspace, name="s", owner="somebody", configuration=None)
    answer = shown(view.get("scripts", "s"))
    assert answer["owner"] == "somebody"
    assert "configuration" not in answer


def test_version_and_status_choose_the_submitted_one(workspace: Workspace, view: Wire) -> None:
    submitted_twice(workspace)
    asked = {
        "draft": [{}, {"version": "-1"}, {"status": "SAVED"}, {"version": "-1", "status": "PUBLISHED"}],
        "second": [{"version": "2"}, {"status": "PUBLISHED"}],
        "first": [{"version": "1"}, {"version": "1", "status": "PUBLISHED"}],
    }
    for content, queries in asked.items():
        for query in queries:
            assert shown(view.get("scripts", "s", **query))["content"] == content
    assert shown(view.get("scripts", "s"))["version"] == 2
    assert shown(view.get("scripts", "s", version=1))["version"] == 1


@pytest.mark.parametrize("query", [{"version": "3"}, {"version": "x"}, {"status": "saved"}])
def test_what_cannot_be_shown_is_refused(workspace: Workspace, view: Wire, query: dict[str, str]) -> None:
    submitted_twice(workspace)
    refused(view.get("scripts", "s", **query), "DLF.3051")


def test_script_with_one_version_answers_for_any(workspace: Workspace, view: Wire) -> None:
    ScriptFactory(workspace=workspace, name="s", content="only")
    assert shown(view.get("scripts", "s", version=17))["content"] == "only"
    refused(view.get("scripts", "s", status="PUBLISHED"), "DLF.3051")


def test_missing_script(workspace: Workspace, view: Wire) -> None:
    refused(view.get("scripts", "none"), "DLF.6201", "The script does not exist.")


def test_strangers_see_nothing(workspace: Workspace, neighbour: Wire, outsider: Wire) -> None:
    ScriptFactory(workspace=workspace, name="s")
    refused(neighbour.get("scripts", "s"), "DLF.0819")
    refused(outsider.get("scripts", "s"), "APIGW.0302", status=403)


def submitted_twice(workspace: Workspace) -> CatalogueObject:
    script = ScriptFactory(workspace=workspace, name="s", content="first")
    version_submit(actor=operator(), target=script)
    for text in ("second", "draft"):
        object_update(actor=operator(), target=script, document=script_body("s", content=text))
        if text == "second":
            version_submit(actor=operator(), target=script)
    return script


@pytest.mark.parametrize(
    ("text", "read"),
    [('{"a": {"b": 1.50}}', {"a": {"b": 1.5}}), ("", {})],
)
def test_a_configuration_written_as_text_is_shown_as_a_map(
    workspace: Workspace, dev: Wire, text: str, read: dict[str, object]
) -> None:
    """The text is kept; written back as it is shown it stays, and changed in part it is a map."""
    done(dev.post("scripts", body=script_body("s", configuration=text)))
    for answer in (shown(dev.get("scripts", "s")), shown(dev.get("scripts"))["scripts"][0]):
        assert answer["configuration"] == read
        done(dev.put("scripts", "s", body=answer))
        assert kept(workspace)["configuration"] == text
    done(dev.put("scripts", "s", body={"configuration": {**read, "c": "d"}}))
    assert kept(workspace)["configuration"] == {**read, "c": "d"}


def test_a_configuration_whose_text_could_be_read_in_two_ways_is_refused(
    workspace: Workspace, dev: Wire
) -> None:
    answer = dev.post("scripts", body=script_body("s", configuration='{"a": 1, "a": 2}'))
    assert answer.status_code == 400 and "$.configuration" in answer.json()["error_msg"]
    assert object_list(workspace, Kind.SCRIPT).count() == 0


def kept(workspace: Workspace) -> dict[str, object]:
    revision = object_get(workspace, Kind.SCRIPT, "s").revision
    assert revision
    return document_of(revision)
