"""The forms of signing in and of one's password, for the pages and the admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.access.sessions import password_change, password_check
from dlfportal.access.throttle import TooManyTries, visitor_of
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor, Channel


class SignInForm(AuthenticationForm):
    """Name and password. `throttled` is why the password was not looked at, or None."""

    request: HttpRequest
    throttled: TooManyTries | None = None

    def clean(self) -> dict[str, Any]:
        """Check the password; wrong ones are counted and recorded."""
        try:
            self.user_cache = password_check(
                visitor=visitor_of(self.request, Channel.WEB),
                username=self.cleaned_data.get("username", ""),
                password=self.cleaned_data.get("password", ""),
                refusal=Action.SIGN_IN_REFUSE,
            )
        except TooManyTries as error:
            self.throttled = error
            raise ValidationError(gettext(error.message) % error.params) from error
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        return self.cleaned_data


class OwnPasswordForm(PasswordChangeForm):
    """A new password of one's own, saved by the service."""

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def save(self, commit: bool = True) -> User:
        """Save the new password as the actor's."""
        return password_change(actor=self.actor, password=self.cleaned_data["new_password1"])
