"""The page of one act: all that it did, and what the record keeps of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.functional import Promise

from dlfportal.audit.actions import Action, Verb
from dlfportal.audit.acts import act_find, parts_find
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.texts import CHANNELS
from dlfportal.catalogue.reviving import deleted_get
from dlfportal.db.lookups import is_row_id
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.links import revive_url
from dlfportal.transfer.exports.selectors import export_find
from dlfportal.transfer.imports.undo_look import run_find
from dlfportal.transfer.models import Export, ImportRun
from dlfportal.web.acts import Act, acts_of
from dlfportal.web.pages.frame import Frame
from dlfportal.web.pages.paging import Address

PARTS_A_PAGE = 100
MISSING_SHOWN = 100
UNDOABLE = (Action.IMPORT, Action.UNDO)
DETAILS_SHOWN = 20_000


@dataclass(frozen=True, slots=True)
class ActPage:
    """What the template of an act is given. `parts` are what it did, in order; `next` are further ones.

    `missing` are the first of what an export of it lacked, `export` that export. `restore_url` leads to
    restoring what it deleted, for those who may. `run` is the import, or the undo of one, that it was.
    """

    frame: Frame
    act: Act
    parts: list[Act]
    next: str
    first: str
    export: Export | None
    missing: list[str]
    details: str
    run: ImportRun | None
    restore_url: str = ""

    @property
    def channel(self) -> str | Promise:
        """The channel somebody used."""
        return CHANNELS.get(self.act.entry.channel, self.act.entry.channel)

    @property
    def missing_more(self) -> int:
        """How many more were missing than are shown."""
        return len(self.export.missing) - len(self.missing) if self.export else 0


def act_get(frame: Frame, pk: int) -> AuditEntry:
    """Return an act of the workspace. Raises NotFound, also for what is part of another act."""
    found = act_find(frame.workspace.pk, pk)
    if found is None:
        raise NotFound(gettext_noop("The record has no such act."))
    return found


def act_page(frame: Frame, entry: AuditEntry, address: Address, after: str) -> ActPage:
    """Return the page of an act with its parts after an id."""
    parts = parts_find(entry, PARTS_A_PAGE + 1, int(after) if is_row_id(after) else 0)
    shown = parts[:PARTS_A_PAGE]
    act, *told = acts_of([entry, *shown], {frame.workspace.pk})
    export = export_find(str(entry.detail.get("export")))
    details = json.dumps(entry.detail, ensure_ascii=False, indent=2)
    return ActPage(
        frame=frame,
        act=act,
        parts=told,
        next=address.changed(after=str(shown[-1].pk)) if len(parts) > PARTS_A_PAGE else "",
        first=address.changed() if after else "",
        export=export,
        missing=export.missing[:MISSING_SHOWN] if export else [],
        restore_url=_restore_url(frame, entry),
        run=run_find(frame.workspace.pk, entry.detail.get("task_id")) if entry.action in UNDOABLE else None,
        details=details if len(details) <= DETAILS_SHOWN else f"{details[:DETAILS_SHOWN]}…",
    )


def _restore_url(frame: Frame, entry: AuditEntry) -> str:
    """Return the address that restores what an act deleted; "" if it is no deletion, or is undone already."""
    deleted = entry.action.endswith(f".{Verb.DELETE}") and entry.kind in list(Kind)
    if not (deleted and frame.may_change):
        return ""
    try:
        return revive_url(deleted_get(frame.workspace, Kind(entry.kind), entry.object_name).object)
    except NotFound:
        return ""
