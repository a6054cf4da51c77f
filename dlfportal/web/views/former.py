"""Leading old addresses of a renamed object to the new ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.web.pages.former import former_url

ObjectView = Callable[..., HttpResponseBase]


def former_followed(view: ObjectView) -> ObjectView:
    """Make a view of an object answer a GET under a former name with the same address under the new name."""

    @wraps(view)
    def followed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ObjectMissing as missing:
            if request.method not in ("GET", "HEAD"):
                raise
            return redirect(former_url(request, missing))

    return followed
