"""What somebody typed into a form, kept over a session that ended before it was sent.

A form that may be long says in its address who it was shown to. When it comes back without a session, the
sign-in page carries what was typed, sealed; only the same person gets it back, after signing in. When it
comes back in a later session of the same person, the form is shown again at once.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from dlfportal.access.sealing import Unreadable, seal, unseal
from dlfportal.access.uploads import ANONYMOUS_LIMIT

FIELD = "kept"
"""The field of the sign-in page, and where the session has it until the form is shown again."""

OWNER = "by"
"""The parameter in the address of a form that says who it was shown to."""

SALT = "dlfportal.access.kept_forms"
FORM_AGE = timedelta(days=30)
KEPT_AGE = timedelta(days=1)
SEALED_CHARACTERS = ANONYMOUS_LIMIT - 8 * 1024
"""What else the form of signing in has, name and password, has room beside it."""


class KeptForm(NamedTuple):
    """A form that was sent without a session: its address without parameters, and its fields."""

    path: str
    data: str


def owner_sign(user: User) -> str:
    """Return the text that says in the address of a form who it is shown to."""
    return signing.dumps(user.pk, salt=SALT)


def owner_of(request: HttpRequest) -> int | None:
    """Return the id of the person that a form was shown to, None if its address does not say it."""
    try:
        owner = signing.loads(request.GET.get(OWNER, ""), salt=SALT, max_age=FORM_AGE)
    except signing.BadSignature:
        return None
    return owner if isinstance(owner, int) else None


def form_seal(owner: int, form: KeptForm) -> str:
    """Return a form for the sign-in page to carry, "" when it is too long for that."""
    text = json.dumps([owner, timezone.now().timestamp(), *form])
    sealed = seal(b64encode(zlib.compress(text.encode(), 9)).decode())
    return sealed if len(sealed) <= SEALED_CHARACTERS else ""


def form_unseal(sealed: str, user: User) -> KeptForm | None:
    """Return the form if it is this person's and not older than a day, else None."""
    if not sealed or len(sealed) > SEALED_CHARACTERS:
        return None
    try:
        owner, since, path, data = json.loads(zlib.decompress(b64decode(unseal(sealed))))
    except (Unreadable, ValueError, zlib.error):
        return None
    if owner != user.pk or timezone.now().timestamp() - since > KEPT_AGE.total_seconds():
        return None
    return KeptForm(path, data)


def form_of(request: HttpRequest) -> KeptForm:
    """Return the form that a request sent, without the value that only its own session knows."""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    return KeptForm(request.path, fields.urlencode())


def form_keep(request: HttpRequest, form: KeptForm) -> None:
    """Keep a form for the view that answers to this same request."""
    request.kept_form = form  # type: ignore[attr-defined]


def form_take(request: HttpRequest) -> KeptForm | None:
    """Return, once, the form of this address that the session of a person was given when it began."""
    kept: KeptForm | None = getattr(request, "kept_form", None)
    if kept:
        return kept
    sealed = request.session.get(FIELD, "")
    form = form_unseal(sealed, request.user) if sealed and isinstance(request.user, User) else None
    if form is None or form.path != request.path:
        return None
    del request.session[FIELD]
    return form
