"""Plans by real processes: killed while one is made or applied, all is done or nothing, and it can go on.

`DLF_KILLS=20` tries so many moments instead of one.
"""

from __future__ import annotations

import json
import random
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.worker import KILLS, Worker, count, rows, silence_passes, wait_for
from tests.portal import SAMPLE_WORKSPACE, Portal

SCRIPTS = 900
LONGEST = 0.5
"""Up to so many seconds after a worker has taken the plan up it is killed."""
BEGIN = """
from django.contrib.auth.models import User
from dlfportal.access.models import Workspace
from dlfportal.audit.actor import Actor, Channel
from dlfportal.transfer.imports.options import ImportOptions, Policy
from dlfportal.transfer.models import ImportRun
from dlfportal.transfer.planning.applying import plan_apply_begin
from dlfportal.transfer.planning.making import plan_again, plan_begin
actor = Actor(User.objects.get(username="admin"), Channel.WEB)
"""


def package(folder: Path, name: str) -> str:
    """Write a package of scripts that a worker has to read, and return its path."""
    path = folder / f"{name}.zip"
    chance = random.Random(name)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(SCRIPTS):
            text = f"SELECT {number};\n" + "".join(chance.choices("abcdefgh \n", k=400))
            document = {"name": f"{name}_{number:04}", "type": "DLISQL", "content": text}
            archive.writestr(f"scripts/plan_{number:04}.script", json.dumps(document))
    return str(path)


def plan(portal: Portal, path: str) -> None:
    portal.manage(
        "shell",
        "-c",
        f"{BEGIN}\nwith open({path!r}, 'rb') as file: plan_begin(actor=actor, file=file, name='kill.zip', "
        f"workspace=Workspace.objects.get(pk='{SAMPLE_WORKSPACE}'), options=ImportOptions(Policy.OVERWRITE))",
    )


def act(portal: Portal, call: str) -> None:
    newest = "run = ImportRun.objects.filter(source='kill.zip').latest('created_at')"
    portal.manage("shell", "-c", f"{BEGIN}\n{newest}\n{call}")


def state(portal: Portal) -> tuple[str, str, str]:
    """Return how the newest plan stands, why, and the digest of what it says."""
    found: tuple[str, str, str] = rows(
        portal,
        "SELECT status, message, plan_digest FROM transfer_importrun WHERE source = 'kill.zip'"
        " ORDER BY created_at DESC LIMIT 1",
    )[0]
    return found


def taken_up(portal: Portal, status: str) -> bool:
    """A worker has begun, or is through already."""
    begun = f"transfer_importrun WHERE source = 'kill.zip' AND status = '{status}' AND phase <> ''"
    return bool(count(portal, begun)) or state(portal)[0] != status


def items(portal: Portal) -> int:
    return count(
        portal,
        "transfer_importitem WHERE run_id = (SELECT id FROM transfer_importrun WHERE source = 'kill.zip'"
        " ORDER BY created_at DESC LIMIT 1)",
    )


def living(portal: Portal, name: str) -> int:
    return count(portal, f"catalogue_catalogueobject WHERE name LIKE '{name}%'")


def kill(portal: Portal, worker: Worker, status: str, seconds: float) -> None:
    """Kill the worker so many seconds after it has taken the plan up."""
    try:
        wait_for(lambda: taken_up(portal, status))
        time.sleep(seconds)
    finally:
        worker.end(signal.SIGKILL)
    silence_passes(portal)


@pytest.mark.parametrize("name", KILLS)
def test_a_plan_that_is_killed_is_whole_or_can_be_made_again(
    portal: Portal, tmp_path: Path, name: str, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(name)
    worker = Worker(portal)
    plan(portal, package(tmp_path, name))
    kill(portal, worker, "PLANNING", chance.uniform(0, LONGEST))
    again = Worker(portal)
    try:
        wait_for(lambda: state(portal)[0] == "PLANNED")
        _status, message, digest = state(portal)
        record_property("planned", bool(digest))
        assert items(portal) == (SCRIPTS if digest else 0)
        if not digest:
            assert "ended before it was done" in message
            act(portal, "plan_again(actor=actor, run=run)")
            wait_for(lambda: state(portal)[2])
        assert (items(portal), living(portal, name)) == (SCRIPTS, 0)
    finally:
        again.end()

    applier = Worker(portal)
    act(portal, "plan_apply_begin(actor=actor, run=run, digest=run.plan_digest)")
    kill(portal, applier, "RUNNING", chance.uniform(0, LONGEST))
    assert living(portal, name) in (0, SCRIPTS)
    last = Worker(portal)
    try:
        wait_for(lambda: state(portal)[0] != "RUNNING")
        status, message, _digest = state(portal)
        there = living(portal, name)  # PostgreSQL ends a commit after its client is gone
        record_property("applied", bool(there))
        assert there in (0, SCRIPTS)
        assert status == ("SUCCESSFUL" if there else "PLANNED")
        if not there:
            assert "ended before it was done" in message
            act(portal, "plan_apply_begin(actor=actor, run=run, digest=run.plan_digest)")
            wait_for(lambda: state(portal)[0] == "SUCCESSFUL")
        assert living(portal, name) == SCRIPTS
        assert "mended: 0." in portal.manage("reindex")
    finally:
        last.end()
