"""Imports by real processes: killed at any moment, beside exports and edits, and without a worker."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.live.worker import Worker, count, rows, runners, silence_passes, wait_for
from tests.portal import ROOT, SAMPLE_PROJECT, Portal

WORKSPACE = "e1b7d0c4a52f4f6d9c38a7706b1f2d95"
SCRIPTS = 3000
TEXT = "SELECT a, b, c FROM t WHERE ds = '${day}';\n" * 40


@pytest.fixture
def worker(portal: Portal) -> Iterator[Worker]:
    running = Worker(portal)
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture(scope="module")
def bucket(portal: Portal) -> str:
    """The folder of a bucket that belongs to the default workspace of the sample."""
    portal.manage("createbucket", "packages", "--workspace", WORKSPACE)
    return str(portal.folder / "obs" / "packages")


def put_scripts(bucket: str, prefix: str) -> str:
    """Put a package of many scripts into the bucket and return its path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(SCRIPTS):
            name = f"{prefix}_{number:05}"
            text = f"-- {name}\\n" + TEXT.replace("\n", "\\n")
            document = f'{{"name": "{name}", "type": "DLISQL", "content": "{text}"}}'
            archive.writestr(f"scripts/{name}.script", document)
    with open(f"{bucket}/{prefix}.zip", "wb") as file:  # noqa: PTH123
        file.write(buffer.getvalue())
    return f"obs://packages/{prefix}.zip"


def ask(portal: Portal, path: str) -> requests.Response:
    return requests.post(
        f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/import",
        json={"path": path},
        headers={"X-Auth-Token": portal.token()},
        timeout=30,
    )


def task(portal: Portal, token: str, task_id: str) -> dict[str, Any]:
    answer = requests.get(
        f"{portal.url}/v1/{SAMPLE_PROJECT}/system-tasks/{task_id}",
        headers={"X-Auth-Token": token},
        timeout=60,
    )
    found: dict[str, Any] = answer.json()
    return found


def begun(portal: Portal, prefix: str) -> bool:
    """A worker has claimed it, or a command does it."""
    queue = "transfer_importrun LEFT JOIN django_tasks_database_dbtaskresult q"
    same = "replace(CAST(q.id AS text), '-', '') = replace(queue_id, '-', '')"
    claimed = "(runner <> '' OR q.status = 'RUNNING')"
    return bool(count(portal, f"{queue} ON {same} WHERE source LIKE '%{prefix}.zip' AND {claimed}"))


def planned(portal: Portal, prefix: str) -> bool:
    return bool(count(portal, f"transfer_importitem WHERE name LIKE '{prefix}%'"))


def storing(portal: Portal, prefix: str) -> bool:
    return count(portal, "catalogue_content") > CONTENTS[prefix] + 100


def stored(portal: Portal, prefix: str) -> bool:
    return count(portal, "catalogue_content") >= CONTENTS[prefix] + SCRIPTS


CONTENTS: dict[str, int] = {}

MOMENTS = {
    "begun": (begun, 0.0),
    "reading": (begun, 0.4),
    "planned": (planned, 0.0),
    "storing": (storing, 0.0),
    "stored": (stored, 0.0),
    "visible_soon": (stored, 0.05),
    "visible_later": (stored, 0.2),
}


