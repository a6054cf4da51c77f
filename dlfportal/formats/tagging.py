"""Adding tags to the document of a job and taking them away: `basicConfig.tags`, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from dlfportal.formats.shapes import items, part

Document = dict[str, Any]


def tagged(document: Document, add: Iterable[str], remove: Collection[str]) -> Document:
    """Return the document of a job with the tags `add` and without those of `remove`.

    Tags that it has keep their order; new ones follow. One that needs no change is returned itself.
    """
    basics = part(document, "basicConfig")
    before = items(basics, "tags")
    kept = [tag for tag in before if not (isinstance(tag, str) and tag.strip() in remove)]
    known = {tag.strip() for tag in kept if isinstance(tag, str)}
    after = [*kept, *(tag for tag in dict.fromkeys(add) if tag not in known)]
    return document if after == before else {**document, "basicConfig": {**basics, "tags": after}}
