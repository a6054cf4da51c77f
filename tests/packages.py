"""Reading a package the way its receiver does: with the standard library's own zip reader."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from zipfile import ZipFile


def unzip(data: bytes | Iterable[bytes]) -> dict[str, bytes]:
    """Return the entries of a zip in their order; fails on a damaged or repeated entry."""
    whole = data if isinstance(data, bytes) else b"".join(data)
    with ZipFile(BytesIO(whole)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names), "an entry stands twice in the package"
        return {name: archive.read(name) for name in names}


def digest_by_hand(entries: dict[str, bytes]) -> str:
    """Return the package digest as design section 5 defines it."""
    lines = "".join(f"{hashlib.sha256(data).hexdigest()} {name}\n" for name, data in entries.items())
    return hashlib.sha256(lines.encode()).hexdigest()


def canonical_by_hand(document: Any) -> bytes:
    """Return the canonical form of design rule 1."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
