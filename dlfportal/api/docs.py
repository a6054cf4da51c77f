"""The description of the API for programs (`/api/schema/`) and for people (`/api/docs/`).

Both are for those who are known here: the page for people who signed in, the file also for programs.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.authentication import BaseAuthentication

from dlfportal.api.auth import SignatureAuthentication, TokenAuthentication
from dlfportal.api.base import IgnoreAccept
from dlfportal.api.errors import on_the_wire, plain_answer


class SignedIn(BaseAuthentication):
    """Takes the session of the pages: the file holds no data and nothing changes by reading it."""

    def authenticate(self, request: Any) -> Any:
        """Return the person who signed in, or None to let the ways of the wire be tried."""
        user = request._request.user
        return (user, None) if user.is_authenticated else None

    def authenticate_header(self, request: Any) -> str:
        return "X-Auth-Token"


def refusal(error: Exception, context: dict[str, Any]) -> JsonResponse | None:
    """Answer as the wire does, as JSON and not as an OpenAPI document (DRF's hook)."""
    known = on_the_wire(error)
    return plain_answer(context["request"]._request, known) if known else None


class SchemaView(SpectacularJSONAPIView):
    """`GET /api/schema/`: the OpenAPI document."""

    authentication_classes = [SignedIn, SignatureAuthentication, TokenAuthentication]
    content_negotiation_class = IgnoreAccept

    def get_exception_handler(self) -> Any:
        return refusal


class DocsView(SpectacularSwaggerSplitView):
    """`GET /api/docs/`: the OpenAPI document for people, in the frame of the portal's pages."""

    authentication_classes = [SignedIn]


docs_view = login_required(DocsView.as_view(url_name="schema"))
