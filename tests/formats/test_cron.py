"""Cron expressions and times of a schedule."""

from __future__ import annotations

import pytest

from dlfportal.formats.cron import cron_fault, is_moment
from dlfportal.formats.documents import judge
from dlfportal.formats.kinds import Kind
from dlfportal.formats.problems import Code, Level
from tests.formats.samples import cron_job


@pytest.mark.parametrize(
    "expression",
    [
        "0 20 1 * * ?", "0 0-59/5 * * * ?", "0 0 0-23/1 * * ?", "0 */10 8,12,18 * * ?", "0 0 0 1,15,L * ?",
        "0 0 0 LW * ?", "0 0 0 15W * ?", "0 0 0 L-3 * ?", "0 0 0 5C * ?", "0 0 0 ? * 2-6", "0 0 0 ? * 6#3",
        "0 0 0 ? * 7L", "0 0 0 ? * 1C", "0  0 0 31 * ?",
    ],
)  # fmt: skip
def test_expressions_that_dlf_documents(expression: str) -> None:
    assert cron_fault(expression) is None


@pytest.mark.parametrize(
    ("expression", "field"),
    [
        ("* 0 0 * * ?", 1), ("30 0 0 * * ?", 1), ("0 60 0 * * ?", 2), ("0 5-61 0 * * ?", 2),
        ("0 ? 0 * * ?", 2), ("0 0 24 * * ?", 3), ("0 0 0 0 * ?", 4), ("0 0 0 32 * ?", 4),
        ("0 0 0 6#3 * ?", 4), ("0 0 0 ? * 8", 6), ("0 0 0 ? * 6#6", 6), ("0 0 0 ? * 0", 6),
        ("0 0 0 ? * MON", 6), ("0 1, 0 * * ?", 2), ("0 0/ 0 * * ?", 2),
    ],
)  # fmt: skip
def test_a_bad_field_is_named(expression: str, field: int) -> None:
    fault = cron_fault(expression)
    assert fault is not None
    assert fault[1]["number"] == field
    assert expression.split(" ")[field - 1][:5] in fault[0] % fault[1]


def test_the_month_is_always_every_month() -> None:
    fault = cron_fault("0 0 0 1 6 ?")
    assert fault is not None
    assert "month" in fault[0]


@pytest.mark.parametrize("expression", ["", "0 0 0 * *", "0 0 0 * * ? 2026"])
def test_other_than_six_fields(expression: str) -> None:
    fault = cron_fault(expression)
    assert fault is not None
    assert fault[1] == {"count": len(expression.split())}


@pytest.mark.parametrize("zone", ["+08", "+0800", "+08:00", "-05", "Z", ""])
def test_times_with_any_zone(zone: str) -> None:
    assert is_moment("2018-10-22T23:59:59" + zone)


@pytest.mark.parametrize(
    "text", ["2018-10-22", "2018-13-01T00:00:00+08", "2018-10-22 23:59:59", "2018-10-22T23:59:59+8", "x"]
)
def test_other_times(text: str) -> None:
    assert not is_moment(text)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("expression", "0 60 * * * ?", Code.CRON), ("expression", None, Code.CRON),
        ("expression", 5, Code.WRONG_TYPE), ("startTime", "now", Code.TIME),
        ("endTime", 5, Code.WRONG_TYPE), ("intervalType", "decades", Code.ENUM),
        ("dependPrePeriod", "false", Code.WRONG_TYPE), ("concurrent", "1", Code.WRONG_TYPE),
    ],
)  # fmt: skip
def test_faults_of_a_schedule_are_warnings(key: str, value: object, code: Code) -> None:
    (problem,) = judge(Kind.JOB, cron_job(**{key: value}))
    assert (problem.level, problem.code, problem.path) == (Level.WARNING, code, ("schedule", "cron", key))
