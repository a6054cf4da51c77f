"""Request signatures with an access key, `SDK-HMAC-SHA256` (reference: auth, section 2).

What was signed is computed anew from the request as it came over the wire. Nothing here looks at the
database; a refusal is the gateway's 401.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from django.http import HttpRequest

from dlfportal.api.errors import WireError, unauthorized

ALGORITHM = "SDK-HMAC-SHA256"
DATE = "x-sdk-date"
PAYLOAD = "x-sdk-content-sha256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
EMPTY_PAYLOAD = hashlib.sha256(b"").hexdigest()
DATE_FORMAT = "%Y%m%dT%H%M%SZ"
WINDOW = timedelta(minutes=15)
ECHO_AT_MOST = 4_000
EMPTY_IF_ABSENT = ("Content-Type", "Content-Length")
"""WSGI may hand over an empty text for these where nothing was sent."""

# The scoped form of section 2.6 has `Credential=` in the place of `Access=`, so it never matches.
CLAIM = re.compile(
    rf"{ALGORITHM} Access=([A-Za-z0-9_-]{{1,64}}), *SignedHeaders=([^\s,;=]+(?:;[^\s,;=]+)*),"
    r" *Signature=([0-9A-Fa-f]{64})"
)
DATE_SHAPE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """What `Authorization` says: whose key, which headers are signed (the client's order), the signature."""

    access_key: str
    signed: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A request without its body: path percent-decoded, query as sent, headers by lower-case name.

    Bytes that are not UTF-8 stand in the texts as surrogates (`surrogateescape`), so none is lost.
    """

    method: str
    path: str
    query: str
    headers: Headers


def read_claim(text: str) -> Claim | None:
    """Return what `Authorization` claims, or None unless it is well-formed (section 2.1)."""
    match = CLAIM.fullmatch(text.strip())
    return Claim(match[1], tuple(match[2].split(";")), match[3]) if match else None


def read_request(request: HttpRequest) -> Sent:
    """Return `request` as it was sent.

    The path is the one that is routed, which WSGI has decoded: what is checked is what is acted on,
    and section 2.2 decodes the whole path before it does anything else. Servers hand over header and
    query bytes as Latin-1 text; they are UTF-8.
    """
    return Sent(
        method=request.method or "",
        path=request.path,
        query=_utf8(request.META.get("QUERY_STRING", "")),
        headers={
            name.lower(): _utf8(value).strip()
            for name, value in request.headers.items()
            if value or name not in EMPTY_IF_ABSENT
        },
    )


def check_headers(claim: Claim, headers: Headers, now: datetime) -> None:
    """Refuse what no key can make right (sections 2.1 and 2.5): headers not there, date too far off.

    `workspace` decides what is acted on, so it must be signed when it is sent. Temporary keys do not
    exist here, so no security token belongs to any key.
    """
    if DATE not in claim.signed:
        raise unauthorized("verify aksk signature fail, x-sdk-date is not signed")
    for name in claim.signed:
        if name not in headers:
            raise unauthorized(f"verify aksk signature fail, the signed header {name} is missing")
    if "workspace" in headers and "workspace" not in claim.signed:
        raise unauthorized("verify aksk signature fail, the header workspace is not signed")
    if headers.get("x-security-token"):
        raise unauthorized("temporary access keys are not supported, leave out X-Security-Token")
    _check_date(headers[DATE], now)


def payload_hashes(headers: Headers, body: bytes) -> list[str]:
    """Return the payload lines that `body` allows (section 2.4), the likeliest first.

    A digest in `X-Sdk-Content-Sha256` must be the body's: else a body could be exchanged. For an
    empty body clients sign either the header or the empty digest, whatever the header says.
    """
    digest = hashlib.sha256(body).hexdigest()
    declared = headers.get(PAYLOAD)
    if declared is None:
        return [digest]
    agrees = declared == UNSIGNED_PAYLOAD or declared.lower() == digest
    if not body:
        return [EMPTY_PAYLOAD, declared] if agrees else [EMPTY_PAYLOAD]
    if not agrees:
        raise unauthorized("verify aksk signature fail, X-Sdk-Content-Sha256 is not the body's digest")
    return [declared]


def canonical_request(sent: Sent, signed: Sequence[str], payload: str) -> str:
    """Return the canonical request (section 2.2); every name in `signed` must be among the headers."""
    block = "".join(f"{name.lower()}:{sent.headers[name]}\n" for name in signed)
    uri, query = _canonical_uri(sent.path), _canonical_query(sent.query)
    return "\n".join([sent.method.upper(), uri, query, block, ";".join(signed), payload])


def string_to_sign(date: str, canonical: str) -> str:
    """Return the three lines that the signature covers (section 2.3)."""
    return f"{ALGORITHM}\n{date}\n{hashlib.sha256(_bytes(canonical)).hexdigest()}"


def signature_of(secret: str, text: str) -> str:
    """Return the signature of a string to sign, as 64 lower-case hex digits."""
    return hmac.new(secret.encode(), _bytes(text), hashlib.sha256).hexdigest()


def is_signed(claim: Claim, sent: Sent, payloads: Sequence[str], secret: str) -> bool:
    """Return whether `secret` made the signature, in the same time whatever the answer."""
    date = sent.headers[DATE]
    texts = [string_to_sign(date, canonical_request(sent, claim.signed, payload)) for payload in payloads]
    matches = [hmac.compare_digest(signature_of(secret, text), claim.signature) for text in texts]
    return any(matches)


def mismatch(claim: Claim, sent: Sent, payloads: Sequence[str]) -> WireError:
    """Return the answer to a wrong signature and to an unknown key alike (section 6).

    It echoes what the client should have signed, never what the signature should have been.
    """
    canonical = canonical_request(sent, claim.signed, payloads[0]).replace("\n", "|")
    echo = _bytes(canonical).decode("utf-8", "replace")[:ECHO_AT_MOST]
    return unauthorized(f"verify aksk signature fail, canonicalRequest:{echo}")


def _check_date(date: str, now: datetime) -> None:
    try:
        if not DATE_SHAPE.fullmatch(date):
            raise ValueError(date)
        signed_at = datetime.strptime(date, DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise unauthorized("calc ak sk signature fail:X-Sdk-Date must look like 20240102T030405Z") from error
    if abs(now - signed_at) > WINDOW:
        times = f"signature time:{date},server time:{now:{DATE_FORMAT}}"
        raise unauthorized(f"calc ak sk signature fail:signature expired, {times}")


def _canonical_uri(path: str) -> str:
    uri = "/".join(_quoted(segment) for segment in path.split("/"))
    return uri if uri.endswith("/") else f"{uri}/"


def _canonical_query(query: str) -> str:
    """Return the pairs sorted; a `+` is a space, as it is to those who read the query afterwards."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    return "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in sorted(pairs))


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def _utf8(latin: str) -> str:
    return latin.encode("latin-1").decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
