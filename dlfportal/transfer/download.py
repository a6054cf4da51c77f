"""A package as an HTTP answer: the same for pages and API."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from django.http import StreamingHttpResponse

from dlfportal.transfer.export import Package

MISSING_BYTES = 4096


def package_response(package: Package) -> StreamingHttpResponse:
    """Return the streaming download of `package` (design section 5).

    Up to 100 jobs it carries `Content-Length`, the package digest and what was missing.
    """
    response = StreamingHttpResponse(package.stream, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition(package.name)
    response["Cache-Control"] = "no-store"
    if package.head:
        response["Content-Length"] = str(package.head.size)
        response["X-DLF-Package-Digest"] = package.head.digest
        if package.head.missing:
            response["X-DLF-Missing"] = missing_header(package.head.missing)
    return response


def content_disposition(name: str) -> str:
    """Return the RFC 6266 header for a download: an ASCII `filename` and a UTF-8 `filename*`."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() else "_" for sign in name)
    plain = plain.replace("\\", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def missing_header(missing: Sequence[str]) -> str:
    """Return the names percent-encoded and comma-separated, cut at 4 KB with `...`."""
    parts: list[str] = []
    room = MISSING_BYTES - len("...")
    for label in missing:
        part = quote(label, safe="/")
        room -= len(part) + 1
        if room < 0:
            return ",".join([*parts, "..."])
        parts.append(part)
    return ",".join(parts)
