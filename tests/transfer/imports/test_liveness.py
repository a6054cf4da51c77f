"""Which processes that run imports are taken to live."""

from __future__ import annotations

import os
from datetime import timedelta
from threading import Event

import pytest
from django.db.models.functions import Now

from dlfportal.transfer.imports import liveness
from dlfportal.transfer.imports.liveness import (
    ENDED,
    heartbeat,
    runners_alive,
    workers_seen_lately,
)
from dlfportal.transfer.models import Runner

pytestmark = pytest.mark.django_db
NOBODY = 2**22 + 1
"""No process has this number."""

MYSELF = -1
"""Stands for the number of the process of the test."""

HERE = "here"
THERE = "elsewhere"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "_this_host", lambda: HERE)


def runner(host: str, pid: int, seconds: int = 0, *, queued: bool = True) -> str:
    """Keep a runner that said so many seconds ago that it lives; returns its id."""
    seen_at = Now() - timedelta(seconds=seconds)
    number = os.getpid() if pid == MYSELF else pid
    pk: str = Runner.objects.create(host=host, pid=number, queued=queued, seen_at=seen_at).pk
    return pk


@pytest.mark.parametrize(
    ("host", "pid", "seconds", "lives"),
    [
        (HERE, MYSELF, 0, True),
        (HERE, 1, 0, True),  # of somebody else perhaps, whom one may not signal
        (HERE, NOBODY, 0, False),
        (HERE, MYSELF, 31, False),  # its number was given to another process
        (HERE, ENDED, 0, False),
        (THERE, NOBODY, 0, True),  # numbers of another host say nothing here
        (THERE, NOBODY, 25, True),
        (THERE, NOBODY, 31, False),
        (THERE, ENDED, 0, False),
    ],
)
def test_who_lives(host: str, pid: int, seconds: int, lives: bool) -> None:
    pk = runner(host, pid, seconds)
    assert runners_alive() == ({pk} if lives else set())


def test_those_that_take_waiting_imports_are_told_apart() -> None:
    worker, command = runner(THERE, 5), runner(THERE, 6, queued=False)
    assert runners_alive(queued=True) == {worker}
    assert runners_alive(queued=False) == {command}


@pytest.mark.parametrize(
    ("seconds", "queued", "seen"), [(25, True, True), (31, True, False), (0, False, False)]
)
def test_a_worker_seen_a_moment_ago_may_be_starting_again(seconds: int, queued: bool, seen: bool) -> None:
    runner(HERE, ENDED, seconds, queued=queued)
    assert workers_seen_lately() is seen


def test_runners_of_long_ago_are_forgotten() -> None:
    old, recent = runner(THERE, 5, 86401), runner(THERE, 5, 3600)
    with heartbeat(queued=False):
        pass
    assert not Runner.objects.filter(pk=old).exists()
    assert Runner.objects.filter(pk=recent).exists()


def test_a_runner_lives_for_its_block() -> None:
    with heartbeat(queued=True) as mine:
        assert runners_alive(queued=True) == {mine.pk}
    assert runners_alive() == set()


@pytest.mark.django_db(transaction=True)
def test_a_runner_says_again_and_again_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "BEAT_SECONDS", 0.01)
    beaten = Event()
    with heartbeat(queued=False, on_beat=beaten.set) as mine:
        Runner.objects.filter(pk=mine.pk).update(seen_at=Now() - timedelta(seconds=31))
        beaten.clear()
        assert beaten.wait(10)
        beaten.clear()
        assert beaten.wait(10)
        assert runners_alive() == {mine.pk}
