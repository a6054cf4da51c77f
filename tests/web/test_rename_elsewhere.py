"""Renaming a job that jobs of other workspaces wait for: what the reader may see is shown, no more."""

from __future__ import annotations

import pytest

from dlfportal.access.models import Role
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import Reference
from dlfportal.catalogue.selectors import document_of, object_get
from dlfportal.catalogue.services import object_update
from dlfportal.formats.kinds import Kind
from tests.factories import JobFactory, MembershipFactory, WorkspaceFactory, node, operator
from tests.queries import assert_same_queries
from tests.web.pages import address, text_of
from tests.web.test_rename import rename


def waiting(workspace, name, far, by="id"):
    """Make a job that waits for the job `pays` of another workspace, named by id or by name."""
    word = {"workSpaceId": far.pk} if by == "id" else {"workSpace": far.name}
    depend = {"otherWorkSpaceJobs": [{"jobName": "pays", **word}, {"jobName": "else", **word}]}
    schedule = {"type": "CRON", "cron": {"expression": "0 0 1 * * ?", "dependJobs": depend}}
    return JobFactory(workspace=workspace, name=name, nodes=[node("n")], schedule=schedule)


def waits_for(job):
    job.refresh_from_db()
    listed = document_of(job.revision)["schedule"]["cron"]["dependJobs"]["otherWorkSpaceJobs"]
    return [one["jobName"] for one in listed]


@pytest.fixture
def second(workspace, developer):
    space = WorkspaceFactory(name="second", project=workspace.project)
    MembershipFactory(user=developer, workspace=space, role=Role.DEVELOPER)
    return space


@pytest.fixture
def looked_at(workspace, developer):
    space = WorkspaceFactory(name="third", project=workspace.project)
    MembershipFactory(user=developer, workspace=space, role=Role.VIEWER)
    return space


@pytest.fixture
def pays(workspace):
    return JobFactory(workspace=workspace, name="pays", nodes=[node("n")])


def test_jobs_of_other_workspaces_follow_stay_or_are_not_there(
    client_for, developer, workspace, second, looked_at, other_workspace, pays
):
    mine = [waiting(second, "by_id", workspace), waiting(second, "by_name", workspace, "name")]
    stays, hidden = (
        waiting(looked_at, "stays", workspace),
        waiting(other_workspace, "theirs_alone", workspace),
    )
    client, url = client_for(developer), address(workspace, "jobs/pays/rename/")
    page = text_of(client, url, name="pays_all")
    assert "Change the 2 objects that point to it too" in page and "retail / second" in page
    assert 'id="staying"' in page and address(looked_at, "jobs/stays/") in page
    assert "theirs_alone" not in page

    rename(client, url, "pays_all")
    assert [waits_for(job) for job in mine] == [["pays_all", "else"]] * 2
    assert [job.revision.number for job in mine] == [2, 2]
    assert waits_for(stays) == waits_for(hidden) == ["pays", "else"]
    assert "Followed a rename" in text_of(client, address(second, "jobs/by_id/"), tab="history")


def test_each_workspace_has_its_own_part_in_its_record(
    client_for, developer, workspace, second, other_workspace, pays
):
    waiting(second, "by_id", workspace)
    client = client_for(developer)
    rename(client, address(workspace, "jobs/pays/rename/"), "pays_all")
    own = AuditEntry.objects.get(workspace_id=workspace.pk, detail__has_key="renamed_from")
    assert own.action == "job.update" and not own.parts.exists()
    there = AuditEntry.objects.get(action="rename.follow")
    assert (there.workspace_id, there.request_id) == (second.pk, own.request_id)
    assert [part.object_name for part in there.parts.all()] == ["by_id"]
    page = text_of(client, address(second, "activity/"))
    assert "changed 1 job here that waits for a job of another workspace: pays is called pays_all now" in page
    assert workspace.name not in text_of(client, address(second, f"activity/{there.pk}/")).split("<main")[1]


