"""Which processes that run imports are taken to live."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from django.db import connection
from django.db.models.functions import Now

from dlfportal.transfer.imports import liveness
from dlfportal.transfer.imports.liveness import (
    heartbeat,
    runners_alive,
    silence_announce,
    workers_seen_lately,
)
from dlfportal.transfer.models import Runner

pytestmark = pytest.mark.django_db


def runner(seconds: int, *, queued: bool = True) -> str:
    """Keep a runner that is to be taken for alive so many seconds from now; returns its id."""
    alive_until = Now() + timedelta(seconds=seconds)
    pk: str = Runner.objects.create(queued=queued, alive_until=alive_until).pk
    return pk


@pytest.mark.parametrize(("seconds", "lives"), [(15, True), (1, True), (-1, False)])
def test_who_lives(seconds: int, lives: bool) -> None:
    pk = runner(seconds)
    assert runners_alive() == ({pk} if lives else set())


def test_those_that_take_waiting_imports_are_told_apart() -> None:
    worker, command = runner(5), runner(5, queued=False)
    assert runners_alive(queued=True) == {worker}
    assert runners_alive(queued=False) == {command}


@pytest.mark.parametrize(
    ("seconds", "queued", "seen"), [(5, True, True), (-14, True, True), (-16, True, False), (5, False, False)]
)
def test_a_worker_seen_a_moment_ago_may_be_starting_again(seconds: int, queued: bool, seen: bool) -> None:
    runner(seconds, queued=queued)
    assert workers_seen_lately() is seen


def test_runners_of_long_ago_are_forgotten() -> None:
    old, recent = runner(-86401), runner(-3600)
    with heartbeat(queued=False):
        pass
    assert not Runner.objects.filter(pk=old).exists()
    assert Runner.objects.filter(pk=recent).exists()


def test_a_runner_lives_for_its_block() -> None:
    with heartbeat(queued=True) as mine:
        assert runners_alive(queued=True) == {mine.pk}
    assert runners_alive() == set()
    assert workers_seen_lately()


def test_a_killed_runner_is_dead_within_the_documented_time() -> None:
    """README and help say 15 seconds."""
    with heartbeat(queued=True) as mine:
        lives = Runner.objects.filter(pk=mine.pk)
        assert lives.filter(alive_until__lte=Now() + timedelta(seconds=15)).exists()
        assert lives.filter(alive_until__gt=Now() + timedelta(seconds=10)).exists()


@pytest.mark.django_db(transaction=True)
def test_a_runner_says_again_and_again_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "BEAT_SECONDS", 0.01)
    beaten = Event()
    with heartbeat(queued=False, on_beat=beaten.set) as mine:
        Runner.objects.filter(pk=mine.pk).update(alive_until=Now() - timedelta(seconds=31))
        beaten.clear()
        assert beaten.wait(10)
        beaten.clear()
        assert beaten.wait(10)
        assert runners_alive() == {mine.pk}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's statements are not waited for")
@pytest.mark.django_db(transaction=True)
def test_a_runner_that_is_stopped_within_a_statement_says_that_it_ended() -> None:
    """A service manager may stop a worker between a statement and its answer."""
    with pytest.raises(SystemExit), heartbeat(queued=True):
        connection.ensure_connection()
        connection.connection.pgconn.send_query(b"SELECT pg_sleep(30)")
        raise SystemExit
    assert runners_alive() == set()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one write lock for all")
def test_a_long_transaction_makes_no_runner_look_dead() -> None:
    """While it holds the write lock of SQLite nobody can say that it lives; the dead stay dead."""
    mine, other, dead = runner(5), runner(5, queued=False), runner(-1)
    silence_announce(200_000)
    spoken = Runner.objects.filter(alive_until__gt=Now() + timedelta(seconds=100))
    assert set(spoken.values_list("pk", flat=True)) == {mine, other}
    with heartbeat(queued=False):
        assert dead not in runners_alive()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one write lock for all")
def test_a_beat_does_not_take_an_announcement_back() -> None:
    mine = runner(100)
    liveness._extend(Runner.objects.filter(pk=mine), liveness.DEAD_AFTER)
    assert Runner.objects.filter(pk=mine, alive_until__gt=Now() + timedelta(seconds=90)).exists()
