"""The floors that exports are measured against, as they were when the goals were set: they never change.

What the portal itself does about tokens, records and DRF may get quicker; a floor that did, too, would
hide it. So nothing here comes from the portal's API but its tables.
"""

from __future__ import annotations

import hashlib
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.csrf import csrf_exempt
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from dlfportal.access.models import AuthToken
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.formats.kinds import Kind

BYTES = "application/octet-stream"


class Token(BaseAuthentication):
    """One row with its user and project, and the digest of the password."""

    def authenticate(self, request: Request) -> tuple[User, AuthToken]:
        text = request.headers.get("X-Auth-Token", "")
        digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
        token = AuthToken.objects.select_related("user", "project").filter(digest=digest).first()
        if token is None or not token.user.is_active or token.expires_at <= timezone.now():
            raise AuthenticationFailed
        password = salted_hmac("dlfportal.access.token", token.user.password, algorithm="sha256").hexdigest()
        if not constant_time_compare(token.password_digest, password):
            raise AuthenticationFailed
        return token.user, token


class IgnoreAccept(BaseContentNegotiation):
    """Takes the only parser and renderer there are."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ConstantView(APIView):
    """DRF with a constant answer."""

    content_negotiation_class = IgnoreAccept
    renderer_classes = [JSONRenderer]

    def post(self, request: Request, size: int) -> HttpResponse:
        return HttpResponse(b"x" * size, content_type=BYTES)


class TokenView(ConstantView):
    """The same for whom a token names."""

    authentication_classes = [Token]


class FloorView(TokenView):
    """The least an audited, authenticated download can do: token, one row, one audit row, the bytes."""

    def post(self, request: Request, size: int) -> HttpResponse:
        CatalogueObject.objects.filter(kind=Kind.JOB).first()
        AuditEntry.objects.create(
            user=cast(User, request.user),
            user_name=request.user.get_username(),
            channel="api",
            action="bench.floor",
            request_id="0" * 32,
            detail={},
        )
        return super().post(request, size)


@csrf_exempt
@login_not_required
def constant(request: HttpRequest, size: int) -> HttpResponse:
    """Answer constant bytes and do nothing else."""
    return HttpResponse(b"x" * size, content_type=BYTES)


@csrf_exempt
def constant_for_people(request: HttpRequest, size: int) -> HttpResponse:
    """Answer constant bytes to who is signed in."""
    return HttpResponse(b"x" * size, content_type=BYTES)
