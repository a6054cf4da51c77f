"""What a browser says of its reader: theme, density, single keys and time zone, each a cookie.

They are kept per person in `Preference`; signing in and saving them put them into the browser, so that no
page asks the database for them. A cookie that is none of the known values is as none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from dlfportal.access.models import Density, Preference, Theme
from dlfportal.access.preferences import zone_named

THEME, DENSITY, KEYS, ZONE = "theme", "density", "keys", "zone"
BROWSER_ZONE = "browser_zone"
"""What the browser's own zone is: `zone.js` sets it, and a zone that the person chose goes before it."""
PLACE = re.compile(r"(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/")
YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Reader:
    """How pages look to one reader: the values of `data-theme`, `data-density` and `data-keys`."""

    theme: str
    density: str
    keys: str

    @property
    def next_theme(self) -> str:
        """The theme that the switch of the bar on top leads to."""
        return Theme.values[(Theme.values.index(self.theme) + 1) % len(Theme.values)]


def reader_of(request: HttpRequest) -> Reader:
    """Return how the reader of `request` wants pages."""
    kept = request.COOKIES
    return Reader(
        theme=_one_of(Theme.values, kept.get(THEME)),
        density=_one_of(Density.values, kept.get(DENSITY)),
        keys=_one_of(["on", "off"], kept.get(KEYS)),
    )


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    """Return the zone of the reader: chosen, else the browser's, else None for the portal's own."""
    named = (zone_named(request.COOKIES.get(cookie, "")) for cookie in (ZONE, BROWSER_ZONE))
    return next((zone for zone in named if zone), None)


@cache
def zones() -> list[str]:
    """Return the names of the time zones that people choose from: those of places, and UTC."""
    return sorted(name for name in available_timezones() if name == "UTC" or PLACE.match(name))


def preference_send(response: HttpResponse, preference: Preference | None) -> None:
    """Put what a person prefers into their browser: what another person left there does not stay."""
    wanted = preference or Preference()
    chosen: Mapping[str, str] = {
        settings.LANGUAGE_COOKIE_NAME: wanted.language,
        THEME: wanted.theme if preference else "",
    }
    for name, value in chosen.items():  # without a choice: what the browser has, from the sign-in page too
        if value:
            cookie_send(response, name, value)
    own: Mapping[str, str] = {
        DENSITY: wanted.density,
        KEYS: "on" if wanted.single_keys else "off",
        ZONE: wanted.zone,
    }
    for name, value in own.items():
        if value:
            cookie_send(response, name, value)
        else:
            response.delete_cookie(name)


def cookie_send(response: HttpResponse, name: str, value: str, **options: Any) -> None:
    """Keep `value` in the browser for a year; scripts may read it."""
    age = {"max_age": YEAR, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    response.set_cookie(name, value, **{**age, **options})


def _one_of(known: list[str], value: str | None) -> str:
    """Return `value` if it is known, else the first of the known ones."""
    return value if value in known else known[0]
