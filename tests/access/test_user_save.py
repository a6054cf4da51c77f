"""What is recorded when an operator stores a person, and what ends with the right to sign in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from dlfportal.access.models import AuthToken
from dlfportal.access.services import token_issue, user_save
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import Conflict, Forbidden
from tests.factories import PASSWORD


def by(user: User) -> Actor:
    return Actor(user, Channel.ADMIN)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_new_person_and_a_change_are_told_apart(admin: User) -> None:
    person = User(username="new")
    user_save(actor=by(admin), user=person, changed=["username"])
    user_save(actor=by(admin), user=person, changed=["email"])
    assert actions() == ["user.create", "user.change"]
    assert [entry.detail for entry in AuditEntry.objects.order_by("pk")] == [
        {"changed": ["username"]},
        {"changed": ["email"]},
    ]


def test_a_change_ends_tokens_only_if_the_person_is_out(admin: User, viewer: User) -> None:
    token_issue(username="viewer", password=PASSWORD, project=None)
    user_save(actor=by(admin), user=viewer, changed=["email"])
    assert AuthToken.objects.filter(user=viewer).exists()
    viewer.is_active = False
    user_save(actor=by(admin), user=viewer, changed=["is_active"])
    assert not AuthToken.objects.filter(user=viewer).exists()


def test_a_person_who_is_made_with_a_password_has_no_change_of_it(admin: User) -> None:
    user_save(actor=by(admin), user=User(username="new"), changed=["username", "new_password"])
    assert actions() == ["user.create"]


def test_only_superusers_store_people_and_none_shuts_out_himself(admin: User, viewer: User) -> None:
    with pytest.raises(Forbidden):
        user_save(actor=by(viewer), user=viewer, changed=["email"])
    admin.is_superuser = False
    with pytest.raises(Conflict, match="your own access"):
        user_save(actor=Actor(User.objects.get(pk=admin.pk), Channel.ADMIN), user=admin, changed=[])
    assert actions() == []
