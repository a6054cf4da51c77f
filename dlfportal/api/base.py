"""What every v1 endpoint does before its own work, in the order of the reference (error codes, 5)."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from dlfportal.access.models import AuthToken, Workspace
from dlfportal.access.policy import ProjectRefused, Right, project_visible, workspace_in_project
from dlfportal.api.auth import TokenAuthentication
from dlfportal.api.errors import WireError, exception_handler, invalid_parameter, too_large
from dlfportal.audit.actor import Actor, Via
from dlfportal.formats.jsontext import parse
from dlfportal.formats.problems import InvalidDocument


class IgnoreAccept(BaseContentNegotiation):
    """Clients send any `Accept`, even `application/json` for the zip: it never decides anything."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class WireView(APIView):
    """A JSON endpoint that takes tokens only and answers every error in the v1 envelope."""

    authentication_classes = [TokenAuthentication]
    content_negotiation_class = IgnoreAccept
    renderer_classes = [JSONRenderer]
    http_method_names = ["get", "post", "put", "delete"]

    def get_exception_handler(self) -> Any:
        return exception_handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check, in this order: authentication, method, size of the body."""
        super().initial(request, *args, **kwargs)
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(request.method or "")
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DLF_MAX_BODY:
            raise too_large()
        self._read_chunks(request)

    def _read_chunks(self, request: Request) -> None:
        """Read a body that came in chunks: it has no length, and Django takes it for an empty one."""
        meta = request.META
        if meta.get("CONTENT_LENGTH") or not meta.get("wsgi.input_terminated"):
            return
        if meta.get("HTTP_TRANSFER_ENCODING"):
            body = meta["wsgi.input"].read(settings.DLF_MAX_BODY + 1)
            if len(body) > settings.DLF_MAX_BODY:
                raise too_large()
            request._request._body = body

    @property
    def actor(self) -> Actor:
        """The caller."""
        return Actor(cast(User, self.request.user), Via.API, self.request._request.request_id)  # type: ignore[attr-defined]


class WorkspaceView(WireView):
    """An endpoint below `/v1/{project_id}/`: it acts in the workspace of the header `workspace`."""

    right = Right.VIEW
    workspace: Workspace

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check further: project, then workspace and role; leave the workspace in `self.workspace`."""
        super().initial(request, *args, **kwargs)
        project_id = kwargs["project_id"]
        self._refuse_other_project(request, project_id)
        header = request.headers.get("workspace", "").strip()
        workspace_id = header.replace("-", "") or header
        self.workspace = workspace_in_project(request.user, project_id, workspace_id, self.right)

    def _refuse_other_project(self, request: Request, project_id: str) -> None:
        named = request.headers.get("X-Project-Id", project_id)
        token = cast(AuthToken, request.auth)
        if named == project_id == token.project_id:
            return
        if not project_visible(request.user, project_id):
            raise ProjectRefused("The project does not exist.")
        raise WireError(403, "APIGW.0306", "API access denied.")


def json_body(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body, whatever `Content-Type` says; no body is an empty object.

    Raises the error DLF.3051 when the body is not JSON or not an object.
    """
    raw = request._request.body
    if not raw.strip():
        return {}
    try:
        value = parse(raw)
    except InvalidDocument as error:
        raise invalid_parameter(str(error)) from error
    if not isinstance(value, dict):
        raise invalid_parameter("The body must be a JSON object.")
    return value
