"""When a job runs, in words: in few, as lists have them, and as a sentence, in both languages."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from dlfportal.formats.schedules import Timing
from dlfportal.web.schedules import cron_short, cron_words, schedule_sentence, schedule_short

WORDS = [
    # expression, few words, a sentence; the same in Chinese
    ("0 15 5 * * ?", "daily 05:15", "Every day at 05:15", "每天 05:15", "每天 05:15"),
    (
        "0 0 2,14 * * ?",
        "daily 02:00, 14:00",
        "Every day at 02:00 and 14:00",
        "每天 02:00、14:00",
        "每天 02:00、14:00",
    ),
    (
        "0 0 2,8,14 * * ?",
        "3 times a day",
        "Every day at 02:00, 08:00 and 14:00",
        "每天3次",
        "每天 02:00、08:00、14:00",
    ),
    (
        "0 20 0-23/6 * * ?",
        "every 6 h from 00:20",
        "Every day at 00:20, 06:20, 12:20 and 18:20",
        "每6小时 00:20起",
        "每天 00:20、06:20、12:20、18:20",
    ),
    (
        "0 10 1/3 * * ?",
        "every 3 h from 01:10",
        "Every 3 hours from 01:10",
        "每3小时 01:10起",
        "从01:10起每3小时",
    ),
    (
        "0 12 8-20/4 * * ?",
        "4 times a day",
        "Every day at 08:12, 12:12, 16:12 and 20:12",
        "每天4次",
        "每天 08:12、12:12、16:12、20:12",
    ),
    ("0 0 * * * ?", "hourly", "Every hour", "每小时", "每小时"),
    ("0 0 0-23/1 * * ?", "hourly", "Every hour", "每小时", "每小时"),
    ("0 5 * * * ?", "hourly :05", "Every hour at 5 minutes past", "每小时第5分", "每小时第5分"),
    (
        "0 30 9-17 * * ?",
        "hourly :30 9–17",
        "Every hour at 30 minutes past, 09:30–17:30",
        "9–17点每小时第30分",
        "09:30至17:30每小时第30分",
    ),
    ("0 0 1-8 * * ?", "hourly 1–8", "Every hour, 01:00–08:00", "1–8点每小时", "01:00至08:00每小时"),
    (
        "0 0 22-2 * * ?",
        "5 times a day",
        "Every day at 00:00, 01:00, 02:00, 22:00 and 23:00",
        "每天5次",
        "每天 00:00、01:00、02:00、22:00、23:00",
    ),
    (
        "0 0-59/30 8-20 * * ?",
        "every 30 min 8–20",
        "Every 30 minutes, 08:00–20:30",
        "8–20点每30分钟",
        "08:00至20:30每30分钟",
    ),
    ("0 0-59/15 * * * ?", "every 15 min", "Every 15 minutes", "每15分钟", "每15分钟"),
    ("0 0/10 * * * ?", "every 10 min", "Every 10 minutes", "每10分钟", "每10分钟"),
    ("0 5/15 * * * ?", "every 15 min", "Every 15 minutes, 00:05–23:50", "每15分钟", "00:05至23:50每15分钟"),
    ("0 * * * * ?", "every minute", "Every minute", "每分钟", "每分钟"),
    ("0 30 6 ? * 2", "Mon 06:30", "Every Monday at 06:30", "周一 06:30", "每周一 06:30"),
    ("0 30 2 ? * 1", "Sun 02:30", "Every Sunday at 02:30", "周日 02:30", "每周日 02:30"),
    ("0 0 2 ? * L", "Sat 02:00", "Every Saturday at 02:00", "周六 02:00", "每周六 02:00"),
    ("0 30 9 ? * 2-6", "Mon–Fri 09:30", "Monday–Friday at 09:30", "周一至周五 09:30", "每周一至周五 09:30"),
    (
        "0 0 9 ? * 2,4",
        "Mon, Wed 09:00",
        "Every Monday and Wednesday at 09:00",
        "周一、周三 09:00",
        "每周一、周三 09:00",
    ),
    (
        "0 0 9 ? * 1,7",
        "Sat, Sun 09:00",
        "Every Saturday and Sunday at 09:00",
        "周六、周日 09:00",
        "每周六、周日 09:00",
    ),
    (
        "0 0 9 ? * 7-2",
        "Mon, Sat, Sun 09:00",
        "Every Monday, Saturday and Sunday at 09:00",
        "周一、周六、周日 09:00",
        "每周一、周六、周日 09:00",
    ),
    (
        "0 0/30 8-20 ? * 2-6",
        "Mon–Fri every 30 min 8–20",
        "Monday–Friday, every 30 minutes, 08:00–20:30",
        "周一至周五 8–20点每30分钟",
        "每周一至周五，08:00至20:30每30分钟",
    ),
    (
        "0 7,9 3,8,12,15 ? * 2",
        "Mon 8 times",
        "At 7 and 9 minutes past the hour, at 03:00, 08:00, 12:00, and 15:00, only on Monday",
        "周一 8次",
        "在每小时的7和9分，在03:00，08:00，12:00，和15:00，仅在星期一",
    ),
    (
        "0 7,9 3,8,12,15 * * ?",
        "8 times a day",
        "At 7 and 9 minutes past the hour, at 03:00, 08:00, 12:00, and 15:00",
        "每天8次",
        "在每小时的7和9分，在03:00，08:00，12:00，和15:00",
    ),
    ("0 30 1 15 * ?", "15th 01:30", "On the 15th of each month at 01:30", "每月15日 01:30", "每月15日 01:30"),
    (
        "0 0 2 1,15 * ?",
        "1st, 15th 02:00",
        "On the 1st and 15th of each month at 02:00",
        "每月1日、15日 02:00",
        "每月1日、15日 02:00",
    ),
    (
        "0 0 0 1-5 * ?",
        "1st–5th 00:00",
        "On the 1st–5th of each month at 00:00",
        "每月1日至5日 00:00",
        "每月1日至5日 00:00",
    ),
    (
        "0 0 3 2,3,22 * ?",
        "2nd, 3rd, 22nd 03:00",
        "On the 2nd, 3rd and 22nd of each month at 03:00",
        "每月2日、3日、22日 03:00",
        "每月2日、3日、22日 03:00",
    ),
    (
        "0 0 2 L * ?",
        "last day 02:00",
        "On the last day of each month at 02:00",
        "每月最后一天 02:00",
        "每月最后一天 02:00",
    ),
    (
        "0 0 2 1,L * ?",
        "1st, last day 02:00",
        "On the 1st and last day of each month at 02:00",
        "每月1日、最后一天 02:00",
        "每月1日、最后一天 02:00",
    ),
    (
        "0 0 2 LW * ?",
        "last workday 02:00",
        "On the last workday of each month at 02:00",
        "每月最后一个工作日 02:00",
        "每月最后一个工作日 02:00",
    ),
    (
        "0 0 2 L-3 * ?",
        "3 days before month end 02:00",
        "3 days before the last day of each month at 02:00",
        "每月最后一天前3天 02:00",
        "每月最后一天前3天 02:00",
    ),
    (
        "0 0 2 15W * ?",
        "workday near 15th 02:00",
        "On the workday nearest to the 15th of each month at 02:00",
        "每月最接近15日的工作日 02:00",
        "每月最接近15日的工作日 02:00",
    ),
    (
        "0 0 2 ? * 6L",
        "last Fri 02:00",
        "On the last Friday of each month at 02:00",
        "每月最后一个周五 02:00",
        "每月最后一个周五 02:00",
    ),
    (
        "0 0 2 ? * 2#1",
        "1st Mon 02:00",
        "On the 1st Monday of each month at 02:00",
        "每月第一个周一 02:00",
        "每月第一个周一 02:00",
    ),
    (
        "0 0 3 ? * 6#2",
        "2nd Fri 03:00",
        "On the 2nd Friday of each month at 03:00",
        "每月第二个周五 03:00",
        "每月第二个周五 03:00",
    ),
    (
        "0 0 8-18 L * ?",
        "last day hourly 8–18",
        "On the last day of each month, every hour, 08:00–18:00",
        "每月最后一天 8–18点每小时",
        "每月最后一天，08:00至18:00每小时",
    ),
    ("0 0 0 1-31 * *", "daily 00:00", "Every day at 00:00", "每天 00:00", "每天 00:00"),
    ("0 0 0 ? * 1-7", "daily 00:00", "Every day at 00:00", "每天 00:00", "每天 00:00"),
]


@pytest.mark.parametrize(("expression", "short", "sentence", "short_zh", "sentence_zh"), WORDS)
def test_an_expression_in_words(
    expression: str, short: str, sentence: str, short_zh: str, sentence_zh: str
) -> None:
    with override("en"):
        assert (cron_short(expression), cron_words(expression)) == (short, sentence)
    with override("zh-hans"):
        assert (cron_short(expression), cron_words(expression)) == (short_zh, sentence_zh)


@pytest.mark.parametrize(
    "expression",
    ["", "bad", "* * *", "0 0 25 * * ?", "0 0 3 C * ?", "0 0 3 ? * MON", "0 0 0 0 0 0", "0 0 3 1 * 2"],
)
def test_what_dlf_refuses_or_nobody_follows_has_no_words(expression: str) -> None:
    assert cron_words(expression) == cron_short(expression) == ""


@pytest.mark.parametrize(
    ("columns", "english", "chinese"),
    [
        (("CRON", "0 15 5 * * ?"), "daily 05:15", "每天 05:15"),
        (("CRON", "0 0 25 * * ?"), "not valid: 0 0 25 * * ?", "无效：0 0 25 * * ?"),
        (("CRON", "0 0 3 1 * 2"), "0 0 3 1 * 2", "0 0 3 1 * 2"),
        (("CRON",), "by time", "周期调度"),
        (("EVENT", "", "DIS clicks"), "event: DIS clicks", "事件：DIS clicks"),
        (("EVENT",), "by event", "事件驱动调度"),
        (("EXECUTE_ONCE",), "by hand", "单次调度"),
        (("EXECUTE_ONCE", "", "", "REAL_TIME"), "all the time", "持续运行"),
        (("RUN_ONCE",), "RUN_ONCE", "RUN_ONCE"),
        (("",), "", ""),
    ],
)
def test_a_schedule_in_few_words(columns: tuple[str, ...], english: str, chinese: str) -> None:
    with override("en"):
        assert schedule_short(*columns) == english
    with override("zh-hans"):
        assert schedule_short(*columns) == chinese


def test_a_sentence_says_the_zone_and_what_dlf_refuses() -> None:
    timing = Timing("CRON", "0 15 5 * * ?", "Asia/Shanghai")
    assert schedule_sentence(timing) == "Every day at 05:15 (Asia/Shanghai)"
    refused = Timing("CRON", "0 0 25 * * ?", "Asia/Shanghai")
    assert schedule_sentence(refused) == "DLF would refuse the expression 0 0 25 * * ?"
    with override("zh-hans"):
        assert schedule_sentence(timing) == "每天 05:15（Asia/Shanghai）"
