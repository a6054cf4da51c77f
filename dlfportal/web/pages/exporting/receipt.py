"""The receipt of an export: what left, and where the record of it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dlfportal.links import act_url, selection_export_url
from dlfportal.transfer.exports.selectors import export_act, export_get
from dlfportal.transfer.models import Export, ExportState
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import actor_of, workspace_of

NAMED = 200


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What the template of a receipt is given; `act_url` leads to its record, "" if it is not found."""

    frame: Frame
    export: Export
    act_url: str

    @property
    def is_complete(self) -> bool:
        """Whether every byte was sent."""
        return self.export.shown_state is ExportState.COMPLETE

    @property
    def is_running(self) -> bool:
        """Whether it is still being sent."""
        return self.export.shown_state is ExportState.RUNNING

    @property
    def options(self) -> Mapping[str, Any]:
        """How the package was made."""
        found: Mapping[str, Any] = self.export.options
        return found

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


def receipt_page(request: HttpRequest, workspace_id: str, pk: str) -> ReceiptPage:
    """Return the receipt of an export. Raises NotFound, to strangers too."""
    workspace = workspace_of(request, workspace_id)
    export = export_get(actor=actor_of(request), workspace=workspace, pk=pk)
    frame = frame_of(request, workspace_id, "overview", (_("Export"), ""), (export.name, ""))
    act = export_act(export)
    return ReceiptPage(frame, export, act_url(workspace.pk, act) if act else "")
