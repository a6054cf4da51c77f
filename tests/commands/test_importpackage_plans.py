"""`importpackage --plan-out` and `--apply`: a plan that people review, applied only as long as it is true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dlfportal.access.models import Workspace
from dlfportal.catalogue.mapping_profiles import profile_save
from dlfportal.catalogue.selectors import document_of
from dlfportal.formats.mapping import MapKind
from tests.commands.test_importpackage import run
from tests.factories import operator
from tests.importing import OVERWRITE, alive, imported, job, pack, script

pytestmark = pytest.mark.django_db


@pytest.fixture
def packed(tmp_path: Path, settings: object) -> str:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    operator()
    path = tmp_path / "jobs.zip"
    path.write_bytes(pack(job(), script(content="new", connectionName="dev")).read())
    return str(path)


def contents(workspace: Workspace) -> dict[str, str]:
    return {
        one.name: document_of(one.revision).get("content", "") for one in alive(workspace) if one.revision
    }


def test_a_plan_is_written_reviewed_and_applied(packed: str, workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, pack(script(content="old")))
    out = tmp_path / "plan.json"
    given = ("--workspace", workspace.pk, "--policy", "OVERWRITE")
    printed = run("importpackage", packed, *given, "--plan-out", str(out), "--skip", "job:load")
    assert "would write 0 new and 1 changed" in printed and "left out job" in printed
    plan = json.loads(out.read_text(encoding="utf-8"))
    assert [(row["name"], row["outcome"], row["choice"]) for row in plan["rows"]] == [
        ("load", "new", "skip"),
        ("load_sql", "changed", "take"),
    ]
    assert contents(workspace) == {"load_sql": "old"}
    run("importpackage", *given[:2], "--apply", str(out))
    assert contents(workspace) == {"load_sql": "new"}
    with pytest.raises(CommandError, match="has been applied"):
        run("importpackage", *given[:2], "--apply", str(out))


def test_a_plan_is_refused_when_the_ground_moved(packed: str, workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    run("importpackage", packed, "--workspace", workspace.pk, "--plan-out", str(out))
    imported(workspace, pack(script(content="meanwhile")), OVERWRITE)
    with pytest.raises(CommandError, match="load_sql changed since the plan was made"):
        run("importpackage", "--workspace", workspace.pk, "--apply", str(out))
    assert contents(workspace) == {"load_sql": "meanwhile"}


def test_a_file_that_was_changed_is_refused(packed: str, workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    run("importpackage", packed, "--workspace", workspace.pk, "--plan-out", str(out))
    plan = json.loads(out.read_text(encoding="utf-8"))
    plan["rows"][0]["choice"] = "skip"
    out.write_text(json.dumps(plan), encoding="utf-8")
    with pytest.raises(CommandError, match="job::load"):
        run("importpackage", "--workspace", workspace.pk, "--apply", str(out))
    assert contents(workspace) == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1, "plan": 7}', '{"format": 1, "plan": "x"}'])
def test_a_file_that_is_no_plan_is_refused(workspace: Workspace, tmp_path: Path, text: str) -> None:
    operator()
    out = tmp_path / "plan.json"
    out.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        run("importpackage", "--workspace", workspace.pk, "--apply", str(out))


def test_names_are_mapped_and_objects_renamed(packed: str, workspace: Workspace) -> None:
    mapping = {(MapKind.CONNECTION, "dev"): "prod"}
    profile_save(actor=operator(), workspace=workspace, name="to prod", mapping=mapping)
    call_command(
        "importpackage",
        packed,
        workspace=workspace.pk,
        profile="to prod",
        rename=["script:load_sql=load_prod"],
    )
    (found,) = [one for one in alive(workspace) if one.name == "load_prod"]
    assert found.revision and document_of(found.revision)["connectionName"] == "prod"


def test_what_the_package_has_not_cannot_be_left_out(packed: str, workspace: Workspace) -> None:
    with pytest.raises(CommandError, match="script:none"):
        run("importpackage", packed, "--workspace", workspace.pk, "--skip", "script:none")
