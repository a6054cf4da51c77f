"""The page that compares two revisions of an object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.catalogue.models import CatalogueObject, Revision
from dlfportal.catalogue.selectors import object_get, revision_get
from dlfportal.db.lookups import is_row_id
from dlfportal.errors import NotFound, gettext_noop
from dlfportal.formats.kinds import Kind
from dlfportal.links import compare_url, document_url, object_url, restore_url, url_of
from dlfportal.transfer.imports.texts import revision_texts
from dlfportal.web.difference_opening import Opened
from dlfportal.web.pages.difference import DifferencePart, difference_between
from dlfportal.web.pages.frame import Frame, frame_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two revisions: what it is, why it was made, and where it is shown."""

    revision: Revision
    why: str
    url: str


@dataclass(frozen=True)
class ComparePage:
    """What the template of the page is given."""

    frame: Frame
    target: CatalogueObject
    older: Revision
    newer: Revision
    opened: Opened

    @property
    def newest(self) -> int:
        """The number of the newest revision."""
        return self.target.revision.number if self.target.revision else 0

    @cached_property
    def part(self) -> DifferencePart:
        """The difference itself."""
        older, newer = self.older, self.newer
        downloads = document_url(self.target, older.number), document_url(self.target, newer.number)
        kind, name = Kind(self.target.kind), self.target.name
        return difference_between(kind, older, newer, name, downloads, self.opened)

    @cached_property
    def sides(self) -> list[Side]:
        """Both revisions."""
        why = revision_texts([self.older, self.newer])
        return [
            Side(side, why[side.pk], url_of(self.target, side.number)) for side in (self.older, self.newer)
        ]

    @property
    def url(self) -> str:
        """The address of the object's page."""
        return url_of(self.target)

    @property
    def form_url(self) -> str:
        """Where the form that chooses two others leads."""
        return compare_url(self.target, None, None)

    @property
    def swap_url(self) -> str:
        """The address of the same two the other way round."""
        return compare_url(self.target, self.newer.number, self.older.number)

    @property
    def earlier_url(self) -> str:
        """The address of the change before this one, "" for none."""
        number = min(self.older.number, self.newer.number)
        return compare_url(self.target, number - 1, number) if number > 1 else ""

    @property
    def later_url(self) -> str:
        """The address of the change after this one, "" for none."""
        number = max(self.older.number, self.newer.number)
        return compare_url(self.target, number, number + 1) if number < self.newest else ""

    @property
    def restore_url(self) -> str:
        """Where the earlier of the two can be restored, "" where that is not possible."""
        if not self.frame.may_change or self.older.number == self.newest:
            return ""
        return restore_url(self.target, self.older.number)


def compare_page(request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> ComparePage:
    """Return the page of two revisions: `from` and `to`, without them the newest change. Raises NotFound."""
    cluster = request.GET.get("cluster")
    url = object_url(workspace_id, kind, name, cluster or "")
    frame = frame_of(request, workspace_id, kind, (name, url), (gettext("Compare"), ""))
    target = object_get(frame.workspace, kind, name, cluster)
    newest = target.revision.number if target.revision else 0
    newer = _number(request, "to", newest, target)
    older = _number(request, "from", max(1, newer - 1), target)
    revisions = revision_get(target, older), revision_get(target, newer)
    return ComparePage(frame, target, *revisions, Opened.read(request))


def _number(request: HttpRequest, key: str, default: int, target: CatalogueObject) -> int:
    text = request.GET.get(key, "").strip()
    if text and not is_row_id(text):
        message = gettext_noop("%(name)s has no revision %(number)s.")
        raise NotFound(message, name=target.name, number=text[:20])
    return int(text) if text else default
