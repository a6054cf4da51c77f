"""What somebody typed into a form, kept over a session that ended before it was sent.

A form that may be long says in its address who it was shown to. When it comes back without a session, the
sign-in page carries what was typed, sealed; the same person, and nobody else, gets the form back with it by
signing in there. When it comes back in a later session of the same person, it is shown again at once.
The server keeps nothing of it.
"""

from __future__ import annotations

import json
import zlib
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from dlfportal.access.sealing import Unreadable, seal, unseal

FIELD = "kept"
"""The field of the sign-in page that carries what was typed. That page is sent to the address of the form:
so it may be as long as the form, which the sign-in page of everybody may not."""

OWNER = "by"
"""The parameter in the address of a form that says who it was shown to."""

SALT = "dlfportal.access.kept_forms"
FORM_AGE = timedelta(days=30)
KEPT_AGE = timedelta(days=1)
OTHER_FIELDS = 8 * 1024
"""Bytes for what else the form of signing in has, such as name and password."""


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
    """Return a form for the sign-in page to carry, "" when it is too long for that.

    It is packed, so that this is only met by a form near the limit that cannot be made smaller.
    """
    text = json.dumps([owner, timezone.now().timestamp(), *form])
    sealed = seal(zlib.compress(text.encode()))
    return sealed if len(sealed) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE - OTHER_FIELDS else ""


def form_unseal(sealed: str, user: User) -> KeptForm | None:
    """Return the form if it is this person's and not older than a day, else None."""
    try:
        owner, since, path, data = json.loads(zlib.decompress(unseal(sealed)))
    except (Unreadable, ValueError, zlib.error):
        return None
    if owner != user.pk or timezone.now().timestamp() - since > KEPT_AGE.total_seconds():
        return None
    return KeptForm(path, data)


def form_carried(request: HttpRequest, owner: int) -> str:
    """Return what the sign-in page is to carry: the form that was sent, or what the page carried before."""
    return request.POST.get(FIELD) or form_seal(owner, form_of(request))


def form_typed(request: HttpRequest, user: User) -> KeptForm | None:
    """Return what this person typed: the form that was sent, or that which a sign-in page carried."""
    if FIELD not in request.POST:
        return form_of(request)
    form = form_unseal(request.POST[FIELD], user)
    return form if form and form.path == request.path else None


def form_of(request: HttpRequest) -> KeptForm:
    """Return the form that a request sent, without the value that only its own session knows."""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    return KeptForm(request.path, fields.urlencode())


def form_keep(request: HttpRequest, form: KeptForm) -> None:
    """Keep a form for the view that answers to this same request."""
    request.kept_form = form  # type: ignore[attr-defined]


def form_take(request: HttpRequest) -> KeptForm | None:
    """Return the form that was kept for the view of this request."""
    kept: KeptForm | None = getattr(request, "kept_form", None)
    return kept
