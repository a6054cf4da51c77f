"""What DLF has and a catalogue does not: running things, connections, the directory tree.

The paths are known, so that a client is told so instead of "unknown path" (reference: wire API,
sections 6 to 8). An object that the path names must exist.
"""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from dlfportal.access.policy import Right
from dlfportal.api.base import json_body
from dlfportal.api.errors import WireError, not_supported
from dlfportal.api.schema import ERRORS_ONLY, operation
from dlfportal.api.v1.objects import ObjectsView
from dlfportal.formats.kinds import Kind

RUNNING = "running jobs or scripts is not supported."
CONNECTIONS = "data connections are not supported."
DIRECTORIES = "the directory tree is not supported. Each object names its directory in its document."


class UnsupportedView(ObjectsView):
    """Base: refuses, after checking that the object of the path exists. A route gives `action`, its name."""

    kind = Kind.JOB
    acting = Right.EDIT
    action = ""
    what = RUNNING

    def refusal(self, request: Request, name: str | None) -> WireError:
        """Return what to raise. Raises DLF.3051 for a body that is no object, NotFound for its object."""
        json_body(request)
        if name is not None:
            self.named(name)
        return not_supported(self.what)


class LookView(UnsupportedView):
    """An operation that only reads."""

    @operation("", "Not supported", answers=ERRORS_ONLY)
    def get(
        self, request: Request, project_id: str, name: str | None = None, instance_id: str = ""
    ) -> Response:
        """Answers DLF.9901: this service runs nothing and keeps no instances."""
        raise self.refusal(request, name)


class RunView(UnsupportedView):
    """An operation that would run or stop something."""

    @operation("", "Not supported", answers=ERRORS_ONLY)
    def post(
        self, request: Request, project_id: str, name: str | None = None, instance_id: str = ""
    ) -> Response:
        """Answers DLF.9901: this service runs nothing."""
        raise self.refusal(request, name)


class DirectoryTreeView(ObjectsView):
    """`GET /v1.0/{project_id}/directory/tree`"""

    kind = Kind.JOB

    @operation("ShowDirectoryTree", "Not supported", answers=ERRORS_ONLY)
    def get(self, request: Request, project_id: str) -> Response:
        """Answers DLF.9901."""
        raise not_supported(DIRECTORIES)


class ConnectionsView(UnsupportedView):
    """`/v1/{project_id}/connections`"""

    what = CONNECTIONS

    @operation("CreateConnection", "Not supported", answers=ERRORS_ONLY)
    def post(self, request: Request, project_id: str) -> Response:
        """Answers DLF.9901."""
        raise self.refusal(request, None)

    @operation("ListConnections", "Not supported", answers=ERRORS_ONLY)
    def get(self, request: Request, project_id: str) -> Response:
        """Answers DLF.9901."""
        raise self.refusal(request, None)


class ConnectionView(UnsupportedView):
    """`/v1/{project_id}/connections/{name}`"""

    what = CONNECTIONS

    @operation("ShowConnection", "Not supported", answers=ERRORS_ONLY)
    def get(self, request: Request, project_id: str, name: str) -> Response:
        """Answers DLF.9901."""
        raise self.refusal(request, None)

    @operation("UpdateConnection", "Not supported", answers=ERRORS_ONLY)
    def put(self, request: Request, project_id: str, name: str) -> Response:
        """Answers DLF.9901."""
        raise self.refusal(request, None)

    @operation("DeleteConnection", "Not supported", answers=ERRORS_ONLY)
    def delete(self, request: Request, project_id: str, name: str) -> Response:
        """Answers DLF.9901."""
        raise self.refusal(request, None)
