"""Who is calling: the token in `X-Auth-Token`. Request signatures take their place beside it.

A session cookie never counts here: a page of another site could make a browser send it.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from dlfportal.access.models import AuthToken
from dlfportal.access.services import token_find
from dlfportal.api.errors import unauthorized


class TokenAuthentication(BaseAuthentication):
    """Takes the token of `POST /v3/auth/tokens` from the header `X-Auth-Token`."""

    def authenticate(self, request: Request) -> tuple[User, AuthToken]:
        """Return the token's user and the token. Raises the gateway's 401 (reference: auth, section 6)."""
        text = request.headers.get("X-Auth-Token")
        if not text:
            raise unauthorized("x-auth-token not found")
        token = token_find(text)
        if token is None or not token.user.is_active:
            raise unauthorized("decrypt token fail")
        if token.expires_at <= timezone.now():
            raise unauthorized(f"token expires, expires_at: {token.expires_at:%Y-%m-%dT%H:%M:%S.%fZ}")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "X-Auth-Token"
