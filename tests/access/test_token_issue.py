from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from dlfportal.access.models import AuthToken, Project, Workspace
from dlfportal.access.services import (
    ProjectScope,
    password_digest,
    token_digest,
    token_find,
    token_issue,
)
from dlfportal.access.throttle import Visitor
from dlfportal.audit.actor import Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import NotFound
from tests.factories import PASSWORD


def test_the_database_keeps_the_digest_only(viewer: User, workspace: Workspace) -> None:
    issued = token_issue(username="viewer", password=PASSWORD, project=ProjectScope(id=workspace.project_id))
    assert issued is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_authtoken")
        row = cursor.fetchone()
    assert token_digest(issued.text) in row
    assert not any(issued.text in str(value) for value in row)
    assert token_find(token_digest(issued.text)) is None, "the digest alone must let nobody in"


def test_a_token_is_found_with_its_person_and_lasts_24_hours(viewer: User, workspace: Workspace) -> None:
    issued = token_issue(username="viewer", password=PASSWORD, project=ProjectScope(name="retail"))
    assert issued is not None
    found = token_find(issued.text)
    assert found is not None
    assert (found.user, found.project) == (viewer, workspace.project)
    assert found.expires_at - found.issued_at == timedelta(hours=24)
    assert abs(found.issued_at - timezone.now()) < timedelta(minutes=1)


def test_the_record_names_the_project_and_the_request(viewer: User, workspace: Workspace) -> None:
    visitor = Visitor(Channel.API, "192.0.2.7", "r" * 32)
    token_issue(username="viewer", password=PASSWORD, project=ProjectScope(name="retail"), visitor=visitor)
    entry = AuditEntry.objects.get(action="token.issue")
    assert entry.detail == {"address": "192.0.2.7", "project_id": workspace.project_id}
    assert (entry.channel, entry.request_id) == ("api", "r" * 32)


def test_tokens_survive_an_update_of_the_portal(settings: Any) -> None:
    """Another digest of the password would end every token in use."""
    settings.SECRET_KEY = "kept by the operator"
    assert (
        password_digest(User(password="pbkdf2$x"))
        == "b6f743c2ff5a8de1fd00b239d216ca236785114a4b8d8128c946800773db65b0"
    )


def test_two_tokens_differ_and_both_count(viewer: User, workspace: Workspace) -> None:
    texts = {
        token_issue(username="viewer", password=PASSWORD, project=None).text  # type: ignore[union-attr]
        for _ in range(2)
    }
    assert len(texts) == 2
    assert all(token_find(text) for text in texts)


def test_expired_tokens_are_cleared_a_day_later_and_others_kept(viewer: User, admin: User) -> None:
    """Until then, who still uses one is told that it has expired."""
    hours = {"old": -25, "expired": -1, "young": 1}
    for digest, more in hours.items():
        expires = timezone.now() + timedelta(hours=more)
        AuthToken.objects.create(digest=digest, user=admin, expires_at=expires)
    token_issue(username="viewer", password=PASSWORD, project=None)
    assert set(AuthToken.objects.exclude(user=viewer).values_list("digest", flat=True)) == {
        "expired",
        "young",
    }


@pytest.mark.parametrize(
    ("username", "password"), [("viewer", "wrong"), ("viewer", ""), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_password_gives_none_even_for_an_unknown_project(
    viewer: User, username: str, password: str
) -> None:
    scope = ProjectScope(id="0" * 32)
    assert token_issue(username=username, password=password, project=scope) is None
    assert not AuthToken.objects.exists()


def test_an_inactive_person_gets_none(viewer: User) -> None:
    viewer.is_active = False
    viewer.save()
    assert token_issue(username="viewer", password=PASSWORD, project=None) is None


@pytest.mark.parametrize("scope", [ProjectScope(id="d" * 32), ProjectScope(name="finance")])
def test_anothers_project_is_answered_like_an_unknown_one(
    viewer: User, other_workspace: Workspace, scope: ProjectScope
) -> None:
    with pytest.raises(NotFound) as foreign:
        token_issue(username="viewer", password=PASSWORD, project=scope)
    with pytest.raises(NotFound) as unknown:
        token_issue(username="viewer", password=PASSWORD, project=ProjectScope(id="0" * 32))
    assert str(foreign.value) == str(unknown.value)
    assert not AuthToken.objects.exists()


def test_a_disabled_project_opens_to_nobody(admin: User, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(enabled=False)
    with pytest.raises(NotFound):
        token_issue(username="admin", password=PASSWORD, project=ProjectScope(id=project.pk))
