"""What every v1 endpoint does before its own work, in the order of the reference (error codes, 5)."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from dlfportal.access.models import AuthToken, Workspace
from dlfportal.access.policy import ProjectRefused, Right, project_visible, workspace_in_project
from dlfportal.api.auth import SignatureAuthentication, TokenAuthentication
from dlfportal.api.errors import (
    WireError,
    bad_request,
    exception_handler,
    invalid_parameter,
    too_large,
    unknown_path,
)
from dlfportal.audit.actor import Actor, Channel
from dlfportal.formats.jsontext import parse
from dlfportal.formats.problems import InvalidDocument


class IgnoreAccept(BaseContentNegotiation):
    """Clients send any `Accept`, even `application/json` for the zip: it never decides anything."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class WireView(APIView):
    """A JSON endpoint that takes signatures and tokens only and answers every error in the v1 envelope."""

    authentication_classes = [SignatureAuthentication, TokenAuthentication]
    content_negotiation_class = IgnoreAccept
    renderer_classes = [JSONRenderer]
    http_method_names = ["get", "post", "put", "delete"]

    def get_exception_handler(self) -> Any:
        return exception_handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check, in this order: authentication, address, method, size of the body."""
        super().initial(request, *args, **kwargs)
        check_address(request._request)
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(request.method or "")
        if body_length(request._request) > settings.DLF_MAX_BODY:
            raise too_large()

    def perform_authentication(self, request: Request) -> None:
        """Authenticate, with the body at hand: a signature covers it."""
        open_chunked(request._request)
        super().perform_authentication(request)

    @property
    def actor(self) -> Actor:
        """The caller."""
        return Actor(cast(User, self.request.user), Channel.API, self.request._request.request_id)  # type: ignore[attr-defined]


class WorkspaceView(WireView):
    """An endpoint below `/v1/{project_id}/`: it acts in the workspace of the header `workspace`."""

    right = Right.VIEW
    workspace: Workspace

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check further: project, then workspace and role; leave the workspace in `self.workspace`."""
        super().initial(request, *args, **kwargs)
        project_id = kwargs["project_id"]
        self._refuse_other_project(request, project_id)
        header = request._request.META.get("HTTP_WORKSPACE", "").strip()
        workspace_id = header.replace("-", "").lower() or header
        self.workspace = workspace_in_project(request.user, project_id, workspace_id, self.right)

    def _refuse_other_project(self, request: Request, project_id: str) -> None:
        """Refuse a header or a token of another project; an access key belongs to a person, not to one."""
        named = request._request.META.get("HTTP_X_PROJECT_ID") or project_id
        own = request.auth.project_id if isinstance(request.auth, AuthToken) else project_id
        if named == project_id == own:
            return
        if not project_visible(request.user, project_id):
            raise ProjectRefused("The project does not exist.")
        raise WireError(403, "APIGW.0306", "API access denied.")


class ChunkedBody(LimitedStream):
    """A body without a length, up to one byte more than is allowed."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream, settings.DLF_MAX_BODY + 1)

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return super().read(size)
        except Exception as error:  # whatever this server says to broken chunks
            raise OSError("the chunks cannot be read") from error


def is_chunked(request: HttpRequest) -> bool:
    """Return whether the body comes in chunks, so that no header gives its length."""
    return bool(request.META.get("HTTP_TRANSFER_ENCODING")) and not request.META.get("CONTENT_LENGTH")


def open_chunked(request: HttpRequest) -> None:
    """Let Django read a chunked body where the server marks its end; Django alone takes it for empty."""
    if is_chunked(request) and request.META.get("wsgi.input_terminated"):
        request._stream = cast(BinaryIO, ChunkedBody(request.META["wsgi.input"]))


def holds_nul(request: HttpRequest) -> bool:
    """Return whether the address has U+0000 in it, which no name holds and no database looks up."""
    return "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")


def check_address(request: HttpRequest) -> None:
    """Refuse an address that names nothing: with U+0000, or with a slash hidden in a name.

    WSGI decodes `%2F` to a separator, so that it would match where the reference says it never does
    (wire API, section 1.2). How the address was sent, gunicorn and uWSGI tell outside of WSGI.
    """
    if holds_nul(request):
        raise bad_request()
    sent = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or ""
    if "%2f" in sent.partition("?")[0].lower():
        raise unknown_path()


def whole_body(request: HttpRequest) -> bytes:
    """Return the body. Raises the error APIGW.0602 when the connection ended before it did."""
    body = request.body
    if not is_chunked(request) and len(body) < body_length(request):
        raise bad_request()
    return body


def body_length(request: HttpRequest) -> int:
    """Return the length of the body, which is read only when no header gives it."""
    return len(request.body) if is_chunked(request) else int(request.META.get("CONTENT_LENGTH") or 0)


def json_body(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body, whatever `Content-Type` says; no body and null are an empty one.

    Raises the error DLF.3051 when the body is not JSON or not an object.
    """
    raw = whole_body(request._request)
    if not raw.strip():
        return {}
    try:
        value = parse(raw)
    except InvalidDocument as error:
        raise invalid_parameter(str(error)) from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_parameter("The body must be a JSON object.")
    return value
