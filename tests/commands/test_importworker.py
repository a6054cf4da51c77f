"""The worker stays when its database is away, and ends when it should."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.counts import CountKey, amounts_add
from dlfportal.catalogue.models import KeptCount
from dlfportal.transfer.imports.liveness import runners_alive
from dlfportal.transfer.imports.parallel import start
from dlfportal.transfer.management.commands import importworker
from dlfportal.transfer.models import BulkRun, Runner


@pytest.fixture(autouse=True)
def reported(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Set once health would be counted, which a thread does that sees nothing of this test's database."""
    event = Event()
    monkeypatch.setattr(importworker, "_keep_reports", event.set)
    return event


@pytest.mark.django_db
def test_a_database_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time under a new name, by which what it claims is known to be done by a process that lives."""
    claims: list[str] = []

    def work(name: str, **options: Any) -> None:
        if name == "db_worker":
            claims.append(options["worker_id"])
            assert runners_alive(queued=True) == {options["worker_id"]}
            if len(claims) < 3:
                raise OperationalError("database is locked")

    monkeypatch.setattr(importworker, "call_command", work)
    monkeypatch.setattr(importworker, "AGAIN_AFTER", 0.0)
    monkeypatch.setattr(importworker.connection, "close", lambda: None)
    call_command("importworker")
    assert len(set(claims)) == 3 and set(claims) == set(Runner.objects.values_list("pk", flat=True))
    assert runners_alive() == set()


@pytest.mark.django_db
def test_a_worker_whose_parent_ended_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second signal would break the import off that it is doing."""
    told: list[int] = []
    watch = importworker._watch(follow_parent=True)
    watch()
    monkeypatch.setattr(os, "getppid", lambda: 1)
    monkeypatch.setattr(os, "kill", lambda pid, number: told.append(number))
    watch()
    watch()
    assert told == [signal.SIGTERM]


@pytest.mark.django_db
def test_each_beat_folds_counts_forgets_old_acts_and_goes_on_when_it_cannot(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, reported: Event
) -> None:
    amounts_add(workspace.pk, {CountKey("job", "owner", str(number)): 1 for number in range(90)})
    amounts_add(workspace.pk, {CountKey("job", "owner", str(number)): -1 for number in range(80)})
    ended = {"ended_at": timezone.now() - timedelta(days=31), "status": "SUCCESSFUL"}
    BulkRun.objects.create(workspace=workspace, asked={}, chosen={}, count=501, **ended)
    watch = importworker._watch(follow_parent=False)
    watch()
    assert not BulkRun.objects.exists()
    assert reported.wait(10)
    assert sorted(KeptCount.objects.values_list("value", "folded")) == [(str(n), True) for n in range(80, 90)]

    def away(most: int) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(importworker, "counts_fold", away)
    monkeypatch.setattr(importworker.connection, "close", lambda: None)
    watch()
    assert "counts were not folded" in caplog.text


def test_further_processes_leave_signals_to_the_worker() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=start) as pool:
        pid = pool.submit(os.getpid).result()
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(pid, number)
        assert pool.submit(os.getpid).result() == pid
