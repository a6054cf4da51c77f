"""`createaccesskey`: two lines that a shell can read."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from dlfportal.access.keys import KEYS_AT_MOST, secret_key
from dlfportal.access.models import AccessKey
from dlfportal.audit.models import AuditEntry


def create(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("createaccesskey", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_prints_both_keys_as_name_and_value(viewer: User, admin: User) -> None:
    lines = create("viewer")
    row = AccessKey.objects.get()
    assert lines == [f"access_key={row.access_key}", f"secret_key={secret_key(row)}"]
    assert row.user == viewer
    entry = AuditEntry.objects.get(action="access_key.create")
    assert (entry.user, entry.channel) == (admin, "command")


def test_description_is_kept(viewer: User, admin: User) -> None:
    create("viewer", "--description", "夜间备份")
    assert AccessKey.objects.get().description == "夜间备份"


def test_unknown_user_ends_the_command(admin: User) -> None:
    with pytest.raises(CommandError, match="nobody"):
        create("nobody")


def test_refusals_end_the_command(viewer: User, developer: User, admin: User) -> None:
    with pytest.raises(CommandError, match="superuser"):
        create("viewer", "--user", "developer")
    for _ in range(KEYS_AT_MOST):
        create("viewer")
    with pytest.raises(CommandError, match="revoke one first"):
        create("viewer")
