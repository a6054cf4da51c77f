"""When a job runs by its document: what is read, the next runs, and the cells of a week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlfportal.formats.cron import cron_fault
from dlfportal.formats.schedules import (
    Phase,
    Timing,
    Week,
    moment_of,
    next_runs,
    timing_of,
    week_of,
    zone_of,
)

NOW = datetime(2026, 11, 27, tzinfo=UTC)  # a Friday
BERLIN = ZoneInfo("Europe/Berlin")


def by_time(expression: str = "0 20 1 * * ?", **more: Any) -> dict[str, Any]:
    return {"schedule": {"type": "CRON", "cron": {"expression": expression, **more}}}


def runs(expression: str, after: datetime = NOW, count: int = 3, zone: str = "UTC") -> list[str] | None:
    found = next_runs(Timing("CRON", expression, zone), after, count, UTC)
    return None if found is None else [f"{run:%Y-%m-%d %H:%M%z}".removesuffix("+0000") for run in found]


def test_a_document_says_when_a_job_runs() -> None:
    times = {"startTime": "2026-03-23T00:00:00+08", "endTime": "2026-04-01T00:00:00"}
    found = timing_of(by_time(expressionTimeZone="GMT+8", intervalType="days", **times))
    assert (found.type, found.expression, found.zone, found.interval) == (
        "CRON", "0 20 1 * * ?", "GMT+8", "days",
    )  # fmt: skip
    assert found.start == datetime(2026, 3, 22, 16, tzinfo=UTC)
    assert found.end == datetime(2026, 3, 31, 16, tzinfo=UTC)  # of the zone of the expression
    event = {"schedule": {"type": "EVENT", "event": {"eventType": "DIS", "channel": "clicks"}}}
    assert timing_of(event) == Timing("EVENT", event="DIS clicks")
    assert timing_of({"schedule": {"type": "EXECUTE_ONCE"}}) == Timing("EXECUTE_ONCE")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"schedule": 3},
        {"schedule": {"type": "CRON", "cron": [1]}},
        {"schedule": {"type": ["CRON"]}},
        by_time(startTime="tomorrow", endTime=7, expressionTimeZone={}),
        by_time(endTime="9999-12-31T23:59:59-11"),
    ],
)
def test_odd_shapes_count_as_absent(document: Any) -> None:
    found = timing_of(document)
    assert (found.start, found.end, found.zone) == (None, None, "")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 20 1 * * ?", ["2026-11-27 01:20", "2026-11-28 01:20", "2026-11-29 01:20"]),
        ("0 5/20 8 * * ?", ["2026-11-27 08:05", "2026-11-27 08:25", "2026-11-27 08:45"]),
        ("0 0 22-1 * * ?", ["2026-11-27 01:00", "2026-11-27 22:00", "2026-11-27 23:00"]),
        ("0 0 9 ? * 2-6", ["2026-11-27 09:00", "2026-11-30 09:00", "2026-12-01 09:00"]),
        ("0 0 9 ? * 1", ["2026-11-29 09:00", "2026-12-06 09:00", "2026-12-13 09:00"]),
        ("0 0 9 ? * 6L", ["2026-11-27 09:00", "2026-12-25 09:00", "2027-01-29 09:00"]),
        ("0 0 9 ? * 2#1", ["2026-12-07 09:00", "2027-01-04 09:00", "2027-02-01 09:00"]),
        ("0 0 9 L * ?", ["2026-11-30 09:00", "2026-12-31 09:00", "2027-01-31 09:00"]),
        ("0 0 9 LW * ?", ["2026-11-30 09:00", "2026-12-31 09:00", "2027-01-29 09:00"]),
        ("0 0 9 1,L * ?", ["2026-11-30 09:00", "2026-12-01 09:00", "2026-12-31 09:00"]),
        ("0 0 9 31 * ?", ["2026-12-31 09:00", "2027-01-31 09:00", "2027-03-31 09:00"]),
        ("0 0 9 15W * ?", None), ("0 0 9 L-3 * ?", None), ("0 0 9 1C * ?", None), ("0 0 9 1 * 2", None),
        ("0 0 25 * * ?", None), ("0 0/0 9 * * ?", None), ("", None),
    ],
)  # fmt: skip
def test_the_next_runs(expression: str, expected: list[str] | None) -> None:
    assert runs(expression) == expected


def test_runs_keep_to_begin_and_end_both_included() -> None:
    bounds = {
        "start": NOW + timedelta(hours=1, minutes=20),
        "end": NOW + timedelta(days=2, hours=1, minutes=20),
    }
    found = next_runs(Timing("CRON", "0 20 1 * * ?", **bounds), NOW, 9, UTC)
    assert found and [run.day for run in found] == [27, 28, 29]
    ended = Timing("CRON", "0 20 1 * * ?", end=NOW - timedelta(days=1))
    assert next_runs(ended, NOW, 5, UTC) == []
    assert (ended.phase(NOW), Timing("CRON", **bounds).phase(NOW)) == (Phase.ENDED, Phase.UPCOMING)
    assert Timing("CRON", **bounds).phase(bounds["end"]) is Phase.RUNNING


def test_clocks_that_change_neither_drop_nor_double_a_daily_run() -> None:
    spring, autumn = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)
    zone = "Europe/Berlin"
    assert runs("0 30 2 * * ?", spring, 2, zone) == ["2026-03-29 03:00+0200", "2026-03-30 02:30+0200"]
    assert runs("0 30 2 * * ?", autumn, 2, zone) == ["2026-10-25 02:30+0200", "2026-10-26 02:30+0100"]
    hourly = next_runs(Timing("CRON", "0 0 * * * ?", zone), datetime(2026, 10, 24, 22, tzinfo=UTC), 5, UTC)
    assert hourly and [run.astimezone(UTC).hour for run in hourly] == [23, 0, 1, 2, 3]


def test_a_zone_that_is_not_named_is_the_default_and_an_unknown_one_has_no_preview() -> None:
    found = next_runs(Timing("CRON", "0 0 9 * * ?"), NOW, 1, BERLIN)
    assert found == [datetime(2026, 11, 27, 8, tzinfo=UTC)]
    assert next_runs(Timing("CRON", "0 0 9 * * ?", "Mars/Base"), NOW, 1, UTC) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [("GMT+8", 8), ("UTC+08:00", 8), ("+0530", 5.5), ("GMT-3", -3), ("Z", 0), ("Asia/Shanghai", 8)],
)
def test_zones_as_documents_write_them(text: str, hours: float) -> None:
    zone = zone_of(text)
    assert zone is not None
    assert zone.utcoffset(NOW.replace(tzinfo=None)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text", ["", "GMT+99", "../../etc/passwd", "/etc/localtime", "x" * 500, "a\0b", "Asia"]
)
def test_what_is_no_zone(text: str) -> None:
    assert zone_of(text) is None


def test_the_cells_of_a_week_are_those_of_the_chosen_zone() -> None:
    # 01:20 in Shanghai is 18:20 of the day before in Berlin; the week begins on Friday.
    found = week_of("0 20 1 ? * 2", "Asia/Shanghai", "UTC", "Europe/Berlin", date(2026, 11, 27))
    assert found == Week(((6 * 24 + 18, 1),))
    twice = week_of("0 0/30 8 ? * 2", "UTC", "UTC", "UTC", date(2026, 11, 27))
    assert twice == Week(((8, 2),))
    assert week_of("0 0 9 15 * ?", "", "UTC", "UTC", date(2026, 11, 27)) == Week()
    assert week_of("0 0 9 15W * ?", "", "UTC", "UTC", date(2026, 11, 27)) is None


def test_more_often_than_hourly_is_told_apart() -> None:
    first = date(2026, 11, 27)
    hourly = week_of("0 7 * * * ?", "", "UTC", "UTC", first)
    assert hourly and (len(hourly.cells), hourly.is_dense) == (168, False)
    assert week_of("0 0/30 8-20 * * ?", "", "UTC", "UTC", first) == Week(is_dense=True)


@pytest.mark.timed
def test_what_hardly_ever_runs_is_found_out_soon() -> None:
    begun = process_time()
    for expression in ("0 0 0 31 * ?", "0 0 0 ? * 2#5", "0 59 23 L * ?"):
        next_runs(
            Timing("CRON", expression, "Europe/Berlin", end=datetime(9999, 1, 1, tzinfo=UTC)), NOW, 50, UTC
        )
    next_runs(Timing("CRON", "0 0 0 1 * ?"), datetime(9998, 1, 1, tzinfo=UTC), 50, UTC)
    assert process_time() - begun < 0.5


EXPRESSIONS = st.builds(
    lambda minute, hour, day, week: f"0 {minute} {hour} {day} * {week}",
    *(st.from_regex(pattern, fullmatch=True) for pattern in (
        r"(\*|[0-9]{1,2})(-[0-9]{1,2})?(/[0-9]{1,2})?(,[0-9]{1,2})?",
        r"(\*|[0-9]{1,2})(-[0-9]{1,2})?(/[0-9]{1,2})?",
        r"\?|\*|L|LW|C|L-[0-9]{1,2}|[0-9]{1,2}[WC]?(,L)?",
        r"\?|\*|L|[1-7]#[1-5]|[1-7][LC]?(-[1-7])?(,[1-7])?",
    )),
)  # fmt: skip


@given(EXPRESSIONS)
def test_no_expression_breaks_anything_and_what_dlf_refuses_never_runs(expression: str) -> None:
    found = next_runs(Timing("CRON", expression, "Europe/Berlin"), NOW, 4, UTC)
    week = week_of(expression, "Europe/Berlin", "UTC", "Asia/Shanghai", date(2026, 11, 27))
    if cron_fault(expression):
        assert found is week is None
    if found:
        assert found == sorted(found)
        assert all(run > NOW for run in found)


def test_a_moment_without_an_offset_is_one_of_its_zone() -> None:
    assert moment_of("2026-01-01T00:00:00", "GMT+8") == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert moment_of("2026-01-01T00:00:00", "Mars") == datetime(2026, 1, 1, tzinfo=UTC)
    assert moment_of("0001-01-01T00:00:00+14") is None
