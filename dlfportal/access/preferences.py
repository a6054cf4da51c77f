"""How a person wants the pages: their own business, so nobody's right is asked and the record is silent."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from dlfportal.access.models import Preference
from dlfportal.audit.actor import Actor
from dlfportal.errors import BadRequest, gettext_noop

ZONE_NAME = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)


def preference_of(user: User) -> Preference | None:
    """Return what `user` chose, or None if they never chose."""
    return Preference.objects.filter(pk=user.pk).first()


def preference_save(*, actor: Actor, **chosen: str | bool) -> Preference:
    """Keep what the actor chose: some of the fields of `Preference`. Raises BadRequest for unknown values."""
    with transaction.atomic():
        kept = Preference.objects.select_for_update().filter(pk=actor.user.pk).first()
        preference = kept or Preference(user=actor.user)
        for field, value in chosen.items():
            setattr(preference, field, value)
        _check(preference)
        preference.save()
    return preference


def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of this name, or None if this machine knows none."""
    if not ZONE_NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


def _check(preference: Preference) -> None:
    if preference.zone and not zone_named(preference.zone):
        raise BadRequest(gettext_noop("The time zone %(zone)s is unknown."), zone=preference.zone)
    if preference.language and preference.language not in dict(settings.LANGUAGES):
        raise BadRequest(gettext_noop("The language %(language)s is unknown."), language=preference.language)
    try:
        preference.clean_fields()
    except ValidationError as error:
        raise BadRequest("%(problems)s", problems=" ".join(error.messages)) from error
