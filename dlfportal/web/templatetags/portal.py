"""Template filters of the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.formats.kinds import Kind
from dlfportal.links import object_comparing_url, url_of
from dlfportal.times import moment
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.parts import badge, icon
from dlfportal.web.words import FAIL_POLICIES, SCHEDULE_TYPES

register = template.Library()

register.filter("object_url", url_of)


@register.filter
def comparing_url(target: CatalogueObject) -> str:
    """Return where an object is compared with what another workspace has under its name."""
    return object_comparing_url(target.workspace_id, Kind(target.kind), target.name)


LEAST_DIGITS = 4


@register.filter
def line_digits(text: Any) -> int:
    """Return for how many digits the numbers of the lines of a text need room."""
    return max(LEAST_DIGITS, len(str(str(text or "").count("\n") + 1)))


register.simple_tag(icon)


@register.simple_tag(name="badge")
def badge_tag(label: str, tone: str = "", icon: str = "", title: str = "") -> SafeString:
    """Show a badge: see `parts.badge`."""
    return badge(label, tone, icon, title)


@register.simple_tag(takes_context=True)
def workspace_frame(context: Any, workspace_id: str, key: str, *crumbs: tuple[str, str]) -> Frame:
    """Return the frame of a page that its view made none for, such as one of the administration.

    The bar on top shows its workspace when the tag stands before it. Raises NotFound for strangers.
    """
    return frame_of(context["request"], workspace_id, key, *crumbs)


@register.filter(name="moment")
def moment_or_nothing(value: datetime | None) -> SafeString | str:
    """Show a time: see `times.moment`."""
    return moment(value) if value else ""


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
