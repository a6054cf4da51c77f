"""What every answer of the portal carries, pages and API alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from dlfportal.access.kept_forms import FIELD, form_carried, owner_of
from dlfportal.access.uploads import body_check
from dlfportal.api.base import holds_nul
from dlfportal.api.errors import is_wire
from dlfportal.logs import current_request_id
from dlfportal.web.pages.switcher import used_last_send
from dlfportal.web.reader import zone_of
from dlfportal.web.views.sessions import SignInAgainView, sign_in_again

Handler = Callable[[HttpRequest], HttpResponse]

BODILESS = ("GET", "HEAD", "OPTIONS", "TRACE")
"""Methods whose body no page reads."""

COMPRESSED = ("text/html", "image/svg+xml")
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class RequestIdMiddleware:
    """Gives each request an id: `request.request_id`, the answer's `X-Request-Id`, log and audit lines."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        token = current_request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class RefuseNulMiddleware:
    """Refuses U+0000 in an address: no name holds it, and PostgreSQL fails on a look-up with it.

    The API refuses it too, after authentication.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if holds_nul(request) and not is_wire(request.path_info):
            raise BadRequest("U+0000 in the address")
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """Sets the content security policy: scripts, styles and forms of this portal only."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class CompressMiddleware(GZipMiddleware):
    """Compresses pages; never the API, a package, a stream, or what is compressed already.

    Django writes a name of random length into each answer, so that its length says little of the secrets in
    it, such as the value against forged forms (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response, compressed if it is a page for a browser that takes it."""
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in COMPRESSED or is_wire(request.path_info):
            return response
        return super().process_response(request, response)


class ReaderMiddleware:
    """Lets a page show times in the reader's zone, and keeps in the browser which workspaces were used last.

    The API knows no reader: its times are in UTC.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_wire(request.path_info):
            return self.get_response(request)
        with timezone.override(zone_of(request)):
            response = self.get_response(request)
        used_last_send(request, response)
        return response


class SignedInMiddleware(LoginRequiredMiddleware):
    """Sends people to sign in. What they typed into a form that names its owner is carried along.

    Nobody else's body is read: only who was shown the form has the text that its address carries.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """Lead to sign in and back again: where something was sent, back to the page that sent it."""
        back = request.get_full_path() if request.method in BODILESS else _page_before(request)
        login, field = self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        return redirect_to_login(back, login, field)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> Any:
        """Answer to strangers with the sign-in page, or lead there."""
        answer = super().process_view(request, view, args, kwargs)
        owner = owner_of(request) if request.method == "POST" else None
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if owner is None or length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return answer
        if FIELD in request.POST:
            return SignInAgainView.as_view(show=lambda request: view(request, *args, **kwargs))(request)
        return sign_in_again(request, form_carried(request, owner)) if answer else None


def _page_before(request: HttpRequest) -> str:
    """Return the page of this portal whose form was sent, as the browser names it, else its own address."""
    named = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(named, {request.get_host()}, require_https=request.is_secure()):
        page = urlsplit(named)
        return page.path + (f"?{page.query}" if page.query else "")
    return request.get_full_path()


class BodyMiddleware:
    """Refuses what may not come in by its headers, before anything reads the body.

    It stands before the CSRF check, which parses the whole form, its files included. The API reads no
    body before it knows who is calling, and has its own limit.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Raise what refuses the request, if anything does."""
        if request.method not in BODILESS and not is_wire(request.path_info):
            body_check(request, view, kwargs, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
