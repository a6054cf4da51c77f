"""A client that signs, written from the reference alone: it shares no code with the portal."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote, unquote

EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def date_now() -> str:
    """Return the present time as `X-Sdk-Date` writes it."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def authorization(
    key: tuple[str, str],
    method: str,
    address: str,
    headers: dict[str, str],
    body: bytes = b"",
    *,
    signed: Sequence[str] | None = None,
    payload: str | None = None,
) -> str:
    """Return the `Authorization` of a request; `headers` are signed all, unless `signed` names some.

    `key` is (access key, secret key), `address` path and query as they are sent, `payload` the line
    for the body when it is not the digest of `body`.
    """
    access, secret = key
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    names = sorted(lower) if signed is None else list(signed)
    canonical = "\n".join(
        [
            method,
            _uri(address.partition("?")[0]),
            _query(address.partition("?")[2]),
            *(f"{name}:{lower.get(name, '')}" for name in names),
            "",
            ";".join(names),
            payload or hashlib.sha256(body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"SDK-HMAC-SHA256\n{lower.get('x-sdk-date', '')}\n{digest}"
    signature = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()
    return f"SDK-HMAC-SHA256 Access={access}, SignedHeaders={';'.join(names)}, Signature={signature}"


def _uri(path: str) -> str:
    encoded = "/".join(quote(part, safe="~") for part in unquote(path).split("/"))
    return encoded if encoded.endswith("/") else encoded + "/"


def _query(query: str) -> str:
    pairs = [part.partition("=") for part in query.split("&") if part]
    decoded = sorted((unquote(key), unquote(value)) for key, _equals, value in pairs)
    return "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in decoded)