NO_HELP = "planned"
"""Here the test waits out the time after which a silent process is taken for dead."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_that_is_killed_leaves_all_or_nothing(
    portal: Portal, bucket: str, worker: Worker, moment: str
) -> None:
    prefix = f"kill_{moment}"
    path = put_scripts(bucket, prefix)
    CONTENTS[prefix] = count(portal, "catalogue_content")
    task_id = ask(portal, path).json()["taskId"]
    reached, later = MOMENTS[moment]
    wait_for(lambda: reached(portal, prefix))
    time.sleep(later)
    worker.end(signal.SIGKILL)

    token = portal.token()
    if moment != NO_HELP:
        silence_passes(portal)
    written = f"catalogue_catalogueobject WHERE name LIKE '{prefix}%'"
    assert count(portal, written) in (0, SCRIPTS)
    again = Worker(portal)
    try:
        wait_for(lambda: task(portal, token, task_id)["status"] != "RUNNING")
        ended = task(portal, token, task_id)
        there = count(portal, written)  # PostgreSQL ends a commit after its client is gone
        assert there in (0, SCRIPTS)
        assert ended["status"] == ("SUCCESSFUL" if there else "FAILED")
        assert there or "ended before it was done" in ended["message"]
        for table in ("revision", "version", "reference"):
            owner = "source_id" if table == "reference" else "object_id"
            lost = f"catalogue_{table} WHERE {owner} NOT IN (SELECT id FROM catalogue_catalogueobject)"
            assert count(portal, lost) == 0
        if not there:  # what was killed can be done again
            done = ask(portal, path).json()["taskId"]
            wait_for(lambda: task(portal, token, done)["status"] != "RUNNING")
            assert task(portal, token, done)["status"] == "SUCCESSFUL", task(portal, token, done)["message"]
        assert count(portal, f"catalogue_catalogueobject WHERE name LIKE '{prefix}%'") == SCRIPTS
    finally:
        again.end()


def test_exports_and_edits_go_on_while_an_import_runs(portal: Portal, bucket: str, worker: Worker) -> None:
    token = portal.token()
    task_id = ask(portal, put_scripts(bucket, "beside")).json()["taskId"]
    exports, edits = [], []
    edit = (
        "from django.contrib.auth.models import User; from dlfportal.audit.actor import *; "
        "from dlfportal.catalogue.selectors import *; from dlfportal.catalogue.services import *; "
        "from dlfportal.access.models import Workspace; "
        f"w = Workspace.objects.get(pk='{WORKSPACE}'); t = object_get(w, Kind.JOB, 'myJob'); "
        "d = document_of(t.revision); d['description'] = str(t.revision.number); "
        "object_update(actor=Actor(User.objects.get(username='admin'), Channel.COMMAND), "
        "target=t, document=d)"
    )
    while (status := task(portal, token, task_id)["status"]) == "RUNNING":
        started = time.monotonic()
        answer = requests.post(
            f"{portal.url}/v1/{SAMPLE_PROJECT}/jobs/myJob/export", headers={"X-Auth-Token": token}, timeout=30
        )
        assert answer.status_code == 200 and answer.content[:2] == b"PK"
        exports.append(time.monotonic() - started)
        started = time.monotonic()
        portal.manage("shell", "-c", edit)
        edits.append(time.monotonic() - started)
    assert status == "SUCCESSFUL"
    assert exports and edits, "the import was over before anything could go on beside it"


def test_without_a_worker_an_import_is_refused_at_once(portal: Portal, bucket: str) -> None:
    path = put_scripts(bucket, "nobody")
    silence_passes(portal)  # a worker that an earlier test killed counts as alive for a while
    for how in (signal.SIGTERM, signal.SIGKILL):
        Worker(portal).end(how)
        if how == signal.SIGKILL:
            silence_passes(portal)
        started = time.monotonic()
        answer = ask(portal, path)
        assert answer.json()["error_code"] == "DLF.3051" and "No worker" in answer.json()["error_msg"]
        assert time.monotonic() - started < 10


def test_a_worker_ends_with_the_process_that_started_it(portal: Portal) -> None:
    script = f"'{sys.executable}' manage.py importworker --follow-parent & echo $!; exec sleep 300"
    before = runners(portal)
    parent = subprocess.Popen(
        ["/bin/sh", "-c", script], env=portal.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    wait_for(lambda: runners(portal) - before)
    parent.kill()
    parent.wait()

    def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return (open(f"/proc/{pid}/stat").read().split()[2]) == "Z"  # noqa: PTH123, SIM115

    wait_for(gone)


def test_an_import_command_that_is_killed_is_told_by_the_next(portal: Portal, bucket: str) -> None:
    put_scripts(bucket, "command")
    command = [
        sys.executable,
        "manage.py",
        "importpackage",
        f"{bucket}/command.zip",
        "--workspace",
        WORKSPACE,
    ]
    process = subprocess.Popen(command, env=portal.environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    wait_for(lambda: begun(portal, "command"))
    process.kill()
    process.wait()
    silence_passes(portal)
    assert count(portal, "catalogue_catalogueobject WHERE name LIKE 'command%'") == 0
    printed = portal.manage(*command[2:])
    assert f"{SCRIPTS} new" in printed
    states = rows(
        portal, "SELECT status FROM transfer_importrun WHERE source = 'command.zip' ORDER BY created_at"
    )
    assert [state for (state,) in states] == ["FAILED", "SUCCESSFUL"]
