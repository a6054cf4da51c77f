"""Access keys: who may make and revoke them, and what the database must not give away."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.forms.models import model_to_dict
from django.utils import timezone

from dlfportal.access import keys
from dlfportal.access.keys import (
    KEYS_AT_MOST,
    access_key_create,
    access_key_find,
    access_key_get,
    access_key_list,
    access_key_revoke,
    access_key_used,
    secret_key,
)
from dlfportal.access.models import AccessKey
from dlfportal.audit.actor import Actor, Channel
from dlfportal.audit.models import AuditEntry
from dlfportal.errors import BadRequest, Conflict, Forbidden, NotFound


def by(user: User) -> Actor:
    return Actor(user, Channel.WEB, "r" * 32)


def test_key_and_secret_look_like_the_clouds(viewer: User) -> None:
    row, secret = access_key_create(actor=by(viewer), user=viewer, description="nightly backup")
    assert re.fullmatch(r"[A-Z0-9]{20}", row.access_key)
    assert re.fullmatch(r"[A-Za-z0-9]{40}", secret)
    assert (row.user, row.description, row.last_used_at, row.revoked_at) == (
        viewer,
        "nightly backup",
        None,
        None,
    )


def test_secret_can_be_made_again_from_the_row(viewer: User) -> None:
    row, secret = access_key_create(actor=by(viewer), user=viewer)
    assert secret_key(AccessKey.objects.get(pk=row.pk)) == secret


def test_no_two_keys_share_a_secret(viewer: User) -> None:
    issued = [access_key_create(actor=by(viewer), user=viewer) for _ in range(KEYS_AT_MOST)]
    assert len({secret for _row, secret in issued}) == KEYS_AT_MOST
    other = AccessKey(access_key="A" * 20, salt=issued[0].row.salt)
    assert secret_key(other) != issued[0].secret
    row = issued[0].row
    assert secret_key(AccessKey(access_key=row.access_key, salt="1" * 32)) != issued[0].secret


def test_the_secret_of_a_key_survives_an_update_of_the_portal(settings: Any) -> None:
    """Another way to derive it would end every access key in use."""
    settings.SECRET_KEY = "kept by the operator"
    key = AccessKey(access_key="A" * 20, salt="1" * 32)
    assert secret_key(key) == "Na5Qc0KeVtbbJgEXMSp0Xr8riyLjGnz2YpKtFJXR"


def test_a_key_has_a_salt_of_its_own_and_no_description_unless_given(viewer: User) -> None:
    rows = [access_key_create(actor=by(viewer), user=viewer).row for _ in range(2)]
    assert all(re.fullmatch(r"[0-9a-f]{32}", row.salt) and row.description == "" for row in rows)
    assert rows[0].salt != rows[1].salt


def test_the_database_does_not_hold_the_secret(viewer: User, settings: Any) -> None:
    row, secret = access_key_create(actor=by(viewer), user=viewer)
    kept = str(AccessKey.objects.values().get()) + str(list(AuditEntry.objects.values()))
    assert secret not in kept
    settings.SECRET_KEY = "what a thief of the database would have to guess"
    assert secret_key(row) != secret


def test_the_secret_hides_from_logs(viewer: User) -> None:
    issued = access_key_create(actor=by(viewer), user=viewer)
    assert issued.secret not in repr(issued)
    assert issued.secret not in str(issued)
    assert issued.secret not in repr(model_to_dict(issued.row))


def test_making_and_revoking_are_recorded_without_the_secret(viewer: User) -> None:
    row, secret = access_key_create(actor=by(viewer), user=viewer, description="sync")
    access_key_revoke(actor=by(viewer), key=row)
    revoked, made = AuditEntry.objects.all()[:2]
    assert (made.action, revoked.action) == ("access_key.create", "access_key.revoke")
    assert made.object_name == revoked.object_name == row.access_key
    assert made.detail == {"user": "viewer", "description": "sync"}
    assert made.request_id == "r" * 32


def test_nobody_makes_keys_for_others_but_superusers(viewer: User, developer: User, admin: User) -> None:
    with pytest.raises(Forbidden):
        access_key_create(actor=by(developer), user=viewer)
    assert access_key_create(actor=by(admin), user=viewer).row.user == viewer
    assert not access_key_list(developer)


def test_inactive_people_get_none(viewer: User, admin: User) -> None:
    viewer.is_active = False
    viewer.save()
    with pytest.raises(Forbidden):
        access_key_create(actor=by(viewer), user=viewer)
    with pytest.raises(BadRequest):
        access_key_create(actor=by(admin), user=viewer)


def test_description_that_is_too_long_is_refused(viewer: User) -> None:
    with pytest.raises(BadRequest):
        access_key_create(actor=by(viewer), user=viewer, description="x" * 129)
    assert not AccessKey.objects.exists()


def test_one_key_more_than_the_limit_is_refused_until_one_is_revoked(viewer: User, developer: User) -> None:
    rows = [access_key_create(actor=by(viewer), user=viewer).row for _ in range(KEYS_AT_MOST)]
    with pytest.raises(Conflict):
        access_key_create(actor=by(viewer), user=viewer)
    access_key_create(actor=by(developer), user=developer)
    access_key_revoke(actor=by(viewer), key=rows[0])
    access_key_create(actor=by(viewer), user=viewer)
    assert len(access_key_list(viewer)) == KEYS_AT_MOST


def test_revoked_key_is_found_no_more_and_stays_revoked(viewer: User) -> None:
    row = access_key_create(actor=by(viewer), user=viewer).row
    assert access_key_find(row.access_key) == row
    access_key_revoke(actor=by(viewer), key=row)
    assert access_key_find(row.access_key) is None
    at = AccessKey.objects.get().revoked_at
    access_key_revoke(actor=by(viewer), key=row)
    assert AccessKey.objects.get().revoked_at == at
    assert AuditEntry.objects.filter(action="access_key.revoke").count() == 1


def test_keys_of_others_do_not_exist(viewer: User, developer: User, admin: User) -> None:
    row = access_key_create(actor=by(viewer), user=viewer).row
    with pytest.raises(NotFound) as theirs:
        access_key_get(by(developer), row.access_key)
    with pytest.raises(NotFound) as unknown:
        access_key_get(by(developer), "A" * 20)
    assert str(theirs.value) == str(unknown.value)
    with pytest.raises(NotFound) as revoked:
        access_key_revoke(actor=by(developer), key=row)
    assert str(revoked.value) == str(unknown.value)
    assert access_key_get(by(admin), row.access_key) == row
    access_key_revoke(actor=by(admin), key=row)
    assert access_key_find(row.access_key) is None


@pytest.mark.parametrize("text", ["", "A" * 20, "a" * 500])
def test_unknown_keys_are_not_found(db: None, text: str) -> None:
    assert access_key_find(text) is None


def test_case_of_a_key_counts(viewer: User) -> None:
    row = access_key_create(actor=by(viewer), user=viewer).row
    assert access_key_find(row.access_key.lower()) is None or row.access_key.isdigit()


def test_key_of_an_inactive_person_is_not_found(viewer: User) -> None:
    row = access_key_create(actor=by(viewer), user=viewer).row
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    assert access_key_find(row.access_key) is None


def test_use_is_written_once_by_those_who_come_together(viewer: User) -> None:
    row = access_key_create(actor=by(viewer), user=viewer).row
    long_ago = timezone.now() - timedelta(hours=2)
    AccessKey.objects.update(last_used_at=long_ago)
    first, second = AccessKey.objects.get(), AccessKey.objects.get()
    access_key_used(first)
    noted = AccessKey.objects.get().last_used_at
    assert noted and noted > long_ago
    access_key_used(second)
    assert AccessKey.objects.get(pk=row.pk).last_used_at == noted


def test_a_busy_database_refuses_nobody(viewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = access_key_create(actor=by(viewer), user=viewer).row

    def busy(**_kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(keys.AccessKey.objects, "filter", busy)
    access_key_used(row)
