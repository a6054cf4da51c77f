"""Whether DataArts would take a package: object by object what it would say, with the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.packing import label_of
from dlfportal.formats.accept import Objection, Verdict
from dlfportal.formats.jsonplaces import locate
from dlfportal.formats.jsontext import canonical
from dlfportal.links import export_accept_url, object_json_url, object_url, selection_export_url
from dlfportal.transfer.exports.accepting import Acceptance, AcceptancePiece, Judged, acceptance_piece
from dlfportal.web.code import HIGHLIGHT_BYTES
from dlfportal.web.pages.exporting.asked import Asked, selector_of
from dlfportal.web.pages.exporting.options import tick_of
from dlfportal.web.pages.frame import Frame

OBJECTS_SHOWN, OBJECTS_ON_OWN_PAGE = 20, 500
SAID_OF_ONE = 5
"""So many objects are shown beside other things and on the page of their own, and so much is said of one."""


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What would be said of one place: where it is, with its address, and the node that it is in.

    `is_perhaps`: the documents say otherwise, and name no error for it.
    """

    where: str
    url: str
    node: str
    text: str
    is_perhaps: bool


@dataclass(frozen=True, slots=True)
class SaidObject:
    """What would be said of one object, the first things of very many. `tick` is the value of its box."""

    tone: str
    label: str
    url: str
    tick: str
    lines: Sequence[SaidLine]
    left: int


@dataclass(frozen=True, slots=True)
class AcceptPanel:
    """Which objects DataArts would refuse; `url` is the page that says all of it."""

    found: Acceptance
    refused: Sequence[SaidObject]
    url: str

    @property
    def refused_left(self) -> int:
        """How many objects that would be refused are not shown."""
        return len(self.found.refused) - len(self.refused)

    @property
    def is_whole(self) -> bool:
        """Whether every document was looked at."""
        return not self.found.left


def accept_panel(workspace: Workspace, asked: Asked, found: Acceptance) -> AcceptPanel:
    """Return the panel of a package in which so much was found."""
    said = _said(workspace, asked, found.refused[:OBJECTS_SHOWN])
    return AcceptPanel(found, said, export_accept_url(workspace.pk, asked.chosen.selection_id))


def _said(workspace: Workspace, asked: Asked, judged: Sequence[Judged]) -> list[SaidObject]:
    return [_object(workspace, asked, one) for one in judged]


def _object(workspace: Workspace, asked: Asked, judged: Judged) -> SaidObject:
    entry = judged.entry
    label = label_of(entry.cluster, entry.name)
    may_locate = not asked.packing.submitted and entry.size <= HIGHLIGHT_BYTES
    text = canonical(judged.document).decode() if may_locate else ""
    return SaidObject(
        tone=KINDS[entry.kind].tone,
        label=label,
        url=object_url(workspace.pk, entry.kind, entry.name, entry.cluster),
        tick=tick_of(entry.kind, label),
        lines=[_line(workspace, text, one) for one in judged.objections[:SAID_OF_ONE]],
        left=max(0, len(judged.objections) - SAID_OF_ONE),
    )


def _line(workspace: Workspace, text: str, said: Objection) -> SaidLine:
    """Return one thing; `text` is the document as its own page shows it, "" where that shows another."""
    position = locate(text, said.path) if text else None
    url = object_json_url(workspace.pk, said.kind, said.name, said.cluster, position.line) if position else ""
    is_perhaps = said.verdict is Verdict.PERHAPS
    return SaidLine(said.where, url, said.node, _(said.message) % said.params, is_perhaps)


@dataclass(frozen=True, slots=True)
class AcceptPage:
    """All that DataArts would say of a package, of a large one piece by piece."""

    frame: Frame
    asked: Asked
    piece: AcceptancePiece
    after: str

    @property
    def refused(self) -> list[SaidObject]:
        """The objects that it would refuse, the first of very many."""
        return self._said(self.piece.found.refused)

    @property
    def perhaps(self) -> list[SaidObject]:
        """The objects that it perhaps refuses, the first of very many."""
        return self._said(self.piece.found.perhaps)

    @property
    def refused_left(self) -> int:
        """How many objects that would be refused are not shown."""
        return max(0, len(self.piece.found.refused) - OBJECTS_ON_OWN_PAGE)

    @property
    def perhaps_left(self) -> int:
        """How many objects that perhaps would be refused are not shown."""
        return max(0, len(self.piece.found.perhaps) - OBJECTS_ON_OWN_PAGE)

    @property
    def is_piece(self) -> bool:
        """Whether the package has more than the page read."""
        return bool(self.after or self.piece.following)

    @property
    def following_url(self) -> str:
        """The address of the next piece, "" behind the last."""
        following = self.piece.following
        return following and export_accept_url(self._workspace.pk, self._selection_id, after=following)

    @property
    def url(self) -> str:
        """Its own address, that of the first piece."""
        return export_accept_url(self._workspace.pk, self._selection_id)

    @property
    def back_url(self) -> str:
        """The page of the package."""
        return selection_export_url(self._workspace.pk, self._selection_id)

    @property
    def _workspace(self) -> Workspace:
        return self.frame.workspace

    @property
    def _selection_id(self) -> str:
        return self.asked.chosen.selection_id

    def _said(self, judged: Sequence[Judged]) -> list[SaidObject]:
        return _said(self._workspace, self.asked, judged[:OBJECTS_ON_OWN_PAGE])


def accept_page(actor: Actor, frame: Frame, asked: Asked, after: str) -> AcceptPage:
    """Return the page of what DataArts would say of the piece of a package after `after`."""
    piece = acceptance_piece(
        actor=actor,
        selector=selector_of(frame.workspace, asked),
        resolved=asked.chosen.resolved,
        after=after,
    )
    return AcceptPage(frame, asked, piece, after)
