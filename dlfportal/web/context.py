"""What every page's template may ask for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from dlfportal.access.policy import may_enter_admin


def portal(request: HttpRequest) -> dict[str, Any]:
    """Give templates `may_enter_admin`, asked of the database only when a template looks at it."""
    user = getattr(request, "user", None)
    return {"may_enter_admin": SimpleLazyObject(lambda: bool(user and may_enter_admin(user)))}
