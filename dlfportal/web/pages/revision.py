"""The page of one revision of an object, read only."""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.catalogue.models import Version
from dlfportal.catalogue.selectors import object_get, revision_get
from dlfportal.formats.kinds import Kind
from dlfportal.formats.shapes import shown
from dlfportal.links import compare_url, object_url
from dlfportal.transfer.imports.texts import revision_texts
from dlfportal.web.code import Code
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.object import ObjectPage
from dlfportal.web.pages.script import source_of


class RevisionPage(ObjectPage):
    """One revision of an object."""

    @cached_property
    def source(self) -> Code | None:
        """The text of a script as this revision has it."""
        return (
            source_of(self.document, shown(self.document.get("type"))) if self.kind is Kind.SCRIPT else None
        )

    @cached_property
    def why(self) -> str:
        """Why the revision was made."""
        return revision_texts([self.revision])[self.revision.pk]

    @property
    def newest(self) -> bool:
        """Whether no later revision exists."""
        return self.revision.pk == self.target.revision_id

    @property
    def versions(self) -> list[Version]:
        """The versions that mark this revision."""
        return list(self.revision.versions.all())

    @property
    def older_url(self) -> str:
        """The address of the revision before this one, "" for the first."""
        return self.revision_url(self.revision.number - 1) if self.revision.number > 1 else ""

    @property
    def changes_url(self) -> str:
        """The address of what differs from the revision before, "" for the first."""
        number = self.revision.number
        return compare_url(self.target, number - 1, number) if number > 1 else ""

    @property
    def newer_url(self) -> str:
        """The address of the revision after this one, "" for the newest."""
        return "" if self.newest else self.revision_url(self.revision.number + 1)


def revision_page(
    request: HttpRequest, workspace_id: str, kind: Kind, name: str, number: int
) -> RevisionPage:
    """Return the page of one revision of an object. Raises NotFound."""
    cluster = request.GET.get("cluster")
    url = object_url(workspace_id, kind, name, cluster or "")
    label = gettext("Revision %(number)s") % {"number": number}
    frame = frame_of(request, workspace_id, kind, (name, url), (label, ""))
    target = object_get(frame.workspace, kind, name, cluster)
    return RevisionPage(frame, target, revision_get(target, number))
