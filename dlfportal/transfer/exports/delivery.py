"""How a package leaves: as an HTTP answer, the same for pages and API, or into the object store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from urllib.parse import quote

from django.http import StreamingHttpResponse

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.transfer.exports.gaps import left_out
from dlfportal.transfer.exports.package import Download
from dlfportal.transfer.store.buckets import file_put_new, write_check
from dlfportal.transfer.store.paths import ObsPath

LABELS_BYTES = 4096
BYTES_IN_MEMORY = 8 * 1024 * 1024


def package_response(package: Download) -> StreamingHttpResponse:
    """Return the streaming download of `package` (design section 5).

    Up to 100 jobs it carries `Content-Length`, the package digest, what was missing, and what the jobs
    speak of that no package takes along.
    """
    response = StreamingHttpResponse(package.stream, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition(package.name)
    response["Cache-Control"] = "no-store"
    response["Accept-Ranges"] = "none"
    if package.head:
        response["Content-Length"] = str(package.head.size)
        response["X-DLF-Package-Digest"] = package.head.digest
        if package.head.missing:
            response["X-DLF-Missing"] = labels_header(package.head.missing)
        if labels := left_out(package.contents):
            response["X-DLF-Left-Out"] = labels_header(labels)
    return response


def content_disposition(name: str) -> str:
    """Return the RFC 6266 header for a download: an ASCII `filename` and a UTF-8 `filename*`."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() else "_" for sign in name)
    plain = plain.replace("\\", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def labels_header(labels: Sequence[str]) -> str:
    """Return the names percent-encoded and comma-separated, cut at 4 KB with `...`."""
    parts: list[str] = []
    room = LABELS_BYTES - len("...")
    for label in labels:
        part = quote(label, safe="/")
        room -= len(part) + 1
        if room < 0:
            return ",".join([*parts, "..."])
        parts.append(part)
    return ",".join(parts)


def keep_check(*, actor: Actor, workspace: Workspace, folder: ObsPath, name: str) -> None:
    """Check that a package may be kept below `folder`, before anything of the export is recorded.

    Raises NotFound or Forbidden (policy), BucketMissing or BadObsPath.
    """
    path = _kept_below(folder, name) / str(_now()) / f"{name}.zip"
    write_check(actor=actor, workspace=workspace, path=path)


def package_keep(
    *, actor: Actor, workspace: Workspace, package: Download, folder: ObsPath, name: str
) -> ObsPath:
    """Write a package as `{name}.zip` into a new folder below `folder` and return that folder.

    Its path is `{folder}/{name}_exported/{epoch ms}` (reference: wire API, section 2.6), with a later
    number if that one is taken: no two exports share a folder. The export is complete when the store
    has taken it. Needs a developer; raises as `keep_check`, or ObsUnwritable.
    """
    with closing(package.stream) as stream, SpooledTemporaryFile(BYTES_IN_MEMORY) as file:
        for piece in stream.pieces():
            file.write(piece)
        put = partial(
            file_put_new,
            actor=actor,
            workspace=workspace,
            content=cast(IO[bytes], file),
            part_of=stream.recording.act,
        )
        number = _now()
        while True:
            kept = _kept_below(folder, name) / str(number)
            if stream.recording.claim(str(kept)) and put(path=kept / f"{name}.zip"):
                break
            number = max(number + 1, _now())
        stream.recording.end(complete=True, folder=str(kept))
    return kept


def _kept_below(folder: ObsPath, name: str) -> ObsPath:
    return folder / f"{name}_exported"


def _now() -> int:
    return time.time_ns() // 1_000_000
