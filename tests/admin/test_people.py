"""Projects, workspaces, memberships and users: through the services, by those who may."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.contrib.auth import authenticate
from django.contrib.auth.models import User

from dlfportal.access.keys import access_key_create
from dlfportal.access.models import Membership, Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from tests.admin.pages import told
from tests.factories import JobFactory, MembershipFactory, UserFactory

USER = {"first_name": "", "last_name": "", "email": "", "is_active": "on"}
GOOD = "a long enough phrase 7"


def test_superuser_adds_a_user(client_for, admin):
    sent = USER | {"username": "rose", "new_password": GOOD, "new_password_again": GOOD}
    assert client_for(admin).post("/admin/auth/user/add/", sent).status_code == 302
    assert authenticate(username="rose", password=GOOD)
    entry = AuditEntry.objects.get(action="user.create")
    assert entry.object_name == "rose"
    assert GOOD not in str(entry.detail)


def test_user_without_password_cannot_sign_in_with_one(client_for, admin):
    client_for(admin).post("/admin/auth/user/add/", USER | {"username": "rose"})
    assert not User.objects.get(username="rose").has_usable_password()


def test_password_is_kept_when_none_is_typed(client_for, admin):
    user = UserFactory(username="rose")
    client_for(admin).post(
        f"/admin/auth/user/{user.pk}/change/", USER | {"username": "rose", "email": "r@example.org"}
    )
    before, user = user.password, User.objects.get(pk=user.pk)
    assert (user.password, user.email) == (before, "r@example.org")


def test_different_and_weak_passwords_are_refused(client_for, admin):
    for first, second in ((GOOD, "other"), ("123", "123")):
        sent = USER | {"username": "rose", "new_password": first, "new_password_again": second}
        assert client_for(admin).post("/admin/auth/user/add/", sent).status_code == 200


def test_superuser_cannot_shut_themselves_out(client_for, admin):
    answer = client_for(admin).post(f"/admin/auth/user/{admin.pk}/change/", USER | {"username": "admin"})
    assert "your own access" in told(answer)
    admin.refresh_from_db()
    assert admin.is_superuser


def test_ones_own_password_on_the_page_of_people_keeps_this_session_only(client_for, admin):
    mine, other = client_for(admin), client_for(admin)
    sent = USER | {"username": "admin", "is_superuser": "on"}
    sent |= {"new_password": GOOD, "new_password_again": GOOD}
    assert mine.post(f"/admin/auth/user/{admin.pk}/change/", sent).status_code == 302
    assert authenticate(username="admin", password=GOOD)
    assert mine.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302


def test_users_are_never_deleted(client_for, admin):
    user = UserFactory(username="rose")
    assert client_for(admin).post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403


def test_workspace_admin_adds_a_member(client_for, workspace_admin, workspace):
    user = UserFactory(username="rose")
    sent = {"username": user.username, "workspace": workspace.pk, "role": "viewer"}
    assert client_for(workspace_admin).post("/admin/access/membership/add/", sent).status_code == 302
    assert Membership.objects.get(user=user).role == "viewer"
    assert AuditEntry.objects.filter(action="membership.set", channel="admin").exists()


def test_workspace_admin_sees_no_list_of_people_and_no_name_but_the_members(
    client_for, workspace_admin, workspace, stranger
):
    client = client_for(workspace_admin)
    for path in ("membership/add/", "membership/", f"membership/?q={stranger.username}"):
        page = client.get(f"/admin/access/{path}").content.decode()
        assert f">{stranger.username}" not in page and '<option value="1"' not in page, path
    assert (
        client.get("/admin/autocomplete/?app_label=access&model_name=membership&field_name=user").status_code
        == 403
    )


def test_a_name_nobody_has_and_one_of_somebody_disabled_get_the_same_answer(
    client_for, workspace_admin, workspace
):
    UserFactory(username="gone", is_active=False)
    client = client_for(workspace_admin)
    told_of = []
    for name in ("gone", "nobody", "Workspace_Admin"):
        sent = {"username": name, "workspace": workspace.pk, "role": "viewer"}
        answer = client.post("/admin/access/membership/add/", sent)
        told_of.append(answer.context["adminform"].form.errors["username"])
    assert told_of[0] == told_of[1] == told_of[2]
    assert Membership.objects.filter(workspace=workspace).count() == 1


def test_workspace_admin_cannot_add_members_elsewhere(client_for, workspace_admin, other_workspace):
    user = UserFactory(username="rose")
    sent = {"username": user.username, "workspace": other_workspace.pk, "role": "admin"}
    assert client_for(workspace_admin).post("/admin/access/membership/add/", sent).status_code == 200
    assert not Membership.objects.filter(user=user).exists()


def test_role_changes_and_membership_goes_through_the_services(client_for, workspace_admin, workspace):
    membership = MembershipFactory(user=UserFactory(), workspace=workspace, role="viewer")
    client = client_for(workspace_admin)
    client.post(f"/admin/access/membership/{membership.pk}/change/", {"role": "developer"})
    membership.refresh_from_db()
    assert membership.role == "developer"
    client.post(f"/admin/access/membership/{membership.pk}/delete/", {"post": "yes"})
    assert not Membership.objects.filter(pk=membership.pk).exists()
    assert AuditEntry.objects.filter(action="membership.remove").exists()


def test_workspace_admin_renames_but_does_not_move(client_for, workspace_admin, workspace, other_workspace):
    sent = {"name": "renamed", "project": other_workspace.project_id, "id": "e" * 32}
    client_for(workspace_admin).post(f"/admin/access/workspace/{workspace.pk}/change/", sent)
    fresh = Workspace.objects.get(pk=workspace.pk)
    assert (fresh.name, fresh.project_id) == ("renamed", workspace.project_id)


def test_workspace_admin_cannot_make_or_delete_workspaces(client_for, workspace_admin, workspace):
    client = client_for(workspace_admin)
    assert client.get("/admin/access/workspace/add/").status_code == 403
    delete = f"/admin/access/workspace/{workspace.pk}/delete/"
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_superuser_makes_project_and_workspace(client_for, admin):
    client = client_for(admin)
    client.post("/admin/access/project/add/", {"name": "p", "id": "f" * 32, "enabled": "on"})
    client.post("/admin/access/workspace/add/", {"name": "w", "project": "f" * 32, "id": "9" * 32})
    assert Workspace.objects.get(pk="9" * 32).project.name == "p"


def test_malformed_id_is_refused_in_the_form(client_for, admin):
    sent = {"name": "p", "id": "not-hex", "enabled": "on"}
    assert client_for(admin).post("/admin/access/project/add/", sent).status_code == 200


def test_djangos_own_log_stays_empty(client_for, admin, workspace):
    client = client_for(admin)
    client.post("/admin/auth/user/add/", USER | {"username": "rose"})
    client.post(f"/admin/access/workspace/{workspace.pk}/change/", {"name": "renamed"})
    client.post(f"/admin/access/workspace/{workspace.pk}/delete/", {"post": "yes"})
    assert not Workspace.objects.filter(pk=workspace.pk).exists()
    assert LogEntry.objects.count() == 0


def test_a_row_without_a_time_says_so_by_a_dash(client_for, admin):
    key = access_key_create(actor=Actor(admin, Channel.COMMAND), user=admin, description="ci").row
    page = client_for(admin).get(f"/admin/access/accesskey/{key.pk}/change/").content.decode()
    assert "—" in page and "None" not in page


def test_deleting_is_asked_for_in_the_frame_or_says_what_keeps_the_row(client_for, admin, workspace):
    JobFactory(workspace=workspace)
    kept = client_for(admin).get(f"/admin/access/workspace/{workspace.pk}/delete/").content.decode()
    assert "holds objects or their history" in kept and 'name="post"' not in kept
    person = MembershipFactory(workspace=workspace, user=UserFactory()).pk
    asked = client_for(admin).get(f"/admin/access/membership/{person}/delete/").content.decode()
    assert 'name="post" value="yes"' in asked and f'href="/admin/access/membership/{person}/change/"' in asked
