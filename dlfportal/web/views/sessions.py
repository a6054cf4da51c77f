"""Signing in and out, and one's own password."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dlfportal.access.forms import OwnPasswordForm, SignInForm
from dlfportal.access.kept_forms import FIELD, form_unseal
from dlfportal.access.preferences import preference_of
from dlfportal.access.sessions import sign_in, sign_out
from dlfportal.access.throttle import visitor_of
from dlfportal.audit.actor import Channel
from dlfportal.web.reader import preference_send
from dlfportal.web.requests import actor_of


class SignInView(views.LoginView):
    """The sign-in page: 429 with `Retry-After` while too many passwords were wrong."""

    authentication_form = SignInForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Begin the session and go where the person wanted, with the pages as they like them."""
        visitor, user = visitor_of(self.request, Channel.WEB), form.get_user()
        sign_in(visitor=visitor, request=self.request, user=user)
        sealed = self.request.POST.get(FIELD, "")
        kept = form_unseal(sealed, user)
        if kept:
            self.request.session[FIELD] = sealed
        response = HttpResponseRedirect(kept.path if kept else self.get_success_url())
        preference_send(response, preference_of(user))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Carry on what was typed into a form before the session ended."""
        return super().get_context_data(**kwargs) | {"kept": self.request.POST.get(FIELD, "")}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again, with what was wrong."""
        response = super().form_invalid(form)
        if form.throttled:
            response.status_code = 429
            response["Retry-After"] = str(form.throttled.seconds)
        return response


def sign_in_again(request: HttpRequest, sealed: str) -> HttpResponse:
    """Answer to a form that came after the session had ended; `sealed` is what was typed, "" if too long."""
    context = {"form": SignInForm(request), "next": request.path, "kept": sealed, "ended": True}
    return render(request, "registration/login.html", context)


class SignOutView(views.LogoutView):
    """Ends the session."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """End the session and show the sign-in page."""
        if request.user.is_authenticated:
            sign_out(actor=actor_of(request), request=request)
        return super().post(request, *args, **kwargs)


class PasswordView(views.PasswordChangeView):
    """One's own password: this session goes on, the others end."""

    success_url = "/"

    def get_form_class(self) -> Any:
        """Return the form of this person."""
        return partial(OwnPasswordForm, actor_of(self.request))
