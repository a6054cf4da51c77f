"""An edit that began from a revision which is not the newest any more: theirs, mine, and both merged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple, cast

from dlfportal.adminsite.documents.forms import Document, DocumentForm
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.merge import ABSENT, Clash, Merged, merge
from dlfportal.formats.normalise import prepare
from dlfportal.formats.problems import show_path

SHOWN_CHARACTERS = 2_000
CLASHES_SHOWN = 200
MINE, THEIRS = "mine", "theirs"


class ShownClash(NamedTuple):
    """A place that both changed: the values before and now as text, None where there is none.

    `field` is the name of the choice in the form, `line` the first line of the place within a text, or 0.
    """

    field: str
    path: str
    line: int
    before: str | None
    mine: str | None
    theirs: str | None
    chosen: str


class StaleForm:
    """What was typed, and the revision that somebody saved meanwhile.

    `merged` is None where there is nothing to merge: what was typed is no document, both moved a CDM job to
    another cluster, or they clash at more places than anybody could look at.
    """

    def __init__(self, form: DocumentForm, target: CatalogueObject, base: Revision) -> None:
        self.form = form
        self.data: Mapping[str, Any] = form.data
        self.target = target
        self.base = base

    @property
    def newest(self) -> Revision:
        """The revision that stands now."""
        return cast(Revision, self.target.revision)

    @cached_property
    def before(self) -> Document:
        """The document that both edits began from."""
        return self.form.base

    @cached_property
    def theirs(self) -> Document:
        """The document that stands now."""
        return document_of(self.newest)

    @cached_property
    def mine(self) -> Document | None:
        """What was typed, as it would be kept; None if that is no document."""
        typed = self.form.document
        return prepare(Kind(self.target.kind), typed).document if isinstance(typed, dict) else None

    @cached_property
    def merged(self) -> Merged | None:
        """Both edits in one document, with what was chosen."""
        if self.mine is None or self.cluster is None or len(self._clashes) > CLASHES_SHOWN:
            return None
        chosen = {place for place, name in enumerate(self._fields) if self.data.get(name) == THEIRS}
        return self._merge(chosen)

    @property
    def is_too_much(self) -> bool:
        """Whether there are more clashes than a page can ask about."""
        return len(self._clashes) > CLASHES_SHOWN

    @cached_property
    def _clashes(self) -> tuple[Clash, ...]:
        return self._merge(set()).clashes if self.mine is not None else ()

    @cached_property
    def _fields(self) -> list[str]:
        """The names of the choices: each speaks of these values only, whatever is typed or saved later."""
        return [_field(clash) for clash in self._clashes]

    def _merge(self, choose_theirs: set[int]) -> Merged:
        kind = Kind(self.target.kind)
        return merge(kind, self.before, self.mine, self.theirs, choose_theirs=choose_theirs)

    @property
    def cluster(self) -> str | None:
        """The cluster with both edits; None when both changed it."""
        typed = self.form.data.get("cluster", self.base.cluster)
        if typed in (self.base.cluster, self.target.cluster):
            return self.target.cluster
        return str(typed) if self.target.cluster == self.base.cluster else None

    @property
    def is_settled(self) -> bool:
        """Whether each clash has its choice."""
        return all(self.data.get(name) in (MINE, THEIRS) for name in self._fields)

    @property
    def clashes(self) -> list[ShownClash]:
        """The clashes as the page asks of them."""
        return [
            ShownClash(
                field=name,
                path=show_path(clash.path),
                line=clash.line,
                before=_text(clash.base),
                mine=_text(clash.mine),
                theirs=_text(clash.theirs),
                chosen=self.data.get(name, ""),
            )
            for name, clash in zip(self._fields, self._clashes, strict=True)
        ]


def _field(clash: Clash) -> str:
    sides = [[] if side is ABSENT else [side] for side in (clash.base, clash.mine, clash.theirs)]
    digest = hashlib.sha256(canonical([list(clash.path), clash.line, sides])).hexdigest()
    return f"clash-{digest[:20]}"


def _text(value: Any) -> str | None:
    if value is ABSENT:
        return None
    text = value if isinstance(value, str) else canonical(value).decode().strip()
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
