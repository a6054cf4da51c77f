"""What a page of the admin about an object is about: the frame of the page shows it."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from dlfportal.catalogue.kinds import KINDS
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.formats.kinds import Kind
from dlfportal.links import admin_list_url, list_url, url_of

Crumb = tuple[str, str]


class Subject(NamedTuple):
    """The workspace, "" where none is chosen yet, and kind of a page; its object, and what the page does."""

    workspace_id: str
    kind: Kind
    target: CatalogueObject | None
    page: str

    @classmethod
    def of(cls, target: CatalogueObject, page: str) -> Subject:
        """Return what a page about an object that exists is about."""
        return cls(target.workspace_id, Kind(target.kind), target, page)

    @property
    def object_crumb(self) -> Crumb:
        """The object in the breadcrumb, where there is one."""
        return (self.target.name, url_of(self.target)) if self.target else self.page_crumb

    @property
    def page_crumb(self) -> Crumb:
        """The page itself, the last in the breadcrumb."""
        return (self.page, "")

    @property
    def crumbs(self) -> list[Crumb]:
        """The whole breadcrumb where no workspace is chosen."""
        return [
            (gettext("Administration"), reverse("admin:index")),
            (KINDS[self.kind].plural, admin_list_url(self.kind)),
            self.page_crumb,
        ]

    @property
    def leave_url(self) -> str:
        """Where Cancel leads: to the object, else to the list."""
        if self.target:
            return url_of(self.target)
        return list_url(self.workspace_id, self.kind) if self.workspace_id else admin_list_url(self.kind)
