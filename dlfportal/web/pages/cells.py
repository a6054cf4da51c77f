"""The cells of a list as HTML: one method a column. What recurs on a page is made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from time import time
from unicodedata import east_asian_width

from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from dlfportal.catalogue.health import warnings_of
from dlfportal.catalogue.kinds import KindSpec
from dlfportal.catalogue.lists import Row
from dlfportal.links import object_url
from dlfportal.times import moment
from dlfportal.web.health_words import check_said
from dlfportal.web.pages.paging import Address
from dlfportal.web.parts import badge, state_badge
from dlfportal.web.schedules import schedule_short

NOTHING = SafeString("")
SHORT = 16
"""Names up to so many Latin letters wide are not cut."""
TAIL = 12
"""So many characters at the end of a longer name are always seen."""


class Cells:
    """Draws the cells of one page; links that narrow the list keep the rest of its address."""

    def __init__(
        self, spec: KindSpec, workspace_id: str, address: Address, missing: Mapping[int, int]
    ) -> None:
        """The list is one of `spec`'s kind in a workspace; `missing` counts by id what objects miss."""
        self._spec, self._workspace_id, self._address = spec, workspace_id, address
        self._missing = missing
        self._now = time()
        self._schedules: dict[tuple[str, str, str, str], SafeString] = {}
        self._links: dict[tuple[str, str], SafeString] = {}
        self._moments: dict[tuple[datetime, str], SafeString] = {}
        self._badges: dict[str, SafeString] = {}
        self._states: dict[tuple[int, int], SafeString] = {}

    def name(self, row: Row) -> SafeString:
        """Return the name, leading to the object's page, and after it the description."""
        url = object_url(self._workspace_id, self._spec.kind, row.name, row.cluster)
        link = _link(url, row.name)
        if not row.description or "links" in self._spec.columns:
            return format_html('<div class="cut">{}</div>', link)
        note = '<div class="cut">{} <span class="list-note" title="{}">{}</span></div>'
        return format_html(note, link, row.description, row.description)

    def type(self, row: Row) -> SafeString:
        """Return the type as a badge."""
        if row.type not in self._badges:
            self._badges[row.type] = badge(row.type, self._spec.tone) if row.type else NOTHING
        return self._badges[row.type]

    def directory(self, row: Row) -> SafeString:
        """Return the directory, narrowing the list to it."""
        return self._narrowing("folder", row.directory)

    def owner(self, row: Row) -> SafeString:
        """Return the owner, narrowing the list to theirs."""
        return self._narrowing("owner", row.owner)

    def size(self, row: Row) -> str:
        """Return the size of the document."""
        return filesizeformat(row.size)

    def updated(self, row: Row) -> SafeString:
        """Return when it was changed last, and by whom."""
        key = (row.updated_at, row.updated_by)
        if key not in self._moments:
            self._moments[key] = moment(*key)
        return self._moments[key]

    def schedule(self, row: Row) -> SafeString:
        """Return how the job is started."""
        key = (row.schedule, row.cron, row.event, row.type)
        if key not in self._schedules:
            words = schedule_short(*key)
            self._schedules[key] = (
                format_html('<span title="{}">{}</span>', words, words) if words else NOTHING
            )
        if not 0 < row.runs_until < self._now:
            return self._schedules[key]
        return format_html("{} {}", self._schedules[key], _ended())

    def nodes(self, row: Row) -> str:
        """Return how many nodes the job has."""
        return str(row.node_count)

    def version(self, row: Row) -> SafeString:
        """Return the state: a draft, submitted, or so many revisions since; and marks of what is wrong."""
        key = (row.version_number, row.since)
        if key not in self._states:
            self._states[key] = state_badge(*key)
        marks = [self._states[key]]
        if missing := self._missing.get(row.pk, 0):
            marks.append(_missing(missing))
        if warnings := warnings_of(self._spec.kind, row):
            marks.append(_warnings(warnings))
        return format_html_join(" ", "{}", ((mark,) for mark in marks)) if len(marks) > 1 else marks[0]

    def location(self, row: Row) -> SafeString:
        """Return where the file is."""
        return format_html('<span class="mono" title="{}">{}</span>', row.location, row.location)

    def cluster(self, row: Row) -> SafeString:
        """Return the CDM cluster."""
        return format_html('<span title="{}">{}</span>', row.cluster, row.cluster)

    def links(self, row: Row) -> SafeString:
        """Return the links of a CDM job: from → to."""
        return format_html('<span title="{}">{}</span>', row.description, row.description)

    def _narrowing(self, name: str, value: str) -> SafeString:
        key = (name, value)
        if key not in self._links:
            address = self._address.changed(**{name: value})
            link = format_html('<a class="table-link" href="{}" title="{}">{}</a>', address, value, value)
            self._links[key] = link if value else NOTHING
        return self._links[key]


def _link(url: str, name: str) -> SafeString:
    """Return a link of which a long name is cut in the middle: names differ at their ends.

    The parts are side by side as text, so that copying gives the whole name.
    """
    if sum(2 if east_asian_width(sign) in "WF" else 1 for sign in name) <= SHORT:
        return format_html('<a href="{}" title="{}">{}</a>', url, name, name)
    head, tail = name[:-TAIL], name[-TAIL:]
    wide = any(east_asian_width(sign) in "WF" for sign in tail)
    parts = '<a class="{}" href="{}" title="{}" aria-label="{}"><span>{}</span><span>{}</span></a>'
    return format_html(parts, "cut-wide" if wide else "cut-plain", url, name, name, head, tail)


def _ended() -> SafeString:
    """Return the mark of a schedule that is over."""
    return badge(
        gettext("ended"), "error", "", gettext("The schedule has ended: the job does not start any more.")
    )


def _missing(count: int) -> SafeString:
    """Return the mark of an object that names what its workspace does not have."""
    title = ngettext("%(count)s missing reference", "%(count)s missing references", count)
    return badge(str(count), "error", "error", title % {"count": count})


def _warnings(checks: Sequence[str]) -> SafeString:
    """Return the mark of an object that DLF may refuse: how many checks find it, and in words which."""
    words = gettext("; ").join(check_said(key, 1) for key in checks)
    title = ngettext("%(count)s warning: %(words)s", "%(count)s warnings: %(words)s", len(checks))
    return badge(str(len(checks)), "warning", "warning", title % {"count": len(checks), "words": words})
