"""An edit that began from a revision which is not the newest any more: theirs, mine, and both merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, cast

from dlfportal.adminsite.documents.forms import DocumentForm
from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import document_of
from dlfportal.formats.jsontext import canonical
from dlfportal.formats.kinds import Kind
from dlfportal.formats.merge import ABSENT, Merged, merge
from dlfportal.formats.problems import show_path

SHOWN_CHARACTERS = 400
MINE, THEIRS = "mine", "theirs"


class ShownClash(NamedTuple):
    """A place that both changed: the values before and now as text, None where there is none."""

    field: str
    path: str
    before: str | None
    mine: str | None
    theirs: str | None
    chosen: str


class StaleForm:
    """What was typed, and the revision that somebody saved meanwhile.

    `merged` is None where there is nothing to merge: what was typed is no document, or both moved a CDM job
    to another cluster.
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
    def choices(self) -> dict[int, str]:
        """What was chosen of each clash, by its place. Choices about another revision are none."""
        if self.data.get("about") != str(self.newest.number):
            return {}
        return {
            int(name.removeprefix("clash-")): value
            for name, value in self.data.items()
            if name.startswith("clash-") and name[6:].isdecimal() and value in (MINE, THEIRS)
        }

    @cached_property
    def merged(self) -> Merged | None:
        """Both edits in one document, with what was chosen."""
        if not isinstance(self.form.document, dict) or self.cluster is None:
            return None
        theirs = {place for place, choice in self.choices.items() if choice == THEIRS}
        kind, newest = Kind(self.target.kind), document_of(self.newest)
        return merge(kind, self.form.base, self.form.document, newest, choose_theirs=theirs)

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
        return self.merged is not None and all(
            place in self.choices for place in range(len(self.merged.clashes))
        )

    @property
    def clashes(self) -> Iterator[ShownClash]:
        """The clashes as the page asks of them."""
        for place, clash in enumerate(self.merged.clashes if self.merged else ()):
            before, mine, theirs = (_text(side) for side in (clash.base, clash.mine, clash.theirs))
            path, chosen = show_path(clash.path), self.choices.get(place, "")
            yield ShownClash(f"clash-{place}", path, before, mine, theirs, chosen)


def _text(value: Any) -> str | None:
    if value is ABSENT:
        return None
    text = value if isinstance(value, str) else canonical(value).decode().strip()
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
