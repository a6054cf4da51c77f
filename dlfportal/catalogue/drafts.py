"""From a document to what a write needs of it. Knows neither Django nor the database.

The processes that an import starts load this and little else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dlfportal.catalogue.derive import Derived, ReferenceKey, derive
from dlfportal.catalogue.index import DEFAULTS
from dlfportal.formats.documents import cluster_problem, judge, name_of, prepare
from dlfportal.formats.jsontext import canonical, parse
from dlfportal.formats.kinds import Kind, cluster_name
from dlfportal.formats.problems import InvalidDocument, JsonPath, Level, Problem, show_path
from dlfportal.formats.zip.writer import inflate

EMPTIED_TOLD = 100


class Identity(NamedTuple):
    """What identifies an object in a workspace."""

    kind: Kind
    cluster: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that passed the judgement, ready to be written."""

    kind: Kind
    cluster: str
    name: str
    document: dict[str, Any]
    data: bytes
    derived: Derived
    warnings: tuple[Problem, ...]
    emptied: tuple[JsonPath, ...]


def draft_make(
    kind: Kind, document: Any, cluster: str = "", *, data: bytes | None = None, strict: bool = False
) -> Draft:
    """Judge a document and bring it into the form it is kept in (design rules 1 and 5).

    `data` are the canonical bytes of `document`, where they are known. `strict` judges as the documents
    say, as create and update of v1 do; see `judge`.

    Raises InvalidDocument with every problem, warnings included, when one of them is an error.
    """
    problems = judge(kind, document, strict=strict)
    if kind is Kind.CDM_JOB and (problem := cluster_problem(cluster)):
        problems = [problem, *problems]
    if any(problem.level is Level.ERROR for problem in problems):
        raise InvalidDocument(problems)
    prepared = prepare(kind, document)
    return Draft(
        kind=kind,
        cluster=cluster_name(cluster),
        name=name_of(kind, prepared.document),
        document=prepared.document,
        data=data if data and prepared.document is document else canonical(prepared.document),
        derived=derive(kind, prepared.document),
        warnings=tuple(problems),
        emptied=prepared.emptied,
    )


def emptied_told(draft: Draft) -> tuple[str, ...]:
    """Return where secrets were emptied, for the record: the first places, and how many more."""
    told = [show_path(path) for path in draft.emptied[:EMPTIED_TOLD]]
    more = len(draft.emptied) - len(told)
    return (*told, f"... {more} more") if more else tuple(told)


@dataclass(frozen=True, slots=True)
class LightDraft:
    """A draft without its document, as light as ten thousands of them need it."""

    identity: Identity
    sha256: str
    size: int
    columns: tuple[Any, ...]
    references: tuple[ReferenceKey, ...]
    emptied: tuple[str, ...]

    @property
    def indexed(self) -> dict[str, Any]:
        """The index columns by name."""
        return dict(zip(DEFAULTS, self.columns, strict=True))


class Kept(NamedTuple):
    """A document as it is stored: whose it is, its SHA-256 and size, and its raw-deflate stream."""

    identity: Identity
    sha256: str
    size: int
    data: bytes


def draft_kept(kept: Kept) -> LightDraft:
    """Return what a write needs of a document that is kept already, to be written again as it is.

    It is not judged: what was kept once can be put back.
    """
    derived = derive(kept.identity.kind, parse(inflate(kept.data, kept.size)))
    references = tuple(sorted(derived.references))
    return LightDraft(kept.identity, kept.sha256, kept.size, tuple(derived.columns.values()), references, ())


def draft_lighten(draft: Draft, sha256: str) -> LightDraft:
    """Return what a write needs of `draft` when its content, known by `sha256`, is written ahead."""
    return LightDraft(
        Identity(draft.kind, draft.cluster, draft.name),
        sha256,
        len(draft.data),
        # One text for the name and its folded form, most often the same: there may be 200,000 of them.
        tuple(draft.name if value == draft.name else value for value in draft.derived.columns.values()),
        tuple(sorted(draft.derived.references)),
        emptied_told(draft),
    )


def draft_again(identity: Identity, data: bytes, sha256: str, emptied: Sequence[str]) -> LightDraft:
    """Return what a write needs of a document that was judged when a draft was made of it before.

    `data` are its bytes, as they are kept; `emptied` says where its secrets were.
    """
    derived = derive(identity.kind, parse(data))
    return LightDraft(
        identity,
        sha256,
        len(data),
        tuple(derived.columns.values()),
        tuple(sorted(derived.references)),
        tuple(emptied),
    )
