"""The pages of a deleted object: that it is gone, and what restoring it brings back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.translation import gettext

from dlfportal.access import policy
from dlfportal.access.policy import Right, workspaces_with
from dlfportal.catalogue.counts import Total
from dlfportal.catalogue.elsewhere import far_users, words_for
from dlfportal.catalogue.kinds import KINDS, KindSpec
from dlfportal.catalogue.models import CatalogueObject
from dlfportal.catalogue.references import Users, users_page
from dlfportal.catalogue.reviving import Gone, deleted_get, namesake_of
from dlfportal.catalogue.selectors import ObjectMissing
from dlfportal.formats.kinds import Kind
from dlfportal.links import list_url, revive_url, url_of
from dlfportal.web.pages.frame import Frame, frame_of
from dlfportal.web.requests import workspace_of

USERS_NAMED = 20


@dataclass(frozen=True, slots=True)
class GonePage:
    """That an object was deleted, and the way to restore it for those who may."""

    frame: Frame
    gone: Gone

    @property
    def spec(self) -> KindSpec:
        """What is particular to its kind."""
        return KINDS[Kind(self.gone.object.kind)]

    @property
    def restore_url(self) -> str:
        """The address of the page that restores it; "" for who may not."""
        return revive_url(self.gone.object) if self.frame.may_change else ""

    @property
    def list_url(self) -> str:
        """The list that it was in."""
        return list_url(self.frame.workspace.pk, Kind(self.gone.object.kind))


def gone_page(request: HttpRequest, workspace_id: str, kind: Kind, name: str) -> GonePage:
    """Return the page of a deleted object. Raises NotFound for strangers, and where there was no such one."""
    space = workspace_of(request, workspace_id)
    gone = deleted_get(space, kind, name, request.GET.get("cluster"))
    if namesake_of(gone.object):
        raise ObjectMissing(kind, name)
    return GonePage(frame_of(request, workspace_id, kind, (name, "")), gone)


@dataclass(frozen=True)
class RevivePage:
    """What restoring a deleted object brings back; `refused` is why it was not done."""

    frame: Frame
    gone: Gone
    reader: User | AnonymousUser
    refused: str = ""

    @property
    def spec(self) -> KindSpec:
        """What is particular to its kind."""
        return KINDS[Kind(self.gone.object.kind)]

    @property
    def address(self) -> str:
        """The address of this page."""
        return revive_url(self.gone.object)

    @property
    def list_url(self) -> str:
        """The list that it was in."""
        return list_url(self.frame.workspace.pk, Kind(self.gone.object.kind))

    @cached_property
    def taken(self) -> tuple[CatalogueObject, str] | None:
        """The object that has the name now, with its address."""
        found = namesake_of(self.gone.object)
        return (found, url_of(found)) if found else None

    @property
    def users(self) -> list[tuple[CatalogueObject, str, str]]:
        """The first of what points to it, with the name of another workspace."""
        here = self.frame.workspace.pk
        return [
            (user, url_of(user), "" if user.workspace_id == here else user.workspace.name)
            for user in [*self._near.rows, *self._far.rows][:USERS_NAMED]
        ]

    @property
    def more(self) -> Total:
        """How many more there are."""
        near, far = self._near.total, self._far.total
        return Total(near.number + far.number - len(self.users), near.is_more or far.is_more)

    @cached_property
    def _near(self) -> Users:
        return users_page(self.gone.object, USERS_NAMED)

    @cached_property
    def _far(self) -> Users:
        target = self.gone.object
        if target.kind != Kind.JOB:
            return Users([], Total(0, False))
        words = words_for(target.workspace, workspaces_with(self.reader, Right.VIEW))
        return far_users(target.name, words, USERS_NAMED, target.pk)


def revive_page(
    request: HttpRequest, workspace_id: str, kind: Kind, name: str, refused: str = ""
) -> RevivePage:
    """Return the page. Raises Forbidden, or NotFound: for strangers, and where no such thing was deleted."""
    space = workspace_of(request, workspace_id)
    policy.require(request.user, space, Right.CHANGE)
    gone = deleted_get(space, kind, name, request.GET.get("cluster"))
    frame = frame_of(request, workspace_id, kind, (name, ""), (gettext("Restore"), ""))
    return RevivePage(frame, gone, request.user, refused)