def test_used_by_counts_only_what_the_reader_may_see(
    client_for, developer, viewer, admin, workspace, second, other_workspace, pays
):
    waiting(second, "mine", workspace)
    waiting(other_workspace, "theirs_alone", workspace)
    url = address(workspace, "jobs/pays/")
    for person, number in ((viewer, 0), (developer, 1), (admin, 2)):
        for tab in ("uses", "schedule", "json"):
            page = text_of(client_for(person), url, tab=tab)
            assert f'<span class="count">0 / {number}</span>' in page
            shown = tab != "json"
            assert (address(second, "jobs/mine/") in page) is (number > 0 and shown)
            assert (address(other_workspace, "jobs/theirs_alone/") in page) is (number > 1 and shown)
    asked = f"/admin/catalogue/job/{pays.pk}/delete/"
    page = text_of(client_for(developer), asked)
    assert address(second, "jobs/mine/") in page and "theirs_alone" not in page


def test_a_name_means_the_workspace_of_the_same_project(
    client_for, admin, workspace, other_workspace, second, pays
):
    """Both projects have a workspace `default`."""
    theirs = JobFactory(workspace=other_workspace, name="pays", nodes=[node("n")])
    sibling = WorkspaceFactory(name="sibling", project=other_workspace.project)
    mine, other = (
        waiting(second, "mine", workspace, "name"),
        waiting(sibling, "other", other_workspace, "name"),
    )
    client = client_for(admin)
    for target, user, stranger in ((pays, mine, other), (theirs, other, mine)):
        page = text_of(client, address(target.workspace, "jobs/pays/"), tab="uses")
        assert address(user.workspace, f"jobs/{user.name}/") in page
        assert address(stranger.workspace, f"jobs/{stranger.name}/") not in page
        assert address(target.workspace, "jobs/pays/") in text_of(
            client, address(user.workspace, f"jobs/{user.name}/"), tab="uses"
        )


def test_who_lost_the_right_meanwhile_changes_nothing_there(client_for, developer, workspace, second, pays):
    job = waiting(second, "mine", workspace)
    client, url = client_for(developer), address(workspace, "jobs/pays/rename/")
    page = text_of(client, url, name="pays_all")
    digest = page.split('name="digest" value="')[1].split('"')[0]
    second.memberships.update(role=Role.VIEWER)
    answer = client.post(url, {"name": "pays_all", "digest": digest, "follow": "1"})
    assert answer.status_code == 409 and "Nothing was written" in answer.content.decode()
    assert waits_for(job) == ["pays", "else"] and object_get(workspace, Kind.JOB, "pays")


def test_what_was_left_behind_is_named_on_the_page(client_for, developer, workspace, second, pays):
    waiting(second, "mine", workspace)
    client = client_for(developer)
    rename(client, address(workspace, "jobs/pays/rename/"), "pays_all", follow=False)
    page = text_of(client, address(workspace, "jobs/pays_all/"), tab="uses")
    assert "Its former name pays is gone" in page and address(second, "jobs/mine/") in page


def test_an_edit_keeps_the_index_of_other_workspaces_right(workspace, second):
    job = waiting(second, "mine", workspace)
    rows = Reference.objects.filter(source=job, target="far_job").order_by("name")
    assert list(rows.values_list("cluster", "name")) == [(workspace.pk, "else"), (workspace.pk, "pays")]
    document = document_of(job.revision) | {"schedule": {"type": "EXECUTE_ONCE"}}
    object_update(actor=operator(), target=job, document=document)
    assert not rows.exists()


def test_the_page_costs_the_same_however_many_wait_elsewhere(client_for, developer, workspace, second, pays):
    client, number = client_for(developer), iter(range(100))
    url = address(workspace, "jobs/pays/rename/")

    def more() -> None:
        for _time in range(5):
            waiting(second, f"w{next(number)}", workspace)

    more()
    assert_same_queries(more, lambda: text_of(client, url, name="pays_all"))
    assert_same_queries(more, lambda: text_of(client, address(workspace, "jobs/pays/"), tab="uses"))
