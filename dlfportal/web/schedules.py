"""Cron expressions in words, in the reader's language."""

from __future__ import annotations

import re

from cron_descriptor import ExpressionDescriptor, FormatError, Options
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language

from dlfportal.formats.cron import cron_fault

LOCALES = {"zh-hans": "zh_CN"}
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHOLE_RANGES = {1: "0-59", 2: "0-23", 3: "1-31"}
"""The ranges, by field, that say no more than `*` does."""
LOOSE_SPACE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
NTH_WEEKDAY = re.compile(r"在(第.个星期.)每月")


def cron_words(expression: str) -> str:
    """Return a six-field Quartz expression in words, or "" when it has none or is not one of DLF's.

    Weekdays count from 1 for Sunday.
    """
    if cron_fault(expression) or "C" in expression:
        return ""
    locale = LOCALES.get(get_language() or "", "en_US")
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
