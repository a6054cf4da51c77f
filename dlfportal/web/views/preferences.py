"""How a person wants the pages: the form for all of it, and the switches of the bar on top."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from django.views import View, i18n
from django.views.decorators.http import require_POST

from dlfportal.access.models import Density, Theme
from dlfportal.access.preferences import preference_of, preference_save
from dlfportal.web.reader import THEME, cookie_send, preference_send, reader_of, zones
from dlfportal.web.requests import actor_of

Choices = list[tuple[str, Any]]


def _languages() -> Choices:
    named = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
    return [("", _("as the browser asks for it")), *named]


def _zones() -> Choices:
    return [("", _("as the browser says")), *((name, name) for name in zones())]


class PreferenceForm(forms.Form):
    """All that a person may choose."""

    language = forms.ChoiceField(label=_("Language"), choices=_languages, required=False)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)
    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zones,
        required=False,
        help_text=_("Every page shows its times in this zone."),
    )
    density = forms.ChoiceField(label=_("Rows of lists"), choices=Density.choices)
    single_keys = forms.BooleanField(
        label=_("Single keys act, such as j and k in lists"),
        required=False,
        help_text=_("Switch them off if you dictate or if a key is often pressed by accident."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("language", "zone"):  # an empty choice is one, too
            self.fields[name].widget.is_required = True


class PreferencesView(View):
    """The form, and what is chosen in it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "access/preferences.html", {"form": PreferenceForm(initial=_chosen(request))})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreferenceForm(request.POST)
        if not form.is_valid():
            return render(request, "access/preferences.html", {"form": form}, status=400)
        preference = preference_save(actor=actor_of(request), **form.cleaned_data)
        with translation.override(preference.language or translation.get_language()):
            messages.success(request, gettext("Your preferences are saved."))
        response = redirect("web:preferences")
        preference_send(response, preference)
        return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Change the theme in this browser, and for the person who is signed in."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_way_back(request))
    if chosen in Theme.values:
        _keep(request, theme=chosen)
        cookie_send(response, THEME, chosen)
    return response


@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Change the language in this browser, as Django's own view does, and for the person signed in."""
    chosen = request.POST.get("language", "")
    if request.method == "POST" and chosen in dict(settings.LANGUAGES):
        _keep(request, language=chosen)
    return i18n.set_language(request)


def _keep(request: HttpRequest, **chosen: str) -> None:
    if request.user.is_authenticated:
        preference_save(actor=actor_of(request), **chosen)


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """Return what the form shows: what the person chose, or else how the pages look now."""
    user: User | AnonymousUser = request.user
    found = preference_of(user) if isinstance(user, User) else None
    if found is None:
        reader = reader_of(request)
        return {"theme": reader.theme, "density": reader.density, "single_keys": reader.keys == "on"}
    return {name: getattr(found, name) for name in PreferenceForm.base_fields}


def _way_back(request: HttpRequest) -> str:
    """Return the page of this portal that the switch was on, or the home page."""
    wanted = request.POST.get("next", "")
    safe = partial(url_has_allowed_host_and_scheme, allowed_hosts={request.get_host()})
    return wanted if safe(wanted, require_https=request.is_secure()) else "/"
