"""Who gets into the admin, and what exists there for whom."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from dlfportal.access.models import Membership
from dlfportal.adminsite.site import site
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from tests.admin.pages import PEOPLE, add_url, as_sent, list_url, page_form, save
from tests.factories import JobFactory, UserFactory

MODELS = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in site._registry)
FOR_ALL = {
    "catalogue_job",
    "catalogue_script",
    "catalogue_resource",
    "catalogue_cdmjob",
    "transfer_bucket",
    "transfer_importrun",
}
FOR_ADMINS = FOR_ALL | {"access_workspace", "access_membership", "audit_auditentry", "transfer_export"}
SEEN = {
    "admin": set(MODELS),
    "workspace_admin": FOR_ADMINS,
    "stranger": FOR_ADMINS,
    "developer": FOR_ALL,
    "viewer": set(),
}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("model", MODELS)
def test_lists_open_for_those_with_the_right(request, client_for, person, model):
    user = request.getfixturevalue(person)
    answer = client_for(user).get(f"/admin/{model.replace('_', '/', 1)}/")
    assert answer.status_code == (200 if model in SEEN[person] else 403)


@pytest.mark.parametrize("person", PEOPLE)
def test_front_page_shows_only_what_one_may_touch(request, client_for, person):
    answer = client_for(request.getfixturevalue(person)).get("/admin/")
    if not SEEN[person]:
        assert answer.status_code == 403
        return
    shown = {
        f"{app['app_label']}_{model['object_name'].lower()}"
        for app in answer.context["app_list"]
        for model in app["models"]
    }
    assert shown == SEEN[person]


def test_anonymous_is_sent_to_the_portals_sign_in(client, db):
    answer = client.get("/admin/catalogue/job/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/catalogue/job/")


def test_sign_in_page_sends_on_only_inside(client_for, admin):
    answer = client_for(admin).get("/admin/login/?next=https://evil.example/")
    assert answer.url == "/admin/"


@pytest.mark.parametrize("person", ["stranger"])
@pytest.mark.parametrize("page", ["change", "delete", "history", "submit", "restore"])
def test_foreign_objects_do_not_exist(request, client_for, workspace, person, page):
    job = JobFactory(workspace=workspace, name="secret_name")
    client = client_for(request.getfixturevalue(person))
    for number in (job.pk, 987654):
        ask = client.post if page in ("submit", "restore") else client.get
        answer = ask(f"/admin/catalogue/job/{number}/{page}/", follow=True)
        assert answer.redirect_chain == [("/admin/", 302)]
        assert "secret_name" not in answer.content.decode()


def test_foreign_post_changes_nothing(client_for, stranger, developer, workspace):
    job = JobFactory(workspace=workspace)
    url = f"/admin/catalogue/job/{job.pk}/change/"
    sent = as_sent(page_form(client_for(developer), url)) | {"owner": "evil"}
    assert client_for(stranger).post(url, sent).status_code == 302
    assert client_for(stranger).post(url.replace("change", "delete"), {"post": "yes"}).status_code == 302
    job.refresh_from_db()
    assert (job.owner, job.deleted_at) == ("", None)


def test_lists_hold_only_ones_own(client_for, developer, workspace, other_workspace):
    JobFactory(workspace=workspace, name="mine")
    JobFactory(workspace=other_workspace, name="theirs")
    page = client_for(developer).get(list_url()).content.decode()
    assert "mine" in page
    assert "theirs" not in page
    assert other_workspace.pk not in page


def test_viewer_of_one_and_developer_of_another(client_for, workspace, other_workspace):
    user = UserFactory(username="both")
    Membership.objects.create(user=user, workspace=workspace, role="viewer")
    Membership.objects.create(user=user, workspace=other_workspace, role="developer")
    seen = JobFactory(workspace=workspace, name="only_seen")
    client = client_for(user)
    assert "only_seen" not in client.get(list_url()).content.decode()
    assert client.get(f"/admin/catalogue/job/{seen.pk}/change/").status_code == 302
    sent = as_sent(page_form(client, add_url())) | {"name": "x", "workspace": workspace.pk}
    client.post(add_url(), sent)
    assert not CatalogueObject.objects.filter(name="x").exists()


def test_inactive_superuser_stays_out(client_for, admin):
    client = client_for(admin)
    admin.is_active = False
    admin.save()
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_workspace_admin_reads_the_record_of_own_workspaces_only(
    client_for, workspace_admin, stranger, workspace
):
    JobFactory(workspace=workspace, name="recorded_job")
    url = "/admin/audit/auditentry/"
    assert "recorded_job" in client_for(workspace_admin).get(url).content.decode()
    assert "recorded_job" not in client_for(stranger).get(url).content.decode()
    entry = AuditEntry.objects.get(object_name="recorded_job")
    assert client_for(workspace_admin).get(f"{url}{entry.pk}/change/").status_code == 200
    assert client_for(stranger).get(f"{url}{entry.pk}/change/").status_code == 302


@pytest.mark.parametrize("page", ["add/", "1/delete/"])
def test_record_cannot_be_written(client_for, admin, workspace, page):
    JobFactory(workspace=workspace)
    entry = AuditEntry.objects.first()
    answer = client_for(admin).post(f"/admin/audit/auditentry/{page}".replace("1/", f"{entry.pk}/"))
    assert answer.status_code == 403


def test_djangos_own_log_stays_empty(client_for, developer, workspace):
    job = JobFactory(workspace=workspace)
    save(client_for(developer), job, description="x")
    client_for(developer).post(f"/admin/catalogue/job/{job.pk}/delete/", {"post": "yes"})
    assert LogEntry.objects.count() == 0
