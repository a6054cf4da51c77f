"""Access keys: made, revoked, found, and the secret keys that belong to them.

A secret key cannot be kept as a digest, since a signature is checked by making it anew. So it is not
kept at all: it is derived from the server's SECRET_KEY (under a salt of its own) and the key's random
salt. Reading the database alone is not enough to sign. Another SECRET_KEY gives other secret keys: changing
it ends every access key at once, and people make new ones.
"""

from __future__ import annotations

import secrets
import string
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dlfportal.access.models import AccessKey
from dlfportal.access.policy import is_superuser
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record
from dlfportal.db.prepared import Given, Prepared, columns, instances
from dlfportal.errors import BadRequest, Conflict, Forbidden, NotFound, gettext_noop

KEYS_AT_MOST = 5
"""Keys a person may have at a time: enough to exchange them one by one."""

PEPPER = "dlfportal.access.secret_key"
LETTERS = string.ascii_uppercase + string.digits
SECRET_LETTERS = string.ascii_letters + string.digits
SECRET_LENGTH = 40
USE_NOTED_EVERY = timedelta(hours=1)

WORKING_KEY = Prepared(
    lambda: (
        AccessKey.objects.filter(pk=Given("access_key"), revoked_at=None, user__is_active=True)
        .order_by()
        .values_list(*columns(AccessKey), *columns(User, "user__"))
    )
)

NO_KEY = gettext_noop("The access key does not exist.")

NOBODY = AccessKey(access_key="0" * 20, salt="0" * 32)
"""Stands in for a key that is not found, so that a refusal costs what a check costs."""


class IssuedKey(NamedTuple):
    """A fresh key: `secret` is shown this once, `row` is what the database keeps."""

    row: AccessKey
    secret: str

    def __repr__(self) -> str:
        return f"IssuedKey({self.row})"


def access_key_create(*, actor: Actor, user: User, description: str = "") -> IssuedKey:
    """Make an access key for `user` and return it with its secret: one's own, a superuser anybody's.

    Raises Forbidden, BadRequest when the description is too long or the person may not sign in, or
    Conflict when they have `KEYS_AT_MOST` already.
    """
    if not _may_handle(actor, user):
        raise Forbidden(gettext_noop("Only a superuser may make access keys for somebody else."))
    if not user.is_active:
        raise BadRequest(gettext_noop("%(name)s may not sign in."), name=user.get_username())
    row = AccessKey(
        access_key="".join(secrets.choice(LETTERS) for _ in range(20)),
        user=user,
        description=description,
        salt=secrets.token_hex(16),
    )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if access_key_list(user).count() >= KEYS_AT_MOST:
            message = gettext_noop("No more than %(limit)s access keys a person: revoke one first.")
            raise Conflict(message, limit=KEYS_AT_MOST)
        _clean(row)
        row.save(force_insert=True)
        _record(actor, Action.ACCESS_KEY_CREATE, row)
    return IssuedKey(row, secret_key(row))


def access_key_revoke(*, actor: Actor, key: AccessKey) -> None:
    """End an access key for good, at once: one's own, a superuser anybody's. Twice changes nothing.

    Raises NotFound when it is somebody else's.
    """
    if not _may_handle(actor, key.user):
        raise NotFound(NO_KEY)
    with transaction.atomic():
        if AccessKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
            _record(actor, Action.ACCESS_KEY_REVOKE, key)


def access_key_list(user: User) -> QuerySet[AccessKey]:
    """Return the access keys of `user` that work, the newest first."""
    return AccessKey.objects.filter(user=user, revoked_at=None)


def access_key_get(actor: Actor, text: str) -> AccessKey:
    """Return an access key that the actor may see: one's own, a superuser anybody's. Raises NotFound."""
    key = AccessKey.objects.select_related("user").filter(pk=text).first()
    if key is None or not _may_handle(actor, key.user):
        raise NotFound(NO_KEY)
    return key


def access_key_find(text: str) -> AccessKey | None:
    """Return the access key with its user, or None when it is unknown, revoked or its user inactive."""
    row = WORKING_KEY.row(access_key=text)
    if row is None:
        return None
    key: AccessKey
    key, key.user = instances(row, AccessKey, User)
    return key


def access_key_used(key: AccessKey) -> None:
    """Note that `key` was used, at most once an hour; a database too busy for it refuses nobody."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
        with suppress(OperationalError):
            AccessKey.objects.filter(pk=key.pk, last_used_at=key.last_used_at).update(last_used_at=now)


def secret_key(key: AccessKey) -> str:
    """Return the secret of `key`: 40 letters and digits, derived each time and never kept or logged."""
    digest = salted_hmac(PEPPER, f"{key.access_key}:{key.salt}", algorithm="sha256").digest()
    number = int.from_bytes(digest)
    letters = []
    for _ in range(SECRET_LENGTH):
        number, place = divmod(number, len(SECRET_LETTERS))
        letters.append(SECRET_LETTERS[place])
    return "".join(letters)


def _may_handle(actor: Actor, user: User) -> bool:
    return is_superuser(actor.user) or (actor.user.is_active and actor.user.pk == user.pk)


def _clean(row: AccessKey) -> None:
    try:
        row.clean_fields(exclude=["user"])
    except ValidationError as error:
        raise BadRequest("%(problems)s", problems=" ".join(error.messages)) from error


def _record(actor: Actor, action: Action, key: AccessKey) -> None:
    detail = {"user": key.user.get_username(), "description": key.description}
    audit_record(actor=actor, action=action, object_name=key.access_key, detail=detail)
