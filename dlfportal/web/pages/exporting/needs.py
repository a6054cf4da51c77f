"""What the target of a package must have, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.formats.mapping import MapKind
from dlfportal.links import export_needs_file_url, export_needs_url, selection_export_url
from dlfportal.transfer.exports.needing import NeedsPiece, needs_documents, needs_piece
from dlfportal.transfer.exports.needs import LeftSecret, Need, Needs, secrets_of_entry, uses_of_entry
from dlfportal.transfer.exports.selection import Entry
from dlfportal.web.csv_lines import BEGINNING, csv_line
from dlfportal.web.pages.exporting.asked import Asked, selector_of
from dlfportal.web.pages.frame import Frame

NAMED_A_KIND = 50
NAMED_ON_OWN_PAGE = 500
COLUMNS = ("needed", "name", "kind", "cluster", "object", "node")
WORDS: Mapping[MapKind, Promise] = {
    MapKind.CONNECTION: _("Connections"),
    MapKind.CLUSTER: _("Clusters"),
    MapKind.QUEUE: _("Queues"),
    MapKind.DATABASE: _("Databases"),
    MapKind.PATH: _("Files and folders"),
}


@dataclass(frozen=True, slots=True)
class NeedLine:
    """All that is needed of one kind: the first of them, and how many more there are."""

    label: Promise
    needs: Sequence[Need]
    left: int


def need_lines(needs: Needs, most: int = NAMED_A_KIND) -> list[NeedLine]:
    """Return what is needed, kind by kind, at most so many of each."""
    lines = []
    for kind, label in WORDS.items():
        found = [need for need in needs.needs if need.kind is kind]
        if found:
            lines.append(NeedLine(label, found[:most], max(0, len(found) - most)))
    return lines


@dataclass(frozen=True, slots=True)
class NeedsPage:
    """What the template of all needs is given. Of a large package it is a `piece`, of so many `files`."""

    frame: Frame
    selection_id: str
    piece: NeedsPiece
    after: str

    needs_whole = True

    @property
    def needs(self) -> Sequence[NeedLine]:
        """What is needed, kind by kind."""
        return need_lines(self.piece.needs, NAMED_ON_OWN_PAGE)

    @property
    def secrets(self) -> Sequence[LeftSecret]:
        """The secrets that are left out, the first of very many."""
        return self.piece.needs.secrets[:NAMED_ON_OWN_PAGE]

    @property
    def secrets_left(self) -> int:
        """How many secrets are not shown."""
        return len(self.piece.needs.secrets) - len(self.secrets)

    @property
    def is_piece(self) -> bool:
        """Whether the package has more than the page read."""
        return bool(self.after or self.piece.following)

    @property
    def following_url(self) -> str:
        """The address of the next piece, "" behind the last."""
        following = self.piece.following
        return following and export_needs_url(self.frame.workspace.pk, self.selection_id, after=following)

    @property
    def url(self) -> str:
        """Its own address, that of the first piece."""
        return export_needs_url(self.frame.workspace.pk, self.selection_id)

    @property
    def file_url(self) -> str:
        """The address of all needs of the package as a file."""
        return export_needs_file_url(self.frame.workspace.pk, self.selection_id)

    @property
    def back_url(self) -> str:
        """The page of the package."""
        return selection_export_url(self.frame.workspace.pk, self.selection_id)


def needs_page(actor: Actor, frame: Frame, asked: Asked, after: str) -> NeedsPage:
    """Return the page of what the piece of a package after `after` needs."""
    piece = needs_piece(
        actor=actor,
        selector=selector_of(frame.workspace, asked),
        resolved=asked.chosen.resolved,
        after=after.replace("\0", ""),
    )
    return NeedsPage(frame, asked.chosen.selection_id, piece, after)


def needs_csv(actor: Actor, workspace: Workspace, asked: Asked) -> Iterator[str]:
    """Return the lines of a file that names all that a package needs, each as often as it is named.

    Raises NotFound (policy) at once.
    """
    selector = selector_of(workspace, asked)
    return _lines(needs_documents(actor=actor, selector=selector, resolved=asked.chosen.resolved))


def _lines(documents: Iterable[tuple[Entry, dict[str, Any]]]) -> Iterator[str]:
    yield BEGINNING
    yield csv_line(COLUMNS)
    for entry, document in documents:
        named = (entry.kind, entry.cluster, entry.name)
        for kind, value, place in uses_of_entry(entry, document):
            yield csv_line((kind, value, *named, place.node))
        for secret in secrets_of_entry(entry, document):
            yield csv_line(("secret", secret.name, *named, ""))
