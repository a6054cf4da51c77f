"""Signing in and out, and one's own password."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth import views
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from dlfportal.access.forms import OwnPasswordForm, SignInForm
from dlfportal.access.kept_forms import FIELD, KeptForm, form_keep, form_typed
from dlfportal.access.preferences import preference_of
from dlfportal.access.sessions import sign_in, sign_out
from dlfportal.access.throttle import visitor_of
from dlfportal.audit.actor import Channel
from dlfportal.web.reader import preference_send
from dlfportal.web.requests import actor_of

Show = Callable[[HttpRequest], HttpResponse]


class SignInView(views.LoginView):
    """The sign-in page: 429 with `Retry-After` while too many passwords were wrong."""

    authentication_form = SignInForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Begin the session and go on, with the pages as the person likes them."""
        visitor, user = visitor_of(self.request, Channel.WEB), form.get_user()
        sign_in(visitor=visitor, request=self.request, user=user)
        response = self.go_on(user)
        preference_send(response, preference_of(user))
        return response

    def go_on(self, user: User) -> HttpResponse:
        """Return the answer of a session that has just begun: go where the person wanted."""
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again, with what was wrong."""
        response = super().form_invalid(form)
        if form.throttled:
            response.status_code = 429
            response["Retry-After"] = str(form.throttled.seconds)
        return response


class SignInAgainView(SignInView):
    """The sign-in page that carries a form which came without a session.

    It is sent to the address of the form. Signing in shows the form there, with what was typed; `show`
    is the view of that address. Nothing is saved by that.
    """

    show: Show | None = None

    def go_on(self, user: User) -> HttpResponse:
        """Show the form with what was typed, if it is this person's, else as it is."""
        typed = form_typed(self.request, user)
        if typed is None or self.show is None:
            return HttpResponseRedirect(self.request.path)
        return typed_show(self.request, typed, self.show)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Carry on what was typed."""
        sealed = self.request.POST.get(FIELD, "")
        return super().get_context_data(**kwargs) | _again_context(self.request, sealed)


def sign_in_again(request: HttpRequest, sealed: str) -> HttpResponse:
    """Answer to a form that came after the session had ended; `sealed` is what was typed, "" if too long."""
    context = {"form": SignInForm(request), **_again_context(request, sealed)}
    return render(request, "registration/login.html", context)


def typed_show(request: HttpRequest, typed: KeptForm, show: Show) -> HttpResponse:
    """Return the page of a form with what was typed into it: as a GET, which saves nothing."""
    form_keep(request, typed)
    request.method = "GET"
    request.POST = QueryDict()
    return show(request)


def _again_context(request: HttpRequest, sealed: str) -> dict[str, Any]:
    action = request.get_full_path() if sealed else ""
    return {"next": request.path, "kept": sealed, "ended": True, "action": action}


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
