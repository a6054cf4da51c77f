"""How each language says when something starts: the pieces from which `schedules` makes its words.

They are no messages of gettext: the languages differ in order, in how they count days, and in what joins a
list, and a sentence put together of translated pieces would read as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language. `short` are the pieces that fit a column, `long` those of a sentence. It equals only
    itself, so that words can be kept by it.

    In pieces: `days` and `times` are words made before, `day` and `number` numbers as the language writes
    them, `begin` and `end` times of the day or, in short ones, hours.
    """

    weekdays: Sequence[str]
    weekdays_short: Sequence[str]
    comma: str
    last_comma: str
    to: str
    is_ordinal: bool
    nth: Sequence[str]
    short: dict[str, str]
    long: dict[str, str]

    def number(self, day: int) -> str:
        """Return the number of a day of the month."""
        return f"{day}{ORDINALS.get(day, 'th')}" if self.is_ordinal else f"{day}日"

    def joined(self, words: Sequence[str], *, short: bool) -> str:
        """Return words as a list."""
        if short or len(words) < 2:
            return self.comma.join(words)
        return f"{self.comma.join(words[:-1])}{self.last_comma}{words[-1]}"


ENGLISH = Language(
    weekdays=("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    weekdays_short=("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"),
    comma=", ",
    last_comma=" and ",
    to="–",
    is_ordinal=True,
    nth=("1st", "2nd", "3rd", "4th", "5th"),
    short={
        "daily": "daily",
        "weekdays": "{days}",
        "month_days": "{days}",
        "last_day": "last day",
        "last_workday": "last workday",
        "before_last": "{number} days before month end",
        "near": "workday near {day}",
        "last_weekday": "last {day}",
        "nth_weekday": "{number} {day}",
        "at": "{days} {times}",
        "every": "{days} {times}",
        "minutes": "every {number} min",
        "minute": "every minute",
        "hours": "every {number} h from {begin}",
        "hourly": "hourly",
        "hourly_at": "hourly :{minute:02}",
        "between": "{times} {begin}–{end}",
        "often": "{number} times a day",
        "often_on": "{days} {number} times",
        "event": "event: {event}",
        "some_event": "by event",
        "once": "by hand",
        "always": "all the time",
        "refused": "not valid: {expression}",
        "cron": "by time",
    },
    long={
        "daily": "Every day",
        "weekdays": "Every {days}",
        "weekday_range": "{days}",
        "month_days": "On the {days} of each month",
        "last_day": "On the last day of each month",
        "last_workday": "On the last workday of each month",
        "before_last": "{number} days before the last day of each month",
        "near": "On the workday nearest to the {day} of each month",
        "last_weekday": "On the last {day} of each month",
        "nth_weekday": "On the {number} {day} of each month",
        "last": "last day",
        "at": "{days} at {times}",
        "every": "{days}, {times}",
        "minutes": "every {number} minutes",
        "minute": "every minute",
        "hours": "every {number} hours from {begin}",
        "hourly": "every hour",
        "hourly_at": "every hour at {minute} minutes past",
        "between": "{times}, {begin}–{end}",
        "zone": "{words} ({zone})",
        "event": "When something arrives: {event}",
        "some_event": "When something arrives",
        "once": "Runs once, when somebody starts it",
        "always": "Runs all the time, once somebody has started it",
        "refused": "DLF would refuse the expression {expression}",
        "cron": "By time; the document does not say when",
    },
)

CHINESE = Language(
    weekdays=("周日", "周一", "周二", "周三", "周四", "周五", "周六"),
    weekdays_short=("周日", "周一", "周二", "周三", "周四", "周五", "周六"),
    comma="、",
    last_comma="、",
    to="至",
    is_ordinal=False,
    nth=("第一个", "第二个", "第三个", "第四个", "第五个"),
    short={
        "daily": "每天",
        "weekdays": "{days}",
        "month_days": "每月{days}",
        "last_day": "每月最后一天",
        "last_workday": "每月最后一个工作日",
        "before_last": "每月最后一天前{number}天",
        "near": "每月最接近{day}的工作日",
        "last_weekday": "每月最后一个{day}",
        "nth_weekday": "每月{number}{day}",
        "at": "{days} {times}",
        "every": "{days} {times}",
        "minutes": "每{number}分钟",
        "minute": "每分钟",
        "hours": "每{number}小时 {begin}起",
        "hourly": "每小时",
        "hourly_at": "每小时第{minute}分",
        "between": "{begin}–{end}点{times}",
        "often": "每天{number}次",
        "often_on": "{days} {number}次",
        "event": "事件：{event}",
        "some_event": "事件驱动调度",
        "once": "单次调度",
        "always": "持续运行",
        "refused": "无效：{expression}",
        "cron": "周期调度",
    },
    long={
        "daily": "每天",
        "weekdays": "每{days}",
        "weekday_range": "每{days}",
        "month_days": "每月{days}",
        "last_day": "每月最后一天",
        "last_workday": "每月最后一个工作日",
        "before_last": "每月最后一天前{number}天",
        "near": "每月最接近{day}的工作日",
        "last_weekday": "每月最后一个{day}",
        "nth_weekday": "每月{number}{day}",
        "last": "最后一天",
        "at": "{days} {times}",
        "every": "{days}，{times}",
        "minutes": "每{number}分钟",
        "minute": "每分钟",
        "hours": "从{begin}起每{number}小时",
        "hourly": "每小时",
        "hourly_at": "每小时第{minute}分",
        "between": "{begin}至{end}{times}",
        "zone": "{words}（{zone}）",
        "event": "事件驱动：{event}",
        "some_event": "事件驱动调度",
        "once": "单次调度，由人启动",
        "always": "启动后持续运行",
        "refused": "DLF不接受表达式 {expression}",
        "cron": "周期调度，文档未说明时间",
    },
)

LANGUAGES = {"zh-hans": CHINESE}
"""The languages by their code; every other one reads English."""
