"""The map of a week: sums of starts, what it leaves out, and the list behind each cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dlfportal.access.models import Workspace
from dlfportal.catalogue.selectors import ListFilter, object_list
from dlfportal.catalogue.weeks import (
    Slot,
    common_zone,
    schedule_groups,
    slot_read,
    slot_text,
    week_map,
    zones_of,
)
from dlfportal.formats.kinds import Kind
from tests.factories import JobFactory
from tests.queries import assert_same_queries

FRIDAY = datetime(2026, 11, 27, 12, tzinfo=UTC)


def make(workspace: Workspace, name: str, expression: str, zone: str = "Asia/Shanghai", **more: Any) -> None:
    cron = {"expression": expression, "expressionTimeZone": zone, **more}
    JobFactory(workspace=workspace, name=name, schedule={"type": "CRON", "cron": cron})


def after(**delta: float) -> str:
    return f"{timezone.now() + timedelta(**delta):%Y-%m-%dT%H:%M:%S}+00"


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    """Jobs of all sorts."""
    make(workspace, "tuesday", "0 0/30 2 ? * 3")
    make(workspace, "also_tuesday", "0 5 2 ? * 3")
    make(workspace, "utc", "0 0 18 ? * 2", "UTC")  # Tuesday 02:00 in Shanghai
    make(workspace, "often", "0 0/10 * * * ?")
    make(workspace, "ended", "0 5 2 ? * 3", endTime=after(days=-1))
    make(workspace, "upcoming", "0 5 2 ? * 3", startTime=after(days=1))
    make(workspace, "refused", "0 0 25 * * ?")
    make(workspace, "nearest", "0 0 2 15W * ?")
    JobFactory(workspace=workspace, name="once")
    event = {"type": "EVENT", "event": {"eventType": "DIS", "channel": "x"}}
    JobFactory(workspace=workspace, name="event", schedule=event)
    return workspace


def names(workspace: Workspace, starts: str) -> list[str]:
    return [row.name for row in object_list(workspace, Kind.JOB, ListFilter(starts=starts))]


def test_the_map_counts_starts_and_jobs_and_says_what_it_leaves_out(filled: Workspace) -> None:
    found = week_map(schedule_groups(filled), "Asia/Shanghai")
    tuesday = 24 + 2
    assert (found.starts[tuesday], found.jobs[tuesday], found.mapped) == (4, 3, 4)
    assert [(group.cron, group.running) for group in found.often] == [("0 0/10 * * * ?", 1)]
    left_out = (found.ended, found.upcoming, found.refused, found.unknown)
    assert left_out == (1, 1, 1, 1)
    assert found.others == {"EXECUTE_ONCE": 1, "EVENT": 1}


def test_the_map_is_read_in_another_zone(filled: Workspace) -> None:
    found = week_map(schedule_groups(filled), "UTC")
    assert found.starts[18] == 4  # Monday 18:00
    assert names(filled, "mon-18,UTC") == ["also_tuesday", "tuesday", "utc"]


def test_the_list_behind_a_cell_shows_its_jobs(filled: Workspace, other_workspace: Workspace) -> None:
    make(other_workspace, "foreign", "0 5 2 ? * 3")
    assert names(filled, "tue-02") == ["also_tuesday", "tuesday", "utc"]
    assert names(filled, slot_text(26, "Asia/Shanghai")) == ["also_tuesday", "tuesday", "utc"]
    assert names(filled, "tue-03") == []
    assert names(filled, "often") == ["often"]
    assert names(filled, "nonsense") == []


def test_the_commonest_zone_is_the_one_to_begin_with(workspace: Workspace) -> None:
    assert common_zone(schedule_groups(workspace)) == "UTC"
    make(workspace, "a", "0 0 1 * * ?", "Europe/Berlin")
    make(workspace, "b", "0 0 1 * * ?", "GMT+8")
    make(workspace, "c", "0 0 2 * * ?", "GMT+8")
    make(workspace, "d", "0 0 2 * * ?", "Mars/Base")
    assert zones_of(schedule_groups(workspace)) == ["GMT+8", "Europe/Berlin"]


@pytest.mark.parametrize(
    "text", ["", "tue", "tue-24", "tue-2", "xyz-02", "tue-02,Mars/Base", "tue-0\u0662", "tue--1", "-02"]
)
def test_what_is_no_hour_of_the_week(text: str) -> None:
    assert slot_read(text) is None


def test_hours_of_the_week_in_addresses() -> None:
    assert slot_read("tue-02") == Slot(26, "")
    assert slot_read("sun-23,GMT+8") == Slot(167, "GMT+8")
    assert slot_text(167, "GMT+8") == "sun-23,GMT+8"


def test_one_query_for_any_number_of_jobs(workspace: Workspace) -> None:
    make(workspace, "first", "0 0 1 * * ?")

    def more() -> None:
        for number in range(10):
            make(workspace, f"more_{number}", f"0 {number} 1 * * ?")

    assert_same_queries(more, lambda: week_map(schedule_groups(workspace), "UTC"))
