"""Acts as files, for tables and for programs: written while they are read, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dlfportal.audit.acts import ActFilter, acts_find
from dlfportal.audit.models import AuditEntry
from dlfportal.audit.texts import CHANNELS
from dlfportal.db.keyset import Place
from dlfportal.transfer.models import Export
from dlfportal.web.acts import act_of, exports_of
from dlfportal.web.csv_lines import BEGINNING, csv_line
from dlfportal.web.pages.activity import Reader

ACTS_A_FILE = 50_000
"""So many acts a file has at most; what is older is asked for by its days."""
LOOKS_A_FILE = 200
"""So many times a file goes on looking where its filter matches nothing."""
ACTS_A_READ = 500
COLUMNS = (
    "at",
    "who",
    "action",
    "sentence",
    "via",
    "workspace",
    "workspace_id",
    "kind",
    "object",
    "request_id",
)


def csv_of(reader: Reader, chosen: ActFilter) -> Iterator[str]:
    """Yield the acts as comma-separated values with a head, newest first, for tables of all kinds.

    See `csv_lines` for how it is written.
    """
    yield BEGINNING
    yield csv_line([*COLUMNS, "digest", "details"])
    for row in _rows(reader, chosen):
        cells = [row[column] for column in COLUMNS]
        export, detail = row.get("export", {}), row["detail"]
        details = json.dumps(detail, ensure_ascii=False) if detail else ""
        yield csv_line([*cells, export.get("digest") or detail.get("digest", ""), details])


def json_of(reader: Reader, chosen: ActFilter) -> Iterator[str]:
    """Yield the acts as one JSON document, newest first; `more` says whether there are older ones."""
    yield '{"acts": ['
    count = 0
    for row in _rows(reader, chosen):
        yield ("," if count else "") + "\n" + json.dumps(row, ensure_ascii=False)
        count += 1
    yield f'\n], "more": {json.dumps(count >= ACTS_A_FILE)}}}\n'


def _rows(reader: Reader, chosen: ActFilter) -> Iterator[dict[str, Any]]:
    count = 0
    for entries in _pages(reader, chosen):
        exports = exports_of(entries)
        for entry in entries[: ACTS_A_FILE - count]:
            yield _row(entry, exports.get(str(entry.detail.get("export"))))
        count += len(entries)
        if count >= ACTS_A_FILE:
            return


def _pages(reader: Reader, chosen: ActFilter) -> Iterator[list[AuditEntry]]:
    place: Place | None = None
    for _look in range(LOOKS_A_FILE):
        found = acts_find(reader.scope, chosen, ACTS_A_READ, place)
        if found.entries:
            yield found.entries
        if found.looked_to:
            place = found.looked_to
        elif len(found.entries) == ACTS_A_READ:
            place = [getattr(found.entries[-1], name) for name in chosen.order.names]
        else:
            return


def _row(entry: AuditEntry, export: Export | None) -> dict[str, Any]:
    act = act_of(entry, export)
    row = {
        "at": entry.at.isoformat(),
        "who": entry.user_name,
        "action": entry.action,
        "sentence": act.line,
        "via": str(CHANNELS.get(entry.channel, entry.channel)),
        "workspace": entry.workspace_name,
        "workspace_id": entry.workspace_id,
        "kind": entry.kind,
        "object": entry.object_name,
        "request_id": entry.request_id,
        "detail": entry.detail,
    }
    if export:
        told = ("name", "digest", "size", "entries", "sent", "missing_count")
        row["export"] = {name: getattr(export, name) for name in told} | {"state": str(export.shown_state)}
    return row
