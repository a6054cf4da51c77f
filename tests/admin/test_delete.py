"""Deleting goes through the service, and says what still points to the object."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Role
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from tests.admin.pages import save, told
from tests.factories import (
    JobFactory,
    MembershipFactory,
    ResourceFactory,
    ScriptFactory,
    WorkspaceFactory,
    node,
)


@pytest.fixture
def script(workspace):
    script = ScriptFactory(workspace=workspace, name="used")
    JobFactory(workspace=workspace, name="user_job", nodes=[node("n", scriptName="used")])
    return script


def alive(target):
    return CatalogueObject.objects.get(pk=target.pk).deleted_at is None


def url(script):
    return f"/admin/catalogue/script/{script.pk}/delete/"


def test_page_names_what_points_to_it(client_for, developer, script):
    page = client_for(developer).get(url(script)).content.decode()
    assert "user_job" in page
    assert alive(script)


def test_page_names_many_users_in_part_and_counts_the_rest(client_for, developer, script, monkeypatch):
    monkeypatch.setattr("dlfportal.adminsite.pointing.USERS_NAMED", 2)
    for name in ("user_x", "user_y", "user_z"):
        JobFactory(workspace=script.workspace, name=name, nodes=[node("n", scriptName="used")])
    page = client_for(developer).get(url(script)).content.decode()
    assert "user_job" in page and "user_x" in page and "user_y" not in page and "and 2 more" in page


def test_delete_is_recorded_and_warns(client_for, developer, script):
    answer = client_for(developer).post(url(script), {"post": "yes", "expected": "1"})
    assert answer.status_code == 302
    assert "user_job" in told(answer)
    assert not alive(script)
    assert AuditEntry.objects.get(action="script.delete").detail["used_by"] == ["user_job"]


def test_jobs_of_other_workspaces_that_wait_are_named_where_one_may_see_them(
    client_for, developer, workspace, other_workspace
):
    second = WorkspaceFactory(name="second", project=workspace.project)
    MembershipFactory(user=developer, workspace=second, role=Role.VIEWER)
    pays = JobFactory(workspace=workspace, name="pays")
    depend = {"otherWorkSpaceJobs": [{"jobName": "pays", "workSpaceId": workspace.pk}]}
    schedule = {"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": depend}}
    for space, name in ((second, "waits_there"), (other_workspace, "unseen")):
        JobFactory(workspace=space, name=name, schedule=schedule)
    client, page = client_for(developer), f"/admin/catalogue/job/{pays.pk}/delete/"
    shown = client.get(page).content.decode()
    assert "waits_there" in shown and "· second" in shown and "unseen" not in shown
    answer = told(client.post(page, {"post": "yes", "expected": "1"}))
    assert "1 object still points" in answer and "waits_there" in answer and "unseen" not in answer


def test_delete_of_something_saved_meanwhile_is_refused(client_for, developer, script):
    client = client_for(developer)
    save(client, script, content="new")
    answer = client.post(url(script), {"post": "yes", "expected": "1"})
    assert "saved revision 2" in told(answer)
    assert alive(script)


def test_an_object_that_names_itself_does_not_keep_itself(client_for, developer, workspace):
    """A resource may be among its own files: nothing else uses it."""
    location = "obs://libs/self.jar"
    lib = ResourceFactory(workspace=workspace, name="lib", location=location, dependFiles=[location, "lib"])
    page = f"/admin/catalogue/resource/{lib.pk}/delete/"
    assert "Nothing in this workspace points to it." in client_for(developer).get(page).content.decode()
    answer = client_for(developer).post(page, {"post": "yes", "expected": "1"})
    assert "was deleted" in told(answer) and "still" not in told(answer)
    assert AuditEntry.objects.get(action="resource.delete").detail["used_by"] == []


def test_workspace_with_objects_is_kept(client_for, admin, script, workspace):
    client = client_for(admin)
    page = f"/admin/access/workspace/{workspace.pk}/delete/"
    assert "cannot be deleted" in client.get(page).content.decode()
    client.post(page, {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [workspace.pk], "post": "yes"}
    client.post("/admin/access/workspace/", chosen)
    workspace.refresh_from_db()
    assert alive(script)


def test_empty_workspace_is_deleted_and_recorded(client_for, admin, workspace):
    client_for(admin).post(f"/admin/access/workspace/{workspace.pk}/delete/", {"post": "yes"})
    assert AuditEntry.objects.filter(action="workspace.delete", object_name="default").exists()


def test_project_with_workspaces_is_kept(client_for, admin, workspace, project):
    client_for(admin).post(f"/admin/access/project/{project.pk}/delete/", {"post": "yes"})
    project.refresh_from_db()
