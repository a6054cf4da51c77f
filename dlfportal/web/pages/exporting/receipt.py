"""The receipt of an export: what left and how it was made, where the record of it is, and the same again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from dlfportal.audit.texts import CHANNELS
from dlfportal.catalogue.kinds import KINDS
from dlfportal.links import (
    act_url,
    comparing_url,
    export_again_url,
    object_url,
    receipt_url,
    selection_export_url,
)
from dlfportal.transfer.comparing.sides import EXPORT
from dlfportal.transfer.exports.again import AGAIN_OF
from dlfportal.transfer.exports.dependencies import ExportStatus
from dlfportal.transfer.exports.selection import PackageLayout
from dlfportal.transfer.exports.selectors import (
    HeldEntry,
    entries_held,
    export_act,
    export_find,
    export_whole,
)
from dlfportal.transfer.models import Export, ExportState
from dlfportal.web.pages.exporting.words import TONES, what_taken
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import actor_of, workspace_of

NAMED = 200
ENTRIES_A_PAGE = 200
LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry of the package: what it was, and the page of the revision that it held."""

    entry: HeldEntry
    workspace_id: str

    @property
    def tone(self) -> str:
        """The icon of its kind."""
        return KINDS[self.entry.kind].tone

    @property
    def url(self) -> str:
        """The page of its revision; "" of an object that is deleted now."""
        found = self.entry
        if found.is_deleted:
            return ""
        return object_url(self.workspace_id, found.kind, found.name, found.cluster, found.number)


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What the template of a receipt is given; `act_url` leads to its record, "" if it is not found.

    `lines` are entries from the number `start` on; `first` is the export whose package it is again, if it is.
    """

    frame: Frame
    export: Export
    act_url: str
    lines: Sequence[EntryLine]
    start: int
    first: Export | None

    @property
    def is_complete(self) -> bool:
        """Whether every byte was sent."""
        return self.export.shown_state is ExportState.COMPLETE

    @property
    def is_running(self) -> bool:
        """Whether it is still being sent."""
        return self.export.shown_state is ExportState.RUNNING

    @property
    def tone(self) -> tuple[str, str]:
        """The colour and icon of its state."""
        return TONES[self.export.shown_state]

    @property
    def what(self) -> str:
        """What it took, in words."""
        return what_taken(self.export)

    @property
    def channel(self) -> str | Promise:
        """The channel it left by."""
        return CHANNELS.get(self.export.channel, self.export.channel)

    @property
    def options(self) -> Mapping[str, Any]:
        """How the package was made."""
        found: Mapping[str, Any] = self.export.options
        return found

    @property
    def is_single(self) -> bool:
        """Whether it has the layout of one job."""
        return self.options.get("layout") == PackageLayout.SINGLE

    @property
    def is_submitted(self) -> bool:
        """Whether it holds submitted states."""
        return self.options.get("export_status") == ExportStatus.SUBMIT

    @property
    def missing(self) -> Sequence[str]:
        """What was named and not there, the first of it."""
        return list(self.export.missing[:NAMED])

    @property
    def missing_left(self) -> int:
        """How many more were missing."""
        return max(0, len(self.export.missing) - NAMED)

    @property
    def without(self) -> Sequence[str]:
        """What was ticked off, the first of it."""
        return list(self.options.get("without", [])[:NAMED])

    @property
    def back_url(self) -> str:
        """The page that it was taken from, "" when it came in another way."""
        selection_id = str(self.options.get("selection_id", ""))
        return selection_id and selection_export_url(self.frame.workspace.pk, selection_id)

    @property
    def is_known(self) -> bool:
        """Whether it is known what it held, so that it can be taken again and compared."""
        return bool(self.export.contents)

    @property
    def again_url(self) -> str:
        """The address that answers the same package."""
        return export_again_url(self.frame.workspace.pk, self.export.pk)

    @property
    def compare_url(self) -> str:
        """The page that compares it with the workspace as it is now."""
        return comparing_url(self.frame.workspace.pk, **{"with": f"{EXPORT}{self.export.pk}"})

    @property
    def first_url(self) -> str:
        """The receipt of the export whose package it is again, "" if it is none."""
        return receipt_url(self.frame.workspace.pk, self.first.pk) if self.first else ""

    @property
    def end(self) -> int:
        """The number of the last entry shown."""
        return self.start + len(self.lines)

    @property
    def newer_url(self) -> str:
        """The page of the entries before, "" on the first."""
        return self._entries_url(max(0, self.start - ENTRIES_A_PAGE)) if self.start else ""

    @property
    def older_url(self) -> str:
        """The page of the entries behind, "" on the last."""
        return self._entries_url(self.end) if self.end < (self.export.entries or 0) else ""

    def _entries_url(self, start: int) -> str:
        return receipt_url(self.frame.workspace.pk, self.export.pk, start=str(start or ""))


def receipt_page(request: HttpRequest, workspace_id: str, pk: str) -> ReceiptPage:
    """Return the receipt of an export, with its entries from `start` on. Raises NotFound."""
    workspace = workspace_of(request, workspace_id)
    export = export_whole(actor=actor_of(request), workspace=workspace, pk=pk)
    frame = frame_of(request, workspace_id, "exports", (export.name, ""))
    start = _number(request.GET.get("start", ""))
    held = entries_held(export, start, ENTRIES_A_PAGE)
    act = export_act(export)
    first = export_find(str(export.options.get(AGAIN_OF, "")))
    return ReceiptPage(
        frame=frame,
        export=export,
        act_url=act_url(workspace.pk, act) if act else "",
        lines=[EntryLine(entry, workspace.pk) for entry in held],
        start=start if held else 0,
        first=first if first and first.workspace_id == workspace.pk else None,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0
