"""When a job runs, in words of the reader's language: a short form for lists, and a sentence.

What the common forms do not cover goes to cron-descriptor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cron_descriptor import ExpressionDescriptor, FormatError, Options
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language

from dlfportal.formats.cron import Cron, cron_fault, cron_read
from dlfportal.formats.schedules import CRON, EVENT, ONCE, REAL_TIME, Timing
from dlfportal.web.schedule_languages import ENGLISH, LANGUAGES, Language
from dlfportal.web.words import SCHEDULE_TYPES

LISTED = 6
"""So many times of a day a sentence lists."""
LISTED_SHORT = 2
HOURS = 24
MINUTES = 60
WORDS_KEPT = 4096

LOCALES = {"zh-hans": "zh_CN"}
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHOLE_RANGES = {1: "0-59", 2: "0-23", 3: "1-31"}
"""The ranges, by field, that say no more than `*` does."""
LOOSE_SPACE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
NTH_WEEKDAY = re.compile(r"在(第.个星期.)每月")


def schedule_short(type_: str, expression: str = "", event: str = "", process_type: str = "") -> str:
    """Return when a job runs in a few words, such as "daily 05:15" and "event: DIS clicks".

    The arguments are the index columns `schedule`, `cron`, `event` and `type` of a job.
    """
    return _words(_language(), type_, expression, event, process_type, False)


def schedule_sentence(timing: Timing, process_type: str = "") -> str:
    """Return when a job runs as a sentence without its full stop, the zone of its expression included."""
    language = _language()
    words = _words(language, timing.type, timing.expression, timing.event, process_type, True)
    if timing.type != CRON or not timing.zone or cron_fault(timing.expression):
        return words
    return language.long["zone"].format(words=words, zone=timing.zone)


def cron_words(expression: str) -> str:
    """Return a six-field Quartz expression as a sentence, or "" when it has no words or DLF would refuse it.

    Weekdays count from 1 for Sunday.
    """
    return _cron_words(_language(), get_language() or "", expression)


def cron_short(expression: str) -> str:
    """Return the same in a few words."""
    cron = cron_read(expression)
    return _Describer(_language(), short=True).words(cron) if cron else cron_words(expression)


def _language() -> Language:
    return LANGUAGES.get(get_language() or "", ENGLISH)


def _words(
    language: Language, type_: str, expression: str, event: str, process_type: str, is_long: bool
) -> str:
    pieces = language.long if is_long else language.short
    if type_ == CRON:
        return _by_time(pieces, expression, is_long)
    if type_ == EVENT:
        return pieces["event"].format(event=event) if event else pieces["some_event"]
    if type_ == ONCE:
        return pieces["always" if process_type == REAL_TIME else "once"]
    return str(SCHEDULE_TYPES.get(type_, type_))


def _by_time(pieces: dict[str, str], expression: str, is_long: bool) -> str:
    if not expression:
        return pieces["cron"]
    if cron_fault(expression):
        return pieces["refused"].format(expression=expression)
    return (cron_words if is_long else cron_short)(expression) or expression


@lru_cache(WORDS_KEPT)
def _cron_words(language: Language, code: str, expression: str) -> str:
    cron = cron_read(expression)
    if cron is None:
        return ""
    words = _Describer(language, short=False).words(cron)
    return words[:1].upper() + words[1:] if words else _by_library(code, expression)


class _Describer:
    """Says an expression that was taken apart in one language, in few words or in a sentence."""

    def __init__(self, language: Language, *, short: bool) -> None:
        self._language, self._short = language, short
        self._pieces = language.short if short else language.long

    def words(self, cron: Cron) -> str:
        """Return the words; "" where a sentence would have to list too much."""
        times = self._listed(cron)
        if times:
            return self._say("at", days=self._days(cron), times=times)
        times = self._regular(cron)
        if times and cron.is_daily:
            return times
        if times:
            return self._say("every", days=self._days(cron), times=times)
        if not self._short:
            return ""
        if cron.is_daily:
            return self._say("often", number=cron.starts_a_day)
        return self._say("often_on", days=self._days(cron), number=cron.starts_a_day)

    def _say(self, piece: str, **values: str | int) -> str:
        return self._pieces[piece].format(**values)

    def _listed(self, cron: Cron) -> str:
        """Return all times of the day, if they are few."""
        if cron.starts_a_day > (LISTED_SHORT if self._short else LISTED):
            return ""
        times = [_clock(hour, minute) for hour in cron.hours for minute in cron.minutes]
        return self._language.joined(times, short=self._short)

    def _regular(self, cron: Cron) -> str:
        """Return times that come at even distances, within hours that follow each other."""
        minute, hours = cron.minutes[0], cron.hours
        if len(cron.minutes) > 1:
            step = _step(cron.minutes, MINUTES)
            if step == 1:
                return self._within(self._say("minute"), cron)
            return self._within(self._say("minutes", number=step), cron) if step else ""
        step = _step(hours, HOURS)
        if step > 1:
            return self._say("hours", number=step, begin=_clock(hours[0], minute))
        hourly = self._say("hourly_at", minute=minute) if minute else self._say("hourly")
        return self._within(hourly, cron)

    def _within(self, times: str, cron: Cron) -> str:
        """Say between which hours the times are, "" for hours that do not follow each other."""
        first, last = cron.hours[0], cron.hours[-1]
        if len(cron.hours) == HOURS and (self._short or len(cron.minutes) == 1 or not cron.minutes[0]):
            return times
        if last - first + 1 != len(cron.hours):
            return ""
        if self._short:
            return self._say("between", times=times, begin=first, end=last)
        begin, end = _clock(first, cron.minutes[0]), _clock(last, cron.minutes[-1])
        return self._say("between", times=times, begin=begin, end=end)

    def _days(self, cron: Cron) -> str:
        if cron.is_daily:
            return self._say("daily")
        if cron.weekdays:
            return self._weekdays(cron.weekdays)
        if cron.days:
            days = [self._language.number(day) for day in cron.days]
            if len(days) > 2 and cron.days[-1] - cron.days[0] == len(days) - 1:
                days = [f"{days[0]}{self._language.to}{days[-1]}"]
            if cron.mark:
                days.append(self._language.long["last"])
            return self._say("month_days", days=self._language.joined(days, short=self._short))
        return self._marked(cron.mark)

    def _weekdays(self, numbers: Sequence[int]) -> str:
        """Return days of the week; three or more that follow each other from Monday on as a range."""
        names = self._language.weekdays_short if self._short else self._language.weekdays
        ordered = sorted((number - 2) % 7 for number in numbers)  # from Monday on
        words = [names[(place + 1) % 7] for place in ordered]
        if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
            days = f"{words[0]}{self._language.to}{words[-1]}"
            return days if self._short else self._say("weekday_range", days=days)
        return self._say("weekdays", days=self._language.joined(words, short=self._short))

    def _marked(self, mark: str) -> str:
        """Return the day that a mark such as `L`, `15W` or `2#1` names."""
        names = self._language.weekdays_short if self._short else self._language.weekdays
        if mark in ("L", "LW"):
            return self._say("last_day" if mark == "L" else "last_workday")
        if mark.startswith("L-"):
            return self._say("before_last", number=int(mark[2:]))
        if mark.endswith("W"):
            return self._say("near", day=self._language.number(int(mark[:-1])))
        day = names[int(mark[0]) - 1]
        if mark.endswith("L"):
            return self._say("last_weekday", day=day)
        return self._say("nth_weekday", number=self._language.nth[int(mark[2:]) - 1], day=day)


def _clock(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"


def _step(numbers: Sequence[int], size: int) -> int:
    """Return the even distance of numbers that go round `size`, 0 if they do not."""
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 0
    if not step or size % step or len(numbers) != size // step:
        return 0
    return step if list(numbers) == list(range(numbers[0], size, step)) else 0


def _by_library(code: str, expression: str) -> str:
    """Return what cron-descriptor says of an expression that `cron_read` takes."""
    locale = LOCALES.get(code, "en_US")
    if locale != "en_US" and "L-" in expression:
        return ""  # the library's other languages lose the number of days
    options = Options(locale_code=locale, day_of_week_start_index_zero=False, use_24hour_time_format=True)
    try:
        words = ExpressionDescriptor(_simplified(expression), options).get_full_description()
    except (FormatError, ValueError, IndexError, KeyError):
        return ""
    return words if locale == "en_US" else _localised(words)


def _simplified(expression: str) -> str:
    """Write whole ranges as `*`: `0-59/5` is every five minutes and `0-23/1` every hour."""
    fields = expression.split()
    for place, whole in WHOLE_RANGES.items():
        if fields[place].partition("/")[0] == whole:
            fields[place] = fields[place].replace(whole, "*", 1)
        fields[place] = fields[place].removesuffix("/1") if fields[place] == "*/1" else fields[place]
    return " ".join(fields)


def _localised(words: str) -> str:
    """Make the library's Chinese readable: weekdays, which it takes from the server's locale, and wording."""
    for number, english in enumerate(ENGLISH_WEEKDAYS):
        words = words.replace(english, str(WEEKDAYS[number]))
    words = LOOSE_SPACE.sub("", words.replace(", ", "，").strip())
    words = NTH_WEEKDAY.sub(r"每月\1", words)
    if not re.match(r"在\d", words):
        return words
    return words[1:] if "，" in words else f"每天{words[1:]}"
