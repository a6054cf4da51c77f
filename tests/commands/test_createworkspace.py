from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.management.base import CommandError

from dlfportal.access.models import Project, Workspace
from dlfportal.audit.models import AuditEntry
from tests.commands.conftest import Run


def test_it_makes_project_and_workspace_and_prints_the_id(run: Run) -> None:
    out, err = run("createworkspace", "sales", "--project", "e" * 32)
    workspace = Workspace.objects.get()
    assert (out, err) == ([workspace.pk], [])
    assert (workspace.name, workspace.project_id, workspace.project.name) == ("sales", "e" * 32, "e" * 32)
    actions = AuditEntry.objects.values_list("action", "channel", "user_name")
    assert set(actions) == {
        ("project.create", "command", "admin"),
        ("workspace.create", "command", "admin"),
    }


def test_a_project_that_exists_is_used(run: Run, project: Project) -> None:
    run("createworkspace", "sales", "--project", project.pk, "--id", "12345678-1234-1234-1234-123456789abc")
    assert Project.objects.count() == 1
    assert Workspace.objects.get().pk == "12345678123412341234123456789abc"


@pytest.mark.parametrize(
    "arguments",
    [
        ["default", "--project", "b" * 32],
        ["sales", "--project", "not an id"],
        ["sales", "--project", "e" * 32, "--id", "short"],
        ["", "--project", "e" * 32],
    ],
    ids=["taken name", "bad project", "bad id", "no name"],
)
def test_what_cannot_be_made_ends_with_one_line_and_leaves_nothing(
    run: Run, workspace: Workspace, arguments: list[str]
) -> None:
    with pytest.raises(CommandError) as caught:
        run("createworkspace", *arguments)
    assert "\n" not in str(caught.value)
    assert (Workspace.objects.count(), Project.objects.count()) == (1, 1)
    assert not AuditEntry.objects.exists()


def test_only_superusers_make_workspaces(run: Run, workspace_admin: User) -> None:
    with pytest.raises(CommandError, match="superuser"):
        run("createworkspace", "sales", "--project", "b" * 32, "--user", "workspace_admin")


def test_without_a_superuser_it_says_so(run: Run) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="createsuperuser"):
        run("createworkspace", "sales", "--project", "b" * 32)
    with pytest.raises(CommandError, match="'nobody'"):
        run("createworkspace", "sales", "--project", "b" * 32, "--user", "nobody")
