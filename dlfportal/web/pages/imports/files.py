"""The objects of an import as files, for tables and for programs: written while they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dlfportal.transfer.imports.texts import item_lines
from dlfportal.transfer.models import ImportItem, ImportRun
from dlfportal.web.csv_lines import BEGINNING, csv_line

COLUMNS = ("kind", "cluster", "name", "new_name", "plan", "choice", "revision_before", "revision", "message")


def csv_of(run: ImportRun) -> Iterator[str]:
    """Yield the objects of an import as comma-separated values with a head, in the order of the package."""
    yield BEGINNING
    yield csv_line(COLUMNS)
    for row in _rows(run):
        yield csv_line(["" if row[column] is None else row[column] for column in COLUMNS])


def json_of(run: ImportRun) -> Iterator[str]:
    """Yield the objects of an import as one JSON document, in the order of the package."""
    head = {"task": run.pk, "package": run.source, "digest": run.digest, "status": run.status}
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "objects": ['
    comma = ""
    for row in _rows(run):
        yield f"{comma}\n{json.dumps(row, ensure_ascii=False)}"
        comma = ","
    yield "\n]}\n"


def _rows(run: ImportRun) -> Iterator[dict[str, Any]]:
    items = run.items.select_related("revision_before", "revision_after").order_by("position")
    return (_row(run, item) for item in items.iterator(chunk_size=2000))


def _row(run: ImportRun, item: ImportItem) -> dict[str, Any]:
    before, after = item.revision_before, item.revision_after
    return {
        "kind": item.kind,
        "cluster": item.cluster,
        "name": item.name,
        "new_name": item.new_name,
        "plan": item.outcome,
        "choice": item.choice,
        "revision_before": before.number if before else None,
        "revision": after.number if after else None,
        "message": " ".join(item_lines(run, item)),
    }
