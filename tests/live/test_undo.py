"""Undos by real processes: killed at any moment, all is done or nothing, and it ends with a reason.

`DLF_KILLS=20` tries so many moments instead of one.
"""

from __future__ import annotations

import io
import json
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.worker import KILLS, Worker, count, rows, silence_passes, wait_for
from tests.portal import SAMPLE_WORKSPACE, Portal

SCRIPTS, NEW = 600, 300
LONGEST = 0.6
"""Up to so many seconds after a worker has claimed the undo it is killed: the tries are spread evenly."""


def package(folder: Path, text: str, numbers: range) -> str:
    """Write a package of scripts, and return its path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in numbers:
            document = {"name": f"undo_{number:04}", "type": "DLISQL", "content": f"SELECT {number};\n{text}"}
            archive.writestr(f"scripts/undo_{number:04}.script", json.dumps(document))
    path = folder / f"{text}.zip"
    path.write_bytes(buffer.getvalue())
    return str(path)


def imported(portal: Portal, path: str) -> str:
    """Import a package, and return the id of its task."""
    portal.manage("importpackage", path, "--workspace", SAMPLE_WORKSPACE, "--policy", "OVERWRITE")
    return str(rows(portal, "SELECT id FROM transfer_importrun ORDER BY created_at DESC LIMIT 1")[0][0])


def standing(portal: Portal) -> list[tuple[int, str, int]]:
    """Return the content and the submitted version of each script that lives."""
    return rows(
        portal,
        "SELECT o.name, r.content_id, o.version_number FROM catalogue_catalogueobject o"
        " JOIN catalogue_revision r ON r.id = o.revision_id"
        " WHERE o.name LIKE 'undo_%' AND o.deleted_at IS NULL ORDER BY o.name",
    )


def last(portal: Portal) -> tuple[str, str]:
    """Return how the last undo stands, and why."""
    found = rows(
        portal,
        "SELECT status, message FROM transfer_importrun WHERE undoes_id IS NOT NULL"
        " ORDER BY created_at DESC LIMIT 1",
    )
    status, message = found[0]
    return status, message


def claimed(portal: Portal) -> bool:
    """A worker has claimed the last undo: the queue says so, as in the tests of imports."""
    newest = "SELECT id FROM transfer_importrun WHERE undoes_id IS NOT NULL ORDER BY created_at DESC LIMIT 1"
    same = "replace(CAST(q.id AS text), '-', '') = replace(r.queue_id, '-', '')"
    queue = f"transfer_importrun r JOIN django_tasks_database_dbtaskresult q ON {same}"
    return bool(count(portal, f"{queue} WHERE r.id = ({newest}) AND q.status <> 'READY'"))


@pytest.mark.parametrize("kill", KILLS)
def test_an_undo_that_is_killed_leaves_all_or_nothing(
    portal: Portal, tmp_path: Path, kill: str, record_property: Callable[[str, object], None]
) -> None:
    imported(portal, package(tmp_path, f"one {kill}", range(SCRIPTS)))
    before = standing(portal)
    task = imported(portal, package(tmp_path, f"two {kill}", range(SCRIPTS + NEW)))
    after = standing(portal)
    worker = Worker(portal)
    try:
        assert "a worker does it" in portal.manage("undoimport", task)
        wait_for(lambda: claimed(portal))
        time.sleep(LONGEST * (KILLS.index(kill) + 0.5) / len(KILLS))
    finally:
        worker.end(signal.SIGKILL)
    silence_passes(portal)
    assert standing(portal) in (before, after)
    again = Worker(portal)
    try:
        wait_for(lambda: last(portal)[0] != "RUNNING")
        status, message = last(portal)
        done = standing(portal)  # PostgreSQL ends a commit after its client is gone
        record_property("undone", done == before)
        assert done in (before, after), len(done)
        assert status == ("SUCCESSFUL" if done == before else "FAILED")
        assert done == before or "ended before it was done" in message
        items = "transfer_importitem WHERE run_id IN (SELECT id FROM transfer_importrun WHERE undoes_id = "
        assert count(portal, f"{items}'{task}')") == (SCRIPTS + NEW if done == before else 0)
        if done == after:  # what was killed can be done again
            portal.manage("undoimport", task)
            wait_for(lambda: last(portal)[0] == "SUCCESSFUL")
            assert standing(portal) == before
        assert "mended: 0." in portal.manage("reindex")
    finally:
        again.end()
