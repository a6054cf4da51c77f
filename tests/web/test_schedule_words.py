from __future__ import annotations

import pytest
from django.utils.translation import override

from dlfportal.web.schedules import cron_words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 20 1 * * ?", "At 01:20"),
        ("0 0-59/5 * * * ?", "Every 5 minutes"),
        ("0 0 0-23/1 * * ?", "Every hour"),
        ("0 0 3 ? * 1", "At 03:00, only on Sunday"),
        ("0 0 3 ? * 2-6", "At 03:00, Monday through Friday"),
        ("0 0 3 L * ?", "At 03:00, on the last day of the month"),
        ("0 0 3 L-2 * ?", "At 03:00, 2 days before the last day of the month"),
    ],
)
def test_schedule_words_in_english(expression: str, words: str) -> None:
    with override("en"):
        assert cron_words(expression) == words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 20 1 * * ?", "每天01:20"),
        ("0 0 8,12 * * ?", "每天08:00和12:00"),
        ("0 0/10 * * * ?", "每10分钟"),
        ("0 5 * * * ?", "在每小时的5分"),
        ("0 0 3 ? * 2", "03:00，仅在星期一"),
        ("0 0 3 ? * 2-6", "03:00，星期一到星期五"),
        ("0 0 3 ? * 6#2", "03:00，每月第二个星期五"),
        ("0 0 3 L-2 * ?", ""),
    ],
)
def test_schedule_words_in_chinese(expression: str, words: str) -> None:
    with override("zh-hans"):
        assert cron_words(expression) == words


@pytest.mark.parametrize(
    "expression",
    ["", "bad", "* * *", "0 0 25 * * ?", "0 0 3 C * ?", "0 0 3 ? * MON", "a b c d e f", "0 0 0 0 0 0"],
)
def test_schedule_words_of_what_is_no_expression_are_none(expression: str) -> None:
    assert cron_words(expression) == ""
