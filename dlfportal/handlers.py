"""What a person or a program is told when something goes wrong outside of its own view."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    UnreadablePostError,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils.translation import gettext
from django.views import defaults

from dlfportal.access.kept_forms import form_carried, form_typed, owner_of
from dlfportal.access.policy import EditsProposed
from dlfportal.access.uploads import TooLarge
from dlfportal.api.errors import (
    WireError,
    is_wire,
    log_unavailable,
    plain_answer,
    too_large,
    unavailable,
    unknown_path,
)
from dlfportal.api.errors import bad_request as wire_bad_request
from dlfportal.catalogue.texts import error_text
from dlfportal.db.outages import RETRY_SECONDS, Outage, outage_of
from dlfportal.errors import BadRequest, Conflict, Forbidden, NotFound, PortalError
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import InvalidDocument
from dlfportal.transfer.store.uploads import StoreFull
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.views.sessions import sign_in_again, typed_show

MEBIBYTE = 1024 * 1024
IN_WORKSPACE = re.compile(r"/w/([0-9a-f]{32})/")

STATUS: tuple[tuple[type[PortalError], int], ...] = (
    (StoreFull, 507),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (BadRequest, 400),
    (InvalidDocument, 400),
)


class PortalErrorMiddleware:
    """Turns an error that a page let through into its error page; the API has its own way.

    So too the answer to a method that a page does not take, which Django leaves empty: somebody who loads
    the address of a form's button would look at a blank window.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not _is_wire(request):
            page = _page(request, 405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for `error`, or None when neither the portal nor an outage raised it."""
        if isinstance(error, PortalError):
            return error_page(request, error)
        if outage := outage_of(error):
            response = unavailable_answer(request, outage)
            log_unavailable(request, response, error)
            return response
        return None


def error_page(request: HttpRequest, error: PortalError) -> HttpResponse:
    """Return the page that says what kept the portal from doing what was asked for."""
    status = next((number for kind, number in STATUS if isinstance(error, kind)), 400)
    if isinstance(error, EditsProposed):
        frame_of(request, error.workspace_id, Kind.JOB)
        return _page(request, status, error_text(error), "403_proposed.html")
    return _page(request, status, error_text(error))


def unavailable_answer(request: HttpRequest, outage: Outage) -> HttpResponse:
    """Return the answer 503 while a database or disk cannot.

    The page is rendered without the request: the frame of the other pages asks the database.
    """
    if _is_wire(request):
        return plain_answer(request, unavailable(outage))
    context = {"detail": gettext(outage.message), **_to_send_again(request)}
    page = render_to_string("503.html", context)
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def _to_send_again(request: HttpRequest) -> dict[str, Any]:
    """Return the form that was sent, for the page to send once more, if its address says whose it is."""
    if request.method != "POST" or owner_of(request) is None:
        return {}
    try:
        return {"again": request.get_full_path(), "fields": list(request.POST.items())}
    except (SuspiciousOperation, UnreadablePostError):
        return {}  # the outage came before the check of what may come in


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer to a request that Django refuses, such as one for an unknown host or one too large."""
    if outage := outage_of(exception):
        return unavailable_answer(request, outage)
    if isinstance(exception, RequestDataTooBig):
        return too_large_answer(request, exception)
    if _is_wire(request):
        return plain_answer(request, wire_bad_request())
    return _page(request, 400)


def too_large_answer(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """Return the answer 413 with the limit."""
    if _is_wire(request):
        return plain_answer(request, too_large())
    limit = error.limit if isinstance(error, TooLarge) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    text = gettext("What was sent is larger than %(limit)s. Nothing was saved.")
    size = f"{limit // MEBIBYTE} MB" if limit >= MEBIBYTE else f"{limit // 1024} KB"
    detail = text % {"limit": size}
    return _page(request, 413, detail)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer to an address that leads nowhere."""
    if _is_wire(request):
        return plain_answer(request, unknown_path())
    return _page(request, 404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer to what the person may not do."""
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer to a form that may be forged, though most are only old: `reason` is for the log.

    A form whose address says that it was shown to this person comes from an older session: it is shown again
    with what was typed, nothing is saved. To another person it goes back only after signing in.
    """
    owner = owner_of(request) if request.method == "POST" else None
    if owner is None:
        return _page(request, 403, template="403_csrf.html")
    _done_with(request)
    user = request.user
    typed = form_typed(request, user) if isinstance(user, User) and user.pk == owner else None
    if typed is None:
        answer: HttpResponseBase = sign_in_again(request, form_carried(request, owner))
    else:
        view, args, kwargs = resolve(request.path_info)
        answer = typed_show(request, typed, lambda request: view(request, *args, **kwargs))
    if answer.status_code == 200:
        answer.status_code = 403
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer to an error that passed all views and middleware: an outage, or a mistake of the portal.

    Nothing of its cause leaves the server. Django calls this while it handles the error.
    """
    error = sys.exc_info()[1]
    if isinstance(error, UnreadablePostError):
        return bad_request(request, error)
    if isinstance(error, PortalError) and not _is_wire(request):
        return error_page(request, error)
    if outage := outage_of(error):
        return unavailable_answer(request, outage)
    if _is_wire(request):
        return plain_answer(request, WireError(500, "APIGW.0601", "Internal server error."))
    return defaults.server_error(_done_with(request))


def _page(request: HttpRequest, status: int, detail: str = "", template: str = "") -> HttpResponse:
    """Return an error page, in the frame of the workspace of its address if the person may see that."""
    own = f"{status}.html"
    named = template or (own if status in (400, 403, 404, 405, 413) else "400.html")
    context = {"detail": detail, "code": status, "frame": _frame(request)}
    return render(_done_with(request), named, context, status=status)


def _frame(request: HttpRequest) -> Frame | None:
    """Return the frame that the view made, or else one of the workspace that the address names."""
    made: Frame | None = getattr(request, "frame", None)
    named = IN_WORKSPACE.match(request.path_info)
    user = getattr(request, "user", None)
    if made or not named or not user or not user.is_authenticated:
        return made
    try:
        return frame_of(request, named[1], Kind.JOB)
    except NotFound:
        return None


def _done_with(request: HttpRequest) -> HttpRequest:
    """Return the request, marked so that its body stays unread.

    Django's pages for errors check for forged forms once more, which reads the whole body.
    """
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return request


def _is_wire(request: HttpRequest) -> bool:
    return is_wire(request.path_info)
