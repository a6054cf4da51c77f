"""The record of an export: written before its first byte leaves, and again when the last one has.

The row and the entry of the start are committed first: what cannot be recorded does not leave. The end is
a second entry of the same act, since the record only grows. In between the row notes that it lives.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import Error, IntegrityError, connection, transaction

from dlfportal.access.models import Workspace, new_wire_id
from dlfportal.audit.actions import Action
from dlfportal.audit.actor import Actor
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.services import audit_record
from dlfportal.db.together import commit_together
from dlfportal.formats.kinds import Kind
from dlfportal.formats.zip.writer import PackageDigest
from dlfportal.transfer.exports.packed import entries_pack
from dlfportal.transfer.exports.selection import Contents, LongContents
from dlfportal.transfer.models import Export, ExportState

logger = logging.getLogger(__name__)

BEAT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class PackageHead:
    """What is known of a package before its first byte; `size` in bytes of the zip."""

    size: int
    digest: str
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for: the package's name, how its objects were chosen, and how it is made."""

    actor: Actor
    workspace: Workspace
    name: str
    selection: Mapping[str, Any]
    options: Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """What is known of an export on its way; all its entries are once they are `picked`."""

    known_ahead: bool
    contents: Contents | LongContents = field(default_factory=Contents)
    picked: bool = False
    digest: PackageDigest = field(default_factory=PackageDigest)
    entries: int = 0
    sent: int = 0


class Recording:
    """The record of one export that has begun."""

    def __init__(self, order: Order, tally: Tally, export_id: str, act: AuditEntry) -> None:
        self.export_id = export_id
        self.act = act
        self._order = order
        self._tally = tally
        self._beaten = time.monotonic()
        self._ended = False

    def beat(self) -> None:
        """Note from time to time that the export lives; never while its objects are being picked.

        A snapshot is open then, in which nothing can be written.
        """
        now = time.monotonic()
        if not self._tally.picked or now - self._beaten < BEAT_SECONDS:
            return
        self._beaten = now
        try:
            Export.objects.beat(self.export_id)
        except Error as error:
            logger.warning("The export %s could not note that it lives: %s", self.export_id, error)

    def claim(self, folder: str) -> bool:
        """Make a folder of the object store this export's alone; False when another export has it."""
        try:
            with transaction.atomic():
                Export.objects.claim(self.export_id, folder)
        except IntegrityError:
            return False
        return True

    def end(self, *, complete: bool, folder: str = "") -> None:
        """Record once that the export is complete or broken off; `folder` is where it was kept.

        What left has left: a record that cannot be completed is told by the log, and the export is shown
        as broken off.
        """
        if self._ended:
            return
        self._ended = True
        try:
            self._write_end(complete, folder)
        except Error as error:
            if connection.in_atomic_block or connection.is_usable():
                self._tell_unwritten(error)
                return
            connection.close()  # the server went away meanwhile, and may be back
            try:
                self._write_end(complete, folder)
            except Error as again:
                self._tell_unwritten(again)

    def _write_end(self, complete: bool, folder: str) -> None:
        tally = self._tally
        facts: dict[str, Any] = {"sent": tally.sent}
        if not tally.known_ahead:
            if complete:
                facts |= {"digest": tally.digest.hexdigest(), "size": tally.sent}
            if tally.picked:
                facts |= contents_facts(tally.contents)
        state = ExportState.COMPLETE if complete else ExportState.BROKEN_OFF
        detail = self._end_detail(complete, folder)

        def write() -> None:
            Export.objects.end(self.export_id, state=state, **facts)
            _audit(self._order, Action.EXPORT_END, tally, self.act, detail)

        commit_together(write)

    def _end_detail(self, complete: bool, folder: str) -> dict[str, Any]:
        tally = self._tally
        detail = {
            "export": self.export_id,
            "complete": complete,
            "bytes": tally.sent,
            "entries": tally.entries,
            "digest": tally.digest.hexdigest(),
            "missing": tally.contents.missing,
        }
        if not tally.known_ahead:
            detail["jobs"] = list(tally.contents.jobs)
        return detail | ({"folder": folder} if folder else {})

    def _tell_unwritten(self, error: Exception) -> None:
        logger.error("The end of the export %s could not be recorded: %s", self.export_id, error)


def export_begin(order: Order, tally: Tally, head: PackageHead | None) -> Recording:
    """Commit the row and the entry of an export's start, and return its record.

    Raises django.db.Error when they cannot be written: then nothing may leave.
    """
    facts: dict[str, Any] = {}
    if head:
        facts = {"digest": head.digest, "size": head.size, **contents_facts(tally.contents)}
    actor = order.actor
    pk = new_wire_id()
    detail = {"export": pk, **order.selection, **order.options}
    if head:
        detail["jobs"] = list(tally.contents.jobs)

    def write() -> AuditEntry:
        row = Export(
            id=pk,
            workspace_id=order.workspace.pk,
            user_id=actor.user.pk,
            user_name=actor.user.get_username(),
            channel=actor.channel,
            request_id=actor.request_id,
            name=order.name,
            selection=order.selection,
            options=order.options,
            **facts,
        )
        row.save()
        return _audit(order, Action.EXPORT, tally, None, detail)

    return Recording(order, tally, pk, commit_together(write))


def contents_facts(contents: Contents | LongContents) -> dict[str, Any]:
    """Return what the row of an export keeps of the contents of its package."""
    return {
        "entries": len(contents.entries),
        "missing": contents.missing,
        "contents": entries_pack(contents.entries),
    }


def _audit(
    order: Order, action: Action, tally: Tally, part_of: AuditEntry | None, detail: dict[str, Any]
) -> AuditEntry:
    chosen, jobs = tally.contents.chosen, tally.contents.jobs
    return audit_record(
        actor=order.actor,
        action=action,
        workspace_id=order.workspace.pk,
        workspace_name=order.workspace.name,
        kind=Kind.JOB if jobs or not chosen else "",
        object_name=chosen[0] if len(chosen) == 1 else "",
        detail=detail,
        part_of=part_of,
    )
