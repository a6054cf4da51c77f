"""Deleting goes through the service, one or many, and says what still points to it."""

from __future__ import annotations

import pytest

from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from tests.admin.pages import list_url, save, told
from tests.factories import JobFactory, ResourceFactory, ScriptFactory, node


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


def test_pages_name_many_users_in_part_and_count_the_rest(client_for, developer, script, monkeypatch):
    monkeypatch.setattr("dlfportal.adminsite.actions.USERS_NAMED", 2)
    for name in ("user_x", "user_y", "user_z"):
        JobFactory(workspace=script.workspace, name=name, nodes=[node("n", scriptName="used")])
    client = client_for(developer)
    chosen = {"action": "delete_selected", "_selected_action": [script.pk]}
    for answer in (client.get(url(script)), client.post(list_url("script"), chosen)):
        page = answer.content.decode()
        assert "user_job" in page and "user_x" in page and "user_y" not in page and "and 2 more" in page


def test_delete_is_recorded_and_warns(client_for, developer, script):
    answer = client_for(developer).post(url(script), {"post": "yes", "expected": "1"})
    assert answer.status_code == 302
    assert "user_job" in told(answer)
    assert not alive(script)
    assert AuditEntry.objects.get(action="script.delete").detail["used_by"] == ["user_job"]


def test_delete_of_something_saved_meanwhile_is_refused(client_for, developer, script):
    client = client_for(developer)
    save(client, script, content="new")
    answer = client.post(url(script), {"post": "yes", "expected": "1"})
    assert "saved revision 2" in told(answer)
    assert alive(script)


def test_bulk_delete_asks_then_deletes_through_the_service(client_for, developer, script, workspace):
    other = ScriptFactory(workspace=workspace, name="free")
    chosen = {"action": "delete_selected", "_selected_action": [script.pk, other.pk]}
    client = client_for(developer)
    page = client.post(list_url("script"), chosen).content.decode()
    assert "user_job" in page
    assert alive(script)
    answer = client.post(list_url("script"), chosen | {"post": "yes"})
    assert "2 were deleted" in told(answer)
    assert not alive(script)
    assert not alive(other)
    assert AuditEntry.objects.filter(action="script.delete", channel="admin").count() == 2
    assert other.revisions.exists()


def test_bulk_delete_names_no_deleted_object_as_a_user(client_for, developer, workspace):
    """Of two jobs that start each other and a third, only the third is left to point to anything."""
    one = JobFactory(workspace=workspace, name="one", nodes=[node("n", "DLFSubJob", jobName="two")])
    two = JobFactory(workspace=workspace, name="two", nodes=[node("n", "DLFSubJob", jobName="one")])
    JobFactory(workspace=workspace, name="left", nodes=[node("n", "DLFSubJob", jobName="one")])
    chosen = {"action": "delete_selected", "_selected_action": [one.pk, two.pk], "post": "yes"}
    answer = told(client_for(developer).post(list_url(), chosen))
    assert "1 object still points to what was deleted:" in answer
    assert "left</a>" in answer and "one</a>" not in answer and "two</a>" not in answer


@pytest.mark.parametrize("action", ["delete_selected", "submit_selected"])
def test_too_many_at_once_are_refused_and_nothing_is_done(
    client_for, developer, workspace, monkeypatch, action
):
    monkeypatch.setattr("dlfportal.adminsite.actions.AT_ONCE", 2)
    scripts = [ScriptFactory(workspace=workspace) for _ in range(3)]
    client = client_for(developer)
    for sent in ({}, {"post": "yes"}):
        chosen = {"action": action, "_selected_action": [script.pk for script in scripts], **sent}
        assert "At most 2 objects at once" in told(client.post(list_url("script"), chosen))
    assert all(map(alive, scripts))
    assert not any(script.versions.exists() for script in scripts)
    two = {"action": action, "_selected_action": [script.pk for script in scripts[:2]], "post": "yes"}
    assert "2 were " in told(client.post(list_url("script"), two))


def test_an_object_that_names_itself_does_not_keep_itself(client_for, developer, workspace):
    """A resource may be among its own files: nothing else uses it."""
    location = "obs://libs/self.jar"
    lib = ResourceFactory(workspace=workspace, name="lib", location=location, dependFiles=[location, "lib"])
    page = f"/admin/catalogue/resource/{lib.pk}/delete/"
    assert "Nothing in this workspace points to it." in client_for(developer).get(page).content.decode()
    answer = client_for(developer).post(page, {"post": "yes", "expected": "1"})
    assert "was deleted" in told(answer) and "still" not in told(answer)
    assert AuditEntry.objects.get(action="resource.delete").detail["used_by"] == []


def test_bulk_delete_leaves_other_workspaces_alone(client_for, developer, other_workspace):
    foreign = ScriptFactory(workspace=other_workspace, name="foreign")
    chosen = {"action": "delete_selected", "_selected_action": [foreign.pk], "post": "yes"}
    client_for(developer).post(list_url("script"), chosen)
    assert alive(foreign)


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
