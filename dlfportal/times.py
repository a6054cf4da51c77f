"""How times are shown to people, in the pages and in the administration: in the zone of the reader."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext


def moment(value: datetime, who: str = "") -> SafeString:
    """Return a time as HTML: short for the eye, exact with its zone on hover and for programs.

    `who` did then what the time is of; it is shown on hover too.
    """
    local = timezone.localtime(value)
    exact = exact_time(local)
    return format_html(
        '<time class="nowrap" datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        gettext("%(time)s by %(who)s") % {"time": exact, "who": who} if who else exact,
        short_time(local),
    )


def short_time(value: datetime) -> str:
    """Return a time as short as it is clear today: "today 19:16", "26 Nov 19:16", "26 Nov 2025 19:16"."""
    local, now = timezone.localtime(value), timezone.localtime()
    if local.date() == now.date():
        return gettext("today %(time)s") % {"time": f"{local:%H:%M}"}
    # Translators: a date and a time in the letters of Django's date filter, such as "26 Nov 19:16".
    letters = gettext("j M H:i") if local.year == now.year else gettext("j M Y H:i")
    return formatted(local, letters)


def exact_time(value: datetime) -> str:
    """Return a time to the second with its distance from UTC and the name of its zone."""
    local = timezone.localtime(value)
    return f"{local.isoformat(' ', timespec='seconds')} {timezone.get_current_timezone_name()}"
