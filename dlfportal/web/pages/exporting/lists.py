"""All exports of a workspace, newest first, whichever channel they left by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from dlfportal.audit.texts import CHANNELS
from dlfportal.links import export_url, exports_url, receipt_url
from dlfportal.transfer.exports.again import AGAIN_OF
from dlfportal.transfer.exports.selectors import ExportFilter, exports_of
from dlfportal.transfer.models import Export, ExportState
from dlfportal.web.pages.by_time import time_page
from dlfportal.web.pages.exporting.words import TONES, what_taken
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import actor_of

SIZE = 50
LONGEST = 270
DIGEST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One export."""

    export: Export

    @property
    def url(self) -> str:
        """Its receipt."""
        return receipt_url(self.export.workspace_id, self.export.pk)

    @property
    def what(self) -> str:
        """What it took, in words."""
        return what_taken(self.export)

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[self.export.shown_state][0]

    @property
    def digest(self) -> str:
        """How its digest begins."""
        return self.export.digest[:DIGEST_SHOWN]

    @property
    def missing(self) -> int:
        """How much of what its objects use was not there."""
        return int(getattr(self.export, "missing_count", 0))

    @property
    def is_again(self) -> bool:
        """Whether it is the package of an earlier one."""
        return AGAIN_OF in self.export.options

    @property
    def channel(self) -> str | Promise:
        """The channel it left by."""
        return CHANNELS.get(self.export.channel, self.export.channel)


@dataclass(frozen=True, slots=True)
class ExportsPage:
    """What the list of exports shows."""

    frame: Frame
    chosen: ExportFilter
    lines: list[ExportLine]
    newest: str
    newer: str
    older: str

    @property
    def filtered(self) -> bool:
        """Whether the list is narrowed."""
        return self.chosen != ExportFilter()

    @property
    def clear_url(self) -> str:
        """The address of the list not narrowed."""
        return exports_url(self.frame.workspace.pk)

    @property
    def states(self) -> list[tuple[str, str | Promise]]:
        """The states that an export may be in, with their words."""
        return list(ExportState.choices)

    @property
    def begin_url(self) -> str:
        """The form that begins an export."""
        return export_url(self.frame.workspace.pk)


def exports_page(request: HttpRequest, workspace_id: str) -> ExportsPage:
    """Return the exports that the address asks for. Raises NotFound for strangers."""
    frame = frame_of(request, workspace_id, "exports")
    chosen = _filter(request.GET)
    rows = exports_of(actor=actor_of(request), workspace=frame.workspace, chosen=chosen)
    asked = {"who": chosen.who, "name": chosen.name, "state": str(chosen.state or "")}
    page = time_page(rows, "started_at", request.GET, SIZE, partial(exports_url, workspace_id, **asked))
    return ExportsPage(frame, chosen, list(map(ExportLine, page.rows)), page.newest, page.newer, page.older)


def _filter(params: QueryDict) -> ExportFilter:
    who, name = (params.get(key, "").replace("\0", "").strip()[:LONGEST] for key in ("who", "name"))
    state = params.get("state", "")
    return ExportFilter(who, name, ExportState(state) if state in ExportState.values else None)
