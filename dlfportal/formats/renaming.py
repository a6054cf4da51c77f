"""What a new name or folder changes in documents: the texts at known places, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dlfportal.formats.documents import find_naming, find_references, name_of
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import JsonPath
from dlfportal.formats.references import EXPRESSIONS, Reference, Target
from dlfportal.formats.shapes import replaced

Document = dict[str, Any]
ObjectKey = tuple[str, str, str]
"""What identifies an object: kind, cluster, name."""


def name_place(kind: Kind) -> JsonPath:
    """Return where a document of `kind` holds the name of its object."""
    return ("jobs", 0, "name") if kind is Kind.CDM_JOB else ("name",)


def renamed(kind: Kind, document: Document, name: str) -> Document:
    """Return the document of an object under a new name; where it names itself, it goes on to do so."""
    own = find_naming(kind, document, Target(kind), name_of(kind, document))
    return replaced(document, [name_place(kind), *(found.path for found in own)], name)


def followed(document: Document, references: Iterable[Reference], name: str) -> Document:
    """Return a document whose `references`, as they were found in it, name the object `name`."""
    return replaced(document, [found.path for found in references], name)


def renames_followed(
    kind: Kind, document: Document, renames: Mapping[ObjectKey, str]
) -> tuple[Document, list[ObjectKey]]:
    """Return a document that names renamed objects as they are called now, and which it named, each time.

    Where it names itself is for `renamed`.
    """
    own = (kind.value, "", name_of(kind, document))
    named = [
        (found, key)
        for found in find_references(kind, document)
        if not found.workspace and (key := (found.target.value, found.cluster, found.name)) in renames
    ]
    for found, key in named:
        if key != own:
            document = replaced(document, [found.path], renames[key])
    return document, [key for _found, key in named if key != own]


def moved(document: Document, directory: str) -> Document:
    """Return a document whose object is in the folder `directory`; empty steps of it are left out."""
    return {**document, "directory": "/" + "/".join(step for step in directory.split("/") if step)}


def could_name(expression: str, name: str) -> bool:
    """Return whether a run may make `name` out of a text with parameters, such as `etl_${region}`.

    What stands before the first and after the last of them stays as it is; in between may be anything.
    """
    starts = [place for sign in EXPRESSIONS if (place := expression.find(sign)) >= 0]
    if not starts:
        return expression == name
    before, after = expression[: min(starts)], expression.rpartition("}")[2]
    # Without an end the expression goes on to the end of the text.
    after = after if expression.rfind("}") > min(starts) else ""
    return len(name) >= len(before) + len(after) and name.startswith(before) and name.endswith(after)
