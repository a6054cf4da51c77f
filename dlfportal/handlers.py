"""What a person or a program is told when something goes wrong outside of its own view."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import defaults

from dlfportal.api.errors import WIRE_PATHS, WireError, plain_answer, unknown_path
from dlfportal.api.errors import bad_request as wire_bad_request
from dlfportal.catalogue.texts import error_text
from dlfportal.errors import BadRequest, Conflict, Forbidden, NotFound, PortalError
from dlfportal.formats.problems import InvalidDocument

STATUS: tuple[tuple[type[PortalError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (BadRequest, 400),
    (InvalidDocument, 400),
)


class PortalErrorMiddleware:
    """Turns a PortalError that a page let through into its error page; the API has its own way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for `error`, or None when it is not the portal's own."""
        if not isinstance(error, PortalError):
            return None
        status = next((number for kind, number in STATUS if isinstance(error, kind)), 400)
        template = f"{status}.html" if status in (400, 403, 404) else "400.html"
        return render(request, template, {"detail": error_text(error)}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer to a request that Django refuses, such as one for an unknown host."""
    if _is_wire(request):
        return plain_answer(request, wire_bad_request())
    if isinstance(exception, RequestDataTooBig):
        text = gettext("What was sent is larger than %(limit)s MB. Nothing was saved.")
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        return render(request, "400.html", {"detail": text % {"limit": limit}}, status=400)
    return defaults.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer to an address that leads nowhere."""
    if _is_wire(request):
        return plain_answer(request, unknown_path())
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer to a crash: nothing of its cause leaves the server."""
    if _is_wire(request):
        return plain_answer(request, WireError(500, "APIGW.0601", "Internal server error."))
    return defaults.server_error(request)


def _is_wire(request: HttpRequest) -> bool:
    return request.path_info.startswith(WIRE_PATHS)
