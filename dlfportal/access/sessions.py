"""Signing in and out, and changing one's password: each in the record, each wrong password counted."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from dlfportal.access.models import AuthToken
from dlfportal.access.throttle import NAME_LENGTH, Visitor, tries_check, tries_forget
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.services import audit_record


def password_check(*, visitor: Visitor, username: str, password: str, refusal: Action) -> User | None:
    """Return the person of this name with this password, or None, recorded as `refusal`.

    A name that nobody has costs as much as a wrong password. Raises TooManyTries without looking at the
    password; such a try is not recorded, the one that began it says so in its entry.
    """
    request = tries_check(visitor, username)
    user = authenticate(request, username=username, password=password)
    if isinstance(user, User):
        return user
    typed = username[:NAME_LENGTH]
    known = User.objects.filter(username=typed).first()
    audit_record(
        actor=Actor(known or User(username=typed), visitor.channel, visitor.request_id),
        action=refusal,
        detail={"address": visitor.address, "locked": request.axes_locked_out},  # type: ignore[attr-defined]
    )
    return None


def sign_in(*, visitor: Visitor, request: HttpRequest, user: User) -> None:
    """Begin a session of `user`, whose password was checked, in the browser of `request`."""
    with transaction.atomic():
        login(request, user)
        tries_forget(visitor, user)
        actor = Actor(user, visitor.channel, visitor.request_id)
        audit_record(actor=actor, action=Action.SIGN_IN, detail={"address": visitor.address})


def sign_out(*, actor: Actor, request: HttpRequest) -> None:
    """End the session of the actor in the browser of `request`."""
    with transaction.atomic():
        logout(request)
        audit_record(actor=actor, action=Action.SIGN_OUT)


def password_change(*, actor: Actor, password: str) -> User:
    """Give the actor a new password. It ends their tokens and, with the next request, other sessions."""
    user = actor.user
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        AuthToken.objects.filter(user=user).delete()
        audit_record(actor=actor, action=Action.PASSWORD_CHANGE, object_name=user.get_username())
    return user


def access_end(user: User) -> None:
    """End all tokens and sessions of a person who may not sign in any more, so that they stay ended.

    Sessions are kept as sealed text and not by person, so each is looked at: nobody is disabled often.
    """
    AuthToken.objects.filter(user=user).delete()
    mine = (
        session.session_key
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    )
    Session.objects.filter(pk__in=list(mine)).delete()
