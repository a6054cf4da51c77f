"""The cells of a list as HTML: one method a column. What recurs on a page is made once."""

from __future__ import annotations

from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dlfportal.catalogue.kinds import KindSpec
from dlfportal.catalogue.lists import Row
from dlfportal.links import object_url
from dlfportal.web.pages.paging import Address
from dlfportal.web.parts import badge, moment
from dlfportal.web.words import SCHEDULE_TYPES

NOTHING = SafeString("")


class Cells:
    """Draws the cells of one page; links that narrow the list keep the rest of its address."""

    def __init__(self, spec: KindSpec, workspace_id: str, address: Address) -> None:
        """The list is one of `spec`'s kind in a workspace."""
        self._spec, self._workspace_id, self._address = spec, workspace_id, address
        self._links: dict[tuple[str, str], SafeString] = {}
        self._moments: dict[datetime, SafeString] = {}
        self._badges: dict[str, SafeString] = {}

    def name(self, row: Row) -> SafeString:
        """Return the name, leading to the object's page, and the description."""
        url = object_url(self._workspace_id, self._spec.kind, row.name, row.cluster)
        link = format_html('<a href="{}">{}</a>', url, row.name)
        if not row.description or "links" in self._spec.columns:
            return link
        clipped = '{}<div class="muted small table-clip" title="{}">{}</div>'
        return format_html(clipped, link, row.description, row.description)

    def type(self, row: Row) -> SafeString:
        """Return the type as a badge."""
        if row.type not in self._badges:
            self._badges[row.type] = badge(row.type, self._spec.tone) if row.type else NOTHING
        return self._badges[row.type]

    def directory(self, row: Row) -> SafeString:
        """Return the directory, narrowing the list to it."""
        return self._narrowing("directory", row.directory)

    def owner(self, row: Row) -> SafeString:
        """Return the owner, narrowing the list to theirs."""
        return self._narrowing("owner", row.owner)

    def size(self, row: Row) -> str:
        """Return the size of the document."""
        return filesizeformat(row.size)

    def updated(self, row: Row) -> SafeString:
        """Return when it was changed last, and by whom."""
        if row.updated_at not in self._moments:
            self._moments[row.updated_at] = moment(row.updated_at)
        at = self._moments[row.updated_at]
        return format_html('{}<div class="muted small">{}</div>', at, row.updated_by)

    def schedule(self, row: Row) -> str:
        """Return how the job is started."""
        return str(SCHEDULE_TYPES.get(row.schedule, row.schedule))

    def nodes(self, row: Row) -> str:
        """Return how many nodes the job has."""
        return str(row.node_count)

    def version(self, row: Row) -> SafeString:
        """Return the submitted version, and whether the job was changed since."""
        if not row.version_number:
            return format_html('<span class="muted small">{}</span>', gettext("not submitted"))
        number = {"number": row.version_number}
        if row.submitted_id == row.revision_id:
            label, title = gettext("version %(number)s"), gettext("The newest revision is submitted.")
            return badge(label % number, "success", "check", title)
        label, title = (
            gettext("version %(number)s, changed since"),
            gettext("Changed since it was submitted."),
        )
        return badge(label % number, "warning", "edit", title)

    def location(self, row: Row) -> SafeString:
        """Return where the file is."""
        return format_html('<span class="mono small">{}</span>', row.location)

    def cluster(self, row: Row) -> str:
        """Return the CDM cluster."""
        return row.cluster

    def links(self, row: Row) -> str:
        """Return the links of a CDM job: from → to."""
        return row.description

    def _narrowing(self, name: str, value: str) -> SafeString:
        key = (name, value)
        if key not in self._links:
            address = self._address.changed(**{name: value})
            link = format_html('<a class="table-link" href="{}">{}</a>', address, value)
            self._links[key] = link if value else NOTHING
        return self._links[key]
