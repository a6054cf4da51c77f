"""`obs://bucket/key` paths: reading them, and what none may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.transfer.models import BUCKET_NAME

SCHEME = "obs://"
KEY_BYTES = 1023
NAME = re.compile(BUCKET_NAME)
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\\\ud800-\udfff]")


class BadObsPath(BadRequest):
    """An `obs://` path that is malformed or leads out of its bucket."""


@dataclass(frozen=True, slots=True)
class ObsPath:
    """A place in the object store; `key` has no slash at either end and is "" for the bucket itself."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"

    def __truediv__(self, part: str) -> ObsPath:
        return ObsPath(self.bucket, f"{self.key}/{part}" if self.key else part)


def obs_file(text: Any) -> ObsPath:
    """Return the path of a file. Raises BadObsPath for what cannot be one."""
    path = _split(text)
    if not path.key or text.endswith("/"):
        raise _bad(text, gettext_noop("%(path)s names no file."))
    return path


def obs_folder(text: Any) -> ObsPath:
    """Return the path of a folder; its last slash may be absent. Raises BadObsPath."""
    return _split(text)


def _split(text: Any) -> ObsPath:
    if not isinstance(text, str) or not text.startswith(SCHEME):
        raise _bad(text, gettext_noop("%(path)s is not of the form obs://bucket/key."))
    bucket, _slash, key = text.removeprefix(SCHEME).partition("/")
    key = key.removesuffix("/")
    if not NAME.match(bucket):
        raise _bad(text, gettext_noop("%(path)s does not name a bucket."))
    check_key(key)
    return ObsPath(bucket, key)


def check_key(key: str) -> None:
    """Raise BadObsPath for a key that is too long, absolute, or has parts that lead elsewhere."""
    if UNPRINTABLE.search(key):
        raise _bad(key, gettext_noop("%(path)s has control characters or backslashes."))
    if len(key.encode()) > KEY_BYTES:
        raise _bad(key, gettext_noop("%(path)s is too long."))
    if key and any(part in ("", ".", "..") for part in key.split("/")):
        raise _bad(key, gettext_noop("%(path)s has an empty part, or one made of dots."))


def _bad(text: Any, message: str) -> BadObsPath:
    shown = text[:200] if isinstance(text, str) and text.isprintable() else ascii(text)[:200]
    return BadObsPath(message, path=shown)
