"""`compare`: pairs as lines or JSON, and an exit code for CI."""

from __future__ import annotations

import json

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.mapping_profiles import profile_save
from dlfportal.catalogue.services import object_update, version_submit
from dlfportal.formats.mapping import MapKind
from tests.commands.conftest import Run
from tests.factories import ScriptFactory, WorkspaceFactory, operator


@pytest.fixture
def other(workspace: Workspace) -> Workspace:
    made: Workspace = WorkspaceFactory()
    ScriptFactory(workspace=workspace, name="load", content="1", connectionName="dev")
    ScriptFactory(workspace=made, name="load", content="1", connectionName="prod")
    return made


def ended(run: Run, *arguments: str) -> tuple[int, list[str]]:
    """Run the command; return its exit code and what it printed."""
    lines: list[str] = []
    try:
        lines, _errors = run("compare", *arguments)
    except SystemExit as end:
        return int(end.code or 0), lines
    except CommandError as error:
        return error.returncode, [str(error)]
    return 0, lines


def test_what_is_the_same_ends_with_zero(run: Run, workspace: Workspace, other: Workspace) -> None:
    assert ended(run, workspace.pk, workspace.pk) == (0, ["same 1"])


def test_a_difference_ends_with_one(
    run: Run, workspace: Workspace, other: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(run, workspace.pk, other.pk)[0] == 1


def test_a_profile_of_either_workspace(run: Run, workspace: Workspace, other: Workspace) -> None:
    profile_save(
        actor=operator(), workspace=other, name="to prod", mapping={(MapKind.CONNECTION, "dev"): "prod"}
    )
    for sides in ((workspace.pk, other.pk), (other.pk, workspace.pk)):
        assert ended(run, *sides, "--profile", "to prod") == (0, ["mapped 1"])
    code, lines = ended(run, workspace.pk, other.pk, "--profile", "gone")
    assert code == 2 and "no mapping profile gone" in lines[0]


def test_an_earlier_moment_and_submitted(run: Run, workspace: Workspace) -> None:
    script = ScriptFactory(workspace=workspace, name="load", content="1")
    version_submit(actor=operator(), target=script)
    before = timezone.now().isoformat()
    object_update(
        actor=operator(), target=script, document={"name": "load", "type": "DLISQL", "content": "2"}
    )
    assert ended(run, workspace.pk, f"{workspace.pk}@{before}")[0] == 1
    assert ended(run, workspace.pk, workspace.pk, "--at", before)[0] == 0
    assert ended(run, f"{workspace.pk}@{before}", workspace.pk, "--state", "submitted")[0] == 0


@pytest.mark.parametrize("side", ["f" * 32, "", "x", "export:x", "import:x"])
def test_what_cannot_be_compared_ends_with_two(run: Run, workspace: Workspace, side: str) -> None:
    operator()
    assert ended(run, workspace.pk, side)[0] == 2
    assert ended(run, workspace.pk, f"{workspace.pk}@soon")[0] == 2


def test_json_has_every_pair(
    run: Run, workspace: Workspace, other: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlfportal.transfer.management.commands.compare.sys.exit", lambda code: None)
    told = json.loads("".join(run("compare", workspace.pk, other.pk, "--json")[0]))
    assert told["same"] is False and told["counts"] == {"differ": 1}
    assert told["pairs"] == [
        {"outcome": "differ", "kind": "scripts", "here": "load", "there": "load", "fields": 1}
    ]
