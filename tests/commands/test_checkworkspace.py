"""`checkworkspace`: findings as lines or JSON, and an exit code for CI."""

from __future__ import annotations

import json

import pytest
from django.core.management.base import CommandError

from dlfportal.access.models import Workspace
from tests.commands.conftest import Run
from tests.factories import JobFactory, node, operator


def test_a_sound_workspace_passes(run: Run, workspace: Workspace) -> None:
    operator()
    JobFactory(workspace=workspace, basicConfig={"owner": "li"})
    assert run("checkworkspace", workspace.pk) == (["The checks found nothing."], [])


def test_warnings_are_said_and_pass(run: Run, workspace: Workspace) -> None:
    JobFactory(workspace=workspace)
    [line], _errors = run("checkworkspace", workspace.pk)
    assert line.split() == ["warning", "owner", "jobs", "1"]


def test_an_error_ends_with_one(run: Run, workspace: Workspace) -> None:
    JobFactory(workspace=workspace, nodes=[node("a", scriptName="gone")], basicConfig={"owner": "li"})
    with pytest.raises(SystemExit) as ended:
        run("checkworkspace", workspace.pk)
    assert ended.value.code == 1


def test_json_has_every_check(run: Run, workspace: Workspace) -> None:
    JobFactory(workspace=workspace)
    told = json.loads("".join(run("checkworkspace", workspace.pk, "--json")[0]))
    assert told["ok"] is True
    found = {(one["check"], one["kind"]): one for one in told["checks"]}
    assert found["owner", "jobs"] == {
        "check": "owner", "kind": "jobs", "level": "warning", "count": 1, "more": False,
    }  # fmt: skip
    assert found["unused", "scripts"]["count"] == 0


def test_strangers_learn_nothing(run: Run, workspace: Workspace, stranger: object) -> None:
    with pytest.raises(CommandError):
        run("checkworkspace", workspace.pk, "--user", "stranger")
