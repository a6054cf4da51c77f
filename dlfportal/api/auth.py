"""Who is calling: a signature in `Authorization`, else the token in `X-Auth-Token`.

A session cookie never counts here: a page of another site could make a browser send it.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from dlfportal.access.keys import NOBODY, access_key_find, access_key_used, secret_key
from dlfportal.access.models import AccessKey, AuthToken
from dlfportal.access.services import token_find
from dlfportal.api.errors import unauthorized
from dlfportal.api.signature import (
    check_headers,
    is_signed,
    mismatch,
    payload_hashes,
    read_claim,
    read_request,
)

SIGNATURE_FORM = "SDK-HMAC-SHA256 Access=..., SignedHeaders=..., Signature=..."


class SignatureAuthentication(BaseAuthentication):
    """Takes a signature with an access key from `Authorization`; a well-formed one wins over a token."""

    def authenticate(self, request: Request) -> tuple[User, AccessKey] | None:
        """Return the key's user and the key, or None when there is no signature to check.

        The checks that need no key come first. After them an unknown or revoked key takes the same
        steps and gets the same answer as a wrong signature. Raises the gateway's 401 (reference:
        auth, section 6), or RequestDataTooBig for a body that is too large to be hashed.
        """
        text = request._request.META.get("HTTP_AUTHORIZATION", "")
        claim = read_claim(text)
        if claim is None:
            if text and not request._request.META.get("HTTP_X_AUTH_TOKEN"):
                raise unauthorized(f"Authorization must read {SIGNATURE_FORM}")
            return None
        sent = read_request(request._request)
        check_headers(claim, sent.headers, timezone.now())
        payloads = payload_hashes(sent.headers, request._request.body)
        key = access_key_find(claim.access_key)
        if not is_signed(claim, sent, payloads, secret_key(key or NOBODY)) or key is None:
            raise mismatch(claim, sent, payloads)
        access_key_used(key)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return "SDK-HMAC-SHA256"


class TokenAuthentication(BaseAuthentication):
    """Takes the token of `POST /v3/auth/tokens` from the header `X-Auth-Token`."""

    def authenticate(self, request: Request) -> tuple[User, AuthToken]:
        """Return the token's user and the token. Raises the gateway's 401 (reference: auth, section 6)."""
        text = request._request.META.get("HTTP_X_AUTH_TOKEN")
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
