"""What is derived from a document: kept beside it, never a second truth (design, rule 1).

Both write paths and `reindex` derive here and nowhere else; what is added here is written by all three.
Knows neither Django nor the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from dlfportal.catalogue.index import index_of
from dlfportal.formats.documents import find_dynamic, find_references, find_restarts
from dlfportal.formats.kinds import Kind
from dlfportal.formats.references import Reference, is_expression

REFERENCE_BYTES = 1100
CLUSTER_CHARACTERS = 255
FAR_JOB = "far_job"
"""What a reference to a job of another workspace points to: its cluster is that workspace, as it is named."""


class ReferenceKey(NamedTuple):
    """What a document points to: see `formats.references.Reference`. `waits`: a job that is waited for.

    `target` is one of `formats.references.Target`, or `FAR_JOB`.
    """

    target: str
    cluster: str
    name: str
    soft: bool
    waits: bool = False

    @property
    def is_dynamic(self) -> bool:
        """Whether an expression such as `etl_${region}` names the object: nothing answers to it."""
        return is_expression(self.name) or (self.cluster != "" and is_expression(self.cluster))


@dataclass(frozen=True, slots=True)
class Derived:
    """What a write keeps beside a document: every index column, and the references by name."""

    columns: dict[str, Any]
    references: frozenset[ReferenceKey]


def derive(kind: Kind, document: dict[str, Any]) -> Derived:
    """Return what is derived from a document as it is kept, one that passed the judgement."""
    return Derived(index_of(kind, document), frozenset(references_of(kind, document)))


def references_of(kind: Kind, document: dict[str, Any]) -> set[ReferenceKey]:
    """Return the references of a document; one that no object could answer, for its length, is left out.

    A job that starts itself is one: the checks look for it. One that waits for itself waits for its last run.
    """
    restarts = find_restarts(document) if kind is Kind.JOB else []
    return {
        key
        for key in map(_key_of, (*find_references(kind, document), *find_dynamic(kind, document), *restarts))
        if len(key.name.encode()) <= REFERENCE_BYTES and len(key.cluster) <= CLUSTER_CHARACTERS
    }


def _key_of(found: Reference) -> ReferenceKey:
    if found.workspace:
        return ReferenceKey(FAR_JOB, found.workspace, found.name, found.soft, found.waits)
    return ReferenceKey(str(found.target), found.cluster, found.name, found.soft, found.waits)
