from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import AuthToken, Project, Workspace
from dlfportal.access.services import ProjectScope, project_delete, project_save, token_issue
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import BadRequest, Conflict, Forbidden
from tests.factories import PASSWORD


def test_a_project_without_a_name_is_called_by_its_id(admin: User) -> None:
    made = project_save(actor=Actor(admin, Channel.COMMAND), project=Project(pk="e" * 32))
    assert Project.objects.get(pk=made.pk).name == "e" * 32
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail) == ("project.create", {"project_id": "e" * 32})


def test_a_project_is_renamed_and_disabled(admin: User, project: Project) -> None:
    project.name, project.enabled = "wholesale", False
    project_save(actor=Actor(admin, Channel.ADMIN), project=project)
    project.refresh_from_db()
    assert (project.name, project.enabled) == ("wholesale", False)
    assert AuditEntry.objects.get().action == "project.change"


@pytest.mark.parametrize("person", ["developer", "workspace_admin", "stranger"])
def test_only_a_superuser_touches_projects(
    request: pytest.FixtureRequest, project: Project, person: str
) -> None:
    actor = Actor(request.getfixturevalue(person), Channel.ADMIN)
    with pytest.raises(Forbidden):
        project_save(actor=actor, project=project)
    with pytest.raises(Forbidden):
        project_delete(actor=actor, project=project)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "values",
    [{"pk": "B" * 32, "name": "x"}, {"pk": "e" * 32, "name": "retail"}, {"pk": "b" * 32, "name": "x"}],
    ids=["malformed id", "taken name", "taken id"],
)
def test_a_bad_or_taken_project_is_refused(admin: User, project: Project, values: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        project_save(actor=Actor(admin, Channel.ADMIN), project=Project(**values))
    assert list(Project.objects.values_list("pk", "name")) == [("b" * 32, "retail")]


def test_a_project_with_workspaces_stays(admin: User, workspace: Workspace) -> None:
    with pytest.raises(Conflict):
        project_delete(actor=Actor(admin, Channel.ADMIN), project=workspace.project)
    assert Project.objects.filter(pk="b" * 32).exists()
    assert not AuditEntry.objects.exists()


def test_an_empty_project_goes_with_the_tokens_that_opened_it(admin: User, project: Project) -> None:
    token_issue(username="admin", password=PASSWORD, project=ProjectScope(id=project.pk))
    project_delete(actor=Actor(admin, Channel.ADMIN), project=project)
    assert not Project.objects.exists()
    assert not AuthToken.objects.exists()
    assert AuditEntry.objects.get(action="project.delete").detail == {"project_id": "b" * 32}
