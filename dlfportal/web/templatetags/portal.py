"""Template filters of the pages."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dlfportal.catalogue.kinds import KINDS
from dlfportal.formats.kinds import Kind
from dlfportal.links import url_of
from dlfportal.web.words import FAIL_POLICIES, SCHEDULE_TYPES

register = template.Library()

register.filter("object_url", url_of)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Show a time in the portal's zone, exact to the second and with its zone on hover."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time class="nowrap" datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        date_format(local, "Y-m-d H:i:s T"),
        date_format(local, "Y-m-d H:i"),
    )


@register.filter
def tone(kind: str) -> str:
    """Return the colour and icon word of a kind."""
    return KINDS[Kind(kind)].tone


@register.filter
def schedule_type(value: str) -> str:
    """Return a job's kind of schedule as a word; what DLF does not know stays as it is."""
    return str(SCHEDULE_TYPES.get(value, value))


@register.filter
def fail_policy(value: str) -> str:
    """Return what happens after a failure as words; what DLF does not know stays as it is."""
    return str(FAIL_POLICIES.get(value, value))
