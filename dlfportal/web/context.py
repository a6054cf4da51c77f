"""What every page's template may ask for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from dlfportal.access.policy import may_enter_admin
from dlfportal.web.pages.switcher import switcher_of
from dlfportal.web.reader import reader_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """Give templates what the frame of every page needs.

    `reader` is how the page looks. `may_enter_admin` and `switcher` are asked of the database only when a
    template looks at them.
    """
    user = getattr(request, "user", None)
    return {
        "reader": reader_of(request),
        "may_enter_admin": SimpleLazyObject(lambda: bool(user and may_enter_admin(user))),
        "switcher": SimpleLazyObject(lambda: switcher_of(request) or ()),
    }
