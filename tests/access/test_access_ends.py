"""What lets somebody in ends with the password, with being disabled, and when it is revoked."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from dlfportal.access.models import Workspace
from dlfportal.audit.models import AuditEntry
from tests.api.conftest import token_of
from tests.factories import PASSWORD

NEW = "a long enough phrase 7"
OWN = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}


def call(token: str) -> int:
    return Client().get("/v3/projects", headers={"X-Auth-Token": token}).status_code


def person(user: User, **changed: Any) -> dict[str, Any]:
    sent = {"username": user.username, "first_name": "", "last_name": "", "email": "", "is_active": "on"}
    return {key: value for key, value in (sent | changed).items() if value is not None}


@pytest.mark.parametrize("page", ["/accounts/password/", "/admin/password_change/"])
def test_ones_own_new_password_keeps_this_session_and_ends_the_others_and_the_tokens(
    client_for: Any, developer: User, workspace: Workspace, page: str
) -> None:
    mine, other, token = client_for(developer), client_for(developer), token_of(developer, "b" * 32)
    assert mine.post(page, OWN).status_code == 302
    assert mine.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert call(token) == 401
    entry = AuditEntry.objects.get(action="user.password")
    assert entry.user == developer and NEW not in str(entry.detail)


def test_a_password_that_an_operator_sets_ends_sessions_and_tokens(
    client_for: Any, admin: User, developer: User, workspace: Workspace
) -> None:
    theirs, token = client_for(developer), token_of(developer, "b" * 32)
    sent = person(developer, new_password=NEW, new_password_again=NEW)
    assert client_for(admin).post(f"/admin/auth/user/{developer.pk}/change/", sent).status_code == 302
    assert theirs.get("/").status_code == 302
    assert call(token) == 401
    entry = AuditEntry.objects.get(action="user.password")
    assert (entry.user, entry.object_name) == (admin, "developer")


def test_a_password_set_past_the_services_ends_them_too(
    client_for: Any, developer: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, token = client_for(developer), token_of(developer, "b" * 32)
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)
    call_command("changepassword", "developer", verbosity=0)
    assert theirs.get("/").status_code == 302
    assert call(token) == 401


def test_who_is_disabled_is_out_and_stays_out_when_enabled_again(
    client_for: Any, admin: User, developer: User, viewer: User, workspace: Workspace
) -> None:
    theirs, token, others = client_for(developer), token_of(developer, "b" * 32), client_for(viewer)
    operator, url = client_for(admin), f"/admin/auth/user/{developer.pk}/change/"
    operator.post(url, person(developer, is_active=None))
    operator.post(url, person(developer))
    assert theirs.get("/").status_code == 302
    assert call(token) == 401
    assert others.get("/").status_code == 200
    assert call(token_of(developer, "b" * 32)) == 200


def test_a_token_of_somebody_disabled_past_the_services_ends_when_it_is_used(
    developer: User, workspace: Workspace
) -> None:
    token = token_of(developer, "b" * 32)
    User.objects.filter(pk=developer.pk).update(is_active=False)
    assert call(token) == 401
    User.objects.filter(pk=developer.pk).update(is_active=True)
    assert call(token) == 401


def revoke(caller: str, subject: str | None) -> Any:
    headers = {"X-Auth-Token": caller} | ({} if subject is None else {"X-Subject-Token": subject})
    return Client().delete("/v3/auth/tokens", headers=headers)


def test_a_token_is_revoked_by_its_person(developer: User, workspace: Workspace) -> None:
    caller, subject = token_of(developer, "b" * 32), token_of(developer, "b" * 32)
    answer = revoke(caller, subject)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (call(subject), call(caller)) == (401, 200)
    assert AuditEntry.objects.get(action="token.revoke").user == developer
    assert revoke(caller, subject).status_code == 404
    assert revoke(caller, caller).status_code == 204
    assert call(caller) == 401


def test_nobody_elses_token_is_revoked_but_by_a_superuser(
    developer: User, viewer: User, admin: User, workspace: Workspace
) -> None:
    theirs = token_of(viewer, "b" * 32)
    foreign, unknown = (revoke(token_of(developer, "b" * 32), one) for one in (theirs, "nothing"))
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert foreign.json()["error"]["title"] == "Not Found"
    assert call(theirs) == 200
    assert revoke(token_of(admin, "b" * 32), theirs).status_code == 204


def test_revoking_takes_both_headers(developer: User, workspace: Workspace) -> None:
    own = token_of(developer, "b" * 32)
    assert revoke(own, None).status_code == 400
    answer = Client().delete("/v3/auth/tokens", headers={"X-Subject-Token": own})
    assert (answer.status_code, answer.json()["error"]["title"]) == (401, "Unauthorized")
