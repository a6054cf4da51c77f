"""What a person can take away of one object: its document as JSON, the text of a script."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selectors import (
    ObjectMissing,
    content_bytes,
    document_of,
    object_get,
    revision_get,
)
from dlfportal.db.lookups import is_row_id
from dlfportal.formats.kinds import Kind
from dlfportal.formats.shapes import shown

UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
"""What file systems do not take in a name."""
ENDINGS = {"Shell": "sh", "PYTHON": "py", "SparkPython": "py", "Spark Python": "py"}


@dataclass(frozen=True, slots=True)
class File:
    """A file with the name that it is saved under."""

    name: str
    data: bytes


def document_file(workspace: Workspace, kind: Kind, name: str, cluster: str | None, number: str = "") -> File:
    """Return the document of an object, or of one of its revisions. Raises NotFound."""
    target = object_get(workspace, kind, name, cluster)
    if number:
        revision = revision_get(target, int(number) if is_row_id(number) else 0)
        return File(f"{file_stem(target.name)}-{revision.number}.json", content_bytes(revision.content))
    if target.revision is None:  # only while it is being written
        raise ObjectMissing(kind, name)
    return File(f"{file_stem(target.name)}.json", content_bytes(target.revision.content))


def script_file(workspace: Workspace, name: str) -> File:
    """Return the text of a script, in UTF-8 and with its own line endings. Raises NotFound."""
    target = object_get(workspace, Kind.SCRIPT, name)
    if target.revision is None:
        raise ObjectMissing(Kind.SCRIPT, name)
    text = shown(document_of(target.revision).get("content"))
    return File(f"{file_stem(target.name)}.{ENDINGS.get(target.type, 'sql')}", text.encode())


def file_stem(name: str) -> str:
    """Return a name that every file system takes: `../x` becomes `_x`."""
    return UNSAFE.sub("_", name).lstrip(".") or "_"
