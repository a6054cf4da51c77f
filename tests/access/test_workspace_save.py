from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import Project, Workspace
from dlfportal.access.services import workspace_save
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import BadRequest, Forbidden, NotFound


def by(user: User) -> Actor:
    return Actor(user, Channel.WEB, "r" * 32)


def test_a_superuser_makes_a_workspace_and_it_is_recorded(admin: User, project: Project) -> None:
    made = workspace_save(actor=by(admin), workspace=Workspace(project=project, name="lab"))
    assert Workspace.objects.get(pk=made.pk).name == "lab"
    assert len(made.pk) == 32
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.workspace_id, entry.workspace_name) == ("workspace.create", made.pk, "lab")
    assert (entry.user_name, entry.channel, entry.request_id) == ("admin", "web", "r" * 32)


@pytest.mark.parametrize("person", ["viewer", "developer", "workspace_admin", "stranger"])
def test_nobody_else_makes_one(request: pytest.FixtureRequest, project: Project, person: str) -> None:
    user = request.getfixturevalue(person)
    with pytest.raises(Forbidden):
        workspace_save(actor=by(user), workspace=Workspace(project=project, name="lab"))
    assert not Workspace.objects.filter(name="lab").exists()
    assert not AuditEntry.objects.exists()


def test_its_admin_renames_it(workspace_admin: User, workspace: Workspace) -> None:
    workspace.name = "production"
    workspace_save(actor=by(workspace_admin), workspace=workspace)
    workspace.refresh_from_db()
    assert workspace.name == "production"
    assert AuditEntry.objects.get().action == "workspace.change"


@pytest.mark.parametrize(
    ("person", "refusal"), [("viewer", Forbidden), ("developer", Forbidden), ("stranger", NotFound)]
)
def test_others_do_not(
    request: pytest.FixtureRequest, workspace: Workspace, person: str, refusal: type[Exception]
) -> None:
    user = request.getfixturevalue(person)
    workspace.name = "mine now"
    with pytest.raises(refusal):
        workspace_save(actor=by(user), workspace=workspace)
    workspace.refresh_from_db()
    assert workspace.name == "default"


def test_its_admin_does_not_move_it_to_another_project(
    workspace_admin: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    workspace.project = other_workspace.project
    workspace.name = "moved"
    with pytest.raises(Forbidden):
        workspace_save(actor=by(workspace_admin), workspace=workspace)
    workspace.refresh_from_db()
    assert workspace.project_id == "b" * 32


def test_a_taken_name_is_refused(admin: User, workspace: Workspace) -> None:
    with pytest.raises(BadRequest) as caught:
        workspace_save(actor=by(admin), workspace=Workspace(project=workspace.project, name="default"))
    assert "already" in str(caught.value)
    assert Workspace.objects.count() == 1


@pytest.mark.parametrize("bad", ["A" * 32, "a" * 31, "g" * 32, "a" * 31 + "\n", "../" + "a" * 29])
def test_a_malformed_id_is_refused(admin: User, project: Project, bad: str) -> None:
    with pytest.raises(BadRequest):
        workspace_save(actor=by(admin), workspace=Workspace(pk=bad, project=project, name="lab"))
    assert not Workspace.objects.exists()


@pytest.mark.parametrize("bad", ["", "n" * 129])
def test_a_name_that_does_not_fit_is_refused(admin: User, project: Project, bad: str) -> None:
    with pytest.raises(BadRequest):
        workspace_save(actor=by(admin), workspace=Workspace(project=project, name=bad))


def test_the_longest_chinese_name_fits_everywhere(admin: User, project: Project) -> None:
    made = workspace_save(actor=by(admin), workspace=Workspace(project=project, name="数" * 128))
    assert AuditEntry.objects.get().workspace_name == made.name
