"""Access keys in the admin: for superusers, and the secret is shown once there too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from dlfportal.access.keys import KEYS_AT_MOST, access_key_create, access_key_revoke, secret_key
from dlfportal.access.models import AccessKey
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from tests.queries import assert_same_queries

SignIn = Callable[[User], Client]
LIST = "/admin/access/accesskey/"
ADD = f"{LIST}add/"


def make(user: User) -> AccessKey:
    return access_key_create(actor=Actor(user, Channel.WEB), user=user, description="nightly").row


def test_superuser_sees_all_keys_but_no_secret_and_no_salt(
    client_for: SignIn, admin: User, viewer: User, developer: User
) -> None:
    rows, client = [make(viewer), make(developer)], client_for(admin)
    pages = [client.get(LIST), *(client.get(f"{LIST}{row.pk}/change/") for row in rows)]
    for page in pages:
        assert page.status_code == 200
        assert all(row.salt not in page.content.decode() for row in rows)
        assert all(secret_key(row) not in page.content.decode() for row in rows)
    assert all(row.access_key in pages[0].content.decode() for row in rows)


@pytest.mark.parametrize("name", ["developer", "workspace_admin"])
def test_others_do_not(client_for: SignIn, request: pytest.FixtureRequest, name: str) -> None:
    user: User = request.getfixturevalue(name)
    client = client_for(user)
    key = make(user)
    for address in (LIST, ADD, f"{LIST}{key.pk}/change/"):
        assert client.get(address).status_code in (302, 403)
    client.post(LIST, {"action": "revoke", "_selected_action": [key.pk], "post": "yes"})
    assert AccessKey.objects.get().revoked_at is None


def test_a_key_is_made_for_somebody_and_its_secret_shown_once(
    client_for: SignIn, admin: User, viewer: User
) -> None:
    client = client_for(admin)
    response = client.post(ADD, {"user": viewer.pk, "description": "sync"})
    row = AccessKey.objects.get()
    assert (row.user, row.description) == (viewer, "sync")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert f'data-copy="{secret_key(row)}"' in response.content.decode()
    assert secret_key(row) not in client.get(f"{LIST}{row.pk}/change/").content.decode()
    assert all(secret_key(row) not in str(session.get_decoded()) for session in Session.objects.all())
    entry = AuditEntry.objects.get(action="access_key.create")
    assert (entry.user, entry.channel) == (admin, "admin")


def test_a_key_too_many_is_told(client_for: SignIn, admin: User, viewer: User) -> None:
    for _ in range(KEYS_AT_MOST):
        make(viewer)
    response = client_for(admin).post(ADD, {"user": viewer.pk, "description": ""}, follow=True)
    assert "revoke one first" in response.content.decode()
    assert AccessKey.objects.count() == KEYS_AT_MOST


def test_a_refusal_keeps_what_was_typed(client_for: SignIn, admin: User, viewer: User) -> None:
    for _ in range(KEYS_AT_MOST):
        make(viewer)
    page = client_for(admin).post(ADD, {"user": viewer.pk, "description": "nightly sync"}).content.decode()
    assert "revoke one first" in page and 'value="nightly sync"' in page
    assert f'<option value="{viewer.pk}" selected>' in page
    assert "_addanother" not in page and "_continue" not in page


def test_keys_are_revoked_and_never_changed_or_deleted(client_for: SignIn, admin: User, viewer: User) -> None:
    key, client = make(viewer), client_for(admin)
    assert client.post(f"{LIST}{key.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{key.pk}/change/", {"description": "x"}).status_code == 403
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    assert "cannot be brought back" in client.post(LIST, chosen).content.decode()
    assert AccessKey.objects.get().revoked_at is None
    told = client.post(LIST, {**chosen, "post": "yes"}, follow=True).content.decode()
    assert "1 access key is revoked." in told
    assert "They were revoked already." in client.post(LIST, chosen, follow=True).content.decode()
    row = AccessKey.objects.get()
    assert row.revoked_at
    assert row.description == "nightly"
    assert AuditEntry.objects.get(action="access_key.revoke").user == admin


def test_keys_are_listed_by_whether_they_work(client_for: SignIn, admin: User, viewer: User) -> None:
    works, revoked = make(viewer), make(viewer)
    access_key_revoke(actor=Actor(viewer, Channel.WEB), key=revoked)
    client = client_for(admin)
    for state, there, absent in (("working", works, revoked), ("revoked", revoked, works)):
        page = client.get(LIST, {"state": state}).content.decode()
        assert there.access_key in page and absent.access_key not in page
    assert "shown once" in client.get(ADD).content.decode()


def test_list_costs_the_same_queries_with_more_keys(
    client_for: SignIn, admin: User, viewer: User, developer: User, stranger: User
) -> None:
    make(viewer)
    client = client_for(admin)
    assert_same_queries(
        lambda: [make(user) for user in (viewer, developer, stranger)], lambda: client.get(LIST)
    )
