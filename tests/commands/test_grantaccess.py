from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.management.base import CommandError

from dlfportal.access.models import Membership, Workspace
from dlfportal.audit.models import AuditEntry
from tests.commands.conftest import Run
from tests.factories import UserFactory


@pytest.mark.parametrize("spelling", ["a" * 32, "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"])
def test_it_gives_and_changes_a_role(run: Run, workspace: Workspace, spelling: str) -> None:
    UserFactory(username="li")
    run("grantaccess", "li", spelling, "viewer")
    out, _ = run("grantaccess", "li", spelling, "developer")
    assert out == ["li is now developer of default."]
    assert Membership.objects.get().role == "developer"
    assert AuditEntry.objects.first().detail == {"user": "li", "role": "developer"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "arguments",
    [("nobody", "a" * 32, "viewer"), ("viewer", "0" * 32, "viewer"), ("viewer", "a" * 32, "owner")],
)
def test_unknown_people_workspaces_and_roles_are_refused(
    run: Run, viewer: User, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError):
        run("grantaccess", *arguments)
    assert Membership.objects.get().role == "viewer"


@pytest.mark.parametrize(
    ("person", "works"), [("workspace_admin", True), ("developer", False), ("stranger", False)]
)
def test_it_acts_with_the_rights_of_the_person_named(
    run: Run, request: pytest.FixtureRequest, workspace: Workspace, person: str, works: bool
) -> None:
    request.getfixturevalue(person)
    UserFactory(username="li")
    arguments = ("grantaccess", "li", workspace.pk, "viewer", "--user", person)
    if works:
        run(*arguments)
    else:
        with pytest.raises(CommandError):
            run(*arguments)
    assert Membership.objects.filter(user__username="li").exists() is works
