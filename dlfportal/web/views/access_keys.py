"""One's own access keys: see them, make one, revoke one."""

from __future__ import annotations

import secrets
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_POST

from dlfportal.access.keys import (
    KEYS_AT_MOST,
    IssuedKey,
    access_key_create,
    access_key_get,
    access_key_list,
    access_key_revoke,
)
from dlfportal.access.policy import projects_visible
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, Conflict
from dlfportal.web.requests import actor_of

FORMS = "access_key_forms"
FORMS_KEPT = 20
"""The one-time values of the forms that a person sent last are kept in the session. Those of forms that
were only shown are not, so that looking at the page writes nothing: a value is signed instead."""


class AccessKeyForm(forms.Form):
    """What a new key is for."""

    description = forms.CharField(
        label=_("Description"),
        max_length=128,
        required=False,
        help_text=_("What the key is for, such as the name of the program that signs with it."),
    )


class AccessKeysView(View):
    """The list, and the form that makes a key: its answer is the only one that ever shows the secret."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request, AccessKeyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AccessKeyForm(request.POST)
        if not form.is_valid():
            return _page(request, form, status=400)
        value = _form_of(request)
        if value is None:
            form.add_error(None, gettext("This form was not made for you, or is too old: send it again."))
            return _page(request, form, status=400)
        if not _form_taken(request, value):
            messages.info(request, gettext("That form was sent already, so no further key was made."))
            return redirect("web:access-keys")
        actor = actor_of(request)
        try:
            issued = access_key_create(actor=actor, user=actor.user, **form.cleaned_data)
        except (BadRequest, Conflict) as error:
            form.add_error(None, error_text(error))
            return _page(request, form, status=400)
        return _page(request, AccessKeyForm(), issued)


def _form_of(request: HttpRequest) -> str | None:
    """Return the one-time value of the form, or None if the portal made none for this person."""
    try:
        user, value = signing.loads(request.POST.get("form", ""), salt=FORMS)
    except signing.BadSignature:
        return None
    return str(value) if user == request.user.pk else None


def _form_taken(request: HttpRequest, value: str) -> bool:
    """Return whether the form comes for the first time: a reload of the answer must not make a second key."""
    used = request.session.get(FORMS, [])
    if value in used:
        return False
    request.session[FORMS] = [*used, value][-FORMS_KEPT:]
    return True


def _form_value(request: HttpRequest) -> str:
    """Return the one-time value of a form for this person."""
    return signing.dumps((request.user.pk, secrets.token_urlsafe(12)), salt=FORMS)


@require_POST
def revoke(request: HttpRequest, access_key: str) -> HttpResponseRedirect:
    """End one of one's keys, and show the others."""
    actor = actor_of(request)
    access_key_revoke(actor=actor, key=access_key_get(actor, access_key))
    messages.success(request, gettext("The access key %(key)s is revoked.") % {"key": access_key})
    return redirect("web:access-keys")


def _page(
    request: HttpRequest, form: AccessKeyForm, issued: IssuedKey | None = None, status: int = 200
) -> HttpResponse:
    keys = list(access_key_list(cast(User, request.user)))
    context = {
        "form": form,
        "issued": issued,
        "keys": keys,
        "limit": KEYS_AT_MOST,
        "full": len(keys) >= KEYS_AT_MOST,
        "form_value": _form_value(request),
        "origin": f"{request.scheme}://{request.get_host()}",
        "projects": projects_visible(request.user),
    }
    response = render(request, "access/keys.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
