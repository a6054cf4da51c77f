"""The form that begins an export: which kinds, which folder, changed since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from dlfportal.access.models import Workspace
from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.selections import Choice
from dlfportal.catalogue.selectors import ListFilter
from dlfportal.errors import BadRequest, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.links import export_url
from dlfportal.transfer.exports.selectors import exports_newest
from dlfportal.transfer.models import Export, ExportState
from dlfportal.web.pages.filters import list_filter
from dlfportal.web.pages.frame import Frame, frame_of

FIELDS = ("kinds", "folder", "since", "since_export")
OTHER_WAYS = ("everything", "all", *Kind)
EXPORTS_OFFERED = 50
PICKED_WITHIN = timedelta(minutes=1)
"""An export picks its objects less than so long before its row says that it began."""


@dataclass(frozen=True, slots=True)
class KindTick:
    """A kind that may be ticked."""

    slug: str
    label: str
    tone: str
    count: int
    ticked: bool


@dataclass(frozen=True, slots=True)
class StartPage:
    """What the template of the form is given: what was filled in already, and `error`, why it does not do."""

    frame: Frame
    kinds: list[KindTick]
    exports: Sequence[Export]
    folder: str
    since: str
    since_export: str
    error: str

    @property
    def url(self) -> str:
        """Its own address, which also takes what is filled in."""
        return export_url(self.frame.workspace.pk)

    @property
    def everything_url(self) -> str:
        """The address of the export of all objects of the workspace."""
        return export_url(self.frame.workspace.pk, everything="1")


def is_start(params: QueryDict) -> bool:
    """Return whether an address asks for the form, and chooses nothing yet."""
    return not any(key in params for key in (*OTHER_WAYS, "kinds"))


def choice_since(choice: Choice, workspace: Workspace, params: QueryDict) -> Choice:
    """Return the choice narrowed to what has changed since a past export, if parameters ask for that.

    What changed while that export was picking its objects is among it. Raises BadRequest for an export that
    is not there.
    """
    pk = params.get("since_export", "")
    if not pk:
        return choice
    export = next((one for one in _exports(workspace) if one.pk == pk), None)
    if export is None:
        raise BadRequest(gettext_noop("The export to compare with is not there. Choose another one."))
    kinds = choice.kinds or ([choice.kind] if choice.kind else list(Kind) if choice.everything else [])
    since = (export.started_at - PICKED_WITHIN).isoformat()
    chosen = replace(choice.chosen, since=since)
    if len(kinds) == 1:
        return Choice(kind=kinds[0], chosen=chosen)
    return Choice(kinds=tuple(kinds), chosen=chosen)


def _exports(workspace: Workspace) -> list[Export]:
    """Return the last exports that were sent to their end."""
    newest = exports_newest(workspace.pk, EXPORTS_OFFERED)
    return [export for export in newest if export.state == ExportState.COMPLETE]


def start_page(request: HttpRequest, workspace_id: str, error: str = "") -> StartPage:
    """Return the form. Raises NotFound for strangers."""
    frame = frame_of(request, workspace_id, "overview", (_("Export"), ""))
    params = request.GET
    if not error and any(key in params for key in FIELDS):
        error = _("Tick at least one kind of objects.")
    counts = {tab.place.kind: tab.count or 0 for tab in frame.tabs}
    asked = params.getlist("kinds")
    chosen: ListFilter = list_filter(params)
    return StartPage(
        frame=frame,
        kinds=[
            KindTick(spec.slug, spec.plural, spec.tone, counts[kind], spec.slug in asked if asked else True)
            for kind, spec in KINDS.items()
        ],
        exports=_exports(frame.workspace),
        folder=chosen.folder,
        since=chosen.since.partition("T")[0],
        since_export=params.get("since_export", ""),
        error=error,
    )
