"""The small parts that pages are full of, as HTML: an icon, a badge. Templates have them as tags."""

from __future__ import annotations

from functools import cache

from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString


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
