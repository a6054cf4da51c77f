"""The page of the parts that DataArts takes."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor
from dlfportal.links import export_last_url, export_split_url, export_url, selection_export_url
from dlfportal.transfer.exports.credentials import flagged_objects
from dlfportal.transfer.exports.selectors import export_last
from dlfportal.transfer.exports.splitting import Part, export_split, part_name
from dlfportal.transfer.models import Export
from dlfportal.web.pages.exporting.asked import Asked, selector_of
from dlfportal.web.pages.frame import Frame

PARTS_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part as the page shows it: its file name, and the value of the button that answers it."""

    name: str
    value: str
    part: Part


@dataclass(frozen=True, slots=True)
class SplitPage:
    """What the template of the parts is given. `error` says why nothing was downloaded."""

    frame: Frame
    asked: Asked
    lines: list[PartLine]
    window: Page[Part]
    needs_look: bool
    last: Export | None
    error: str = ""
    reason: str = ""

    @property
    def count(self) -> int:
        """How many parts there are."""
        return self.window.paginator.count

    @property
    def url(self) -> str:
        """Its own address."""
        return export_split_url(self.frame.workspace.pk, self.asked.chosen.selection_id)

    @property
    def post_url(self) -> str:
        """The address that answers a part."""
        return export_url(self.frame.workspace.pk)

    @property
    def back_url(self) -> str:
        """The page of the package as a whole."""
        return selection_export_url(self.frame.workspace.pk, self.asked.chosen.selection_id)

    @property
    def last_url(self) -> str:
        """The address that leads to the receipt of what the reader downloaded last from here."""
        return export_last_url(self.frame.workspace.pk, self.asked.chosen.selection_id)


def parts_of(actor: Actor, workspace: Workspace, asked: Asked) -> list[Part]:
    """Return the parts of a package."""
    return export_split(actor=actor, selector=selector_of(workspace, asked), resolved=asked.chosen.resolved)


def split_page(
    actor: Actor, frame: Frame, asked: Asked, page: str, error: str = "", reason: str = ""
) -> SplitPage:
    """Return the page of the parts of the package of a selection."""
    parts = parts_of(actor, frame.workspace, asked)
    window = Paginator(parts, PARTS_A_PAGE).get_page(page)
    flagged = flagged_objects(
        frame.workspace, asked.chosen.resolved, asked.packing.depend, asked.packing.left_out
    )
    return SplitPage(
        frame=frame,
        asked=asked,
        lines=[
            PartLine(part_name(number, len(parts)), f"{number}-{part.digest}", part)
            for number, part in enumerate(window, window.start_index())
        ],
        window=window,
        needs_look=flagged.exists(),
        last=export_last(actor.user.get_username(), frame.workspace, asked.chosen.selection_id),
        error=error,
        reason=reason,
    )
