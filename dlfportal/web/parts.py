"""The small parts that pages are full of, as HTML: an icon, a badge. Templates have them as tags."""

from __future__ import annotations

from functools import cache

from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext


@cache
def _icons() -> str:
    """Return the address of all icons, which stays the same while the portal runs."""
    return static("img/icons.svg")


def icon(name: str) -> SafeString:
    """Return an icon of `img/icons.svg`, for the eye only."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', _icons(), name)


def badge(label: str | Promise, tone: str = "", icon_name: str = "", title: str = "") -> SafeString:
    """Return a badge. `tone` is info, success, warning, error, job, script, resource or cdm; none is grey."""
    return format_html(
        '<span class="badge{}"{}>{}{}</span>',
        f" badge-{tone}" if tone else "",
        format_html(' title="{}"', title) if title else "",
        icon(icon_name) if icon_name else "",
        label,
    )


def state_badge(version: int, since: int) -> SafeString:
    """Return the chip of a submitted version and the number of revisions since; version 0 is a draft."""
    number = {"number": version, "count": since}
    if not version:
        return badge(gettext("draft"), "", "edit", gettext("It was never submitted."))
    if not since:
        title = gettext("The newest revision is submitted.")
        return badge(gettext("submitted v%(number)s") % number, "success", "check", title)
    title = ngettext(
        "Version %(number)s is submitted; %(count)s revision since is not.",
        "Version %(number)s is submitted; %(count)s revisions since are not.",
        since,
    )
    return badge(gettext("v%(number)s +%(count)s") % number, "warning", "edit", title % number)
